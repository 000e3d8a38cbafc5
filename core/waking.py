"""Waking hours of the district, 08:00–21:00 local time: nobody is woken, and no time to answer runs at night. Pure."""

import datetime

from django.utils import timezone

WAKES, SLEEPS = datetime.time(8), datetime.time(21)
DAY = datetime.timedelta(days=1)


def awake(moment):
    """Whether people are up at ``moment`` (aware datetime)."""
    return WAKES <= timezone.localtime(moment).time() < SLEEPS


def next_waking(moment):
    """Return ``moment`` where people are awake, or the next 08:00."""
    if awake(moment):
        return moment
    local = timezone.localtime(moment)
    return at(local + DAY if local.time() >= SLEEPS else local, WAKES)


def add_waking_hours(moment, hours):
    """Return the moment at which ``hours`` waking hours have gone by since ``moment`` (aware datetime in and out)."""
    left = datetime.timedelta(hours=hours)
    local = timezone.localtime(next_waking(moment))
    while local + left > at(local, SLEEPS):
        left -= at(local, SLEEPS) - local
        local = at(local + DAY, WAKES)
    return local + left


def waking_between(start, end):
    """Return the waking time between two aware datetimes, zero where ``end`` is not later."""
    start, end = timezone.localtime(start), timezone.localtime(end)
    total, day = datetime.timedelta(0), start
    while day.date() <= end.date():
        total += max(datetime.timedelta(0), min(end, at(day, SLEEPS)) - max(start, at(day, WAKES)))
        day += DAY
    return total


def at(moment, time):
    """Return the local ``time`` on the day of ``moment`` as an aware datetime."""
    return timezone.make_aware(datetime.datetime.combine(moment.date(), time))
