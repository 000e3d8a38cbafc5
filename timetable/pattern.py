"""From a weekly pattern to dates: pure functions, no database."""

import datetime
from collections.abc import Iterator, Mapping

from dateutil.rrule import MO, WEEKLY, rrule

from timetable.enums import DayKind

#: A pattern bounded only by a number of sessions is not followed longer than this.
LONGEST_RUN = datetime.timedelta(days=3 * 366)


def meeting_dates(
    starts_on: datetime.date,
    weekdays: list[int],
    calendar: Mapping[datetime.date, object],
    *,
    every_weeks: int = 1,
    until: datetime.date | None = None,
) -> Iterator[datetime.date]:
    """Yield the dates a class meets, in order.

    ``weekdays``: 1 = Monday … 7 = Sunday; empty means one sitting, on ``starts_on``
    itself, holiday or not, because somebody chose that very day.
    ``calendar``: date → CalendarDay (``kind``, ``follows``). A holiday has no lesson. A
    weekend day worked instead of a weekday takes that weekday's lesson (``follows``) and
    loses its own; with ``follows`` unknown nothing meets, since the host school is in
    session then (domain.md §4.8 调休).
    """
    if not weekdays:
        yield starts_on
        return
    until = until or starts_on + LONGEST_RUN
    every_day = rrule(
        WEEKLY,
        dtstart=datetime.datetime.combine(starts_on, datetime.time()),
        until=datetime.datetime.combine(until, datetime.time()),
        interval=every_weeks,
        byweekday=range(7),  # every day of every active week: the calendar decides below
        wkst=MO,
    )
    for moment in every_day:
        date = moment.date()
        special = calendar.get(date)
        if special is None:
            lesson = date.isoweekday()
        elif special.kind == DayKind.WORKDAY:
            lesson = special.follows
        else:
            lesson = None
        if lesson in weekdays:
            yield date
