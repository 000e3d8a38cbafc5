"""What the front page shows, in a constant number of queries."""

from community.models import BrandProjectPage
from home.models import NewsPage
from network.models import StreetPage
from search.forms import FinderForm
from timetable.models import ClassRun, Session

SOON, LOOKED_AT = 6, 60


def starting_soon():
    """Class runs of courses that start soonest, have places and still take people, one of each course."""
    runs = (
        ClassRun.objects.public()
        .published()
        .upcoming()
        .with_places()
        .not_closed()
        .filter(learning__coursepage__isnull=False)
        .for_cards()
        .select_related("learning__street", "learning__subject", "centre", "room", "term")
        .order_by("starts_on", "starts_at", "pk")[:LOOKED_AT]
    )
    one_each = {}
    for run in runs:
        one_each.setdefault(run.learning_id, run)
    return list(one_each.values())[:SOON]


def front_page():
    """Return the context of the front page."""
    return {
        "form": FinderForm({}),
        "starting_soon": starting_soon(),
        "streets": StreetPage.objects.live().public().order_by("path"),
        "brand_projects": BrandProjectPage.objects.live()
        .public()
        .select_related("street", "picture")
        .prefetch_related("picture__renditions")
        .order_by("-year", "pk")[:3],
        "event_sessions": Session.objects.public()
        .upcoming()
        .taking_place()
        .filter(class_run__learning__eventpage__isnull=False)
        .select_related("class_run__learning__street", "class_run__centre", "room")
        .order_by("starts_at", "pk")[:5],
        "news": NewsPage.objects.live().public().order_by("-date", "-pk")[:3],
    }
