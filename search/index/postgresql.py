"""The index in tsvectors with GIN. Vectors and questions are literals ('太极'): no parser and no locale reads them."""

from django.db import connection

from search.index import COLUMNS, numbers, title_token

#: A row in each of two partitions for an entry. GIN knows rows and no columns, and each hit is fetched: the titles stand
#: by themselves because their rows are a fifth as long, and few questions need more.
TABLE, _TITLES, _TEXTS = "search_text", "search_text_titles", "search_text_texts"
_CHUNK = 200
_LOCK = 0x5EA2C4


def write(documents):
    with connection.cursor() as cursor:
        for rows in _chunks(documents):
            marks = ", ".join(["(%s, %s, %s::tsvector)"] * len(rows))
            cursor.execute(
                f"INSERT INTO {TABLE} (rowid, is_title, words) VALUES {marks} "  # noqa: S608
                "ON CONFLICT (rowid, is_title) DO UPDATE SET words = EXCLUDED.words",
                [value for row in rows for value in row],
            )


def delete(ids):
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE rowid = ANY(%s)", [list(ids)])  # noqa: S608


def in_title(clauses, require_all, whole=""):
    return _found(_TITLES, [*([_quote(whole)] if whole else []), expression(clauses, require_all)])


def anywhere(clauses, require_all):
    (found,) = _found(_TEXTS, [expression(clauses, require_all)])
    return found


def _found(table, questions):
    """Return the rows that each of ``questions`` finds, in one statement."""
    one = f"(SELECT array_to_string(array_agg(rowid), ',') FROM {table} WHERE words @@ CAST(%s AS tsquery))"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join([one] * len(questions))}", questions)
        return list(map(numbers, cursor.fetchone()))


def ids():
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT rowid FROM {TABLE}")  # noqa: S608
        return {pk for (pk,) in cursor.fetchall()}


def damaged(documents):
    wrong = set()
    with connection.cursor() as cursor:
        for rows in _chunks(documents):
            marks = ", ".join(["(%s::bigint, %s::boolean, %s::tsvector)"] * len(rows))
            cursor.execute(
                f"SELECT id FROM (VALUES {marks}) AS wanted (id, is_title, words) "  # noqa: S608
                f"LEFT JOIN {TABLE} AS stored ON rowid = id AND stored.is_title = wanted.is_title "
                "WHERE stored.words IS DISTINCT FROM wanted.words",
                [value for row in rows for value in row],
            )
            wrong |= {pk for (pk,) in cursor.fetchall()}
    return [document.id for document in documents if document.id in wrong]


def lock():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _chunks(documents):
    """Yield lists of the rows of ``documents``; of two with one id the last: ON CONFLICT refuses to touch a row twice."""
    for start in range(0, len(documents), _CHUNK):
        some = {document.id: document for document in documents[start : start + _CHUNK]}
        yield [row for document in some.values() for row in _rows(document)]


def _rows(document):
    of_title = document.tokens("title")
    anywhere = [
        token for column in COLUMNS for token in document.tokens(column) if token != title_token(document.title)
    ]
    return (document.id, True, vector(of_title)), (document.id, False, vector(anywhere))


def vector(tokens):
    """Return the tsvector literal of ``tokens``, without positions because nothing is ranked here."""
    return " ".join(map(_quote, dict.fromkeys(tokens)))


def expression(clauses, require_all):
    """Return the tsquery literal of cleaned ``clauses``."""
    joint = " & " if require_all else " | "
    return joint.join(
        "(" + " | ".join("(" + " & ".join(map(_question, tokens)) + ")" for tokens in clause) + ")"
        for clause in clauses
    )


def _question(token):
    return _quote(token[:-1]) + ":*" if token.endswith("*") else _quote(token)


def _quote(token):
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"
