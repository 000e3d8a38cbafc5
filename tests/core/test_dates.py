"""Dates in words, the way the district writes them."""

import datetime

import pytest

from core import dates

TZ = datetime.timezone(datetime.timedelta(hours=8))


def test_a_day_with_its_weekday():
    assert dates.date_words(datetime.date(2012, 9, 3)) == "2012年9月3日（周一）"
    assert dates.date_words(datetime.date(2012, 9, 9), year=False) == "9月9日（周日）"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([], ""),
        ([3], "周三"),
        ([4, 2, 2], "周二、周四"),
        ([6, 7], "周六、周日"),
        ([1, 2, 3, 4, 5], "周一至周五"),
        ([1, 2, 4], "周一、周二、周四"),
        ([7, 1, 2, 3, 4, 5, 6], "每天"),
    ],
)
def test_weekdays(days, words):
    assert dates.days_words(days) == words


def test_a_span_of_hours():
    starts = datetime.datetime(2012, 9, 3, 14, tzinfo=TZ)
    assert dates.span_words(starts, starts.replace(hour=15, minute=30)) == "2012年9月3日（周一）14:00—15:30"


def test_a_span_over_midnight_says_both_days():
    starts = datetime.datetime(2012, 9, 3, 23, tzinfo=TZ)
    words = dates.span_words(starts, starts + datetime.timedelta(hours=2))
    assert words == "2012年9月3日（周一）23:00—2012年9月4日（周二）01:00"


def test_a_span_is_said_in_local_time():
    starts = datetime.datetime(2012, 9, 2, 22, 30, tzinfo=datetime.UTC)
    assert dates.span_words(starts, starts + datetime.timedelta(hours=1)) == "2012年9月3日（周一）06:30—07:30"
