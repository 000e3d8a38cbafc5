"""Offers count only waking hours, 08:00–21:00 local time (issue 3 §2). Pure: no database."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

WAKES, SLEEPS = datetime.time(8), datetime.time(21)
#: (the start is at least this far away, waking hours to answer in); the first that holds.
HOURS = (
    (datetime.timedelta(days=7), 24),
    (datetime.timedelta(days=2), 8),
    (datetime.timedelta(0), 2),
)


def hours_to_answer(now, starts_at):
    """Return the waking hours an offer stands: 24, 8 or 2 by how far away the class is (aware datetimes)."""
    return next((hours for away, hours in HOURS if starts_at - now > away), HOURS[-1][1])


def add_waking_hours(moment, hours):
    """Return the moment at which ``hours`` waking hours have gone by since ``moment`` (aware datetime in and out)."""
    local = timezone.localtime(moment)
    left = datetime.timedelta(hours=hours)
    while True:
        wakes, sleeps = _at(local, WAKES), _at(local, SLEEPS)
        local = max(local, wakes)
        if local < sleeps:
            if local + left <= sleeps:
                return local + left
            left -= sleeps - local
        local = _at(local + datetime.timedelta(days=1), WAKES)


def expiry(now, starts_at):
    """When an offer made ``now`` for a class that starts at ``starts_at`` ends."""
    return add_waking_hours(now, hours_to_answer(now, starts_at))


def _at(moment, time):
    return timezone.make_aware(datetime.datetime.combine(moment.date(), time))


def waking_words(now, until):
    """How long there is to answer, counting waking hours only: 还有约 5 小时, 不到 1 小时."""
    left = waking_between(now, until)
    hours = int(left.total_seconds() // 3600)
    return _("还有约 %(hours)d 小时（夜里不算）") % {"hours": hours} if hours else _("不到 1 小时")


def waking_between(start, end):
    """Return the waking time between two aware datetimes, zero where ``end`` is not later."""
    start, end = timezone.localtime(start), timezone.localtime(end)
    total, day = datetime.timedelta(0), start
    while day.date() <= end.date():
        awake_from, awake_to = max(start, _at(day, WAKES)), min(end, _at(day, SLEEPS))
        total += max(datetime.timedelta(0), awake_to - awake_from)
        day += datetime.timedelta(days=1)
    return total
