"""The month calendar of /events/: what the page shows, read in a constant number of queries."""

import calendar
import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone

from timetable.models import Session

#: Months a reader may leaf away from today; farther is nothing but crawler's work.
REACH = 24


@dataclass
class Day:
    date: datetime.date
    in_month: bool
    is_today: bool
    sessions: list


@dataclass
class Month:
    """One month: ``weeks`` of seven days, Monday first, and the sessions in order of time."""

    first: datetime.date
    weeks: list
    sessions: list
    previous: datetime.date | None
    next: datetime.date | None

    @property
    def query(self):
        """The query string of this month's own address: none for the month we are in."""
        return "" if self.first == timezone.localdate().replace(day=1) else f"month={self.first:%Y-%m}"


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
    """Return the Month that ``query`` (a request's GET) asks for."""
    first = asked_month(query)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    sessions = list(
        Session.objects.public()
        .between(weeks[0][0], weeks[-1][-1])
        .filter(class_run__learning__eventpage__isnull=False)
        .select_related("class_run__learning__street", "class_run__centre", "room")
        .order_by("starts_at", "pk")
    )
    by_day = defaultdict(list)
    for session in sessions:
        by_day[timezone.localdate(session.starts_at)].append(session)
    today = timezone.localdate()
    this = today.replace(day=1)
    return Month(
        first=first,
        weeks=[[Day(date, date.month == first.month, date == today, by_day[date]) for date in week] for week in weeks],
        sessions=[s for s in sessions if timezone.localdate(s.starts_at).month == first.month],
        previous=_months_later(first, -1) if first > _months_later(this, -REACH) else None,
        next=_months_later(first, 1) if first < _months_later(this, REACH) else None,
    )
