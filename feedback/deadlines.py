"""Until when residents are answered: working days of the district's own calendar (放假与调休), weekends left out."""

import datetime

from timetable.enums import DayKind
from timetable.models import CalendarDay

#: Working days within which a question is answered; printed on the form.
ANSWER_DAYS = 5
#: No holiday is longer: the days that are looked at.
LONGEST_GAP = 30


def working_days_later(day, number):
    """Return the ``number``-th working day after the date ``day``: holidays do not count, worked weekend days do."""
    kinds = dict(
        CalendarDay.objects.filter(
            date__gt=day, date__lte=day + datetime.timedelta(days=number + LONGEST_GAP)
        ).values_list("date", "kind")
    )
    while number:
        day += datetime.timedelta(days=1)
        usual = DayKind.WORKDAY if day.isoweekday() <= 5 else DayKind.HOLIDAY
        number -= kinds.get(day, usual) == DayKind.WORKDAY
    return day
