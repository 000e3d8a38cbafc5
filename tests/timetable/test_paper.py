"""Sheets at /print/: whose they are, which week, how few questions the database is asked."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from tests.factories.learning import CoursePageFactory
from tests.factories.timetable import ClassRunFactory, SubjectFactory
from timetable.paper import monday_of


def sheet(client, kind, page, query=""):
    response = client.get(f"/print/{kind}/{page.pk}/{query}")
    return response.content.decode() if response.status_code == 200 else response.status_code


@pytest.fixture
def course(district):
    course = CoursePageFactory(parent=district.street, title="太极拳入门", subject=SubjectFactory(name="武术太极"))
    ClassRunFactory(learning=course, centre=district.sub_centre)
    return course


@pytest.mark.parametrize("text", ["", "今天", "2026-02-30", "9999-12-31", "0001-01-01", "\0", "2026-W48"])
def test_a_day_that_is_none_means_this_week(text):
    today = timezone.localdate()
    assert monday_of(text) == today - datetime.timedelta(days=today.weekday())


def test_a_day_names_its_week():
    day = timezone.localdate() + datetime.timedelta(days=30)
    monday = monday_of(day.isoformat())
    assert monday.isoweekday() == 1
    assert 0 <= (day - monday).days < 7


def test_a_week_shows_its_own_place_and_week_only(client, district, course):
    other = CoursePageFactory(parent=district.other_street, title="剪纸")
    ClassRunFactory(learning=other)
    day = f"?day={ClassRunFactory._meta.model.objects.first().sessions.first().planned_on}"
    for place in (district.sub_centre, district.street):
        html = sheet(client, "week", place, day)
        assert "太极拳入门" in html
        assert "剪纸" not in html
        assert "太极拳入门" not in sheet(client, "week", place)
    assert "这一周没有排课" in sheet(client, "week", district.sub_centre)


def test_drafts_and_private_pages_have_no_sheets(client, district, course):
    draft = CoursePageFactory(parent=district.street, live=False)
    PageViewRestriction.objects.create(page=district.other_street, restriction_type="login")
    assert sheet(client, "poster", draft) == 404
    assert sheet(client, "poster", district.other_street) == 404
    assert sheet(client, "week", district.other_street) == 404
    assert sheet(client, "week", course) == 404, "a course has no week of its own"
    assert sheet(client, "poster", district.home) == 404
    assert client.get("/print/week/99999999999999999999/").status_code == 404
    course.unpublish()
    assert "太极拳入门" not in sheet(client, "week", district.sub_centre, f"?day={timezone.localdate()}")


def test_a_poster_of_a_street_names_what_it_teaches(client, district, course):
    assert "武术太极" in sheet(client, "poster", district.street)
    assert "武术太极" not in sheet(client, "poster", district.other_street)


def test_a_poster_leaves_out_what_nobody_can_come_to(client, district, course):
    ClassRunFactory(learning=course, over=True, name="旧", weekdays=[6])
    ClassRunFactory(learning=course, cancelled=True, weekdays=[7])
    ClassRunFactory(learning=course, full=True, weekdays=[5])
    html = sheet(client, "poster", course)
    assert "每周三" in html
    assert "每周五" in html, "a full class takes names for its list"
    assert "每周六" not in html
    assert "每周日" not in html
    assert "已满" not in html


def test_sheets_are_not_for_search_engines_and_keep_to_get(client, district, course):
    for address in (f"/print/week/{district.street.pk}/", f"/print/poster/{course.pk}/"):
        response = client.get(address)
        assert response["X-Robots-Tag"] == "noindex"
        assert "csrfmiddlewaretoken" not in response.content.decode()
        assert client.post(address).status_code == 405


def test_links_to_paper_stand_on_the_pages(client, district, course):
    assert f"/print/week/{district.street.pk}/" in client.get(district.street.url).content.decode()
    assert f"/print/poster/{district.sub_centre.pk}/" in client.get(district.sub_centre.url).content.decode()
    assert f"/print/poster/{course.pk}/" in client.get(course.url).content.decode()


def test_more_classes_ask_no_more_questions(client, district, course):
    day = course.class_runs.first().sessions.first().planned_on
    addresses = (f"/print/week/{district.street.pk}/?day={day}", f"/print/poster/{course.pk}/")

    def count():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            for address in addresses:
                client.get(address)
        return len(queries)

    count()
    before = count()
    for _number in range(6):
        ClassRunFactory(learning=course, centre=district.sub_centre)
    count()  # what is kept in memory between writes is read again (core/freshness.py)
    assert count() == before
