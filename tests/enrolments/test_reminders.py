"""The evening before a meeting: who is told, of what, and only once."""

import datetime

import pytest
import time_machine
from django.core.management import call_command

from accounts.enums import NoticeKind
from accounts.models import Notice
from enrolments.enums import Status
from enrolments.services import places
from enrolments.services.core import SYSTEM
from enrolments.services.reminders import remind_tomorrow
from tests.enrolments.classes import at, class_run, put, sessions
from tests.factories.learning import CoursePageFactory
from timetable.services import cancel_session, move_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(at(8, 20), tick=False) as traveller:
        yield traveller


@pytest.fixture
def run(clock, district):
    return class_run(CoursePageFactory(parent=district.street, title="书法入门"), centre=district.sub_centre)


def reminders():
    return Notice.objects.filter(kind=NoticeKind.TOMORROW)


def test_whoever_has_a_place_and_nobody_else(run, clock):
    enrolled = put(run)
    put(run, status=Status.PAUSED)
    places.withdraw(put(run), SYSTEM)
    clock.move_to(at(9, 1, 17))
    assert remind_tomorrow() == 1
    notice = reminders().get()
    assert notice.resident == enrolled.resident
    assert notice.title == "明天上课：书法入门"
    assert "14:00" in notice.text
    assert run.centre.title in notice.text
    assert enrolled.receipt in notice.address


@pytest.mark.parametrize("day", [(8, 31), (9, 2)])
def test_only_the_day_before(run, clock, day):
    put(run)
    clock.move_to(at(*day, 17))
    assert remind_tomorrow() == 0


def test_once_whether_it_has_left_or_not(run, clock, capsys):
    put(run)
    clock.move_to(at(9, 1, 17))
    call_command("remind_tomorrow")
    call_command("remind_tomorrow")
    Notice.objects.update(sent_at=at(9, 1, 18))
    call_command("remind_tomorrow")
    assert [line for line in capsys.readouterr().out.splitlines() if "提醒了" in line] == [
        "提醒了 1 人次。",
        "提醒了 0 人次。",
        "提醒了 0 人次。",
    ]
    assert reminders().count() == 1


def test_every_meeting_has_its_own(run, clock):
    put(run)
    for day in (1, 8):
        clock.move_to(at(9, day, 17))
        assert remind_tomorrow() == 1
    assert reminders().count() == 2


def test_a_meeting_that_does_not_take_place(run, clock):
    put(run)
    cancel_session(sessions(run)[0])
    clock.move_to(at(9, 1, 17))
    assert remind_tomorrow() == 0


def test_a_meeting_moved_after_the_reminder_is_reminded_of_again(run, clock):
    put(run)
    clock.move_to(at(9, 1, 17))
    assert remind_tomorrow() == 1
    first = sessions(run)[0]
    week = datetime.timedelta(days=3)
    move_session(first, first.starts_at + week, first.ends_at + week)
    clock.move_to(at(9, 4, 17))
    assert remind_tomorrow() == 1
