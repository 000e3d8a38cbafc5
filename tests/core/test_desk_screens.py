"""What looking at every screen of the desk found, and what must not come back."""

import pytest
from django.urls import reverse

from accounts.models import RecordAccess, User
from accounts.screen_words import screen_words
from core.roles import ROLES
from core.services import sync_roles
from core.text import HAN
from teachers.models import Teacher
from tests.core.test_role_matrix import LETTERS, PEOPLE, expected
from tests.factories.accounts import member, place_of
from tests.factories.learning import CoursePageFactory
from tests.factories.timetable import ClassRunFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(district, client):
    sync_roles()
    client.force_login(User.objects.create_superuser("guanli", password="x"))
    return client


@pytest.mark.parametrize("screen", ["runs:move", "runs:second"])
def test_the_boxes_of_dates_bring_their_calendar(district, administrator, screen):
    """The boxes call a script that only the form brings."""
    run = ClassRunFactory(learning=CoursePageFactory(parent=district.street))
    html = administrator.get(reverse(screen, args=[run.pk])).content.decode()
    assert "initTimeChooser(" in html
    assert html.index("date-time-chooser.js") < html.index("initTimeChooser(")


def test_a_class_with_places_is_not_called_full(district, administrator):
    run = ClassRunFactory(learning=CoursePageFactory(parent=district.street))
    html = administrator.get(reverse("runs:second", args=[run.pk])).content.decode()
    assert "还没有报满" in html
    assert "已报满" not in html


@pytest.mark.parametrize("entry", ROLES, ids=lambda entry: entry.key)
def test_the_home_offers_a_search_of_pages_to_those_who_may(district, client, entry):
    place = place_of(entry, district)
    sync_roles()
    user = User.objects.create_superuser("guanli", password="x") if entry.is_superuser else member(entry.key, place)
    client.force_login(user)
    offered = 'role="search"' in client.get(reverse("wagtailadmin_home")).content.decode()
    assert offered is (LETTERS[entry.key] in expected()["wagtailadmin_pages:search"])


def test_lists_count_in_chinese(district, administrator):
    CoursePageFactory(parent=district.street)
    html = administrator.get(reverse("wagtailadmin_pages:search")).content.decode()
    assert "None<" not in html.replace(" ", "").replace("\n", "")
    assert "个None" not in html
    assert "共 1 条" not in html
    empty = administrator.get(reverse("wagtailadmin_explore", args=[CoursePageFactory(parent=district.street).pk]))
    assert "第 1–0 个" not in empty.content.decode()
    assert "这里还没有" in empty.content.decode()


def test_teachers_of_one_name_are_told_apart(district, administrator):
    Teacher.objects.create(name="王老师", home_centre=district.street)
    Teacher.objects.create(name="王老师", home_centre=district.other_street)
    html = administrator.get(reverse("runs:add")).content.decode()
    assert f"王老师（{district.street.title}）" in html
    assert f"王老师（{district.other_street.title}）" in html


def test_the_log_names_screens_in_chinese(district, administrator):
    for view in PEOPLE:
        assert HAN.search(str(screen_words(view))), view
    RecordAccess.objects.create(kind="opened", user_number=1, username="x", resident_number=1, view="counter:claim")
    html = administrator.get(reverse("record_access:index")).content.decode()
    assert "办理报名" in html
    assert "counter:claim" not in html
    assert screen_words("rooms:edit") == "编辑"
    assert screen_words("something_else") == "something_else"
