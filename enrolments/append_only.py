"""The log refuses to be changed, in the database itself: the one module that knows both dialects.

An update is always refused. A deletion is refused unless the class run is sample data, which
`seed_demo --remove` may take away whole.
"""

TABLE = "enrolments_enrolmentevent"
_IS_SAMPLE = """(SELECT run.is_sample FROM enrolments_enrolment claim
    JOIN timetable_classrun run ON run.id = claim.class_run_id WHERE claim.id = OLD.enrolment_id)"""

_CREATE = {
    "sqlite": [
        f"""CREATE TRIGGER IF NOT EXISTS enrolment_event_no_update BEFORE UPDATE ON {TABLE}
            BEGIN SELECT RAISE(ABORT, 'the log of enrolments is append-only'); END""",
        f"""CREATE TRIGGER IF NOT EXISTS enrolment_event_no_delete BEFORE DELETE ON {TABLE} WHEN NOT {_IS_SAMPLE}
            BEGIN SELECT RAISE(ABORT, 'the log of enrolments is append-only'); END""",
    ],
    "postgresql": [
        f"""CREATE OR REPLACE FUNCTION enrolment_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'DELETE' THEN
                    IF {_IS_SAMPLE} THEN RETURN OLD; END IF;
                END IF;
                RAISE EXCEPTION 'the log of enrolments is append-only' USING ERRCODE = 'integrity_constraint_violation';
            END $$""",
        f"""CREATE OR REPLACE TRIGGER enrolment_event_append_only BEFORE UPDATE OR DELETE ON {TABLE}
            FOR EACH ROW EXECUTE FUNCTION enrolment_event_append_only()""",
    ],
}
_DROP = {
    "sqlite": [
        "DROP TRIGGER IF EXISTS enrolment_event_no_update",
        "DROP TRIGGER IF EXISTS enrolment_event_no_delete",
    ],
    "postgresql": [
        f"DROP TRIGGER IF EXISTS enrolment_event_append_only ON {TABLE}",
        "DROP FUNCTION IF EXISTS enrolment_event_append_only()",
    ],
}


def install(connection):
    """Create the triggers where they are missing; ``connection`` is a Django database connection or schema editor's connection."""
    _run(connection, _CREATE)


def remove(connection):
    """Drop the triggers. For the way back of the migration, and for tests that empty whole tables."""
    _run(connection, _DROP)


def _run(connection, statements):
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
