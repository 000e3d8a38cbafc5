"""Waking hours: 08:00–21:00, nobody loses a place asleep."""

import datetime

import pytest
from django.utils import timezone

from core.waking import add_waking_hours, waking_between
from enrolments.hours import expiry, hours_to_answer, waking_words


def at(day, hour, minute=0):
    return datetime.datetime(2026, 9, day, hour, minute, tzinfo=timezone.get_default_timezone())


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (at(1, 9), 2, at(1, 11)),
        (at(1, 20), 2, at(2, 9)),
        (at(1, 23), 2, at(2, 10)),
        (at(1, 3), 2, at(1, 10)),
        (at(1, 21), 1, at(2, 9)),
        (at(1, 8), 13, at(1, 21)),
        (at(1, 8), 24, at(2, 19)),
        (at(1, 12, 30), 24, at(3, 10, 30)),
    ],
)
def test_the_night_does_not_count(start, hours, end):
    assert add_waking_hours(start, hours) == end
    assert waking_between(start, end) == datetime.timedelta(hours=hours)


@pytest.mark.parametrize(
    ("away", "hours"),
    [
        (datetime.timedelta(days=8), 24),
        (datetime.timedelta(days=7), 8),
        (datetime.timedelta(days=3), 8),
        (datetime.timedelta(days=2), 2),
        (datetime.timedelta(hours=1), 2),
        (datetime.timedelta(hours=-5), 2),
    ],
)
def test_the_nearer_the_class_the_shorter_the_offer(away, hours):
    assert hours_to_answer(at(1, 9), at(1, 9) + away) == hours


def test_an_offer_made_at_night_ends_in_the_morning_at_the_earliest():
    assert expiry(at(1, 22), at(2, 14)) == at(2, 10)


def test_time_left_in_words():
    assert waking_words(at(1, 9), at(1, 14, 10)) == "还有约 5 小时（夜里不算）"
    assert waking_words(at(1, 20, 30), at(2, 8, 10)) == "不到 1 小时"
    assert waking_between(at(2, 9), at(1, 9)) == datetime.timedelta(0)
