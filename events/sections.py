"""Events on the pages of the network."""

from core.sections import Section, section
from events.models import EventPage
from events.selectors import coming

SHOWN = 6


@section("network.StreetPage", "network.AcademyPage", "network.SubCentrePage", order=40)
def events_here(page, request):
    """The next sittings of events: of the street or academy, or held at this centre; nothing when there are none."""
    if page._meta.label == "network.SubCentrePage":
        sessions = list(coming(SHOWN, class_run__centre_id=page.pk))
    else:
        sessions = list(coming(SHOWN, EventPage.objects.filter(path__startswith=page.path)))
    return Section("events", "近期活动", "events/sections/events.html", {"sessions": sessions}) if sessions else None
