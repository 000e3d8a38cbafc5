"""The search of the editors' screens (explorer, choosers) made to find Chinese: modelsearch's own backends, fed our tokens.

What goes in and what is asked are both cut by language/text.py, so the parsers of the
databases see only letters, digits and Han: a ``"`` or NUL cannot reach them. On a site
that had Wagtail's backend before: ``manage.py update_index``, once. The faults of
modelsearch 1.3 that this covers stand in docs/mechanisms/search-index.md;
tests/search/test_admin_backend.py fails where another modelsearch no longer passes through here.
"""

from django.db import connection


def SearchBackend(params):  # noqa: N802  the name modelsearch asks for
    if connection.vendor == "postgresql":
        from search.admin_backend.postgresql import PostgresBackend as Backend
    else:
        from search.admin_backend.sqlite import SQLiteBackend as Backend
    return Backend(params)
