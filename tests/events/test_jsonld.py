"""What an event tells search engines: one Event a sitting."""

import json

from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from events.models import EventPage
from tests.factories.learning import EventPageFactory
from tests.factories.network import RoomFactory, SubCentrePageFactory
from tests.factories.timetable import ClassRunFactory, days_from_today
from timetable import services


def data(page):
    return EventPage.objects.get(pk=page.pk).jsonld(RequestFactory().get("/"))


def sitting(page, days=3, **kwargs):
    return ClassRunFactory(learning=page, single=True, starts_on=days_from_today(days), **kwargs)


def test_each_sitting_is_an_event(district):
    page = EventPageFactory(parent=district.street, title="运河讲座")
    room = RoomFactory(centre=district.sub_centre, name="报告厅")
    sitting(page, 5)
    sitting(page, 3, centre=district.sub_centre, room=room, fee_fen=0)
    first, second = data(page)
    assert first["@type"] == second["@type"] == "Event"
    assert first["name"] == "运河讲座"
    assert first["startDate"] == f"{days_from_today(3)}T14:00:00+08:00"
    assert first["endDate"] == f"{days_from_today(3)}T15:30:00+08:00"
    assert first["location"]["name"] == f"{district.sub_centre.title} 报告厅"
    assert first["location"]["address"]["streetAddress"] == "示例路 1 号"
    assert "geo" not in first["location"]  # 700 m: not known well enough
    assert first["offers"]["price"] == "0"
    assert first["eventStatus"] == "https://schema.org/EventScheduled"
    assert first["identifier"] != second["identifier"]
    json.dumps([first, second])


def test_nothing_without_a_coming_public_sitting(district):
    page = EventPageFactory(parent=district.street)
    sitting(page, -3)
    sitting(page, 3, draft=True)
    assert data(page) is None


def test_a_cancelled_sitting_says_so_and_sells_nothing(district):
    page = EventPageFactory(parent=district.street)
    services.cancel_session(sitting(page).sessions.get())
    (event,) = data(page)
    assert event["eventStatus"] == "https://schema.org/EventCancelled"
    assert "offers" not in event


def test_a_moved_sitting_says_from_when(district):
    page = EventPageFactory(parent=district.street)
    session = sitting(page, 3).sessions.get()
    day = session.ends_at - session.starts_at
    services.move_session(session, session.starts_at + 24 * day, session.ends_at + 24 * day)
    (event,) = data(page)
    assert event["eventStatus"] == "https://schema.org/EventRescheduled"
    assert event["previousStartDate"] == days_from_today(3).isoformat()


def test_a_sample_sitting_of_a_real_event_says_so(district):
    page = EventPageFactory(parent=district.street, title="讲座")
    sitting(page, is_sample=True)
    assert data(page)[0]["name"] == "讲座（示例）"


def test_more_sittings_cost_no_more_queries(district):
    page = EventPageFactory(parent=district.street)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            data(page)
        return len(captured)

    sitting(page)
    queries()
    few = queries()
    for _number in range(4):
        sitting(page, centre=SubCentrePageFactory(parent=district.street))
    queries()  # what is kept of the site is read once after a change
    assert queries() == few
