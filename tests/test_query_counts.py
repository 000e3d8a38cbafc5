"""Every public page costs the same number of queries at N and at 3N of whatever it may list.

Driven by get_page_models(): a new page type fails here until ``grow`` makes pages of it, and
whatever it lists has to grow with them. Runs on both databases like the rest of the suite.
"""

import re
from collections import Counter
from itertools import count

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site, get_page_models

from core.models import BasePage, DistrictSettings
from core.templatetags.pieces import Pieces
from courses.models import CoursePage
from events.models import EventPage
from teachers.models import Teacher
from tests.factories.learning import (
    BrandProjectPageFactory,
    CoursePageFactory,
    EventPageFactory,
    LearningOrganisationPageFactory,
    NewsPageFactory,
    ResearchProjectPageFactory,
    StandardPageFactory,
)
from tests.factories.network import (
    AcademyPageFactory,
    NeighbourhoodFactory,
    RoomFactory,
    SchoolResourceFactory,
    StreetPageFactory,
    SubCentrePageFactory,
    TeachingPointPageFactory,
)
from tests.factories.timetable import AudienceFactory, ClassRunFactory, SubjectFactory
from timetable.models import ClassRun, Session

PAGE_TYPES = [model for model in get_page_models() if issubclass(model, BasePage) and model.is_creatable]
QUESTIONS = [
    "/courses/?page=2",
    "/courses/?weekday=3&time=afternoon",
    "/courses/?free=on&places=on&delivery=onsite",
    "/courses/?subject=shuhua&audience=zhangbei",
    "/events/?month=1900-01",
]
#: The most queries that a page may cost which the page cache has not: docs/mechanisms/page-cache.md.
MOST_QUERIES = 12
FRUGAL = [
    "/",
    "/courses/?weekday=3&time=afternoon",
    "/courses/?subject=shuhua&audience=zhangbei",
    "/courses/?near={near}",
    "/courses/",
]
FEW = 3
number = count(1)


@pytest.fixture(autouse=True)
def nothing_from_pieces(monkeypatch):
    """Everything is printed anew: a kept piece would hide a query for each row."""
    monkeypatch.setattr(Pieces, "get", lambda *args: None)


def a_run(district, learning, **kwargs):
    """A run in a room of its own with a teacher of its own, so that nothing is shared by accident."""
    room = RoomFactory(centre=district.sub_centre)
    teacher = Teacher.objects.create(
        name=f"示例教师 {next(number)}", home_centre=district.sub_centre, consents_to_be_named=True, is_sample=True
    )
    return ClassRunFactory(learning=learning, centre=district.sub_centre, room=room, teachers=[teacher], **kwargs)


def a_course(district, parent):
    course = CoursePageFactory(parent=parent, subject=SubjectFactory(), is_sample=True)
    course.audiences.add(AudienceFactory(), district.elders)
    course.save()
    return course


def grow(district, times):
    """Add ``times`` of everything that a page could list, below the same pages."""
    street, centre = district.street, district.sub_centre
    for _time in range(times):
        for parent in (street, district.other_street, district.academy):
            a_run(district, a_course(district, parent))
            event = EventPageFactory(parent=parent, is_sample=True)
            a_run(district, event, single=True)
        a_run(district, district.course)
        a_run(district, district.course, over=True)
        a_run(district, district.course, cancelled=True)
        a_run(district, district.event, single=True)
        BrandProjectPageFactory(parent=street)
        ResearchProjectPageFactory(parent=street)
        ResearchProjectPageFactory(parent=district.academy)
        LearningOrganisationPageFactory(parent=street, kind="courtyard")
        TeachingPointPageFactory(parent=street)
        SubCentrePageFactory(parent=StreetPageFactory(parent=district.network))
        NeighbourhoodFactory(street=street)
        SchoolResourceFactory(centre=centre)
        SchoolResourceFactory(centre=centre, direction="community_to_school", kind="course")
        NewsPageFactory(parent=district.news_index)
        StandardPageFactory(parent=district.home)


@pytest.fixture
def small(district):
    """The district with ``FEW`` of everything, and one course and one event that grow in runs."""
    DistrictSettings.for_site(Site.objects.get())  # the first page ever makes this row
    district.elders = AudienceFactory(code="zhangbei", name="长辈")
    district.academy = AcademyPageFactory(parent=district.network)
    district.course = CoursePageFactory(parent=district.street, title="太极拳", subject=SubjectFactory(code="shuhua"))
    district.event = EventPageFactory(parent=district.street, title="健康讲座")
    grow(district, FEW)
    return district


def first_page(district, model):
    """The page of ``model`` that stays the same while everything around it grows."""
    if model in (CoursePage, EventPage):
        return district.course if model is CoursePage else district.event
    page = model.objects.live().order_by("path").first()
    assert page is not None, f"grow() makes no {model.__name__}: add it, and what it lists, to this file"
    return page


def queries(client, address):
    """The SQL of one request with literals taken out, caches in the state that one earlier request leaves."""
    cache.clear()
    ContentType.objects.clear_cache()
    Site.clear_site_root_paths_cache()
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return Counter(re.sub(r"'[^']*'|\b\d+\b", "?", re.sub(r"IN \([^()]*\)", "IN (?)", q["sql"])) for q in captured)


def addresses(district):
    return {**{model.__name__: first_page(district, model).url for model in PAGE_TYPES}, **{q: q for q in QUESTIONS}}


def test_pages_cost_the_same_however_much_there_is(client, small):
    before = {name: queries(client, address) for name, address in addresses(small).items()}
    runs, sessions = ClassRun.objects.count(), Session.objects.count()
    grow(small, 2 * FEW)
    assert (ClassRun.objects.count(), Session.objects.count()) == (3 * runs, 3 * sessions)
    after = {name: queries(client, address) for name, address in addresses(small).items()}
    differing = {
        name: {"before": before[name].total(), "after": after[name].total(), "more": after[name] - before[name]}
        for name in before
        if before[name].total() != after[name].total()
    }
    assert not differing


def test_pages_cost_at_most_twelve_queries(client, small):
    grow(small, 2 * FEW)
    asked = {
        **{address: address for address in FRUGAL},
        "course": small.course.url,
        "news": "/news/",
        "events": "/events/",
    }
    asked["/courses/?near={near}"] = f"/courses/?near=street-{small.street.slug}"
    costs = {name: queries(client, address).total() for name, address in asked.items()}
    assert {name: cost for name, cost in costs.items() if cost > MOST_QUERIES} == {}


def test_the_measure_sees_a_query_for_each_row(client, small, monkeypatch):
    """A test that cannot fail is a defect: lists that look up each row's subject are noticed."""
    from search.results import Shown

    plain = Shown._of_kind

    def careless(*args):
        return {pk: type(page).objects.get(pk=pk) for pk, page in plain(*args).items()}

    monkeypatch.setattr(Shown, "_of_kind", careless)
    before = queries(client, "/courses/").total()
    grow(small, 1)
    assert queries(client, "/courses/").total() > before
