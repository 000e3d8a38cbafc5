"""The month calendar of /events/: what the page shows, read in a constant number of queries."""

import calendar
import datetime
from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import plots
from events.models import EventPage
from timetable.enums import ClassRunStatus
from timetable.models import Session

#: Months a reader may leaf away from today; farther is nothing but crawler's work.
REACH = 24
PAGE_SIZE = 30  # of the list below the calendar
IN_A_CELL = 4  # of a day in the calendar


@dataclass
class Day:
    date: datetime.date
    in_month: bool
    is_today: bool
    sessions: list  # the first few
    count: int  # of all
    is_listed: bool = False  # in the list below, on this page of it


@dataclass
class Month:
    """One month: ``weeks`` of seven days, Monday first, and a page of its sessions in order of time."""

    first: datetime.date
    weeks: list
    page: Page
    previous: datetime.date | None
    next: datetime.date | None
    year: plots.Plot | None = None

    @property
    def days(self):
        """[(date, its sessions)] of the page, for the list."""
        return [(date, list(group)) for date, group in groupby(self.page.object_list, key=_local_date)]

    @property
    def year_words(self):
        """The main thing that the year's plot says."""
        cells = self.year.cells
        most = plots.tops(cells)
        if not most:
            return _("%(year)s年还没有排活动。") % {"year": self.first.year}
        said = {"year": self.first.year, "total": self.year.total, "number": most[0].value}
        said["months"] = "、".join(f"{cell.head}月" for cell in most[:3])
        return _("%(year)s年一共 %(total)d 场，%(months)s最多，有 %(number)d 场。") % said

    @property
    def query(self):
        """The query string of this month's own address: none for the month we are in."""
        parts = [] if self.first == timezone.localdate().replace(day=1) else [f"month={self.first:%Y-%m}"]
        if self.page.number > 1:
            parts.append(f"page={self.page.number}")
        return "&".join(parts)


def _months_later(first, months):
    index = first.year * 12 + first.month - 1 + months
    return datetime.date(index // 12, index % 12 + 1, 1)


def asked_month(query):
    """Return the first day of ``?month=2026-11``; this month for anything unreadable or out of reach."""
    this = timezone.localdate().replace(day=1)
    try:
        asked = datetime.datetime.strptime(query.get("month", ""), "%Y-%m").date()  # noqa: DTZ007  a month, no moment
    except ValueError:
        return this
    return asked if _months_later(this, -REACH) <= asked <= _months_later(this, REACH) else this


def month_of(query):
    """Return the Month that ``query`` (a request's GET: ``month``, ``page``) asks for.

    However full the month: keys and times of all its sessions, then only the ones shown.
    """
    first = asked_month(query)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    sessions = Session.objects.of_pages(EventPage.objects.all(), since=weeks[0][0]).between(weeks[0][0], weeks[-1][-1])
    by_day = defaultdict(list)
    for pk, starts_at in sessions.order_by("starts_at", "pk").values_list("pk", "starts_at"):
        by_day[timezone.localdate(starts_at)].append(pk)
    in_month = [pk for date, pks in by_day.items() if date.month == first.month for pk in pks]
    page = Paginator(in_month, PAGE_SIZE).get_page(query.get("page"))
    in_cells = [pk for pks in by_day.values() for pk in pks[:IN_A_CELL]]
    loaded = Session.objects.select_related("class_run__learning__street", "class_run__centre", "room").in_bulk(
        {*page.object_list, *in_cells}
    )
    listed = {*page.object_list}
    page.object_list = [loaded[pk] for pk in page.object_list if pk in loaded]
    today = timezone.localdate()
    this = today.replace(day=1)

    def day(date):
        pks = by_day[date]
        shown = [loaded[pk] for pk in pks[:IN_A_CELL] if pk in loaded]
        return Day(date, date.month == first.month, date == today, shown, len(pks), not listed.isdisjoint(pks))

    return Month(
        first=first,
        weeks=[[day(date) for date in week] for week in weeks],
        page=page,
        previous=_months_later(first, -1) if first > _months_later(this, -REACH) else None,
        next=_months_later(first, 1) if first < _months_later(this, REACH) else None,
        year=year_of(first, this),
    )


def year_of(first, this):
    """Return the plot of the year of ``first`` (a month's first day): how many sittings take place in each month.

    One query: a count between two moments for each month, none for each sitting. ``this``: the month we are in.
    """
    months = [datetime.date(first.year, number, 1) for number in range(1, 13)]
    held = [ClassRunStatus.PUBLISHED]
    sessions = Session.objects.of_pages(EventPage.objects.all(), since=months[0], statuses=held).taking_place()
    starts = [_midnight(month) for month in (*months, datetime.date(first.year + 1, 1, 1))]
    counts = sessions.filter(starts_at__gte=starts[0], starts_at__lt=starts[-1]).aggregate(
        **{
            f"month_{month.month}": Count("pk", filter=Q(starts_at__gte=start, starts_at__lt=end))
            for month, start, end in zip(months, starts, starts[1:], strict=False)
        }
    )
    reach = _months_later(this, -REACH), _months_later(this, REACH)
    return plots.bars(
        [
            plots.Cell(
                label=f"{first.year}年{month.month}月",
                value=counts[f"month_{month.month}"],
                head=str(month.month),
                address=f"month={month:%Y-%m}" if reach[0] <= month <= reach[1] else "",
                chosen=month == first,
            )
            for month in months
        ]
    )


def _midnight(date):
    return timezone.make_aware(datetime.datetime.combine(date, datetime.time()))


def _local_date(session):
    return timezone.localdate(session.starts_at)
