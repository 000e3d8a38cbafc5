"""The board: what the finder asks of the timetable for one question. Filters, facets with exact counts, orders."""

from bisect import bisect_left
from functools import cached_property

from search import index
from search.board import order
from search.board.alternatives import alternatives
from search.board.bits import positions
from search.board.places import rows_with_places, rows_with_places_of
from search.language.text import query_tokens

#: Facets counted for the finder.
FACETS = ("subject", "street", "audience", "weekday", "time", "delivery", "free", "places", "kind")


class Board:
    """One question's view of the Timetable. A *mask* is a set of rows, held as a whole number (bits.py)."""

    def __init__(self, timetable):
        self.timetable, self.layout = timetable, timetable.layout

    @cached_property
    def with_places(self):
        """The rows with places left, read once for this question."""
        return rows_with_places(self.timetable)

    # ---------------------------------------------------------------- sets of rows

    def rows(self, field, value):
        """Return the mask of one filter of FinderForm and its value; several values by commas are any of them."""
        if field == "places":
            return self.with_places
        if isinstance(value, str) and "," in value:
            mask = 0
            for one in value.split(","):
                mask |= self.timetable.rows(field, one)
            return mask
        return self.timetable.rows(field, value)

    def select(self, chosen):
        """Return the mask of what meets every filter in ``chosen`` ({field: value}); all of it in one class run."""
        mask = self.layout.all
        for field, value in chosen.items():
            mask &= self.rows(field, value)
        return mask

    def mask_of(self, page_ids):
        """Return the mask of all rows of these pages; what is no public course or event has none."""
        numbers = map(self.timetable.number_of, page_ids)
        return self.layout.rows_of_all(number for number in numbers if number is not None)

    def among(self, page_ids, mask):
        """Yield those of ``page_ids`` that have a row in ``mask``, in their order: for thousands of which few are wanted.

        The same as filter(self.has(mask), page_ids), written out: three calls for each id were a fifth of a search.
        """
        data, starts, pages = self.layout.bytes_of(self.layout.pages_in(mask)), self.layout.starts, self.timetable.pages
        size = len(pages)
        for page in page_ids:
            number = bisect_left(pages, page)
            if number < size and pages[number] == page:
                last = starts[number + 1] - 1
                if data[last >> 3] >> (last & 7) & 1:
                    yield page

    def has(self, mask):
        """Return a function that tells of a page's id whether it has a row in ``mask``: for many pages at once."""
        number_of, has = self.timetable.number_of, self.layout.has(mask)
        return lambda page: (number := number_of(page)) is not None and bool(has(number))

    def rows_of_each(self, page_ids, mask):
        """Return {page id: its rows in ``mask``} of a few pages; one without such a row is absent."""
        holds, starts, found = self.layout.holds(mask), self.layout.starts, {}
        for page in page_ids:
            if (number := self.timetable.number_of(page)) is not None and (
                rows := [row for row in range(starts[number], starts[number + 1]) if holds(row)]
            ):
                found[page] = rows
        return found

    def placed_among(self, rows_of):
        """Return the set of those rows ({page id: rows}) with places left, by the cheaper of two ways."""
        rows = [row for those in rows_of.values() for row in those]
        if "with_places" in self.__dict__:  # read for this question already
            return set(filter(self.layout.holds(self.with_places), rows))
        return set(rows_with_places_of(self.timetable, rows_of, rows)) if rows else set()

    def told(self, words):
        """Return the rows of the pages whose title has one of ``words``: looked up once while the timetable is kept."""
        kept, words = self.timetable.told, tuple(sorted(set(words)))
        if words not in kept:  # another title is another timetable (search/signals.py)
            kept[words] = self.mask_of(index.having([query_tokens(word) for word in words]))
        return kept[words]

    def within(self, distances, km):
        """Return the rows at places nearer than ``km`` ({centre pk: Distance})."""
        mask = 0
        for centre, distance in distances.items():
            if distance.km is not None and distance.km < km:
                mask |= self.timetable.rows("centre", centre)
        return mask

    def count(self, mask):
        """Return how many pages have a row in ``mask``."""
        return self.layout.count(mask)

    def ids(self, mask):
        """Return the ids of those pages, ascending."""
        return [self.timetable.pages[number] for number in self.layout.numbers_in(mask)]

    def runs(self, page_id, mask):
        """Return the primary keys of the page's class runs in ``mask``: what is to start, soonest first, then what has begun."""
        number = self.timetable.number_of(page_id)
        if number is None:
            return []
        mine = self.layout.rows_of(number) & mask & self.timetable.with_run
        coming, begun = mine & self.timetable.upcoming, mine & self.timetable.under_way
        return [self.timetable.run(row) for row in positions(coming) + positions(begun)[::-1]]

    def facets(self, chosen, within=None, fields=FACETS, met=None):
        """Return {field: {value: number of pages}}, each field counted with all filters but its own.

        ``within``: only these rows. ``met``: {field: mask} known already, instead of what ``chosen`` says.
        A value that no page has is left out.
        """
        masks = {field: self.rows(field, value) for field, value in chosen.items()} | (met or {})
        counted = {}
        for field in fields:
            mask = self.layout.all if within is None else within
            for other, rows in masks.items():
                if other != field:
                    mask &= rows
            numbers = {value: self.count(mask & self.rows(field, value)) for value in self.timetable.values(field)}
            counted[field] = {value: number for value, number in numbers.items() if number}
        return counted

    # ---------------------------------------------------------------- orders

    def soonest(self, mask, start=0, size=None):
        """Return the ids of pages in ``mask``: what can be joined by next start, then the rest, then those without a run.

        ``start``, ``size``: only that part of the list.
        """
        pages = order.by_start(self, mask)
        return pages[start : None if size is None else start + size]

    def nearest(self, mask, distances):
        """Return the ids by the distance of the nearest run in ``mask`` as a lazy sequence (nearby.distances)."""
        return order.by_distance(self, mask, distances)

    def best(self, scored, mask, distances=None):
        """Return the ids of ``scored`` ([(page id, score)]), best first: distance and places count a little (order.py)."""
        return order.by_score(self, scored, mask, distances)

    def alternatives(self, runs, places):
        """Return {run pk: (other run's pk, km or None)} for full ``runs``: the nearest one with places (alternatives.py)."""
        return alternatives(self, runs, places)
