"""A whole class is cancelled or moved: the notice is seen before it is sent, everybody gets one. Today is Tuesday 1 September 2026."""

import datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from core.errors import DomainError
from core.services import sync_roles
from tests.factories.accounts import member
from tests.factories.enrolments import enrol_someone, make_run
from tests.factories.network import RoomFactory
from tests.factories.timetable import ClassRunFactory
from tests.timetable.looking import look, look_and_do, shown
from timetable import services
from timetable.enums import ClassRunStatus, SessionStatus
from timetable.models import Booking, ClassRun

D = datetime.date
T = datetime.time


@pytest.fixture(autouse=True)
def clock():
    moment = datetime.datetime(2026, 9, 1, 8, tzinfo=timezone.get_default_timezone())
    with time_machine.travel(moment, tick=False) as traveller:
        yield traveller


@pytest.fixture
def lead(client, district):
    sync_roles()
    client.force_login(member("street_lead", district.street))
    return client


def wednesdays(district, **values):
    """Four Wednesdays of September, 14:00—15:30, three people seated and one waiting."""
    fields = {"starts_on": D(2026, 9, 2), "capacity": 3, "seated": 3, "waiting": 1, "name": "周三班"}
    return make_run(district, **fields | values)


def days(run):
    return [timezone.localdate(one.starts_at) for one in run.sessions.taking_place().order_by("starts_at")]


def since_then():
    """Everything told after what the enrolment itself told."""
    return Notice.objects.filter(title__contains="变动") | Notice.objects.filter(title__contains="取消")


def moving(run, **changes):
    data = {"since": "2026-09-16", "weekdays": ["5"], "starts_at": "14:00", "ends_at": "15:30"}
    return data | {"centre": run.centre_id, "room": "", "note": "学校考试"} | changes


def test_cancelling_shows_the_notice_and_then_sends_it_once(lead, district):
    run = wednesdays(district)
    address = reverse("runs:cancel", args=[run.pk])
    page = look(lead, address, {"note": "教师生病"})
    assert not since_then().exists()
    assert ClassRun.objects.get(pk=run.pk).status == ClassRunStatus.PUBLISHED
    assert set(run.sessions.values_list("status", "sequence")) == {(SessionStatus.SCHEDULED, 0)}
    lead.post(address, shown(page))
    told = list(since_then().values_list("title", "text"))
    assert len(told) == 4 == since_then().values("resident").distinct().count()
    words = " ".join(page.main.text.split())
    assert len(set(told)) == 1
    assert all(part in words for part in told[0])
    assert "原因：教师生病" in words
    assert "发给 4 人" in words
    assert set(run.sessions.values_list("status", "sequence")) == {(SessionStatus.CANCELLED, 1)}
    assert "已经取消了" in look(lead, address, {}).text


def test_who_came_in_between_is_shown_first(lead, district):
    run = wednesdays(district)
    fields = shown(look(lead, reverse("runs:cancel", args=[run.pk]), {}))
    enrol_someone(run)
    response = lead.post(reverse("runs:cancel", args=[run.pk]), fields)
    page = BeautifulSoup(response.content, "html.parser")
    assert ClassRun.objects.get(pk=run.pk).status == ClassRunStatus.PUBLISHED
    assert "又有变化" in page.text
    assert "发给 5 人" in " ".join(page.text.split())
    lead.post(reverse("runs:cancel", args=[run.pk]), shown(page))
    assert ClassRun.objects.get(pk=run.pk).status == ClassRunStatus.CANCELLED


def test_moved_from_a_day_on(lead, district):
    run = wednesdays(district)
    uids = list(run.sessions.order_by("starts_at").values_list("uid", flat=True))
    response = look_and_do(lead, reverse("runs:move", args=[run.pk]), moving(run))
    assert response.redirect_chain[-1][0] == reverse("runs:edit", args=[run.pk])
    assert days(run) == [D(2026, 9, 2), D(2026, 9, 9), D(2026, 9, 18), D(2026, 9, 25)]
    assert list(run.sessions.order_by("starts_at").values_list("uid", flat=True)) == uids
    assert list(run.sessions.order_by("starts_at").values_list("sequence", flat=True)) == [0, 0, 1, 1]
    run.refresh_from_db()
    assert run.pattern_words == "9月16日（周三）起每周五 14:00—15:30"
    (told,) = set(since_then().values_list("text", flat=True))
    assert since_then().count() == 4
    assert "2026年9月18日（周五）起照这样上课" in told
    assert "原因：学校考试" in told


def test_what_was_before_the_move_stays_through_later_edits(district, clock):
    run = services.move_class_run(wednesdays(district), D(2026, 9, 16), weekdays=[5])
    run.capacity = 9
    services.save_class_run(run)
    assert days(run)[:2] == [D(2026, 9, 2), D(2026, 9, 9)]
    clock.move_to(datetime.datetime(2026, 9, 20, 8, tzinfo=timezone.get_default_timezone()))
    services.move_class_run(run, D(2026, 9, 21), starts_at=T(9), ends_at=T(10))
    assert days(run) == [D(2026, 9, 2), D(2026, 9, 9), D(2026, 9, 18), D(2026, 9, 25)]


def test_a_class_that_nobody_came_to_yet_begins_anew(district):
    run = services.move_class_run(wednesdays(district), D(2026, 9, 1), weekdays=[1])
    assert (run.starts_on, run.pattern_from) == (D(2026, 9, 7), None)
    assert days(run)[0] == D(2026, 9, 7)


def test_another_centre_without_a_room_is_another_place_for_calendars(district):
    run = wednesdays(district)
    services.move_class_run(run, D(2026, 9, 2), centre=district.sub_centre)
    assert set(run.sessions.values_list("sequence", flat=True)) == {1}


def test_a_clash_is_named_and_nothing_happens(lead, district):
    room = RoomFactory(centre=district.street, name="101")
    run = wednesdays(district)
    ClassRunFactory(learning=run.learning, room=room, weekdays=[5], starts_on=D(2026, 9, 2), name="周五班")
    booked = list(Booking.objects.values_list())
    page = look(lead, reverse("runs:move", args=[run.pk]), moving(run, room=room.pk))
    assert "教室“101”在2026年9月18日（周五）14:00—15:30有" in page.text
    assert not shown(page).get("seen")
    assert page.select_one("[name=note]")["value"] == "学校考试"
    assert list(Booking.objects.values_list()) == booked
    assert days(run) == [D(2026, 9, day) for day in (2, 9, 16, 23)]
    assert not since_then().exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"since": "2026-08-31"}, "过去的课不能再改"),
        ({"since": "2026-12-01"}, "就结课了"),
        ({"since": "9999-12-31"}, "年份不对"),
        ({"weekdays": ["3"], "since": "2026-09-02"}, "都没有变"),
        ({"weekdays": []}, "至少"),
        ({"ends_at": "13:00"}, "下课时间要晚于上课时间"),
    ],
)
def test_what_cannot_be_is_refused_in_words(lead, district, changes, words):
    run = wednesdays(district, room=None)
    page = look(lead, reverse("runs:move", args=[run.pk]), moving(run, **changes))
    assert words in page.main.text
    assert days(run) == [D(2026, 9, day) for day in (2, 9, 16, 23)]


def test_another_centre_only_from_the_next_class_on(district):
    run = wednesdays(district)
    with pytest.raises(DomainError, check=lambda error: error.code == "house_from_next"):
        services.move_class_run(run, D(2026, 9, 16), centre=district.sub_centre)


def test_an_editor_and_another_street_are_kept_out(client, district):
    sync_roles()
    run = wednesdays(district)
    for user in (member("street_editor", district.street), member("street_lead", district.other_street)):
        client.force_login(user)
        for name in ("runs:move", "runs:cancel"):
            assert client.post(reverse(name, args=[run.pk]), moving(run)).url == reverse("wagtailadmin_home")
