"""Who opened whose record, and what was opened to an administrator: rows stay as written, and for half a year at least.

The law asks for six months (domain.md §4.4); the table of periods keeps them a year (accounts/retention.py).
"""

from core.append_only import Guard


def _older_than_half_a_year(column):
    return {
        "sqlite": f"(OLD.{column} < strftime('%Y-%m-%d %H:%M:%f', 'now', '-183 days'))",
        "postgresql": f"(OLD.{column} < now() - interval '183 days')",
    }


GUARDS = (
    Guard("accounts_recordaccess", "record_access", "the log of access", _older_than_half_a_year("at")),
    Guard("accounts_dataopening", "data_opening", "the log of openings", _older_than_half_a_year("opened_at")),
)


def install(connection):
    for guard in GUARDS:
        guard.install(connection)


def remove(connection):
    for guard in GUARDS:
        guard.remove(connection)
