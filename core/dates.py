"""Dates in words, the way the district writes them (domain.md §4.8), and whether they follow one another. No page, no model."""

import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

#: years that a page may print: the first is the republic's
FIRST_YEAR_PRINTED, LAST_YEAR_PRINTED = 1949, 2100
WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")  # ISO order, Monday first


def weekday_word(date):
    """周一 … 周日."""
    return f"周{WEEKDAYS[date.weekday()]}"


def date_words(date, year=True):
    """2012年9月3日（周一）; without the year when ``year`` is false."""
    day = f"{date.month}月{date.day}日（{weekday_word(date)}）"
    return f"{date.year}年{day}" if year else day


def clock(time):
    """09:00."""
    return f"{time:%H:%M}"


def span_words(starts, ends):
    """2012年9月3日（周一）14:00—15:30, in local time; both dates when the span crosses midnight."""
    starts, ends = timezone.localtime(starts), timezone.localtime(ends)
    tail = clock(ends) if starts.date() == ends.date() else f"{date_words(ends.date())}{clock(ends)}"
    return f"{date_words(starts.date())}{clock(starts)}—{tail}"


def moment_words(moment):
    """2012年9月3日（周一）14:00, in local time."""
    local = timezone.localtime(moment)
    return f"{date_words(local.date())}{clock(local)}"


def days_words(days):
    """Weekday numbers (1 = Monday) in words: [2, 4] → 周二、周四; 1–5 → 周一至周五."""
    days = sorted(set(days))
    if not days:
        return ""
    if len(days) == 7:
        return "每天"
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"周{WEEKDAYS[days[0] - 1]}至周{WEEKDAYS[days[-1] - 1]}"
    return "、".join(f"周{WEEKDAYS[day - 1]}" for day in days)


def wrong_order(row, *rules):
    """Return {later field: sentence} for every rule (earlier field, later field, sentence) that ``row`` breaks.

    Two days (or numbers) may be the same, two times may not; what is empty breaks nothing. For ``clean()``: the database
    keeps the same order, but its sentence names no field.
    """
    return {
        later: sentence
        for earlier, later, sentence in rules
        if not _follows(getattr(row, earlier), getattr(row, later))
    }


def _follows(first, second):
    if first is None or second is None:
        return True
    return first < second if isinstance(first, datetime.datetime | datetime.time) else first <= second


def check_year(year):
    """Validate a year that is printed: four digits of our time, not 26 and not 20260."""
    if not FIRST_YEAR_PRINTED <= year <= LAST_YEAR_PRINTED:
        raise ValidationError(_("年份不对，请写四位数，例如 2026。"))
