"""What a course tells search engines: true, complete and unable to leave its element."""

import datetime
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.jsonld import known
from teachers.models import Teacher
from tests.factories.learning import CoursePageFactory
from tests.factories.network import RoomFactory, SubCentrePageFactory
from tests.factories.timetable import AudienceFactory, ClassRunFactory, SubjectFactory, days_from_today
from timetable import services


@pytest.fixture
def read(client):
    """Return the structured data of a page as its HTML carries it: {type: object}."""

    def fetch(page):
        html = client.get(page.url).content.decode()
        (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
        return {str(part["@type"]): part for part in json.loads(text)}

    return fetch


def test_a_course_with_everything_known(read, district):
    course = CoursePageFactory(
        parent=district.street, title="书法入门", summary="从握笔开始。", code="K1", subject=SubjectFactory(name="书画")
    )
    course.audiences = [AudienceFactory(name="长辈")]
    course.save()
    centre = SubCentrePageFactory(parent=district.street, accuracy_m=50)
    run = ClassRunFactory(
        learning=course,
        name="周三班",
        code="R1",
        centre=centre,
        room=RoomFactory(centre=centre, name="301"),
        fee_fen=12050,
        teachers=[Teacher.objects.create(name="王示例", consents_to_be_named=True)],
    )
    data = read(course)["Course"]
    assert data["@context"] == "https://schema.org"
    assert (data["name"], data["description"], data["courseCode"]) == ("书法入门", "从握笔开始。", "K1")
    assert data["url"] == f"http://testserver{course.url}"
    assert (data["about"], data["audience"][0]["audienceType"]) == ("书画", "长辈")
    assert data["provider"]["name"] == "清名桥街道"
    (instance,) = data["hasCourseInstance"]
    assert instance["name"] == "书法入门 周三班"
    assert (instance["identifier"], instance["courseMode"]) == ("R1", "onsite")
    assert instance["startDate"] == run.starts_on.isoformat()
    assert instance["courseSchedule"] == {
        "@type": "Schedule",
        "repeatFrequency": "P1W",
        "byDay": ["https://schema.org/Wednesday"],
        "repeatCount": 4,
        "startDate": run.starts_on.isoformat(),
        "endDate": run.ends_on.isoformat(),
        "startTime": "14:00:00",
        "endTime": "15:30:00",
        "scheduleTimezone": "Asia/Shanghai",
    }
    assert (instance["offers"]["price"], instance["offers"]["priceCurrency"]) == ("120.50", "CNY")
    assert instance["offers"]["availability"] == "https://schema.org/InStock"
    assert instance["location"]["name"] == f"{centre.title} 301"
    assert instance["location"]["geo"] == {"@type": "GeoCoordinates", "latitude": 31.544, "longitude": 120.302}
    assert instance["instructor"] == [{"@type": "Person", "name": "王示例"}]
    assert (instance["maximumAttendeeCapacity"], instance["remainingAttendeeCapacity"]) == (20, 20)


def test_what_is_not_known_is_not_said(read, district):
    course = CoursePageFactory(parent=district.street, summary="")
    ClassRunFactory(
        learning=course,
        fee_fen=None,
        capacity=None,
        enrol_opens_at=None,
        enrol_closes_at=None,
        teachers=[Teacher.objects.create(name="李不愿", consents_to_be_named=False)],
    )
    data = read(course)["Course"]
    assert not {"description", "about", "audience", "courseCode", "keywords"} & set(data)
    (instance,) = data["hasCourseInstance"]
    assert not {"offers", "instructor", "maximumAttendeeCapacity", "remainingAttendeeCapacity"} & set(instance)
    assert not {"address", "geo"} & set(instance["location"])
    assert "李不愿" not in json.dumps(data, ensure_ascii=False)
    assert "null" not in json.dumps(data)


def test_free_is_said_as_nothing_to_pay(read, district):
    course = CoursePageFactory(parent=district.street)
    ClassRunFactory(learning=course, fee_fen=0, full=True)
    offer = read(course)["Course"]["hasCourseInstance"][0]["offers"]
    assert (offer["price"], offer["availability"]) == ("0", "https://schema.org/SoldOut")


def test_only_public_runs_that_are_not_over(read, district):
    course = CoursePageFactory(parent=district.street)
    ClassRunFactory(learning=course, code="LIVE")
    cancelled = ClassRunFactory(learning=course, code="CANCELLED", starts_on=days_from_today(9))
    services.cancel_class_run(cancelled)
    ClassRunFactory(learning=course, code="DRAFT", draft=True)
    ClassRunFactory(learning=course, code="OVER", over=True)
    ClassRunFactory(learning=CoursePageFactory(parent=district.street), code="FOREIGN")
    instances = {run["identifier"]: run for run in read(course)["Course"]["hasCourseInstance"]}
    assert set(instances) == {"LIVE", "CANCELLED"}
    assert instances["CANCELLED"]["eventStatus"] == "https://schema.org/EventCancelled"
    assert "offers" not in instances["CANCELLED"]


def test_an_online_run_has_no_place(read, district):
    course = CoursePageFactory(parent=district.street)
    ClassRunFactory(learning=course, delivery="online")
    (instance,) = read(course)["Course"]["hasCourseInstance"]
    assert "location" not in instance
    assert instance["courseMode"] == "online"


def test_a_sample_says_so(read, district):
    course = CoursePageFactory(parent=district.street, title="书法", is_sample=True)
    ClassRunFactory(learning=course)
    data = read(course)["Course"]
    assert data["name"] == "书法（示例）"
    assert data["hasCourseInstance"][0]["name"] == "书法（示例）"


@pytest.mark.parametrize(
    "title", ["</script><script>alert(1)</script>", "<!--<script>", "A & B \"C\" \\ 'D'", "\u2028"]
)
def test_no_title_can_leave_the_element(client, district, title):
    course = CoursePageFactory(parent=district.street, title=title, slug="x")
    html = client.get(course.url).content.decode()
    start = html.index('<script type="application/ld+json">') + len('<script type="application/ld+json">')
    inside = html[start : html.index("</script>", start)]
    assert "<" not in inside
    (data,) = (part for part in json.loads(inside) if part["@type"] == "Course")
    assert data["name"] == title


def test_the_way_from_the_home_page(read, district):
    course = CoursePageFactory(parent=district.street, title="书法")
    steps = read(course)["BreadcrumbList"]["itemListElement"]
    assert [(step["position"], step["name"]) for step in steps] == [
        (1, "首页"),
        (2, "学习网络"),
        (3, "清名桥街道"),
        (4, "书法"),
    ]
    assert steps[-1]["item"] == f"http://testserver{course.url}"


def test_a_page_without_data_of_its_own_still_says_where_it_stands(client, read, district):
    assert set(read(district.news_index)) == {"BreadcrumbList"}
    assert "application/ld+json" not in client.get(district.home.url).content.decode()
    assert "application/ld+json" not in client.get("/no-such-page/").content.decode()


def test_more_runs_cost_no_more_queries(district):

    course = CoursePageFactory(parent=district.street)

    def run(**kwargs):
        teacher = Teacher.objects.create(name="王示例", consents_to_be_named=True)
        ClassRunFactory(learning=course, teachers=[teacher], **kwargs)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            course.specific_class.objects.get(pk=course.pk).jsonld(None)
        return len(captured)

    run()
    queries()
    few = queries()
    for _number in range(4):
        run(centre=SubCentrePageFactory(parent=district.street))
    queries()  # what is kept of the site is read once after a change
    assert queries() == few


def test_zero_and_false_are_facts():
    assert known(type="A", a=0, b=False, c=None, d="", e=[], f={}) == {"@type": "A", "a": 0, "b": False}


def test_a_run_every_two_weeks(read, district):
    course = CoursePageFactory(parent=district.street)
    ClassRunFactory(
        learning=course, every_weeks=2, weekdays=[6, 7], starts_at=datetime.time(9), ends_at=datetime.time(10)
    )
    (instance,) = read(course)["Course"]["hasCourseInstance"]
    assert instance["courseSchedule"]["repeatFrequency"] == "P2W"
    assert instance["courseSchedule"]["byDay"] == ["https://schema.org/Saturday", "https://schema.org/Sunday"]
