"""What the front page shows, in a constant number of queries."""

from django.utils.functional import SimpleLazyObject

from community.models import BrandProjectPage
from events.selectors import coming
from home.models import NewsPage
from network.kept import public_streets, with_centres, with_streets
from search.drawings import front_map
from search.forms import FinderForm
from search.state import tokens
from timetable.models import ClassRun

SOON, LOOKED_AT = 6, 60


def starting_soon():
    """Class runs of courses that start soonest, have places and still take people, one of each course."""
    soonest = (
        ClassRun.objects.public()
        .published()
        .upcoming()
        .with_places()
        .not_closed()
        .filter(learning__coursepage__isnull=False)
        .order_by("starts_on", "starts_at", "pk")
        .values_list("pk", "learning_id")[:LOOKED_AT]
    )
    one_each = {}
    for pk, learning in soonest:
        one_each.setdefault(learning, pk)
    shown = list(one_each.values())[:SOON]
    found = ClassRun.objects.filter(pk__in=shown).select_related("learning__subject").in_bulk()
    runs = with_centres([found[pk] for pk in shown if pk in found])
    with_streets([run.learning for run in runs])
    return runs


def brand_projects():
    projects = BrandProjectPage.objects.live().public().select_related("picture")
    return with_streets(projects.prefetch_related("picture__renditions").order_by("-year", "pk")[:3])


def front_page():
    """Return the context of the front page. What a kept piece of it shows is asked for only when that is made anew."""
    now = tokens()
    return {
        "form": SimpleLazyObject(lambda: FinderForm({}, now=now)),
        "map": SimpleLazyObject(lambda: front_map(now)),
        "starting_soon": SimpleLazyObject(starting_soon),
        "streets": public_streets,
        "brand_projects": SimpleLazyObject(brand_projects),
        "event_sessions": SimpleLazyObject(lambda: coming(5)),
        "news": NewsPage.objects.live().public().order_by("-date", "-pk")[:3],
    }
