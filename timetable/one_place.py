"""A room and a teacher are in one place at a time, in the database itself: the one module that knows both dialects.

PostgreSQL has exclusion constraints over spans of time; SQLite has triggers that say the same. Hours are
half-open: what begins when another ends is no clash. A booking lasts a day at most (querysets.LONGEST_SESSION).
The key stands in the constraint as a range of one number, which GiST knows by itself: plain ``room_id WITH =``
would need the extension btree_gist, which a PostgreSQL without contrib (the tests' own wheel) does not have.
"""

TABLE = "timetable_booking"
_REFUSAL = "a room and a teacher are in one place at a time"


def _overlap(column):
    # The day before is as far back as a booking that still lasts can have begun: the index finds those few rows.
    return f"""EXISTS (SELECT 1 FROM {TABLE} other WHERE other.{column} = NEW.{column} AND other.id IS NOT NEW.id
        AND other.starts_at >= datetime(NEW.starts_at, '-1 day')
        AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at)"""  # noqa: S608  names of our own


def _trigger(verb):
    return f"""CREATE TRIGGER IF NOT EXISTS booking_one_place_{verb.lower()} BEFORE {verb} ON {TABLE}
        WHEN {_overlap("room_id")} OR {_overlap("teacher_id")}
        BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"""


def _exclude(column):
    name = f"{TABLE}_{column}_one_place"
    return f"""ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS {name}, ADD CONSTRAINT {name}
        EXCLUDE USING gist (int8range({column}, {column}, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)
        WHERE ({column} IS NOT NULL)"""


_CREATE = {
    "sqlite": [_trigger("INSERT"), _trigger("UPDATE")],
    "postgresql": [_exclude("room_id"), _exclude("teacher_id")],
}
_DROP = {
    "sqlite": [f"DROP TRIGGER IF EXISTS booking_one_place_{verb}" for verb in ("insert", "update")],
    "postgresql": [
        f"ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS {TABLE}_{column}_one_place"
        for column in ("room_id", "teacher_id")
    ],
}


def install(connection):
    """Create the guard where it is missing; ``connection`` is a Django database connection or schema editor's connection."""
    _run(connection, _CREATE)


def remove(connection):
    """Drop the guard. For the way back of the migration, and for the race that shows what it is for."""
    _run(connection, _DROP)


def _run(connection, statements):
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
