"""How long an offer stands: waking hours only, fewer the nearer the class is (issue 3 §2). Pure: no database."""

import datetime

from django.utils.translation import gettext as _

from core.waking import add_waking_hours, waking_between

#: (the start is at least this far away, waking hours to answer in); the first that holds.
HOURS = (
    (datetime.timedelta(days=7), 24),
    (datetime.timedelta(days=2), 8),
    (datetime.timedelta(0), 2),
)


def hours_to_answer(now, starts_at):
    """Return the waking hours an offer stands: 24, 8 or 2 by how far away the class is (aware datetimes)."""
    return next((hours for away, hours in HOURS if starts_at - now > away), HOURS[-1][1])


def expiry(now, starts_at):
    """When an offer made ``now`` for a class that starts at ``starts_at`` ends."""
    return add_waking_hours(now, hours_to_answer(now, starts_at))


def waking_words(now, until):
    """How long there is to answer, counting waking hours only: 还有约 5 小时, 不到 1 小时."""
    hours = int(waking_between(now, until).total_seconds() // 3600)
    return _("还有约 %(hours)d 小时（夜里不算）") % {"hours": hours} if hours else _("不到 1 小时")
