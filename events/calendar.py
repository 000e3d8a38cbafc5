"""The month calendar of /events/: what the page shows, read in a constant number of queries."""

import calendar
import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.utils import timezone

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


@dataclass
class Month:
    """One month: ``weeks`` of seven days, Monday first, and a page of its sessions in order of time."""

    first: datetime.date
    weeks: list
    page: Page
    previous: datetime.date | None
    next: datetime.date | None

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
    sessions = (
        Session.objects.public()
        .between(weeks[0][0], weeks[-1][-1])
        .filter(class_run__learning__eventpage__isnull=False)
    )
    by_day = defaultdict(list)
    for pk, starts_at in sessions.order_by("starts_at", "pk").values_list("pk", "starts_at"):
        by_day[timezone.localdate(starts_at)].append(pk)
    in_month = [pk for date, pks in by_day.items() if date.month == first.month for pk in pks]
    page = Paginator(in_month, PAGE_SIZE).get_page(query.get("page"))
    in_cells = [pk for pks in by_day.values() for pk in pks[:IN_A_CELL]]
    loaded = sessions.select_related("class_run__learning__street", "class_run__centre", "room").in_bulk(
        {*page.object_list, *in_cells}
    )
    page.object_list = [loaded[pk] for pk in page.object_list]
    today = timezone.localdate()
    this = today.replace(day=1)

    def day(date):
        shown = [loaded[pk] for pk in by_day[date][:IN_A_CELL]]
        return Day(date, date.month == first.month, date == today, shown, len(by_day[date]))

    return Month(
        first=first,
        weeks=[[day(date) for date in week] for week in weeks],
        page=page,
        previous=_months_later(first, -1) if first > _months_later(this, -REACH) else None,
        next=_months_later(first, 1) if first < _months_later(this, REACH) else None,
    )
