"""Reads of events that several pages share."""

from django.utils import timezone

from events.models import EventPage
from timetable.models import Session


def coming(number, events=None, **where):
    """Return the next ``number`` sittings of public events that take place, with what components/event_item.html shows.

    ``events``: only those (a queryset of EventPage); ``where``: lookups of Session. One query: the few are
    found first and only they are joined to their pages and places (docs/mechanisms/finder.md).
    """
    events = EventPage.objects.all() if events is None else events
    sessions = Session.objects.of_pages(events, since=timezone.localdate()).upcoming().taking_place().filter(**where)
    first = sessions.order_by("starts_at", "pk").values("pk")[:number]
    return (
        Session.objects.filter(pk__in=first)
        .select_related("class_run__learning__street", "class_run__centre", "room")
        .order_by("starts_at", "pk")
    )
