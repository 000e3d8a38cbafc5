"""Coming events as RSS."""

import datetime
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import PageViewRestriction

from tests.factories.learning import CoursePageFactory, EventPageFactory
from tests.factories.network import RoomFactory
from tests.factories.timetable import ClassRunFactory, days_from_today
from timetable import services


@pytest.fixture
def read(client):
    def fetch():
        response = client.get(reverse("events_feed"))
        assert response.status_code == 200
        return list(ElementTree.fromstring(response.content).iter("item"))  # noqa: S314  our own

    return fetch


def sitting(page, days=3, **kwargs):
    return ClassRunFactory(learning=page, single=True, starts_on=days_from_today(days), **kwargs)


def test_the_address_is_in_front_of_the_pages(district):
    assert reverse("events_feed") == "/events/feed/"


def test_a_sitting_says_when_and_where(read, district):
    event = EventPageFactory(parent=district.street, title="运河讲座", summary="讲运河。")
    room = RoomFactory(centre=district.sub_centre, name="报告厅")
    run = sitting(event, centre=district.sub_centre, room=room)
    (item,) = read()
    session = run.sessions.get()
    assert item.findtext("title") == "运河讲座"
    assert item.findtext("link") == f"http://testserver{event.url}"
    assert item.findtext("guid") == f"urn:uuid:{session.uid}"
    assert item.findtext("description") == f"{session.span_words}<br>{district.sub_centre.title} 报告厅<br>讲运河。"


def test_coming_public_events_soonest_first_and_nothing_else(read, district):
    event = EventPageFactory(parent=district.street, title="近的")
    other = EventPageFactory(parent=district.other_street, title="远的")
    sitting(other, 9)
    sitting(event, 3)
    sitting(event, -3)  # over
    sitting(event, 4, draft=True)
    sitting(EventPageFactory(parent=district.street, live=False), 5)
    private = EventPageFactory(parent=district.street)
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    sitting(private, 6)
    sitting(CoursePageFactory(parent=district.street), 7)  # a course is no event
    assert [item.findtext("title") for item in read()] == ["近的", "远的"]


def test_a_cancelled_sitting_stays_and_says_so(read, district):
    run = sitting(EventPageFactory(parent=district.street, title="讲座"))
    services.cancel_session(run.sessions.get(), "讲师生病")
    (item,) = read()
    assert item.findtext("title") == "【已取消】讲座"
    assert "讲师生病" in item.findtext("description")


def test_a_sample_says_so(read, district):
    sitting(EventPageFactory(parent=district.street, title="讲座"), is_sample=True)
    assert read()[0].findtext("title") == "讲座（示例）"


def test_the_cost_does_not_grow(client, district):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("events_feed"))
        return len(captured)

    sitting(EventPageFactory(parent=district.street))
    queries()
    few = queries()
    for _number in range(5):
        sitting(EventPageFactory(parent=district.other_street))
    queries()  # what is kept of the site is read once after a change
    assert queries() == few


def test_no_events_page_no_feed(client, district):
    from events.models import EventIndexPage

    EventIndexPage.objects.get().unpublish()
    assert client.get(reverse("events_feed")).status_code == 404


def test_a_moved_sitting_is_sent_again(client, district):
    run = sitting(EventPageFactory(parent=district.street))
    first = client.get(reverse("events_feed"))
    again = {"if-none-match": first["ETag"]}
    assert client.get(reverse("events_feed"), headers=again).status_code == 304
    session = run.sessions.get()
    day = datetime.timedelta(days=1)
    services.move_session(session, session.starts_at + day, session.ends_at + day)
    assert client.get(reverse("events_feed"), headers=again).status_code == 200
