"""Another street's rows are out of reach on every address of every scoped table."""

import io

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.viewsets import viewsets
from wagtail.permissions import policy_registry

from accounts.models import User
from core.scoping import PageScopedPolicy, StreetScopedViewSet
from core.services import sync_roles
from courses.models import CourseAward, CourseProject
from network.models import Landmark, Neighbourhood, Room, SchoolResource
from teachers.models import Teacher
from tests.factories.accounts import member
from tests.factories.courses import CourseAwardFactory, CourseProjectFactory
from tests.factories.learning import CoursePageFactory
from tests.factories.network import LandmarkFactory, NeighbourhoodFactory, RoomFactory, SchoolResourceFactory
from tests.factories.timetable import CentreClosureFactory, ClassRunFactory
from timetable.models import CentreClosure, ClassRun, Session

pytestmark = pytest.mark.django_db


def session_of(street):
    return ClassRunFactory(learning=CoursePageFactory(parent=street)).sessions.first()


#: one row of each scoped table that belongs to ``street``
MAKE = {
    Room: lambda street: RoomFactory(centre=street),
    SchoolResource: lambda street: SchoolResourceFactory(centre=street),
    Neighbourhood: lambda street: NeighbourhoodFactory(street=street),
    Landmark: lambda street: LandmarkFactory(street=street),
    Teacher: lambda street: Teacher.objects.create(name=f"示例教师{street.pk}", home_centre=street),
    ClassRun: lambda street: ClassRunFactory(learning=CoursePageFactory(parent=street)),
    Session: session_of,
    CentreClosure: lambda street: CentreClosureFactory(centre=street),
    CourseProject: lambda street: CourseProjectFactory(course__parent=street),
    CourseAward: lambda street: CourseAwardFactory(course__parent=street),
}
ON_ONE_ROW = (
    "edit",
    "delete",
    "history",
    "history_results",
    "usage",
    "inspect",
    "copy",
    "publish",
    "cancel",
    "move",
    "merge",
    "split",
    "second",
    "forward",
    "back",
)


def scoped_viewsets():
    reverse("wagtailadmin_home")  # the addresses are what registers the viewsets
    return {viewset.model: viewset for viewset in viewsets.viewsets if isinstance(viewset, StreetScopedViewSet)}


@pytest.fixture
def roles(district):
    sync_roles()
    return district


def names(viewset):
    return {route.name for route in viewset.get_urlpatterns()}


def test_every_scoped_table_is_tested_and_has_a_scoped_policy():
    assert set(scoped_viewsets()) == set(MAKE)
    for model, viewset in scoped_viewsets().items():
        assert isinstance(policy_registry.get_by_type(model), PageScopedPolicy)
        # The preview takes posts only: tests/timetable/test_preview.py asks it.
        assert names(viewset) - set(ON_ONE_ROW) - {"preview", "preview_change"} <= {
            "index",
            "index_results",
            "add",
            "copy_term",
        }


@pytest.mark.parametrize("model", MAKE)
class TestAnotherStreetsRow:
    def test_addresses_of_one_row(self, roles, client, model):
        viewset, own, other = scoped_viewsets()[model], MAKE[model](roles.street), MAKE[model](roles.other_street)
        client.force_login(member("street_lead", roles.street))
        tried = [name for name in ON_ONE_ROW if name in names(viewset)]
        assert {"edit", "inspect", "history", "usage"} <= set(tried)
        for name in tried:
            assert client.get(reverse(viewset.get_url_name(name), args=[own.pk])).status_code == 200, name
            for method in (client.get, client.post):
                response = method(reverse(viewset.get_url_name(name), args=[other.pk]))
                assert response.status_code in (302, 405), name
                if response.status_code == 302:
                    assert response.url == reverse("wagtailadmin_home"), name
        assert model.objects.filter(pk=other.pk).exists()

    def test_lists_and_exports(self, roles, client, model):
        viewset, own, other = scoped_viewsets()[model], MAKE[model](roles.street), MAKE[model](roles.other_street)
        for user, expected in (
            (member("street_lead", roles.street), {own.pk}),
            (member("auditor"), {own.pk, other.pk}),
            (member("district_office"), {own.pk, other.pk}),
        ):
            client.force_login(user)
            for name in ("index", "index_results"):
                response = client.get(reverse(viewset.get_url_name(name)), {"when": "all"})
                assert response.status_code == 200
                listed = {row.pk for row in response.context["object_list"]}
                assert listed & {own.pk, other.pk} == expected
            url = reverse(viewset.get_url_name("index"))
            csv = b"".join(client.get(url, {"export": "csv"}).streaming_content).decode("utf-8-sig")
            sheet = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(url, {"export": "xlsx"}).streaming_content)))
            mine = 4 if model is Session else 1  # a run of the factory meets four times
            assert len(csv.splitlines()) == 1 + mine * len(expected)
            assert sheet.active.max_row == 1 + mine * len(expected)

    def test_usage_lists_do_not_link_to_it(self, roles, model):
        own, other = MAKE[model](roles.street), MAKE[model](roles.other_street)
        finder = AdminURLFinder(member("street_lead", roles.street))
        assert finder.get_edit_url(own)
        assert finder.get_edit_url(other) is None

    def test_the_auditor_reads_and_changes_nothing(self, roles, client, model):
        viewset, row = scoped_viewsets()[model], MAKE[model](roles.street)
        client.force_login(member("auditor"))
        for name in names(viewset) - {"index", "index_results", "preview", "preview_change"}:
            url = reverse(viewset.get_url_name(name), args=[] if name in ("add", "copy_term") else [row.pk])
            expected = 200 if name == "inspect" else 302
            assert client.get(url).status_code == expected, name
        index = client.get(reverse(viewset.get_url_name("index")), {"when": "all"}).content.decode()
        assert reverse(viewset.get_url_name("edit"), args=[row.pk]) not in index

    def test_constant_queries(self, roles, client, model):
        viewset = scoped_viewsets()[model]
        client.force_login(member("street_lead", roles.street))
        url = reverse(viewset.get_url_name("index"))
        MAKE[model](roles.street)
        client.get(url)  # content types and the like are looked up once a process

        def count(query):
            with CaptureQueriesContext(connection) as queries:
                response = client.get(url, query)
                if query:
                    b"".join(response.streaming_content)
            return len(queries)

        before = count({}), count({"export": "csv"})
        for _row in range(3):
            MAKE[model](roles.street)
        client.get(url)  # what is kept of the site is read once after a change
        assert (count({}), count({"export": "csv"})) == before

    def test_nobody_without_a_role_gets_in(self, roles, client, model):
        url = reverse(scoped_viewsets()[model].get_url_name("index"))
        assert client.get(url).url.startswith(reverse("wagtailadmin_login"))


#: sessions are made by their run: they have no form that names a page
with_form = pytest.mark.parametrize("model", [model for model in MAKE if model is not Session])


@with_form
def test_choices_of_the_form(roles, client, model):
    viewset = scoped_viewsets()[model]
    other = MAKE[model](roles.other_street)
    client.force_login(member("street_lead", roles.street))
    page = BeautifulSoup(client.get(reverse(viewset.get_url_name("add"))).content, "html.parser")
    offered = {option.text.strip() for option in page.select("#w-editor-form select option")}
    assert not any("南禅寺" in text for text in offered)
    policy = policy_registry.get_by_type(model)
    field = policy.page
    response = client.post(reverse(viewset.get_url_name("add")), {field: getattr(other, f"{field}_id")})
    assert response.status_code == 200
    assert field in response.context["form"].errors


@with_form
def test_a_row_cannot_be_given_to_another_street(roles, client, model):
    viewset, own = scoped_viewsets()[model], MAKE[model](roles.street)
    policy = policy_registry.get_by_type(model)
    client.force_login(member("street_lead", roles.street))
    target = CoursePageFactory(parent=roles.other_street) if policy.page == "learning" else roles.other_street
    response = client.post(reverse(viewset.get_url_name("edit"), args=[own.pk]), {policy.page: target.pk})
    assert policy.page in response.context["form"].errors


def test_an_unassigned_teacher_is_read_by_all_and_changed_by_the_district(roles, client):
    teacher = Teacher.objects.create(name="示例流动教师")
    edit = reverse("teachers:edit", args=[teacher.pk])
    client.force_login(member("street_lead", roles.street))
    assert client.get(edit).status_code == 302
    assert client.get(reverse("teachers:inspect", args=[teacher.pk])).status_code == 200
    response = client.post(reverse("teachers:add"), {"name": "示例新教师", "kind": "volunteer"})
    assert "home_centre" in response.context["form"].errors
    client.force_login(member("college"))
    assert client.get(edit).status_code == 200
    response = client.post(reverse("teachers:add"), {"name": "示例新教师", "kind": "volunteer"})
    assert response.status_code == 302


def test_the_chooser_offers_and_confirms_own_pages_only(roles, client):
    own = CoursePageFactory(parent=roles.street, title="智能手机应用提高班")
    other = CoursePageFactory(parent=roles.other_street, title="智能手机入门")
    client.force_login(member("street_editor", roles.street))
    results = reverse("learning_chooser:choose_results")
    for query in ({}, {"q": "手机"}):
        html = client.get(results, query).content.decode()
        assert own.title in html
        assert other.title not in html
    assert own.title not in client.get(results, {"q": "书法"}).content.decode()
    assert client.get(reverse("learning_chooser:choose")).status_code == 200
    assert client.get(reverse("learning_chooser:chosen", args=[own.pk])).status_code == 200
    for pk in (other.pk, 999_999, "x"):
        assert client.get(reverse("learning_chooser:chosen", args=[pk])).status_code == 404


def test_filters_offer_own_places_only(roles, client):
    client.force_login(member("street_editor", roles.street))
    html = client.get(reverse("runs:index")).content.decode()
    assert "清名桥街道" in html
    assert "南禅寺街道" not in html


@pytest.mark.parametrize("model", list(MAKE))
def test_the_administrator_sees_every_row(roles, client, model):
    rows = [MAKE[model](street) for street in (roles.street, roles.other_street)]
    client.force_login(User.objects.create_superuser("root"))
    response = client.get(reverse(scoped_viewsets()[model].get_url_name("index")))
    listed = {row.pk for row in response.context["object_list"]}
    assert {row.pk for row in rows} <= listed
