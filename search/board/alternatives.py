"""Where a class run is full: the nearest other one with places, for many at once and no query for each."""

import math
from itertools import islice

from django.utils import timezone

from search.board.bits import positions
from search.board.order import turn
from timetable.enums import EnrolMode
from timetable.models import ClassRun

#: How many of the same page, and then of the same subject, are looked at for each: enrolment may not be open for the nearest.
CANDIDATES = 6


def alternatives(board, runs, places):
    """Return {run pk: (other run's pk, km or None)} for ``runs`` (ClassRuns that are full); one without an answer is absent.
    ``places``: those of nearby.Geography.

    The nearest run of the same course or event with places that people can enrol in now;
    where it has none, the nearest of the same subject and kind.
    """
    rings = {centre: _rings(board, centre, places) for centre in {run.centre_id for run in runs}}
    candidates = {run.pk: list(_candidates(board, run, rings[run.centre_id])) for run in runs}
    enrollable = _enrollable({pk for those in candidates.values() for pk, _km in those})
    found = {}
    for run in runs:
        for pk, km in candidates[run.pk]:
            if pk in enrollable and pk != run.pk:
                found[run.pk] = (pk, km)
                break
    return found


def _enrollable(keys):
    """Which of these can be enrolled in now: the same rule as enrolments/alternatives.py, from the rows themselves."""
    runs = ClassRun.objects.published().upcoming().not_closed()
    runs = runs.filter(places_left__gt=0, enrol_opens_at__lte=timezone.now(), mode=EnrolMode.FIRST_COME, pk__in=keys)
    return set(runs.values_list("pk", flat=True))


def _rings(board, centre, places):
    """Return [(rows, km)] of every place, nearest to ``centre`` first; km is None where a position is unknown."""
    here = places.get(centre)
    found = []
    for other in board.timetable.centres():
        there = places.get(other)
        km = 0.0 if other == centre else None
        if km is None and here and there and here.position and there.position:
            km = here.position.metres_to(there.position) / 1000
        found.append((math.inf if km is None else km, other, km))
    return [(board.rows("centre", other), km) for _far, other, km in sorted(found, key=lambda one: one[:2])]


def _candidates(board, run, rings):
    timetable, layout = board.timetable, board.layout
    number = timetable.number_of(run.learning_id)
    if number is None:
        return
    free = timetable.upcoming & board.with_places
    mine = layout.rows_of(number)
    alike = ~mine
    for field in ("subject", "kind"):
        alike &= timetable.same(field, layout.starts[number])
    for rows in (free & mine, free & alike):
        yield from islice(_nearest(board, rows, rings), CANDIDATES)


def _nearest(board, rows, rings):
    timetable, layout = board.timetable, board.layout

    def place_in_order(row):
        return timetable.joins_on[row], turn(timetable.pages[layout.number_of(row)], timetable.day), row

    for ring, km in rings if rows else ():
        here = rows & ring
        for code in timetable.bands if here else ():
            for row in sorted(positions(here & timetable.band(code)), key=place_in_order):
                yield timetable.run(row), km
