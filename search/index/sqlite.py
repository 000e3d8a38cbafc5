"""The index in an FTS5 table. Its tokenizer is "ascii": what we cut into tokens stays as it is, whatever the script."""

from django.db import connection

from search.index import COLUMNS, numbers

TABLE = "search_text"
_CHUNK = 500


def write(documents):
    rows = [(document.id, *(" ".join(document.tokens(column)) for column in COLUMNS)) for document in documents]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT OR REPLACE INTO {TABLE} (rowid, {', '.join(COLUMNS)}) VALUES (%s, %s, %s, %s, %s)",  # noqa: S608
            rows,
        )


def delete(ids):
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM {TABLE} WHERE rowid = %s", [(pk,) for pk in ids])  # noqa: S608


def in_title(clauses, require_all, whole=""):
    asked = [*([_quote(whole)] if whole else []), expression(clauses, require_all)]
    return [_found(f"{COLUMNS[0]} : ({one})") for one in asked]


def anywhere(clauses, require_all):
    return _found(expression(clauses, require_all))


def _found(asked):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT group_concat(rowid) FROM {TABLE} WHERE {TABLE} MATCH %s", [asked])  # noqa: S608
        return numbers(cursor.fetchone()[0])


def ids():
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT rowid FROM {TABLE}")  # noqa: S608
        return {pk for (pk,) in cursor.fetchall()}


def damaged(documents):
    stored = {}
    with connection.cursor() as cursor:
        for start in range(0, len(documents), _CHUNK):
            some = [document.id for document in documents[start : start + _CHUNK]]
            marks = ", ".join(["%s"] * len(some))
            cursor.execute(f"SELECT rowid, {', '.join(COLUMNS)} FROM {TABLE} WHERE rowid IN ({marks})", some)  # noqa: S608
            stored |= {pk: texts for pk, *texts in cursor.fetchall()}
    return [
        document.id
        for document in documents
        if stored.get(document.id) != [" ".join(document.tokens(column)) for column in COLUMNS]
    ]


def lock():
    """Nothing to do: SQLite has one writer at a time."""


def expression(clauses, require_all):
    """Return the FTS5 expression of cleaned ``clauses``."""
    joint = " AND " if require_all else " OR "
    return joint.join(
        "(" + " OR ".join("(" + " AND ".join(map(_quote, tokens)) + ")" for tokens in clause) + ")"
        for clause in clauses
    )


def _quote(token):
    word, star = (token[:-1], "*") if token.endswith("*") else (token, "")
    return '"' + word.replace('"', '""') + '"' + star
