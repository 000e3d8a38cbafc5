"""What the board asks of the databases beyond the ORM: a hundred thousand rows as one text instead of as many tuples.

Each difference between SQLite and PostgreSQL is one function here.
"""

import sys
from array import array

from django.db import connections, models
from django.db.models.expressions import RawSQL

#: SQLite writes 15 bits as a character. From here on there is no NUL, and 15 bits more reach no surrogate, which no
#: encoding carries.
_FIRST = 1 << 14
_BITS = 15
_MASK = (1 << _BITS) - 1
LAST_DAY = 38_000


class Key(models.Func):
    """A primary key or another number below 2**30 for ``read``, 0 for none."""

    output_field = models.IntegerField()

    def as_sqlite(self, compiler, connection, **context):
        number = "coalesce(%(expressions)s, 0)"
        halves = f"({number} & {_MASK}) + {_FIRST}, ({number} >> {_BITS}) + {_FIRST}"
        return self.as_sql(compiler, connection, template=halves, **context)

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="coalesce(%(expressions)s, 0)", **context)


class Two(models.Func):
    """Two numbers as one for ``read``: the first up to LAST_DAY, the second, below 2**15, in the low bits (``firsts``)."""

    output_field = models.IntegerField()
    arity = 2

    def as_sqlite(self, compiler, connection, **context):
        (first, first_params), (second, params) = map(compiler.compile, self.get_source_expressions())
        return f"({second}) + {_FIRST}, ({first}) + {_FIRST}", [*params, *first_params]

    def as_postgresql(self, compiler, connection, **context):
        (first, first_params), (second, params) = map(compiler.compile, self.get_source_expressions())
        return f"({first}) << {_BITS} | ({second})", [*first_params, *params]


class _Packed(models.Func):
    """All numbers of a row as one value: two characters for each, or four bytes."""

    output_field = models.TextField()

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="char(%(expressions)s)", **context)

    def as_postgresql(self, compiler, connection, **context):
        compiled = [compiler.compile(one) for one in self.get_source_expressions()]
        numbers = [f"({one})" for one, _params in compiled]
        eights = [
            f"int8send({one}::bigint << 32 | {other})" for one, other in zip(numbers[::2], numbers[1::2], strict=True)
        ]
        return " || ".join(eights), [param for _sql, params in compiled for param in params]


class Days(models.Func):
    """The number of a day, growing by one each day; from 1 (long ago) to LAST_DAY (the year 2074 and later)."""

    output_field = models.IntegerField()

    def as_sqlite(self, compiler, connection, **context):
        days = "cast(julianday(%(expressions)s) - 2440587.5 as int)"
        return self.as_sql(compiler, connection, template=f"min(max(1, {days}), {LAST_DAY})", **context)

    def as_postgresql(self, compiler, connection, **context):
        days = "%(expressions)s - date '1970-01-01'"
        return self.as_sql(compiler, connection, template=f"least(greatest(1, {days}), {LAST_DAY})", **context)


class Unindexed(models.Func):
    """A column that no index is to be looked up by, because another index has all columns and the order."""

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="%(expressions)s", **context)


def whole(numbers):
    """Return whole numbers for an ``__in``, written into the statement: a parameter for each costs more than the answer."""
    return RawSQL(",".join(map(str, map(int, numbers))) or "NULL", ())  # noqa: S611  digits and commas


def read(rows, *numbers):
    """Return the numbers of each of ``rows`` (an ordered queryset), one after another, as an array of 32 bits each.

    ``numbers``: an even number of ``Key`` and ``Two``. The database joins all rows to one value in their order: a quarter
    of the time of fetching them, and no object for each.
    """
    packed = rows.annotate(_packed=_Packed(*numbers)).values_list("_packed")
    joins = {"sqlite": "group_concat(part, '')", "postgresql": "string_agg(part, ''::bytea)"}
    value = _joined(rows.db, packed.query, joins)
    if isinstance(value, str):
        return _from_characters(value)
    return array_of("I", value or b"", "big")


def _from_characters(text):
    """Return the numbers that are two characters each, the low half first: all at once, as one long number."""
    data = text.encode("utf-16-le")
    size = len(data) // 4
    halves = int.from_bytes(data, "little") - _repeated(_FIRST << 16 | _FIRST, size)
    high = _repeated(0xFFFF0000, size)
    return array_of("I", ((halves & high) >> 1 | halves & high >> 16).to_bytes(len(data), "little"))


def _repeated(number, size):
    return int.from_bytes(number.to_bytes(4, "little") * size, "little")


def read_text(rows, field):
    """Return one whole number of each of ``rows`` as a text with commas: to be compared at once, seldom to be read."""
    joins = {"sqlite": "group_concat(part, ',')", "postgresql": "string_agg(part::text, ',')"}
    return _joined(rows.db, rows.order_by().values_list(field).query, joins) or ""


def _joined(alias, query, joins):
    connection = connections[alias]
    sql, params = query.get_compiler(connection=connection).as_sql()
    with connection.cursor() as cursor:
        # Both databases join in the order of the inner query: PostgreSQL says so (§ 9.21), SQLite flattens no
        # ordered query into an aggregate (select.c, flattenSubquery, 16).
        cursor.execute(f"WITH packed(part) AS ({sql}) SELECT {joins[connection.vendor]} FROM packed", params)  # noqa: S608
        return cursor.fetchone()[0]


def firsts(numbers):
    """Return the first of ``Two`` for each of ``numbers``, as an array of 16 bits each."""
    shifted = int.from_bytes(bytes_of(numbers), "little") >> _BITS
    return array_of("H", shifted.to_bytes(4 * len(numbers), "little"))[0::2]


def bytes_of(numbers):
    """Return an array as bytes, the low one of each number first."""
    return array_of(numbers.typecode, numbers).tobytes()


def array_of(kind, data, order="little"):
    """Return ``data`` as an array; ``order``: of the bytes of each number."""
    made = array(kind, data)
    if sys.byteorder != order:
        made.byteswap()
    return made
