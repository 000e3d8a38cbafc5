"""Seed the holidays and worked weekend days of a year from the package ``chinese_calendar``.

The package holds the State Council's yearly notices (国务院办公厅放假安排) as far as they
are out: a year is known from the November before it. Editors have the last word.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from timetable.enums import DayKind
from timetable.models import CalendarDay


@dataclass
class Seeded:
    """``created``: days written; ``kept``: days that were there, perhaps changed by an editor; ``unknown``: years not known."""

    created: int = 0
    kept: int = 0
    unknown: list[int] = field(default_factory=list)


def seedable_years():
    """This year and the next."""
    year = timezone.localdate().year
    return [year, year + 1]


def special_days_of(year):
    """Return unsaved CalendarDays of ``year`` in order, or None when the package does not know the year.

    A make-up workday takes the lessons of the in-lieu day it pays for: the n-th make-up
    day of a holiday belongs to its n-th in-lieu day. The notices do not say so; schools
    announce it, so an editor may change ``follows``. Where the two do not pair it stays empty.
    """
    from chinese_calendar import constants

    holidays = {date: name for date, name in constants.holidays.items() if date.year == year}
    if not holidays:
        return None
    # A holiday's make-up day may lie in the year before or after (元旦): pair across years.
    near = range(year - 1, year + 2)
    in_lieu, make_up = defaultdict(list), defaultdict(list)
    for group, dates in ((in_lieu, constants.in_lieu_days), (make_up, constants.workdays)):
        for date, name in sorted(dates.items()):
            if date.year in near:
                group[name, _holiday_year(date)].append(date)
    words = {holiday.value: _full_name(holiday.chinese) for holiday in constants.Holiday}
    days = [CalendarDay(date=date, kind=DayKind.HOLIDAY, name=words[name]) for date, name in holidays.items()]
    for (name, holiday_year), dates in make_up.items():
        off = in_lieu.get((name, holiday_year), [])
        for position, date in enumerate(dates):
            if date.year == year:
                follows = off[position].isoweekday() if len(off) == len(dates) else None
                words_of_day = _("%(holiday)s调休上班") % {"holiday": words[name]}
                days.append(CalendarDay(date=date, kind=DayKind.WORKDAY, name=words_of_day, follows=follows))
    return sorted(days, key=lambda day: day.date)


def _full_name(word):
    """The package writes 清明, 端午, 中秋."""
    return f"{word}节" if word in ("清明", "端午", "中秋") else word[:30]


def _holiday_year(date):
    """The year of the holiday that ``date`` belongs to: a late December day is about New Year's Day."""
    return date.year + 1 if date.month == 12 else date.year


@transaction.atomic
def seed_calendar(years=None):
    """Write the days of ``years`` (default: this year and the next) that are missing; return Seeded.

    A date that is there already is never touched: it may be an editor's decision.
    """
    result = Seeded()
    for year in years or seedable_years():
        days = special_days_of(year)
        if days is None:
            result.unknown.append(year)
            continue
        there = set(CalendarDay.objects.filter(date__year=year).values_list("date", flat=True))
        missing = [day for day in days if day.date not in there]
        CalendarDay.objects.bulk_create(missing)
        result.created += len(missing)
        result.kept += len(days) - len(missing)
    return result
