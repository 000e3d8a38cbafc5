"""What residents want: wishes, fruitless searches and waiting lists of one thing stand together, each street its own."""

import csv
import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.services import sync_roles
from courses.models import CoursePage
from desk.demand import demand_of
from enrolments.enums import Status
from search.models import LearningWish, SearchedWords
from search.words import load_base_words
from tests.enrolments.classes import put
from tests.factories.accounts import member
from tests.factories.learning import CoursePageFactory
from tests.factories.network import AcademyPageFactory
from tests.factories.timetable import AudienceFactory, ClassRunFactory

pytestmark = pytest.mark.django_db

DEMAND = reverse("demand:index")


@pytest.fixture
def roles(district):
    load_base_words()
    sync_roles()
    return district


def wish(text, street=None, **fields):
    LearningWish.objects.create(wish=text, street=street, **fields)


def searched(words, empty, times=None):
    SearchedWords.objects.create(day=timezone.localdate(), words=words, searches=times or empty, empty=empty)


def waited_for(street, title, number):
    run = ClassRunFactory(learning=CoursePageFactory(parent=street, title=title), capacity=1)
    put(run)
    for place in range(number):
        put(run, status=Status.WAITING, queue_no=place + 2)
    return run


def figures(user, days=90):
    return [(one.words, one.wishes, one.waiting, one.searches) for one in demand_of(user, days)]


def test_what_is_one_thing_stands_together(roles):
    lead = member("street_lead", roles.street)
    for text in ("想学毛笔字", "书法", "书法"):
        wish(text, roles.street)
    run = waited_for(roles.street, "书法基础班", 2)
    searched("二胡", 4)
    searched("稀有", 2)  # fewer than three: perhaps one person's
    wish("二胡")
    waited_for(roles.street, "瑜伽", 1)
    assert figures(lead) == [("书法", 3, 2, 0), ("二胡", 1, 0, 4), ("瑜伽", 0, 1, 0)]
    first = demand_of(lead, 90)[0]
    assert (first.courses, first.latest_run) == (["书法基础班"], run.pk)


def test_a_street_sees_its_own_and_what_names_no_street(roles):
    wish("二胡", roles.street)
    wish("古琴", roles.other_street)
    wish("剪纸")
    waited_for(roles.other_street, "瑜伽", 3)
    assert {row[0] for row in figures(member("street_editor", roles.street))} == {"二胡", "剪纸"}
    assert {row[0] for row in figures(member("district_office"))} == {"二胡", "古琴", "剪纸", "瑜伽"}


def test_the_period_and_what_the_wishes_said(roles, client):
    elders = AudienceFactory(name="长辈")
    wish("二胡", roles.street, time_of_day="evening", audience=elders)
    wish("二胡", roles.other_street, time_of_day="evening")
    wish("古琴", day=timezone.localdate() - datetime.timedelta(days=40))
    office = member("district_office")
    assert [row[0] for row in figures(office, 30)] == ["二胡"]
    client.force_login(office)
    page = client.get(DEMAND, {"days": "30"}).text
    assert "晚上 2、长辈 1" in page
    assert "南禅寺街道 1、清名桥街道 1" in page
    answer = client.get(DEMAND, {"export": "csv"})
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert rows[0][:3] == ["想学什么", "人数", "写下想学的"]
    assert rows[1][:3] == ["二胡", "2", "2"]


def test_a_course_begins_as_a_draft_once(roles, client):
    wish("二胡", roles.street)
    editor = member("street_editor", roles.street)
    client.force_login(editor)
    assert "开一门课" in client.get(DEMAND).text
    for _time in range(2):
        answer = client.post(DEMAND, {"title": "二胡"})
    course = CoursePage.objects.get(title="二胡")
    assert answer.url == reverse("wagtailadmin_pages:edit", args=[course.pk])
    assert (course.live, course.street_id, course.latest_revision.user) == (False, roles.street.pk, editor)
    assert client.get(answer.url).status_code == 200
    assert client.post(DEMAND, {"title": ""}).url == DEMAND


def test_the_college_begins_it_in_the_academy_and_the_auditor_nowhere(roles, client):
    academy = AcademyPageFactory(parent=roles.network)
    sync_roles()
    wish("二胡")
    client.force_login(member("college"))
    client.post(DEMAND, {"title": "二胡"})
    assert CoursePage.objects.get(title="二胡").get_parent().pk == academy.pk
    client.force_login(member("auditor"))
    page = client.get(DEMAND).text
    assert "二胡" in page
    assert "开一门课" not in page
    client.post(DEMAND, {"title": "古琴"})
    assert not CoursePage.objects.filter(title="古琴").exists()


def test_a_class_is_copied_from_the_last_one(roles, client):
    run = waited_for(roles.street, "瑜伽", 2)
    client.force_login(member("street_lead", roles.street))
    address = reverse("runs:copy", args=[run.pk])
    assert address in client.get(DEMAND).text
    assert client.get(address).status_code == 200


def test_as_many_queries_for_three_as_for_thirty(roles, client):
    client.force_login(member("street_lead", roles.street))

    def cost():
        client.get(DEMAND)
        with CaptureQueriesContext(connection) as queries:
            client.get(DEMAND)
        return len(queries)

    def grow(numbers):
        for number in numbers:
            wish(f"学问{'甲乙丙丁'[number % 4]}{number}", roles.street)
            searched(f"无{number}", 4)
            ClassRunFactory(learning=CoursePageFactory(parent=roles.street))

    grow(range(3))
    few = cost()
    grow(range(3, 30))
    assert cost() == few


def test_the_form_is_at_an_address_people_can_be_told(client, district):
    elders = AudienceFactory(name="长辈")
    page = client.get("/want/").text
    assert "什么时候方便" in page
    client.post(
        reverse("search:wish"),
        {"wish": "二胡", "street": district.street.pk, "time_of_day": "evening", "audience": elders.pk},
    )
    kept = LearningWish.objects.get()
    assert (kept.wish, kept.street_id, kept.time_of_day, kept.audience) == (
        "二胡",
        district.street.pk,
        "evening",
        elders,
    )
    refused = client.post(reverse("search:wish"), {"wish": "古琴", "time_of_day": "midnight"})
    assert "请从上午、下午、晚上里选" in refused.text
