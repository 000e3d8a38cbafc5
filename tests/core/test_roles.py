"""Roles hold these permissions and no more."""

import re

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowState,
)
from wagtail.permissions import policy_registry

from accounts.models import User
from core.models import CustomImage
from core.roles import OUTSIDERS, REVIEW_TASK, ROLES, STREET, group_name, role
from core.scoping import SEEING
from core.services import find_group, known_permissions, model_permissions, sync_roles
from home.models import HomePage
from network.permissions import is_district_wide, streets_of
from tests.factories.accounts import member, place_of
from tests.factories.learning import CoursePageFactory
from tests.factories.network import (
    AcademyPageFactory,
    StreetPageFactory,
    SubCentrePageFactory,
    TeachingPointPageFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def roles(district):
    sync_roles()
    return district


def page_rights(group):
    return set(group.page_permissions.values_list("page_id", "permission__codename"))


def model_rights(group):
    return {
        f"{app}.{codename}" for app, codename in group.permissions.values_list("content_type__app_label", "codename")
    }


def crud(actions, *names):
    return {
        f"{app}.{action}_{model}" for app, model in (name.split(".") for name in names) for action in actions.split()
    }


ACCESS = {"wagtailadmin.access_admin"}
STREET_TABLES = (
    "network.room", "network.schoolresource", "network.neighbourhood", "network.landmark", "teachers.teacher",
    "timetable.classrun", "timetable.centreclosure",
)  # fmt: skip
SHARED = ("timetable.term", "timetable.calendarday", "timetable.subject", "timetable.audience")
SEARCH = ("search.synonymgroup", "search.stopword", "search.pinnedresult")
ASKED = ("search.searchedwords", "search.learningwish")
ALL = "view add change delete"
DEVELOPMENT = crud("view add change delete", "courses.courseproject", "courses.courseaward")
FEEDBACK = crud("view change", "feedback.question") | crud("view", "feedback.surveyanswer")
PUBLIC = crud(ALL, "feedback.publicanswer")
COUNTER = crud("add change", "enrolments.enrolment", "accounts.resident")
#: written out once more by hand: a change of the table must be meant
EXPECTED_MODELS = {
    "district_office": ACCESS
    | crud(ALL, *STREET_TABLES, *SHARED, *SEARCH)
    | crud("view", *ASKED)
    | crud("delete", "search.learningwish")
    | crud("view change", "timetable.session")
    | crud("change", "core.districtsettings")
    | DEVELOPMENT
    | FEEDBACK
    | PUBLIC
    | crud("view", "accounts.recordaccess")
    | crud("view add", "accounts.dataopening")
    | COUNTER,
    "college": ACCESS
    | crud(ALL, "network.room", "network.schoolresource", "teachers.teacher", "timetable.classrun")
    | crud("view add change", *SHARED)
    | crud(ALL, *SEARCH)
    | crud("view", *ASKED)
    | crud("view change", "timetable.session")
    | crud("view", "network.neighbourhood", "network.landmark")
    | DEVELOPMENT
    | FEEDBACK
    | PUBLIC,
    "street_lead": ACCESS
    | crud(ALL, *STREET_TABLES)
    | crud("view change", "timetable.session")
    | crud("view", *SHARED, *SEARCH, *ASKED)
    | DEVELOPMENT
    | FEEDBACK
    | PUBLIC
    | COUNTER,
    "street_editor": ACCESS
    | crud(ALL, "timetable.classrun")
    | crud("view add change", "network.room", "network.schoolresource", "teachers.teacher")
    | crud("view", "network.neighbourhood", "network.landmark", "timetable.session", *SHARED)
    | crud("view add change", "courses.courseproject")
    | crud("view", "courses.courseaward", "feedback.publicanswer")
    | FEEDBACK,
    "counter_clerk": ACCESS | crud("view", "timetable.classrun") | COUNTER,
    "teacher": ACCESS | crud("change", "enrolments.attendance"),
    "point_editor": ACCESS,
    "host_coordinator": ACCESS
    | crud(ALL, "network.room", "timetable.centreclosure")
    | crud("view", "network.schoolresource", "timetable.calendarday"),
    "reviewer": ACCESS,
    "auditor": ACCESS
    | crud("view", *STREET_TABLES, *SHARED, *SEARCH, *ASKED, "timetable.session")
    | crud("view", "courses.courseproject", "courses.courseaward")
    | crud("view", "enrolments.enrolmentevent", "accounts.recordaccess", "accounts.dataopening"),
}


def test_every_role_has_an_expectation():
    assert set(EXPECTED_MODELS) == {entry.key for entry in ROLES if not entry.is_superuser}


@pytest.mark.parametrize("key", EXPECTED_MODELS)
def test_model_permissions_are_these_and_no_more(roles, key):
    entry = role(key)
    places = {STREET: [roles.street, roles.other_street], "": [None]}.get(entry.per) or [place_of(entry, roles)]
    sync_roles()
    for page in places:
        assert model_rights(find_group(entry, page)) == EXPECTED_MODELS[key]


def test_page_permissions_are_these_and_no_more(roles):
    academy = AcademyPageFactory(parent=roles.network)
    point = TeachingPointPageFactory(parent=roles.street, title="示例教学点")
    sync_roles()
    root = Page.get_first_root_node()
    write, publish = {"add_page", "change_page"}, {"add_page", "change_page", "publish_page"}

    def on(page, codenames):
        return {(page.pk, codename) for codename in codenames}

    expected = {
        "区社区教育办公室": on(root, publish),
        "社区培训学院": on(roles.network, {"change_page"}) | on(academy, publish),
        "审计": on(root, {"view_page"}),
        "教师": set(),
        "评审": set(),
        "示例教学点·教学点编辑": on(point, {"change_page"}),
        f"{roles.sub_centre}·学校联络人": on(roles.sub_centre, {"change_page"}),
        "清名桥街道·负责人": on(roles.street, publish),
        "清名桥街道·编辑": on(roles.street, write),
        "清名桥街道·窗口工作人员": on(roles.street, {"view_page"}),
        "南禅寺街道·负责人": on(roles.other_street, publish),
        "南禅寺街道·编辑": on(roles.other_street, write),
        "南禅寺街道·窗口工作人员": on(roles.other_street, {"view_page"}),
    }
    assert {group.name: page_rights(group) for group in Group.objects.all()} == expected


def test_collections_are_these_and_no_more(roles):
    root = Collection.get_first_root_node()
    own = {name: Collection.objects.get(name=name) for name in ("清名桥街道", "南禅寺街道")}
    media = {f"{action}_{kind}" for action in ("add", "change", "choose") for kind in ("image", "document")}
    rights = {}
    for grant in GroupCollectionPermission.objects.select_related("group", "permission"):
        rights.setdefault((grant.group.name, grant.collection_id), set()).add(grant.permission.codename)
    places = {
        ("区社区教育办公室", root.pk),
        ("社区培训学院", root.pk),
        *((f"{street}·{who}", own[street].pk) for street in own for who in ("负责人", "编辑")),
    }
    assert rights == dict.fromkeys(places, media)
    assert root.name == "全区共用"


def test_a_street_uploads_into_its_own_collection_only(roles, client):
    editor = member("street_editor", roles.street)
    own = Collection.objects.get(name="清名桥街道")
    policy = policy_registry.get_by_type(CustomImage)
    assert list(policy.collections_user_has_permission_for(editor, "add")) == [own]
    client.force_login(editor)
    # With one collection to choose from the form has no such field, whatever is posted.
    foreign = Collection.objects.get(name="南禅寺街道")
    file = SimpleUploadedFile("a.png", get_test_image_file().file.getvalue())
    upload = {"title": "活动照片", "file": file, "collection": foreign.pk}
    assert client.post(reverse("wagtailimages:add"), upload).status_code == 302
    assert CustomImage.objects.get().collection == own


def test_the_command_repeats_without_change_and_speaks(roles, capsys):
    assert not sync_roles()
    before = (GroupPagePermission.objects.count(), Workflow.objects.count(), Collection.objects.count())
    call_command("sync_roles")
    assert "没有变化" in capsys.readouterr().out
    assert (GroupPagePermission.objects.count(), Workflow.objects.count(), Collection.objects.count()) == before


def test_the_command_takes_away_what_the_table_does_not_give(roles):
    group = find_group(role("street_editor"), roles.street)
    group.permissions.add(*model_permissions(role("district_office"), known_permissions()))
    GroupPagePermission.objects.create(group=group, page=roles.other_street, permission_type="publish")
    GroupPagePermission.objects.create(group=group, page=roles.street, permission_type="publish")
    changes = sync_roles()
    assert changes["page_permissions"] == 2
    assert model_rights(group) == EXPECTED_MODELS["street_editor"]
    assert page_rights(group) == {(roles.street.pk, "add_page"), (roles.street.pk, "change_page")}


def test_a_new_street_gets_its_groups_collection_and_workflow(roles):
    street = StreetPageFactory(parent=roles.network, street_name="金匮街道", colour="moss")
    sync_roles()
    lead = find_group(role("street_lead"), street)
    assert lead.name == "金匮街道·负责人"
    assert Collection.objects.filter(name="金匮街道").exists()
    review, task = (task.specific for task in WorkflowPage.objects.get(page_id=street.pk).workflow.tasks)
    assert review._meta.label == REVIEW_TASK
    assert set(task.groups.all()) == {lead, *(find_group(role(key)) for key in ("district_office", "college"))}


def test_a_renamed_street_keeps_its_people_and_its_collection(roles):
    user = member("street_editor", roles.street)
    collection = Collection.objects.get(name="清名桥街道")
    roles.street.street_name = "清名街道"
    roles.street.save()
    sync_roles()
    assert [group.name for group in user.groups.all()] == ["清名街道·编辑"]
    collection.refresh_from_db()
    assert collection.name == "清名街道"
    assert not Group.objects.filter(name__startswith="清名桥街道").exists()
    assert not sync_roles()


def test_two_places_of_one_name_have_two_groups(roles):
    points = [
        TeachingPointPageFactory(parent=street, title="居民学校") for street in (roles.street, roles.other_street)
    ]
    sync_roles()
    groups = [find_group(role("point_editor"), point) for point in points]
    assert [group.name for group in groups] == ["居民学校·教学点编辑", f"居民学校（{points[1].pk}）·教学点编辑"]
    assert [page_rights(group) for group in groups] == [{(point.pk, "change_page")} for point in points]
    assert not sync_roles()


def test_places_below_a_street_are_approved_by_it(roles):
    SubCentrePageFactory(parent=roles.other_street)
    sync_roles()
    assert not WorkflowPage.objects.exclude(
        page__in=[Page.get_first_root_node(), roles.street, roles.other_street]
    ).exists()
    assert roles.sub_centre.get_workflow() == roles.street.get_workflow()


def test_outsiders_are_in_the_table_and_in_no_group(roles):
    assert [one.key for one in OUTSIDERS] == ["visitor", "resident", "proxy"]
    assert not {one.key for one in OUTSIDERS} & {entry.key for entry in ROLES}


def test_a_street_that_is_gone_leaves_no_rights_behind(roles):
    user = member("street_lead", roles.other_street)
    roles.other_street.delete()
    sync_roles()
    user = User.objects.get(pk=user.pk)
    assert not user.has_perm("timetable.view_classrun")
    assert not Group.objects.filter(name="南禅寺街道·编辑").exists()  # nobody was in it
    assert not sync_roles()


def test_wagtails_english_groups_and_workflow_go(roles):
    assert not Group.objects.filter(name__in=["Editors", "Moderators"]).exists()
    assert not Workflow.objects.filter(name__contains="Moderators").exists()
    assert sorted(Workflow.objects.values_list("name", flat=True)) == sorted(
        ["区办公室·审核", "清名桥街道·审核", "南禅寺街道·审核"]
    )


def test_streets_of(roles):
    editor = member("street_editor", roles.street)
    assert list(streets_of(editor)) == [roles.street]
    assert list(streets_of(editor, SEEING)) == [roles.street]
    assert not is_district_wide(editor)
    for key in ("district_office", "college"):
        user = member(key)
        assert list(streets_of(user)) == [roles.street, roles.other_street]
        assert is_district_wide(user)
    auditor = member("auditor")
    assert not streets_of(auditor).exists()
    assert list(streets_of(auditor, SEEING)) == [roles.street, roles.other_street]
    nobody = User.objects.create_user("nobody")
    assert not streets_of(nobody, SEEING).exists()
    gone = member("street_lead", roles.street)
    gone.is_active = False
    assert not streets_of(gone).exists()


@pytest.mark.parametrize("view", ["wagtailadmin_pages:edit", "wagtailadmin_pages:history", "wagtailadmin_pages:delete"])
def test_another_streets_page_is_refused(roles, client, view):
    own = CoursePageFactory(parent=roles.street, live=False)
    other = CoursePageFactory(parent=roles.other_street, live=False)
    client.force_login(member("street_lead", roles.street))
    assert client.get(reverse(view, args=[own.pk])).status_code == 200
    response = client.get(reverse(view, args=[other.pk]))
    assert response.status_code == 302
    assert response.url == reverse("wagtailadmin_home")


def test_another_street_cannot_be_added_to(roles, client):
    client.force_login(member("street_lead", roles.street))
    for street, status in ((roles.street, 200), (roles.other_street, 302)):
        url = reverse("wagtailadmin_pages:add", args=["courses", "coursepage", street.pk])
        assert client.get(url).status_code == status


def test_home_page_is_the_offices_and_the_academys_pages_the_colleges(roles):
    academy = AcademyPageFactory(parent=roles.network)
    sync_roles()
    home = HomePage.objects.get()

    def may(user, page):
        rights = page.permissions_for_user(user)
        return rights.can_edit(), rights.can_publish(), rights.can_add_subpage()

    office, college = member("district_office"), member("college")
    editor, auditor = member("street_editor", roles.street), member("auditor")
    assert may(office, home) == may(office, roles.street) == (True, True, True)
    assert may(college, home) == (False, False, False)
    assert may(college, academy) == (True, True, True)
    assert may(college, roles.street) == (True, False, False)
    assert may(editor, roles.street) == (True, False, True)
    assert may(editor, home) == may(auditor, roles.street) == may(auditor, home) == (False, False, False)


def test_an_editors_page_goes_live_when_the_lead_approves(roles, client):
    page = CoursePageFactory(parent=roles.street, live=False)
    page.save_revision()
    editor, lead = member("street_editor", roles.street), member("street_lead", roles.street)
    stranger = member("street_lead", roles.other_street)
    page.get_workflow().start(page, editor)
    state = WorkflowState.objects.get()
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.current_task_state_id])
    client.force_login(stranger)
    client.post(url, {"comment": ""})
    page.refresh_from_db()
    assert not page.live
    client.force_login(lead)
    client.post(url, {"comment": ""})
    page.refresh_from_db()
    assert page.live


def test_group_names_are_chinese(roles):
    for group in Group.objects.all():
        assert not re.search("[A-Za-z]", group.name), group.name  # a place's name may have a number in it
    assert group_name(role("street_editor"), roles.street) == "清名桥街道·编辑"
