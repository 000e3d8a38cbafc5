"""Which dates a weekly pattern gives: pure dates, no database."""

import datetime
from dataclasses import dataclass
from itertools import islice

import pytest

from timetable.enums import DayKind
from timetable.pattern import LONGEST_RUN, meeting_dates

D = datetime.date
TUESDAY = D(2026, 9, 1)


@dataclass
class Special:
    kind: str
    follows: int | None = None


HOLIDAY = Special(DayKind.HOLIDAY)


def dates(starts_on, weekdays, calendar=None, count=None, **kwargs):
    return list(islice(meeting_dates(starts_on, weekdays, calendar or {}, **kwargs), count))


def test_every_week_from_the_first_matching_day():
    assert dates(TUESDAY, [3], count=3) == [D(2026, 9, 2), D(2026, 9, 9), D(2026, 9, 16)]


def test_the_first_day_itself_counts():
    assert dates(TUESDAY, [2], count=2) == [TUESDAY, D(2026, 9, 8)]


def test_several_days_of_a_week_come_in_order():
    assert dates(TUESDAY, [6, 2], count=4) == [TUESDAY, D(2026, 9, 5), D(2026, 9, 8), D(2026, 9, 12)]


def test_until_is_included():
    assert dates(TUESDAY, [2], until=D(2026, 9, 15))[-1] == D(2026, 9, 15)
    assert dates(TUESDAY, [2], until=D(2026, 9, 14))[-1] == D(2026, 9, 8)


def test_until_before_the_first_meeting_gives_nothing():
    assert dates(TUESDAY, [5], until=D(2026, 9, 3)) == []


def test_every_two_weeks_counts_weeks_from_monday():
    # Starting on a Friday: Monday the 7th is in the next week, which is skipped.
    assert dates(D(2026, 9, 4), [1, 5], every_weeks=2, count=3) == [D(2026, 9, 4), D(2026, 9, 14), D(2026, 9, 18)]


def test_a_holiday_has_no_lesson_and_is_made_good_at_the_end():
    calendar = {D(2026, 9, 9): HOLIDAY}
    assert dates(TUESDAY, [3], calendar, count=2) == [D(2026, 9, 2), D(2026, 9, 16)]


def test_a_worked_weekend_day_takes_the_lesson_of_the_day_it_follows():
    calendar = {D(2026, 9, 9): HOLIDAY, D(2026, 9, 12): Special(DayKind.WORKDAY, follows=3)}
    assert dates(TUESDAY, [3], calendar, count=3) == [D(2026, 9, 2), D(2026, 9, 12), D(2026, 9, 16)]


def test_a_worked_weekend_day_loses_its_own_lesson():
    calendar = {D(2026, 9, 12): Special(DayKind.WORKDAY, follows=3)}
    assert D(2026, 9, 12) not in dates(TUESDAY, [6], calendar, count=3)


def test_a_worked_day_that_follows_nothing_known_has_no_lesson():
    calendar = {D(2026, 9, 12): Special(DayKind.WORKDAY)}
    assert dates(TUESDAY, [6, 3], calendar, count=4) == [
        D(2026, 9, 2),
        D(2026, 9, 5),
        D(2026, 9, 9),
        D(2026, 9, 16),
    ]


def test_the_national_day_weeks_of_2026_as_announced():
    """国庆 2026: free 1–7 October, worked on 20 September (for Tuesday the 6th) and 10 October (for Wednesday the 7th)."""
    calendar = {D(2026, 10, day): HOLIDAY for day in range(1, 8)}
    calendar[D(2026, 9, 20)] = Special(DayKind.WORKDAY, follows=2)
    calendar[D(2026, 10, 10)] = Special(DayKind.WORKDAY, follows=3)
    tuesdays = dates(D(2026, 9, 15), [2], calendar, until=D(2026, 10, 20))
    assert tuesdays == [
        D(2026, 9, 15),
        D(2026, 9, 20),
        D(2026, 9, 22),
        D(2026, 9, 29),
        D(2026, 10, 13),
        D(2026, 10, 20),
    ]
    assert dates(D(2026, 9, 28), [3], calendar, count=3) == [D(2026, 9, 30), D(2026, 10, 10), D(2026, 10, 14)]


@pytest.mark.parametrize("calendar", [{}, {TUESDAY: HOLIDAY}])
def test_a_single_sitting_is_on_its_day_even_on_a_holiday(calendar):
    assert dates(TUESDAY, [], calendar) == [TUESDAY]


def test_a_pattern_without_an_end_stops_by_itself():
    assert dates(TUESDAY, [2])[-1] <= TUESDAY + LONGEST_RUN
    assert len(dates(TUESDAY, [2])) == 157
