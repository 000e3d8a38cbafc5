"""Tables that refuse to be changed, in the database itself: the one module that knows both dialects.

An update is always refused. A deletion is refused unless the condition that the table's app gives holds
for the row (``OLD``).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Guard:
    """The triggers of one table. ``may_go``: SQL over ``OLD`` per vendor; ``what`` stands in the database's refusal."""

    table: str
    name: str
    what: str
    may_go: dict

    def install(self, connection):
        """Create the triggers where they are missing; ``connection`` is Django's, or a schema editor's."""
        _run(connection, getattr(self, f"_create_{connection.vendor}")())

    def remove(self, connection):
        """Drop the triggers. For the way back of the migration, and for tests that empty whole tables."""
        _run(connection, getattr(self, f"_drop_{connection.vendor}")())

    def _create_sqlite(self):
        refusal = f"BEGIN SELECT RAISE(ABORT, '{self.what} is append-only'); END"
        condition = self.may_go["sqlite"]
        return [
            f"CREATE TRIGGER IF NOT EXISTS {self.name}_no_update BEFORE UPDATE ON {self.table} {refusal}",
            f"CREATE TRIGGER IF NOT EXISTS {self.name}_no_delete BEFORE DELETE ON {self.table} WHEN NOT {condition} {refusal}",
        ]

    def _create_postgresql(self):
        return [
            f"""CREATE OR REPLACE FUNCTION {self.name}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'DELETE' THEN
                    IF {self.may_go["postgresql"]} THEN RETURN OLD; END IF;
                END IF;
                RAISE EXCEPTION '{self.what} is append-only' USING ERRCODE = 'integrity_constraint_violation';
            END $$""",
            f"""CREATE OR REPLACE TRIGGER {self.name}_append_only BEFORE UPDATE OR DELETE ON {self.table}
            FOR EACH ROW EXECUTE FUNCTION {self.name}_append_only()""",
        ]

    def _drop_sqlite(self):
        return [f"DROP TRIGGER IF EXISTS {self.name}_no_{act}" for act in ("update", "delete")]

    def _drop_postgresql(self):
        return [
            f"DROP TRIGGER IF EXISTS {self.name}_append_only ON {self.table}",
            f"DROP FUNCTION IF EXISTS {self.name}_append_only()",
        ]


def _run(connection, statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
