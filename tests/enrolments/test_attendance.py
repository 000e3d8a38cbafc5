"""Marks, what they amount to, and the judgement at the end."""

import datetime

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.models import User
from core.errors import DomainError
from enrolments.enums import Mark, OfferOutcome, Reason, Status
from enrolments.models import Attendance, Enrolment, Offer
from enrolments.records import Record, duration_words, minutes_learnt, record_for, record_of
from enrolments.services import attendance
from enrolments.services.core import SYSTEM, By
from tests.enrolments.classes import at, class_run, mark_all, put, sessions
from tests.factories.learning import CoursePageFactory
from timetable import services as timetable
from timetable.enums import SessionStatus


@pytest.fixture
def clock():
    with time_machine.travel(at(9, 1), tick=False) as traveller:
        yield traveller


@pytest.fixture
def run(clock, district):
    return class_run(CoursePageFactory(parent=district.street, title="书法入门"))


@pytest.fixture
def clerk(db):
    return By(User.objects.create_user("banshi"))


def refused(code, function, *arguments):
    with pytest.raises(DomainError) as caught:
        function(*arguments)
    assert caught.value.code == code
    return caught.value.message


class TestArithmetic:
    def test_what_each_mark_is_worth(self):
        worth = {mark: minutes_learnt(mark, 90) for mark in Mark.values}
        assert worth == {"present": 90, "partial": 45, "excused": 0, "absent": 0, "unmarked": 0}
        assert minutes_learnt(Mark.PARTIAL, 90, 60) == 60
        assert minutes_learnt(Mark.PARTIAL, 60, 90) == 60  # the meeting was shortened afterwards

    def test_excused_and_unmarked_meetings_count_as_held_not_as_come(self):
        marks = {1: (Mark.PRESENT, None), 2: (Mark.PARTIAL, None), 3: (Mark.EXCUSED, None), 4: (Mark.ABSENT, None)}
        record = record_of([(key, 90) for key in range(1, 6)], marks)
        assert record == Record(held=5, came=2, minutes=135, excused=1, absent=1)
        assert (record.percent, record.unmarked) == (40, 1)

    @pytest.mark.parametrize(
        ("came", "held", "needed", "passes"),
        [(3, 5, 60, True), (2, 4, 60, False), (2, 3, 67, False), (2, 3, 66, True), (0, 4, 0, True), (0, 0, 0, False)],
    )
    def test_the_line_is_exact(self, came, held, needed, passes):
        assert Record(held=held, came=came).passes(needed) is passes

    @pytest.mark.parametrize(
        ("minutes", "words"), [(0, "0 分钟"), (45, "45 分钟"), (60, "1 小时"), (90, "1 小时 30 分"), (720, "12 小时")]
    )
    def test_hours_in_words(self, minutes, words):
        assert duration_words(minutes) == words


class TestMarking:
    def test_a_mark_says_who_and_when_and_that_the_meeting_was_held(self, run, clock, clerk):
        one, two = put(run), put(run)
        first = sessions(run)[0]
        clock.move_to(at(9, 2, 14, 5))
        assert attendance.mark(first, {one.pk: (Mark.PRESENT, None), two.pk: (Mark.PARTIAL, 30)}, clerk) == 2
        first.refresh_from_db()
        assert first.status == SessionStatus.HELD
        row = Attendance.objects.get(enrolment=two)
        assert (row.mark, row.minutes, row.marked_by, row.marked_at) == (
            Mark.PARTIAL,
            30,
            clerk.user,
            at(9, 2, 14, 5),
        )
        assert record_for(two) == Record(held=1, came=1, minutes=30)

    def test_a_correction_keeps_what_was_there(self, run, clock, clerk):
        one = put(run)
        first = sessions(run)[0]
        clock.move_to(at(9, 2, 16))
        attendance.mark(first, {one.pk: (Mark.ABSENT, None)}, SYSTEM)
        assert attendance.mark(first, {one.pk: (Mark.ABSENT, None)}, clerk) == 0
        clock.move_to(at(9, 3))
        assert attendance.mark(first, {one.pk: (Mark.PRESENT, None)}, clerk) == 1
        entries = list(ModelLogEntry.objects.filter(action=attendance.LOG_ACTION).order_by("timestamp"))
        assert [entry.data["changes"] for entry in entries] == [
            [[one.pk, "unmarked", "absent", None]],
            [[one.pk, "absent", "present", None]],
        ]
        assert entries[1].user == clerk.user
        assert entries[1].timestamp == at(9, 3)

    def test_a_mark_can_be_taken_back(self, run, clock):
        one = put(run)
        clock.move_to(at(9, 2, 16))
        attendance.mark(sessions(run)[0], {one.pk: (Mark.PRESENT, None)}, SYSTEM)
        attendance.mark(sessions(run)[0], {one.pk: (Mark.UNMARKED, None)}, SYSTEM)
        assert not Attendance.objects.exists()

    def test_what_was_held_is_not_replanned(self, run, clock):
        one = put(run)
        clock.move_to(at(9, 2, 14))
        attendance.mark(sessions(run)[0], {one.pk: (Mark.PRESENT, None)}, SYSTEM)
        run.refresh_from_db()
        run.weekdays = [5]
        timetable.save_class_run(run)
        held = sessions(run)[0]
        assert (held.starts_at, held.status) == (at(9, 2, 14), SessionStatus.HELD)

    def test_refusals(self, run, clock, district):
        one = put(run)
        waiting = put(run, status=Status.WAITING, queue_no=1)
        stranger = put(class_run(CoursePageFactory(parent=district.street)))
        first, second = sessions(run)[:2]
        present = (Mark.PRESENT, None)
        assert "还没开始" in refused("not_begun", attendance.mark, first, {one.pk: present}, SYSTEM)
        clock.move_to(at(9, 9, 16))
        refused("nothing", attendance.mark, first, {}, SYSTEM)
        refused("not_in_class", attendance.mark, first, {one.pk: present, stranger.pk: present}, SYSTEM)
        refused("not_in_class", attendance.mark, first, {waiting.pk: present}, SYSTEM)
        refused("mark", attendance.mark, first, {one.pk: ("here", None)}, SYSTEM)
        for minutes in (0, 91, -5):
            refused("minutes", attendance.mark, first, {one.pk: (Mark.PARTIAL, minutes)}, SYSTEM)
        refused("minutes", attendance.mark, first, {one.pk: (Mark.PRESENT, 30)}, SYSTEM)
        timetable.cancel_session(second)
        refused("cancelled", attendance.mark, second, {one.pk: present}, SYSTEM)
        assert not Attendance.objects.exists()


class TestCompleting:
    def test_judged_by_the_share_of_held_meetings(self, run, clock):
        good, bad = put(run), put(run)
        clock.move_to(at(9, 23, 16))
        mark_all(run, {good: "PHEP", bad: "PPEA"})
        assert attendance.complete(run, SYSTEM) == {Status.COMPLETED: 1, Status.NOT_COMPLETED: 1}
        good.refresh_from_db()
        bad.refresh_from_db()
        assert (good.status, bad.status, good.seat, bad.seat) == (Status.COMPLETED, Status.NOT_COMPLETED, None, None)
        assert good.events.last().reason == Reason.ATTENDANCE
        run.refresh_from_db()
        assert run.places_left == run.seats.count()
        assert attendance.complete(run, SYSTEM) == {}
        assert good.events.count() == 2

    def test_a_cancelled_meeting_counts_for_nobody(self, run, clock):
        one = put(run)
        timetable.cancel_session(sessions(run)[3])
        clock.move_to(at(9, 16, 16))
        for session in sessions(run)[:3]:
            attendance.mark(session, {one.pk: (Mark.PRESENT, None)}, SYSTEM)
        assert record_for(one) == Record(held=3, came=3, minutes=270)
        assert attendance.complete(run, SYSTEM) == {Status.COMPLETED: 1}

    def test_hopes_end_and_open_offers_are_void(self, run, clock):
        one = put(run)
        hopes = [
            put(run, status=Status.WAITING, queue_no=11),
            put(run, status=Status.PAUSED, queue_no=12),
            put(run, status=Status.ENTERED),
            offered := put(run, status=Status.OFFERED, queue_no=13),
        ]
        offer = Offer.objects.create(enrolment=offered, seat=offered.seat, made_at=timezone.now(), expires_at=at(12, 1))
        clock.move_to(at(9, 23, 16))
        mark_all(run, {one: "PPPP"})
        attendance.complete(run, SYSTEM)
        assert set(Enrolment.objects.filter(pk__in=[hope.pk for hope in hopes]).values_list("status", "seat")) == {
            (Status.LAPSED, None)
        }
        offer.refresh_from_db()
        assert (offer.outcome, offer.closed_at) == (OfferOutcome.VOID, at(9, 23, 16))
        run.refresh_from_db()
        assert run.waiting == 0

    def test_not_before_the_end(self, run, clock):
        one = put(run)
        clock.move_to(at(9, 23, 15, 29))
        for session in sessions(run)[:3]:
            attendance.mark(session, {one.pk: (Mark.PRESENT, None)}, SYSTEM)
        refused("not_over", attendance.complete, run, SYSTEM)
        refused("not_over", attendance.close_list, run, SYSTEM)

    def test_never_without_marks(self, run, clock):
        one = put(run)
        clock.move_to(at(11, 1))
        refused("no_marks", attendance.complete, run, SYSTEM)
        one.refresh_from_db()
        assert one.status == Status.ENROLLED

    def test_a_forgotten_meeting_is_named(self, run, clock):
        one, two = put(run), put(run)
        clock.move_to(at(9, 24))
        for session in sessions(run)[:3]:
            attendance.mark(session, {one.pk: (Mark.PRESENT, None), two.pk: (Mark.PRESENT, None)}, SYSTEM)
        assert "9月23日" in refused("unmarked", attendance.complete, run, SYSTEM)
        attendance.mark(sessions(run)[3], {one.pk: (Mark.PRESENT, None)}, SYSTEM)
        refused("unmarked", attendance.complete, run, SYSTEM)
        attendance.mark(sessions(run)[3], {two.pk: (Mark.EXCUSED, None)}, SYSTEM)
        assert attendance.complete(run, SYSTEM) == {Status.COMPLETED: 2}

    def test_whoever_came_in_late_needs_no_mark_for_what_was_before_but_it_counts(self, run, clock):
        one = put(run)
        clock.move_to(at(9, 10))
        late = put(run)
        clock.move_to(at(9, 23, 16))
        first, second, third, fourth = sessions(run)
        for session in (first, second):
            attendance.mark(session, {one.pk: (Mark.PRESENT, None)}, SYSTEM)
        for session in (third, fourth):
            attendance.mark(session, {one.pk: (Mark.PRESENT, None), late.pk: (Mark.PRESENT, None)}, SYSTEM)
        assert attendance.complete(run, SYSTEM) == {Status.COMPLETED: 1, Status.NOT_COMPLETED: 1}
        assert record_for(late).percent == 50

    def test_a_corrected_mark_corrects_the_judgement(self, run, clock, clerk):
        one = put(run)
        clock.move_to(at(9, 23, 16))
        mark_all(run, {one: "PPAA"})
        attendance.complete(run, SYSTEM)
        one.refresh_from_db()
        assert one.status == Status.NOT_COMPLETED
        attendance.mark(sessions(run)[3], {one.pk: (Mark.PARTIAL, None)}, clerk)
        one.refresh_from_db()
        event = one.events.last()
        assert (one.status, event.reason, event.actor) == (Status.COMPLETED, Reason.ATTENDANCE, clerk.user)

    def test_a_cancelled_run_is_not_judged(self, run, clock):
        timetable.cancel_class_run(run)
        clock.move_to(at(10, 1))
        refused("run_cancelled", attendance.complete, run, SYSTEM)


class TestEveryNight:
    @pytest.fixture
    def night(self, capsys):
        def go():
            call_command("complete_runs")
            return capsys.readouterr().out

        return go

    def test_judges_three_days_after_the_end_once_all_is_marked(self, run, clock, night):
        one = put(run)
        waiting = put(run, status=Status.WAITING, queue_no=1)
        clock.move_to(at(9, 23, 16))
        mark_all(run, {one: "PPPP"})
        clock.move_to(at(9, 25))
        night()
        one.refresh_from_db()
        assert one.status == Status.ENROLLED
        clock.move_to(at(9, 26, 16))
        assert "1" in night()
        for enrolment, status in ((one, Status.COMPLETED), (waiting, Status.LAPSED)):
            enrolment.refresh_from_db()
            assert enrolment.status == status
        night()
        assert one.events.count() == 2

    def test_lists_what_waits_for_marks_and_does_not_judge_it(self, run, clock, night, district):
        one = put(run)
        waiting = put(run, status=Status.WAITING, queue_no=1)
        other = class_run(CoursePageFactory(parent=district.street))
        two = put(other)
        clock.move_to(at(9, 24))
        mark_all(other, {two: "PPPP"})
        clock.move_to(at(10, 5))
        assert run.code in night()
        for enrolment, status in ((one, Status.ENROLLED), (waiting, Status.LAPSED), (two, Status.COMPLETED)):
            enrolment.refresh_from_db()
            assert enrolment.status == status

    def test_a_run_that_was_put_off_is_not_over(self, run, clock, night):
        one = put(run)
        timetable.move_session(sessions(run)[3], at(10, 20, 14), at(10, 20, 15, 30))
        clock.move_to(at(10, 5))
        assert run.code not in night()
        one.refresh_from_db()
        assert one.status == Status.ENROLLED
        assert run.sessions.latest("starts_at").ends_at - timezone.now() > datetime.timedelta(days=3)
