"""The timetable as sets of rows: what each worker keeps of it until it changes or the day is over.

A row is a published class run that is not over, of a live and public course or event; a
page without one has a single row of its own. Places are not kept (places.py).
"""

import datetime
from bisect import bisect_left
from collections import Counter
from functools import cached_property
from itertools import accumulate, compress, repeat
from operator import not_

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, F, IntegerField, Value, When
from django.utils import timezone

from courses.models import CoursePage
from events.models import EventPage
from network.models import StreetPage
from search.board import sql
from search.board.bits import Column, Layout, Numbers
from search.enums import Kind
from search.state import give_back
from timetable.enums import ClassRunStatus, Delivery, TimeOfDay
from timetable.models import Audience, ClassRun, LearningPage, Subject

_EPOCH = datetime.date(1970, 1, 1)
_KINDS = {Kind.COURSE: CoursePage, Kind.EVENT: EventPage}
#: How many sets the days from today on are put into, each looked through at once when rows are ordered.
_BANDS = 120
_NO_RUN, _UNDER_WAY, _FIRST_BAND = 0, 1, 2  # codes of a row's band

# What is read of a page (its key, subject, street, type) and of a run (its key, page, place, and two numbers in one):
# so many numbers each (sql.read), of four bytes.
_PAGE = _RUN = 4
_RUN_BYTES = 4 * _RUN
# The two numbers of a run are the day it can be joined on and its facts: a bit for each weekday and one for free in the
# low byte, in the one above it the time and the way it is given.
_FREE = 1 << 7
_TIMES = {value: code for code, value in enumerate(TimeOfDay.values, start=1)}
_DELIVERIES = {value: code << 3 for code, value in enumerate(Delivery.values, start=1)}


class Timetable:
    """Facts of every row, for one day. Nothing changes once it is made; a set of rows is made when first asked for."""

    def __init__(self, today):
        self.today, self.day = today, (today - _EPOCH).days
        pages = _read_pages()
        self.pages = pages[0::_PAGE]
        runs, counts = _by_page(_read_runs(today), self.pages)
        self.layout = Layout([count or 1 for count in counts])
        self._facts_of_pages(pages)
        self._facts_of_runs(runs)
        self.with_run = self.layout.all ^ self.band(_NO_RUN)
        self.under_way = self.band(_UNDER_WAY)
        self.upcoming = self.with_run ^ self.under_way
        self.told = {}  # {words: rows of the pages with one of them in the title}: Board.told
        self.places_seen = (None, None)  # (what the database answered, the rows with places then): places.py

    def _facts_of_pages(self, pages):
        codes = Subject.objects.values_list("code", "pk")
        slugs = StreetPage.objects.values_list("slug", "pk")
        types = [(kind.value, ContentType.objects.get_for_model(model).pk) for kind, model in _KINDS.items()]
        self._named = {"subject": dict(codes), "street": dict(slugs), "kind": dict(types)}
        columns = [sql.bytes_of(pages[at::_PAGE]) for at in range(1, _PAGE)]
        self._facts = {
            field: Numbers(data, self.layout.spread) for field, data in zip(self._named, columns, strict=True)
        }

    def _facts_of_runs(self, data):
        keys = sql.array_of("I", data)
        self._runs = keys[0::_RUN]
        self._centres = Numbers(sql.bytes_of(keys[2::_RUN]))
        self.joins_on = sql.firsts(keys[3::_RUN])
        self._low, self._high = Column(data[12::_RUN_BYTES]), Column(data[13::_RUN_BYTES])
        codes, self.bands = _bands(self.joins_on, self.day)
        self._bands = Column(map(codes.__getitem__, self.joins_on))

    @cached_property
    def _audiences(self):
        """{code: rows}, read when first asked for, as the only facts. That is later than the rows, so never older than the token."""
        found = _read_audiences(self.pages, self.layout)
        give_back()
        return found

    def number_of(self, page):
        """Return the number of the page with this id, None for what is no public course or event."""
        # They are in order, and a dict of them would be most of a worker's board.
        number = bisect_left(self.pages, page)
        return number if number < len(self.pages) and self.pages[number] == page else None

    #: What joins_on is for a row without a run.
    no_date = 0

    # ---------------------------------------------------------------- sets of rows

    def band(self, code):
        return self._bands.rows(code)

    def values(self, field):
        """Return the values that ``field`` may have in some row."""
        if field in _FIXED:
            return _FIXED[field]
        return self._audiences if field == "audience" else self._named[field]

    def rows(self, field, value):
        """Return the rows where ``field`` is ``value``, as the finder's form writes it; none for what is not known."""
        match field:
            case "audience":
                return self._audiences.get(value, 0)
            case "weekday":
                bits = [1 << int(day) - 1 for day in value.split(",")]
                return _any(self._low.rows_with(bit, bit) for bit in bits)
            case "free":
                return self._low.rows_with(_FREE, _FREE)
            case "time":
                return self._high.rows_with(0b111, _TIMES.get(value, -1))
            case "delivery":
                return self._high.rows_with(0b111000, _DELIVERIES.get(value, -1))
            case "centre":
                return self._centres.rows(int(value))
            case _:
                return self._facts[field].rows(self._named[field].get(value, 0))

    def centres(self):
        """Return the primary keys of the places where something is held."""
        return self._centres.values

    def same(self, field, row):
        """Return the rows where ``field`` ("subject", "kind") is what it is in ``row``; none where it is nothing there."""
        return self._facts[field].rows(self._facts[field].at(row))

    # ---------------------------------------------------------------- class runs

    def run(self, row):
        """Return the primary key of the class run of ``row``."""
        return self._runs[row]

    def centre(self, row):
        """Return the primary key of the place of ``row``, 0 where the page has no run."""
        return self._centres.at(row)

    def of_runs(self, keys):
        """Return the rows of the class runs with these primary keys."""
        wanted = set(keys)
        return Column(map(wanted.__contains__, self._runs)).rows(1)


_FIXED = {"weekday": "1234567", "time": _TIMES, "delivery": _DELIVERIES, "free": (True,), "places": (True,)}


def _any(sets):
    found = 0
    for rows in sets:
        found |= rows
    return found


# ---------------------------------------------------------------- reading


def _read_pages():
    pages = LearningPage.objects.live().public().order_by("pk")
    return sql.read(pages, *map(sql.Key, ["pk", "subject_id", "street_id", "content_type_id"]))


def runs_to_read(today):
    """Return the runs of the board in the order and with the columns of the index run_of_learning: the table is not touched."""
    runs = ClassRun.objects.alias(state=sql.Unindexed("status"), last=sql.Unindexed("ends_on"))
    return runs.filter(state=ClassRunStatus.PUBLISHED, last__gte=today).order_by("learning_id", "status", "starts_on")


def _read_runs(today):
    keys = map(sql.Key, ["pk", "learning_id", "centre_id"])
    return sql.read(runs_to_read(today), *keys, sql.Two(_joins_on(), _facts()))


def _joins_on():
    """The expression of the day that rows are ordered by: the start, or long ago where enrolment is over.

    A run whose enrolment has ended stands with those under way, behind all that can still be joined. Ended is as of
    the loading: one that ends in the course of a day sinks with the next loading, at the latest tomorrow.
    """
    return Case(When(enrol_closes_at__lte=timezone.now(), then=Value(1)), default=sql.Days("starts_on"))


def _facts():
    """The expression of a run's facts: see _FREE, _TIMES, _DELIVERIES."""
    times = [
        When(starts_at__lt=time.hours[1], then=_TIMES[time.value] << 8) for time in TimeOfDay
    ]  # one after the other
    ways = [When(delivery=value, then=code << 8) for value, code in _DELIVERIES.items()]
    number = {"default": 0, "output_field": IntegerField()}
    return F("weekdays") + Case(When(fee_fen=0, then=_FREE), **number) + Case(*times, **number) + Case(*ways, **number)


def _by_page(runs, pages):
    """Return the bytes of ``runs`` in the order of ``pages`` (their keys) and how many runs each has.

    Runs of pages that nobody may see fall out; a page without a run gets a blank row.
    """
    counts = Counter(runs[1::_RUN])  # in the order of the query, which is that of the pages
    numbers = list(map(counts.get, pages, repeat(0)))
    data = sql.bytes_of(runs)
    if sum(numbers) * _RUN < len(runs):
        data = _without(data, counts, counts.keys() - set(pages))
    ends = accumulate((number * _RUN_BYTES for number in numbers), initial=0)
    blanks = list(compress(ends, map(not_, numbers)))
    parts = [data[start:end] for start, end in zip([0, *blanks], [*blanks, len(data)], strict=True)]
    return bytes(_RUN_BYTES).join(parts), numbers


def _without(data, counts, hidden):
    """Return ``data`` without the runs of the pages in ``hidden``."""
    ends = accumulate(count * _RUN_BYTES for count in counts.values())
    return b"".join(
        data[end - count * _RUN_BYTES : end]
        for (page, count), end in zip(counts.items(), ends, strict=True)
        if page not in hidden
    )


def _read_audiences(pages, layout):
    """Return {code: rows}; ``pages``: their keys in order. Who asks for elders' courses may join those for everyone too."""
    audiences = list(Audience.objects.all())
    places = {one.pk: divmod(at, 8) for at, one in enumerate(audiences)}  # a bit for each, eight in a byte
    rows = LearningPage.audiences.through.objects.order_by("learningpage_id", "audience_id")
    keys = sql.read(rows, sql.Key("learningpage_id"), sql.Key("audience_id"))
    number, size = 0, len(pages)
    marks = [bytearray(size) for _eight in range(0, len(audiences), 8)]
    for page, audience in zip(keys[0::2], keys[1::2], strict=True):  # both are in order: no dict of all pages
        while number < size and pages[number] < page:
            number += 1
        if number < size and pages[number] == page and audience in places:
            byte, bit = places[audience]
            marks[byte][number] |= 1 << bit
    columns = [Column(layout.spread(those)) for those in marks]
    sets = {
        one: columns[byte].rows_with(1 << bit, 1 << bit)
        for one, (byte, bit) in zip(audiences, places.values(), strict=True)
    }
    everyone = _any(rows for one, rows in sets.items() if one.is_everyone)
    return {one.code: rows | everyone for one, rows in sets.items()}


def _bands(joins_on, today):
    """Return ({day: code}, [code of each band, soonest first]): days from today on in sets of about as many rows."""
    days = Counter(joins_on)
    codes = {day: _UNDER_WAY if day else _NO_RUN for day in days if day < today}
    coming = sorted(day for day in days if day >= today)
    full = max(1, sum(days[day] for day in coming) // _BANDS)
    code, rows = _FIRST_BAND, 0
    for day in coming:
        if rows >= full:
            code, rows = code + 1, 0
        codes[day] = code
        rows += days[day]
    return codes, list(range(_FIRST_BAND, code + 1)) if coming else []
