"""An event's sittings as schema.org data: one Event each."""

from timetable.jsonld import sitting_data
from timetable.models import Session

#: Sittings told to machines; an event with more says the next ones.
AT_MOST = 60


def event_data(page, request):
    """Return EventPage ``page`` as one Event for each coming sitting, cancelled ones included; None without any."""
    sessions = (
        Session.objects.public()
        .upcoming()
        .filter(class_run__learning_id=page.pk)
        .select_related("class_run__centre", "class_run__room", "room")
        .order_by("starts_at", "pk")[:AT_MOST]
    )
    return [sitting_data(session, page, request) for session in sessions] or None
