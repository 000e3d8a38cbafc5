"""Events on the pages of the network."""

from core.sections import Section, section
from timetable.models import Session

SHOWN = 6


@section("network.StreetPage", "network.AcademyPage", "network.SubCentrePage", order=40)
def events_here(page, request):
    """The next sittings of events: of the street or academy, or held at this centre; nothing when there are none."""
    sessions = Session.objects.public().upcoming().taking_place()
    if page._meta.label == "network.SubCentrePage":
        sessions = sessions.filter(class_run__centre_id=page.pk)
    else:
        sessions = sessions.filter(class_run__learning__path__startswith=page.path)
    sessions = list(
        sessions.filter(class_run__learning__eventpage__isnull=False)
        .select_related("class_run__learning__street", "class_run__centre", "room")
        .order_by("starts_at", "pk")[:SHOWN]
    )
    return Section("events", "近期活动", "events/sections/events.html", {"sessions": sessions}) if sessions else None
