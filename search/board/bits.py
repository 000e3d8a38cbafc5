"""Sets of rows as whole numbers, one bit per row, with the rows of a page side by side. Pure arithmetic.

Row 0 is the lowest bit. Every question is a few operations on numbers of n/8 bytes, which
Python does at the speed of the machine: 100,000 rows in a few microseconds (docs/mechanisms/board.md).
"""

from array import array
from bisect import bisect_right
from functools import cached_property, reduce
from itertools import accumulate, compress
from operator import and_, mul

#: The bits of each byte, lowest first.
_BITS_OF = [tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256)]


class Layout:
    """Where each page's rows lie: page number i has the rows from ``starts[i]`` to ``starts[i + 1]``, at least one."""

    def __init__(self, counts):
        self._counts = counts
        self.starts = array("I", accumulate(counts, initial=0))
        self.rows = self.starts[-1]
        self.all = (1 << self.rows) - 1
        ends = {count: b"0" * (count - 1) + b"1" for count in set(counts)}
        self._last = int(b"".join(map(ends.__getitem__, counts))[::-1] or b"0", 2)
        self._first = (self._last << 1 | 1) & self.all
        self._but_last = self.all ^ self._last

    def pages_in(self, rows):
        """Return the set of pages that have a row in ``rows``, as the last row of each: to be counted, joined, taken away."""
        # Any bit of a page carries into its last one, and no further: that one is left out of the sum.
        return ((rows & self._but_last) + self._but_last | rows) & self._last

    def firsts(self, rows):
        """Return the lowest of ``rows`` of each page."""
        # One is taken away from each page's number; its last bit is set before, so that nothing is borrowed from the next.
        return rows ^ rows & (rows | self._last) - self._first

    def count(self, rows):
        """Return how many pages have a row in ``rows``."""
        return self.firsts(rows).bit_count()

    def numbers_in(self, rows):
        """Return the numbers of the pages in ``rows``, ascending."""
        return [self.number_of(row) for row in positions(self.pages_in(rows))]

    def number_of(self, row):
        """Return the number of the page that ``row`` belongs to."""
        return bisect_right(self.starts, row) - 1

    def rows_of(self, number):
        """Return all rows of page ``number``."""
        return (1 << self.starts[number + 1]) - (1 << self.starts[number])

    def rows_of_all(self, numbers):
        """Return all rows of these pages."""
        firsts = _from_rows((self.starts[number] for number in numbers), self.rows)
        lasts = self.pages_in(firsts)
        return lasts | lasts - firsts

    def has(self, rows):
        """Return a function that tells of a page's number whether it has a row in ``rows``: for many questions at once."""
        starts, holds = self.starts, self.holds(self.pages_in(rows))
        return lambda number: holds(starts[number + 1] - 1)

    def holds(self, rows):
        """Return a function that tells of a row whether it is in ``rows``: for many questions at once."""
        data = self.bytes_of(rows)
        return lambda row: data[row >> 3] >> (row & 7) & 1

    def bytes_of(self, rows):
        """Return ``rows`` as bytes, the lowest bits first."""
        return rows.to_bytes(self.rows // 8 + 1, "little")

    def spread(self, codes):
        """Return one code for each row from one for each page, as bytes."""
        return b"".join(map(mul, map(_ONE_BYTE.__getitem__, codes), self._counts))


#: So few rows are found one by one sooner than by looking through all bytes.
_FEW = 16
_ONE_BYTE = [bytes((code,)) for code in range(256)]


def _from_rows(rows, size):
    data = bytearray(size // 8 + 1)
    for row in rows:
        data[row >> 3] |= 1 << (row & 7)
    return int.from_bytes(data, "little")


def positions(rows):
    """Return the rows of a set as a list of numbers, ascending."""
    found = []
    if rows.bit_count() <= _FEW:
        while rows:
            lowest = rows & -rows
            found.append(lowest.bit_length() - 1)
            rows ^= lowest
        return found
    data = rows.to_bytes((rows.bit_length() + 7) // 8, "little")
    return [at * 8 + bit for at in compress(range(len(data)), data) for bit in _BITS_OF[data[at]]]


class Column:
    """A small code for each row, 0 for none; the set of rows with a code is made when it is first asked for."""

    def __init__(self, codes):
        self._codes = bytes(codes)[::-1]
        self._made = {}

    def code(self, row):
        return self._codes[-1 - row]

    def codes(self):
        return self._codes[::-1]

    def rows(self, code):
        """Return the rows that have ``code``."""
        return self.rows_with(255, code)

    def rows_with(self, bits, code):
        """Return the rows whose code, of those ``bits`` only, is ``code``."""
        if (bits, code) not in self._made:
            self._made[bits, code] = self.made(bits, code)
        return self._made[bits, code]

    def made(self, bits, code):
        """Return the same, made anew and not kept."""
        has_it = bytes(49 if one & bits == code else 48 for one in range(256))
        return int(self._codes.translate(has_it) or b"0", 2)


class Numbers:
    """A whole number below 2**32 for each row, 0 for none: a Column for each of its bytes that is not 0 everywhere."""

    def __init__(self, data, spread=bytes):
        """``data``: four bytes for each number, the low one first. ``spread`` makes those of rows of them (Layout.spread)."""
        self._bytes = {at: codes for at in range(4) if any(codes := data[at::4])}
        self._spread = spread
        self._made = {}

    @cached_property
    def _columns(self):
        """{place of the byte in the number: Column}"""
        return {at: Column(self._spread(codes)) for at, codes in self._bytes.items()}

    def rows(self, number):
        """Return the rows that have ``number``; none for 0."""
        if number not in self._made:
            self._made[number] = self._rows(number)
        return self._made[number]

    def _rows(self, number):
        if not 0 < number < 1 << 32:
            return 0
        codes, columns = number.to_bytes(4, "little"), self._columns
        if any(code for at, code in enumerate(codes) if at not in columns):
            return 0
        return reduce(and_, [column.made(255, codes[at]) for at, column in columns.items()])

    def at(self, row):
        """Return the number of ``row``."""
        return sum(column.code(row) << 8 * at for at, column in self._columns.items())

    @cached_property
    def values(self):
        """The numbers that some row has, in order."""
        places = [8 * at for at in self._columns]
        found = set(zip(*(column.codes() for column in self._columns.values()), strict=True))
        numbers = (sum(code << place for code, place in zip(codes, places, strict=True)) for codes in found)
        return sorted(filter(None, numbers))
