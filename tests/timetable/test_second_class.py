"""As many wait as a class of its own needs: a second one is proposed, made as a draft, and those who wait are asked in order.

Today is Tuesday 1 September 2026.
"""

import datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from core.services import sync_roles
from enrolments.audit import audit
from enrolments.enums import Reason, Status
from enrolments.models import Enrolment
from enrolments.services.core import SYSTEM
from enrolments.services.waiting import accept
from teachers.models import Teacher
from tests.factories.accounts import member
from tests.factories.enrolments import make_run
from tests.factories.network import RoomFactory
from tests.factories.timetable import CentreClosureFactory, ClassRunFactory
from tests.timetable.looking import look, shown
from timetable import services
from timetable.enums import ClassRunStatus
from timetable.models import ClassRun

D = datetime.date
T = datetime.time


@pytest.fixture(autouse=True)
def clock():
    moment = datetime.datetime(2026, 9, 1, 8, tzinfo=timezone.get_default_timezone())
    with time_machine.travel(moment, tick=False) as traveller:
        yield traveller


@pytest.fixture
def teacher(district):
    return Teacher.objects.create(name="示例王老师", home_centre=district.street)


@pytest.fixture
def run(district, teacher):
    """Full with two, three wait, two would be enough for a class."""
    room = RoomFactory(centre=district.street, name="101")
    fields = {"starts_on": D(2026, 9, 9), "room": room, "teachers": [teacher], "name": "周三班", "min_to_open": 2}
    return make_run(district, capacity=2, seated=2, waiting=3, **fields)


@pytest.fixture
def editor(client, district):
    sync_roles()
    client.force_login(member("street_editor", district.street))
    return client


def page_of(response):
    return BeautifulSoup(response.content, "html.parser")


def choices(page, name):
    return [label.get_text(" ", strip=True) for label in page.select(f"label:has(input[name={name}])")]


def hours(**changes):
    return {"starts_on": "2026-09-09", "weekdays": ["3"], "starts_at": "14:00", "ends_at": "15:30"} | changes


def test_proposed_where_enough_people_wait(client, district, run):
    sync_roles()
    client.force_login(member("street_lead", district.street))
    address = reverse("runs:second", args=[run.pk])
    assert "3 人候补" in page_of(client.get(reverse("runs:edit", args=[run.pk]))).text
    assert address in client.get(reverse("runs:index")).content.decode()
    ClassRun.objects.update(min_to_open=None)  # the usual minimum then
    assert address not in client.get(reverse("runs:edit", args=[run.pk])).content.decode()
    assert address not in client.get(reverse("runs:index")).content.decode()


def test_only_what_is_free_at_those_hours_is_offered(editor, district, run, teacher):
    """Own centre first, then the same street; each other one with what is in its way."""
    free = Teacher.objects.create(name="示例李老师", home_centre=district.street)
    Teacher.objects.create(name="示例外街老师", home_centre=district.other_street)
    RoomFactory(centre=district.sub_centre, name="分 1")
    RoomFactory(centre=district.street, name="102")
    RoomFactory(centre=district.other_street, name="外 1")
    page = page_of(editor.get(reverse("runs:second", args=[run.pk])))
    rooms = choices(page, "room")
    assert [("102" in room, "分 1" in room) for room in rooms] == [(False, False), (True, False), (False, True)]
    assert choices(page, "teachers") == [free.name]
    taken = page.select_one("details ul").text
    assert "教室“101”在2026年9月9日（周三）14:00—15:30有" in taken
    assert "教师“示例王老师”" in taken
    CentreClosureFactory(centre=district.sub_centre, starts_on=D(2026, 9, 16), reason="期末考试")
    page = page_of(editor.get(reverse("runs:second", args=[run.pk])))
    assert len(choices(page, "room")) == 2
    assert "期末考试停用" in page.select_one("details ul").text
    page = look(editor, reverse("runs:second", args=[run.pk]), hours(weekdays=["4"], look="1"))
    assert [name in " ".join(choices(page, "room")) for name in ("101", "102", "分 1")] == [True, True, True]
    assert teacher.name in choices(page, "teachers")


def test_looking_costs_the_same_however_much_there_is(editor, district, run):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert editor.get(reverse("runs:second", args=[run.pk])).status_code == 200
        return len(asked)

    queries()
    few = queries()
    for number in range(12):
        Teacher.objects.create(name=f"示例{number}", home_centre=district.street)
        room = RoomFactory(centre=district.street)
        ClassRunFactory(learning=run.learning, room=room, starts_on=D(2026, 9, 9))
    queries()  # what the process keeps of places is read again after a change
    assert queries() == few


def test_made_as_a_draft(editor, district, run):
    free = Teacher.objects.create(name="示例李老师", home_centre=district.street)
    room = RoomFactory(centre=district.sub_centre, name="分 1")
    data = hours(room=room.pk, teachers=[free.pk], name="周三二班", capacity="2")
    editor.post(reverse("runs:second", args=[run.pk]), data)
    second = run.second_runs.get()
    assert (second.status, second.capacity, second.room, second.name) == (ClassRunStatus.DRAFT, 2, room, "周三二班")
    assert second.centre_id == district.sub_centre.pk
    assert list(second.teachers.all()) == [free]
    assert second.sessions.count() == 4
    assert second.code != run.code
    assert not Enrolment.objects.filter(class_run=second).exists()


def test_what_is_not_free_cannot_be_posted(editor, district, run, teacher):
    data = hours(room=run.room_id, teachers=[teacher.pk], name="二班", capacity="0")
    page = look(editor, reverse("runs:second", args=[run.pk]), data)
    assert not run.second_runs.exists()
    assert len(page.select(".w-field__errors .error-message, .w-field--error, .error-message")) >= 2
    for wrong in (hours(starts_on="2026-08-01"), hours(starts_on="x"), hours(weekdays=[]), hours(ends_at="13:00")):
        assert look(editor, reverse("runs:second", args=[run.pk]), wrong).select(".error-message")
    assert not run.second_runs.exists()


def test_publishing_asks_those_who_wait_in_their_order(client, district, run):
    sync_roles()
    client.force_login(member("street_lead", district.street))
    draft = services.second_run(run)
    draft.capacity = 2
    second = services.open_second(draft, [])
    queue = list(Enrolment.objects.filter(class_run=run).waiting().values_list("resident", flat=True))
    before = Notice.objects.count()
    page = look(client, reverse("runs:publish", args=[second.pk]), {})
    assert Notice.objects.count() == before
    client.post(reverse("runs:publish", args=[second.pk]), shown(page))
    claims = Enrolment.objects.filter(class_run=second).order_by("queue_no")
    assert [claim.resident_id for claim in claims] == queue
    assert [claim.status for claim in claims] == [Status.OFFERED, Status.OFFERED, Status.WAITING]
    told = list(Notice.objects.order_by("pk")[before:])
    assert sorted(notice.resident_id for notice in told) == sorted(queue)
    assert all("候补还在" in notice.text for notice in told)
    words = " ".join(page.main.text.split())
    assert all(notice.title in words and notice.text in words for notice in told)
    assert list(Enrolment.objects.filter(class_run=run).waiting().values_list("resident", flat=True)) == queue
    accept(claims[1], SYSTEM)
    left = Enrolment.objects.get(class_run=run, resident=queue[1])
    assert (left.status, left.events.last().reason) == (Status.WITHDRAWN, Reason.CHOSE_OTHER)
    services.publish_class_run(ClassRun.objects.get(pk=second.pk))
    assert Enrolment.objects.filter(class_run=second).count() == 3
    assert list(audit()) == []


def test_of_a_run_that_has_begun_the_second_begins_in_a_week(district, run, clock):
    clock.move_to(datetime.datetime(2026, 9, 18, 8, tzinfo=timezone.get_default_timezone()))
    draft = services.second_run(run)
    assert draft.starts_on == D(2026, 9, 30)
    second = services.open_second(draft, [])
    assert second.sessions.count() == 4
    assert second.enrol_closes_at > timezone.now()
