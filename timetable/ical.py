"""iCalendar files (RFC 5545) of class runs: what a phone shows must be what the page says.

One VEVENT a session. Its UID never changes and its SEQUENCE rises when it is moved or
cancelled, so a phone corrects the entry it has; a cancelled session stays, as CANCELLED
(architecture, invariant 7). Folding and escaping are the icalendar library's work
(docs/mechanisms/calendar.md).
"""

import datetime
from functools import cache

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vText

from core.feeds import page_address, printable
from timetable.enums import ClassRunStatus, Delivery

PRODID = "-//lifelong//timetable//ZH"
#: How often a subscribed phone should ask again. Google asks about once a day whatever one says.
REFRESH = datetime.timedelta(hours=6)
#: The part of the UID after the @: a name, not a host, so that a move to another domain doubles nothing.
UID_SPACE = "session.lifelong"


@cache
def _timezone(tzid):
    """Return the VTIMEZONE of ``tzid`` from 1992 on: China's summer time ended in 1991, so one rule is enough."""
    component = Timezone.from_tzid(tzid, first_date=datetime.date(1992, 1, 1))
    component.pop("COMMENT", None)
    return component


def loaded(*querysets):
    """Return the sessions of ``querysets`` with everything their entries show."""
    relations = "class_run__learning__subject", "class_run__centre", "room", "substitute"
    texts = "class_run__learning__body", "class_run__centre__body"  # long, and in no entry
    sessions = [session for queryset in querysets for session in queryset.select_related(*relations).defer(*texts)]
    prefetch_related_objects(sessions, "class_run__teachers")
    return sessions


def calendar_file(name, sessions, request, description=""):
    """Return the bytes of a calendar called ``name`` with ``sessions`` in it.

    ``sessions`` come from loaded(): no query is made here.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", _text(name))  # RFC 7986; the X- ones are what phones read
    calendar.add("x-wr-calname", _text(name))
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    if description:
        calendar.add("x-wr-caldesc", _text(description))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    calendar.add_component(_timezone(settings.TIME_ZONE))
    for session in sessions:
        calendar.add_component(_event(session, request))
    return calendar.to_ical()


def _text(words):
    """Words as a TEXT value: the library escapes only the properties whose type it knows."""
    return vText(printable(words))


def modified_at(session):
    """When anything that the entry of ``session`` shows was last changed (aware datetime)."""
    run = session.class_run
    moments = (session.updated_at, run.updated_at, run.learning.last_published_at, run.centre.last_published_at)
    return max(moment for moment in moments if moment)


def _event(session, request):
    run = session.class_run
    cancelled = session.is_cancelled or run.status == ClassRunStatus.CANCELLED
    modified = modified_at(session).astimezone(datetime.UTC).replace(microsecond=0)
    event = Event()
    event.add("uid", f"{session.uid}@{UID_SPACE}")
    event.add("dtstamp", modified)  # without METHOD it is the last change (RFC 5545 §3.8.7.2)
    event.add("last-modified", modified)
    event.add("sequence", session.sequence)
    event.add("dtstart", timezone.localtime(session.starts_at))
    event.add("dtend", timezone.localtime(session.ends_at))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    event.add("summary", _text(_summary(session, cancelled)))
    event.add("description", _text(_description(session, cancelled)))
    event.add("location", _text(_location(session)))
    centre = run.centre
    if run.delivery != Delivery.ONLINE and centre.has_position and not centre.position_is_approximate:
        event.add("geo", (round(centre.latitude, 6), round(centre.longitude, 6)))
    if address := page_address(run.learning, request):
        event.add("url", address)
    if run.learning.subject:
        event.add("categories", [printable(run.learning.subject.name)])
    return event


def _is_sample(run):
    return run.is_sample or run.learning.is_sample


def _summary(session, cancelled):
    """The title, with 已取消 in words (many phones show no status) and 示例 where it is one."""
    run = session.class_run
    title = f"{run.learning.title} {run.name}".strip()
    if _is_sample(run):
        title = _("%(title)s（示例）") % {"title": title}
    return _("【已取消】%(title)s") % {"title": title} if cancelled else title


def _location(session):
    run = session.class_run
    if run.delivery == Delivery.ONLINE:
        return Delivery.ONLINE.label
    place = f"{run.centre.title} {session.room.name}" if session.room else run.centre.title
    return "，".join(part for part in (place, run.centre.address) if part)


def _description(session, cancelled):
    run = session.class_run
    teacher = session.substitute.public_name if session.substitute else ""
    lines = [
        _("示例数据，不是真实的课，请勿前往。") if _is_sample(run) else "",
        _("这次已取消。") if cancelled else _("第 %(number)d 次") % {"number": session.number},
        session.note,
        _("原定 %(date)s") % {"date": session.planned_on} if session.was_moved and not cancelled else "",
        _("老师：%(names)s") % {"names": teacher or run.teacher_words},
        _("电话：%(phone)s") % {"phone": run.centre.phone} if run.centre.phone else "",
    ]
    return "\n".join(str(line) for line in lines if line)
