"""One's own classes in the phone: a secret address, and files that correct themselves."""

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from core.errors import DomainError
from enrolments.enums import Reason, Status
from enrolments.models import CalendarFeed
from enrolments.services import feeds
from enrolments.services.core import SYSTEM, move
from tests.enrolments.classes import at, class_run, put, sessions
from tests.factories.learning import CoursePageFactory
from tests.factories.people import GuardianshipFactory, ResidentFactory
from timetable import services as timetable


@pytest.fixture
def clock():
    with time_machine.travel(at(9, 1), tick=False) as traveller:
        yield traveller


@pytest.fixture
def course(clock, district):
    return CoursePageFactory(parent=district.street, title="书法入门")


@pytest.fixture
def run(course):
    return class_run(course)


@pytest.fixture
def me(district):
    return ResidentFactory(own=True, name="欧阳娜娜")


@pytest.fixture
def events(client):
    """Read a resident's feed: {UID: event}."""

    def read(resident):
        response = client.get(address(feeds.open_feed(resident)))
        assert response.status_code == 200
        return {event["UID"]: event for event in Calendar.from_ical(response.content).events}

    return read


def address(feed):
    return reverse("records:feed_ics", args=[feed.token])


class TestFeed:
    def test_holds_what_one_is_enrolled_in_and_nothing_else(self, events, me, run, district):
        put(run, me)
        others = [class_run(CoursePageFactory(parent=district.street)) for _count in range(4)]
        put(others[0], me, status=Status.WAITING, queue_no=1)
        put(others[1], me, status=Status.OFFERED, queue_no=1)
        put(others[2], me, status=Status.ENTERED)
        put(others[3])
        assert set(events(me)) == {f"{session.uid}@session.lifelong" for session in sessions(run)}

    def test_moved_and_cancelled_meetings_keep_their_entry(self, events, me, run):
        put(run, me)
        first, second = sessions(run)[:2]
        timetable.move_session(first, at(9, 5, 9), at(9, 5, 10, 30))
        timetable.cancel_session(second)
        told = events(me)
        moved, cancelled = (told[f"{session.uid}@session.lifelong"] for session in (first, second))
        assert (moved.start, moved["SEQUENCE"], moved["STATUS"]) == (at(9, 5, 9), 1, "CONFIRMED")
        assert (cancelled["SEQUENCE"], cancelled["STATUS"]) == (1, "CANCELLED")
        assert len(told) == 4

    def test_a_class_that_was_cancelled_stays_as_cancelled_for_those_who_had_a_place(self, events, me, run, course):
        place = put(run, me)
        hoped_for = class_run(course)
        hope = put(hoped_for, me, status=Status.WAITING, queue_no=1)
        for enrolment in (place, hope):
            enrolment.refresh_from_db()
            if enrolment.is_live:
                move(enrolment, Status.CLASS_CANCELLED, Reason.RUN_CANCELLED, SYSTEM, seat=None)
        type(run).objects.filter(pk=run.pk).update(status="cancelled")
        told = events(me)
        assert set(told) == {f"{session.uid}@session.lifelong" for session in sessions(run)}
        assert {event["STATUS"] for event in told.values()} == {"CANCELLED"}

    def test_leaving_takes_it_out(self, events, me, run):
        move(put(run, me), Status.WITHDRAWN, Reason.WITHDREW, SYSTEM, seat=None)
        assert events(me) == {}

    def test_no_name_in_it_and_kept_by_no_cache(self, client, me, run):
        put(run, me)
        response = client.get(address(feeds.open_feed(me)))
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        assert me.name not in response.content.decode()
        assert {"private", "no-store"} <= {part.strip() for part in response["Cache-Control"].split(",")}
        assert response["X-Robots-Tag"] == "noindex"

    def test_a_new_address_closes_the_old_one(self, client, me, run):
        old = address(feeds.open_feed(me))
        assert feeds.open_feed(me) == feeds.open_feed(me)
        new = address(feeds.reset_feed(me))
        assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)

    @pytest.mark.parametrize("path", ["/me/calendar/wrong.ics", "/me/calendar/.ics", "/me/calendar/a%00b.ics"])
    def test_unknown_addresses(self, client, district, path):
        assert client.get(path).status_code == 404

    def test_the_erased_have_none(self, client, me):
        feed = feeds.open_feed(me)
        type(me).objects.filter(pk=me.pk).update(erased_at=at(9, 1), name="", phone="", birth_month=None, user=None)
        assert client.get(address(feed)).status_code == 404
        with pytest.raises(DomainError) as caught:
            feeds.open_feed(me)
        assert caught.value.code == "gone"
        feeds.close_feed(me)
        assert not CalendarFeed.objects.exists()

    def test_as_many_queries_for_many_classes_as_for_one(self, client, me, run, district):
        put(run, me)
        path = address(feeds.open_feed(me))
        counts = []
        for _round in range(2):
            client.get(path)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(path)
            counts.append(len(queries))
            for _count in range(3):
                put(class_run(CoursePageFactory(parent=district.street)), me)
        assert counts[0] == counts[1]


class TestOneClass:
    def test_the_file_of_one_class(self, client, me, run):
        place = put(run, me)
        path = reverse("records:enrolment_ics", args=[place.receipt])
        assert client.get(path).status_code == 302
        client.force_login(me.user)
        response = client.get(path)
        assert len(Calendar.from_ical(response.content).events) == 4
        assert "no-store" in response["Cache-Control"]
        client.force_login(GuardianshipFactory(resident=me).guardian)
        assert client.get(path).status_code == 200
        client.force_login(ResidentFactory(own=True).user)
        assert client.get(path).status_code == 404

    def test_there_is_none_for_a_hope(self, client, me, run):
        hope = put(run, me, status=Status.WAITING, queue_no=1)
        client.force_login(me.user)
        assert client.get(reverse("records:enrolment_ics", args=[hope.receipt])).status_code == 404


class TestPage:
    def test_asked_for_shown_and_changed(self, client, me):
        page = reverse("records:calendar")
        assert client.get(page).status_code == 302
        client.force_login(me.user)
        assert not CalendarFeed.objects.exists()
        assert "生成日历地址" in client.get(page).content.decode()
        assert not CalendarFeed.objects.exists()  # looking writes nothing
        post = reverse("records:calendar_address", args=[me.pk])
        client.post(post)
        token = CalendarFeed.objects.get().token
        soup = BeautifulSoup(client.get(page).content, "html.parser")
        assert soup.find("code").get_text() == f"http://testserver/me/calendar/{token}.ics"
        assert soup.find("a", href=f"webcal://testserver/me/calendar/{token}.ics")
        assert len(soup.find_all("h1")) == 1
        response = client.post(post, {"new": "1"}, follow=True)
        assert "旧地址不能用了" in response.content.decode()
        assert CalendarFeed.objects.get().token != token

    def test_only_ones_own_people(self, client, me):
        stranger = ResidentFactory(own=True, name="陌生人")
        child = GuardianshipFactory(guardian=me.user, resident__child=True, resident__name="小欧阳").resident
        client.force_login(me.user)
        shown = client.get(reverse("records:calendar")).content.decode()
        assert "小欧阳" in shown
        assert "陌生人" not in shown
        assert client.post(reverse("records:calendar_address", args=[child.pk])).status_code == 302
        assert client.post(reverse("records:calendar_address", args=[stranger.pk])).status_code == 404
        assert client.get(reverse("records:calendar_address", args=[child.pk])).status_code == 405
