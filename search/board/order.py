"""The orders of the finder: soonest, nearest, best. Equal ones take turns from day to day, the same for all readers of a day.

A list is cut from sets of rows: only the part that is shown is looked at page by page.
"""

import math
from collections.abc import Sequence

from search.board.bits import positions

_PRIME = 2**31 - 1
#: So few rows are put in order one by one; more are taken in blocks.
_FEW = 1500
_LAST = 1 << 16
_UNKNOWN = (9,)  # after every Distance.order
#: Relevance that counts as the same: inside it distance, places and date decide.
BAND = 0.02
_NEAR_WEIGHT, _NEAR_KM, _PLACES_WEIGHT = 0.35, 2.5, 0.08  # search.md says 0.15: that puts 盘扣 before 服装制作工


def turn(page, day):
    """Return the place of ``page`` among equals on ``day`` (a whole number for each day): no page is always last."""
    return (page * (day * 40_503 + 1) * 2_654_435_761) % _PRIME


class Pages(Sequence):
    """Ids of pages in an order that is made block by block.

    ``blocks`` yields (how many pages, function that returns their numbers in order); a
    page is in one block only. What lies before a slice is counted, not made.
    """

    def __init__(self, board, size, blocks):
        self._board, self._size, self._blocks = board, size, blocks

    def __len__(self):
        return self._size

    def __getitem__(self, at):
        if not isinstance(at, slice):
            return self._part(range(self._size)[at], 1)[0]
        start, stop, step = at.indices(self._size)
        return self._part(start, stop - start)[::step] if step > 0 else list(self)[at]

    def __iter__(self):
        return iter(self._part(0, self._size))

    def _part(self, start, size):
        found = []
        for count, numbers in self._blocks():
            if start >= count:
                start -= count
                continue
            found += numbers()[start : start + size - len(found)]
            start = 0
            if len(found) >= size:
                break
        pages = self._board.timetable.pages
        return [pages[number] for number in found]


def by_start(board, mask):
    """Return Pages by the next start that can be joined in ``mask``, then the rest, then those without a run."""
    return _pages(board, mask, lambda: _by_start(board, mask))


def by_distance(board, mask, distances):
    """Return Pages by the place of their nearest run in ``mask``.

    Own street's places first, then by metres, what is not known last; at the same
    distance runs with places first, then by start.
    """
    return _pages(board, mask, lambda: _by_distance(board, mask, distances), distances)


def _pages(board, mask, blocks, distances=None):
    if mask.bit_count() <= _FEW:
        numbers = _one_by_one(board, mask, distances)
        return Pages(board, len(numbers), lambda: [(len(numbers), lambda: numbers)])
    return Pages(board, board.count(mask), blocks)


def _one_by_one(board, mask, distances):
    """Return the numbers of the pages in ``mask`` in order, looking at each row: the plain way, quick for few."""
    timetable, layout = board.timetable, board.layout
    placed = set(positions(mask & board.with_places)) if distances else ()
    best = {}
    for row in positions(mask):
        start = timetable.joins_on[row]
        # After every date: first what is under way or closed, then what has no run.
        key = start if start >= timetable.day else _LAST if start == timetable.no_date else _LAST - 1
        if distances:
            far = distances.get(timetable.centre(row))
            key = (far.order if far else _UNKNOWN, row not in placed, key)
        number = layout.number_of(row)
        if number not in best or key < best[number]:
            best[number] = key
    day, pages = timetable.day, timetable.pages
    return [number for _key, _turn, number in sorted((key, turn(pages[at], day), at) for at, key in best.items())]


def _by_start(board, mask, seen=0):
    """Yield the blocks of pages in ``mask`` by start, without those in ``seen`` (Layout.pages_in)."""
    timetable, layout = board.timetable, board.layout
    soonest = layout.firsts(mask & timetable.upcoming)
    left = layout.pages_in(mask) & ~seen
    coming = layout.pages_in(soonest) & left
    for code in timetable.bands if coming else ():
        rows = soonest & timetable.band(code)
        pages = layout.pages_in(rows) & left if seen else rows
        if pages:
            yield pages.bit_count(), lambda rows=rows, pages=pages: _days_in_order(board, rows, pages)
    left &= ~coming
    begun = layout.pages_in(mask & timetable.under_way) & left
    for pages in (begun, left & ~begun):
        if pages:
            yield pages.bit_count(), lambda pages=pages: _in_turn(board, pages)


def _days_in_order(board, rows, pages):
    timetable, layout = board.timetable, board.layout
    wanted = set(layout.numbers_in(pages))
    found = []
    for row in positions(rows):
        number = layout.number_of(row)
        if number in wanted:
            found.append((timetable.joins_on[row], turn(timetable.pages[number], timetable.day), number))
    return [number for _day, _turn, number in sorted(found)]


def _in_turn(board, pages):
    timetable = board.timetable
    numbers = board.layout.numbers_in(pages)
    return sorted(numbers, key=lambda number: turn(timetable.pages[number], timetable.day))


def _by_distance(board, mask, distances):
    layout, seen = board.layout, 0
    for ring in [*_rings(board, distances), mask]:
        for rows in (mask & ring & board.with_places, mask & ring & ~board.with_places):
            if rows:
                yield from _by_start(board, rows, seen)
                seen |= layout.pages_in(rows)


def _rings(board, distances):
    """Return sets of rows, nearest first: one for all places at the same distance."""
    rings = {}
    for centre in board.timetable.centres():
        if centre in distances:
            far = distances[centre].order
            rings[far] = rings.get(far, 0) | board.rows("centre", centre)
    return [rings[far] for far in sorted(rings)]


def by_score(board, scored, mask, distances):
    """Return the page ids of ``scored`` ([(page id, score)]), best first, with distance and places blended in.

    ``mask``: the runs that count for a page. What is no course or event keeps its bare score.
    """
    standing = _standing(board, [page for page, _score in scored], mask, distances or {})
    day, nowhere = board.timetable.day, (math.inf, False, math.inf)
    keyed = []
    for page, score in scored:
        km, has_places, start = standing.get(page, nowhere)
        score *= 1 + _NEAR_WEIGHT * math.exp(-km / _NEAR_KM) + _PLACES_WEIGHT * has_places
        keyed.append((-round(score / BAND), km, not has_places, start, turn(page, day), page))
    return [key[-1] for key in sorted(keyed)]


def _standing(board, pages, mask, distances):
    """Return {page id: (km to its nearest run, whether a run has places, its next start)} over the runs in ``mask``."""
    timetable = board.timetable
    rows_of = board.rows_of_each(pages, mask & timetable.with_run)
    placed = board.placed_among(rows_of)
    km = {centre: one.km for centre, one in distances.items() if one.km is not None}
    found = {}
    for page, rows in rows_of.items():
        starts = [start for start in map(timetable.joins_on.__getitem__, rows) if start >= timetable.day]
        found[page] = (
            min(km.get(timetable.centre(row), math.inf) for row in rows) if km else math.inf,
            not placed.isdisjoint(rows),
            min(starts, default=math.inf),
        )
    return found
