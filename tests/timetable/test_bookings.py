"""A room and a teacher are in one place at a time (architecture, invariant 5). Today is Tuesday 1 September 2026."""

import datetime
import importlib

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.errors import DomainError
from teachers.models import Teacher
from tests.factories.learning import CoursePageFactory
from tests.factories.network import RoomFactory
from tests.factories.timetable import CentreClosureFactory, ClassRunFactory
from timetable import one_place, services, signals
from timetable.enums import SessionStatus
from timetable.models import Booking, ClassRun, Session
from timetable.services import bookings

D = datetime.date
T = datetime.time


def at(month, day, hour=8, minute=0):
    return datetime.datetime(2026, month, day, hour, minute, tzinfo=timezone.get_default_timezone())


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(at(9, 1), tick=False) as traveller:
        yield traveller


@pytest.fixture
def course(district):
    return CoursePageFactory(parent=district.street, title="太极拳")


@pytest.fixture
def room(district):
    return RoomFactory(centre=district.street, name="101")


@pytest.fixture
def teacher(district):
    return Teacher.objects.create(name="示例王老师", home_centre=district.street)


def wednesdays(course, **values):
    """Four Wednesdays of September, 14:00—15:30."""
    return ClassRunFactory(learning=course, **{"starts_on": D(2026, 9, 1), "name": "周三班", **values})


def taken(thing):
    return list(thing.bookings.order_by("starts_at").values_list("starts_at", "ends_at"))


def refused(*words):
    return pytest.raises(
        DomainError, check=lambda error: error.code == "clash" and all(word in error.message for word in words)
    )


def test_a_run_books_its_room_and_its_teachers(course, room, teacher):
    second = Teacher.objects.create(name="示例李老师")
    run = wednesdays(course, room=room, teachers=[teacher, second])
    hours = list(run.sessions.order_by("starts_at").values_list("starts_at", "ends_at"))
    assert taken(room) == taken(teacher) == taken(second) == hours
    assert Booking.objects.count() == 12


def test_the_clash_is_named(course, room, teacher, district):
    wednesdays(course, room=room, teachers=[teacher])
    with refused("教室“101”在2026年9月2日（周三）14:00—15:30有“太极拳 周三班”的课（清名桥街道）", "另有 1 处"):
        wednesdays(course, room=room, name="另一班", starts_at=T(15), ends_at=T(16))
    with refused("教师“示例王老师”在2026年9月2日（周三）14:00—15:30有“太极拳 周三班”的课（清名桥街道 101）"):
        wednesdays(course, teachers=[teacher], centre=district.other_street, session_count=1)
    assert ClassRun.objects.count() == 1


def test_back_to_back_is_no_clash(course, room, teacher):
    wednesdays(course, room=room, teachers=[teacher])
    wednesdays(course, room=room, teachers=[teacher], starts_at=T(15, 30), ends_at=T(17))
    wednesdays(course, room=room, teachers=[teacher], starts_at=T(12, 30), ends_at=T(14))
    assert room.bookings.count() == 12


def test_a_draft_reserves_already(course, room):
    wednesdays(course, room=room, draft=True)
    with refused("太极拳 周三班（筹备中）"):
        wednesdays(course, room=room)


def test_saving_again_changes_nothing(course, room, teacher):
    run = wednesdays(course, room=room, teachers=[teacher])
    before = list(Booking.objects.values())
    services.save_class_run(ClassRun.objects.get(pk=run.pk), teachers=[teacher])
    assert list(Booking.objects.values()) == before


def test_other_hours_within_the_old_ones(course, room):
    """A run does not stand in its own way."""
    run = wednesdays(course, room=room)
    run.starts_at, run.ends_at = T(14, 30), T(16)
    services.save_class_run(run)
    assert taken(room)[0] == (at(9, 2, 14, 30), at(9, 2, 16))
    assert room.bookings.count() == 4


def test_other_teachers_and_no_room(course, room, teacher):
    run = wednesdays(course, room=room)
    run.room = None
    services.save_class_run(run, teachers=[teacher])
    assert taken(room) == []
    assert teacher.bookings.count() == 4


class TestNothingIsHeldBy:
    def test_a_cancelled_session(self, course, room):
        run = wednesdays(course, room=room)
        services.cancel_session(run.sessions.first())
        wednesdays(course, room=room, session_count=1)
        assert room.bookings.count() == 4

    def test_a_dropped_session(self, course, room):
        run = wednesdays(course, room=room)
        run.session_count = 3
        services.save_class_run(run)
        assert room.bookings.count() == 3
        run.session_count = 4
        services.save_class_run(run)
        assert room.bookings.count() == 4

    def test_a_postponed_session(self, course, room):
        run = wednesdays(course, room=room)
        services.move_session(run.sessions.first(), at(9, 3, 9), at(9, 3, 10))
        assert taken(room)[:2] == [(at(9, 3, 9), at(9, 3, 10)), (at(9, 9, 14), at(9, 9, 15, 30))]

    def test_a_cancelled_run(self, course, room, teacher):
        services.cancel_class_run(wednesdays(course, room=room, teachers=[teacher]))
        assert not Booking.objects.exists()

    def test_a_deleted_draft(self, course, room):
        services.delete_class_run(wednesdays(course, room=room, draft=True))
        assert not Booking.objects.exists()

    def test_what_was_over_when_it_was_written(self, course, room):
        wednesdays(course, room=room, starts_on=D(2026, 6, 1))
        wednesdays(course, room=room, starts_on=D(2026, 6, 1))
        assert not Booking.objects.exists()


class TestMoving:
    def test_into_taken_hours_is_refused_and_nothing_moves(self, course, room):
        wednesdays(course, room=room)
        session = wednesdays(course, room=room, starts_at=T(9), ends_at=T(10)).sessions.first()
        before = list(Booking.objects.order_by("pk").values())
        with refused("教室“101”在2026年9月9日（周三）14:00—15:30"):
            services.move_session(session, at(9, 9, 15), at(9, 9, 16))
        assert Session.objects.get(pk=session.pk).starts_at == at(9, 2, 9)
        assert list(Booking.objects.order_by("pk").values()) == before

    def test_over_a_sister_of_the_same_run(self, course, room):
        session = wednesdays(course, room=room).sessions.order_by("starts_at").first()
        with refused("教室“101”在2026年9月9日（周三）14:00—15:30有“太极拳 周三班”的课"):
            services.move_session(session, at(9, 9, 15), at(9, 9, 16))

    def test_into_another_room(self, course, room, district):
        other = RoomFactory(centre=district.street, name="102")
        wednesdays(course, room=room)
        session = wednesdays(course, room=other).sessions.order_by("starts_at").first()
        services.move_session(session, at(9, 2, 9), at(9, 2, 10), room=room)
        assert (at(9, 2, 9), at(9, 2, 10)) in taken(room)
        assert other.bookings.count() == 3

    def test_what_began_keeps_its_booking_and_a_late_move_gives_it_back(self, course, room, clock):
        session = wednesdays(course, room=room).sessions.order_by("starts_at").first()
        clock.move_to(at(9, 3))
        services.save_class_run(ClassRun.objects.get(pk=session.class_run_id))
        assert taken(room)[0] == (at(9, 2, 14), at(9, 2, 15, 30))
        services.move_session(session, at(9, 4, 9), at(9, 4, 10))
        assert taken(room)[0] == (at(9, 4, 9), at(9, 4, 10))


def test_a_session_held_before_its_end_keeps_its_hours(course, room, clock):
    session = wednesdays(course, room=room).sessions.order_by("starts_at").first()
    clock.move_to(at(9, 2, 15))
    services.mark_held(session)
    services.save_class_run(ClassRun.objects.get(pk=session.class_run_id))
    assert room.bookings.count() == 4


class TestASubstitute:
    """Another teacher for one meeting: the booking moves with it."""

    @pytest.fixture
    def other(self, district):
        return Teacher.objects.create(name="示例李老师")

    def stand_in(self, session, who):
        return services.move_session(session, session.starts_at, session.ends_at, substitute=who)

    def test_books_that_hour_instead(self, course, teacher, other):
        session = wednesdays(course, teachers=[teacher]).sessions.order_by("starts_at").first()
        self.stand_in(session, other)
        assert taken(other) == [(at(9, 2, 14), at(9, 2, 15, 30))]
        assert teacher.bookings.count() == 3
        services.save_class_run(ClassRun.objects.get(pk=session.class_run_id))
        assert other.bookings.count() == 1
        self.stand_in(session, None)
        assert (other.bookings.count(), teacher.bookings.count()) == (0, 4)

    def test_who_is_busy_is_refused(self, course, teacher, other):
        wednesdays(course, teachers=[other])
        session = wednesdays(course, teachers=[teacher]).sessions.order_by("starts_at").first()
        with refused("教师“示例李老师”在2026年9月2日（周三）14:00—15:30有"):
            self.stand_in(session, other)
        services.move_session(session, at(9, 3, 14), at(9, 3, 15), substitute=other)
        assert Session.objects.get(pk=session.pk).substitute == other

    def test_nobody_is_told_of_the_teacher_alone(self, course, teacher, other):
        told = []
        signals.session_changed.connect(listen := lambda session, **_kwargs: told.append(session))
        session = wednesdays(course, teachers=[teacher]).sessions.order_by("starts_at").first()
        self.stand_in(session, other)
        assert told == []
        assert session.sequence == 0
        services.move_session(session, at(9, 3, 14), at(9, 3, 15), substitute=None)
        assert told == [session]
        signals.session_changed.disconnect(listen)


class TestAClosedPlace:
    """The host school's calendar: exams and holidays (domain.md B8)."""

    def test_the_closure_is_named(self, course, district):
        CentreClosureFactory(centre=district.street, starts_on=D(2026, 9, 8), ends_on=D(2026, 9, 10))
        with refused(
            "“清名桥街道”因期末考试停用（2026年9月8日（周二）—2026年9月10日（周四））",
            "2026年9月9日（周三）14:00—15:30不能上课",
        ):
            wednesdays(course)
        wednesdays(course, session_count=1)

    def test_hours_hold_on_each_day(self, course, district):
        hours = {"starts_at": T(8), "ends_at": T(14)}
        CentreClosureFactory(centre=district.street, starts_on=D(2026, 9, 1), ends_on=D(2026, 9, 30), **hours)
        wednesdays(course)
        with refused("8", "13:00—14:30不能上课"):
            wednesdays(course, starts_at=T(13), ends_at=T(14, 30))

    def test_another_place_is_open(self, course, district, room):
        CentreClosureFactory(centre=district.other_street, starts_on=D(2026, 9, 2))
        wednesdays(course, room=room)

    def test_online_is_nowhere(self, course, district):
        CentreClosureFactory(centre=district.street, starts_on=D(2026, 9, 2))
        wednesdays(course, delivery="online")

    def test_one_that_came_later_stands_in_the_way_of_nothing_else(self, course, district, room):
        run = wednesdays(course, room=room)
        closure = CentreClosureFactory(centre=district.street, starts_on=D(2026, 9, 9))
        run.name = "周三下午班"
        services.save_class_run(run)
        (touched,) = bookings.sessions_in(closure)
        assert timezone.localdate(touched.starts_at) == D(2026, 9, 9)
        with refused("期末考试"):
            services.move_session(run.sessions.order_by("starts_at").first(), at(9, 9, 9), at(9, 9, 10))
        services.move_session(touched, at(9, 11, 9), at(9, 11, 10))
        assert bookings.sessions_in(closure) == []

    @pytest.mark.parametrize(
        ("starts", "ends", "touches"),
        [
            (at(9, 1, 22), at(9, 2, 0), False),
            (at(9, 1, 22), at(9, 2, 0, 1), True),
            (at(9, 3, 23, 59), at(9, 4, 1), True),
            (at(9, 4, 0), at(9, 4, 1), False),
        ],
    )
    def test_its_edges(self, district, starts, ends, touches):
        closure = CentreClosureFactory(centre=district.street, starts_on=D(2026, 9, 2), ends_on=D(2026, 9, 3))
        assert closure.covers(starts, ends) is touches


class TestTheDatabaseItself:
    """The last guard, for whoever writes past the service."""

    @pytest.mark.parametrize("kind", ["room", "teacher"])
    def test_refuses_an_overlap(self, course, room, teacher, kind):
        session = wednesdays(course).sessions.order_by("starts_at").first()
        thing = {kind: room if kind == "room" else teacher}
        Booking.objects.create(session=session, starts_at=at(9, 2, 14), ends_at=at(9, 2, 15), **thing)
        for starts, ends in (((14, 30), (16, 0)), ((13, 0), (14, 1)), ((14, 10), (14, 20)), ((14, 0), (15, 0))):
            with pytest.raises(IntegrityError), transaction.atomic():
                Booking.objects.create(session=session, starts_at=at(9, 2, *starts), ends_at=at(9, 2, *ends), **thing)
        later = Booking.objects.create(session=session, starts_at=at(9, 2, 15), ends_at=at(9, 2, 16), **thing)
        with pytest.raises(IntegrityError), transaction.atomic():
            Booking.objects.filter(pk=later.pk).update(starts_at=at(9, 2, 14, 59))
        assert Booking.objects.filter(pk=later.pk).update(ends_at=at(9, 2, 17)) == 1

    def test_sees_what_began_the_day_before(self, course, room):
        session = wednesdays(course).sessions.first()
        Booking.objects.create(session=session, room=room, starts_at=at(9, 2, 20), ends_at=at(9, 3, 20))
        with pytest.raises(IntegrityError), transaction.atomic():
            Booking.objects.create(session=session, room=room, starts_at=at(9, 3, 19), ends_at=at(9, 3, 21))

    def test_takes_it_without_the_guard(self, course, room):
        """What the tests above rest on."""
        session = wednesdays(course).sessions.first()
        hours = {"starts_at": at(9, 2, 14), "ends_at": at(9, 2, 15)}
        connection.check_constraints()  # PostgreSQL alters no table with a check still to come
        one_place.remove(connection)
        first, second = (Booking.objects.create(session=session, room=room, **hours) for _time in range(2))
        second.delete()
        connection.check_constraints()
        one_place.install(connection)
        assert Booking.objects.get() == first

    def test_its_refusal_becomes_the_same_sentence(self, course, room, monkeypatch):
        """As if the other had been committed between the question and the writing."""
        wednesdays(course, room=room)
        find, asked = bookings.find_clashes, []

        def blind_once(*args):
            asked.append(args)
            return find(*args) if len(asked) > 1 else []

        monkeypatch.setattr(bookings, "find_clashes", blind_once)
        with refused("教室“101”在2026年9月2日（周三）14:00—15:30有“太极拳 周三班”的课"):
            wednesdays(course, room=room)
        assert len(asked) == 2


class TestRowsFromBefore:
    """The migration on a database whose sessions clash already."""

    @pytest.fixture
    def two(self, course, room, teacher):
        first = wednesdays(course, room=room, teachers=[teacher])
        second = wednesdays(course, room=room, starts_at=T(15, 30), ends_at=T(17), name="晚班", code="OLD-2")
        Booking.objects.all().delete()
        second.sessions.update(starts_at=at(9, 9, 15), ends_at=at(9, 9, 16))
        return first, second

    def migrate(self):
        importlib.import_module("timetable.migrations.0006_book_what_is_to_come").forwards(apps, None)

    def test_first_come_and_the_rest_is_reported(self, two, room, teacher, capsys):
        two[1].sessions.exclude(number=1).update(status=SessionStatus.DROPPED)
        self.migrate()
        assert taken(teacher) == taken(room) == list(two[0].sessions.values_list("starts_at", "ends_at"))
        said = capsys.readouterr().out
        assert "1 处教室或教师重复占用" in said
        assert "OLD-2 2026-09-09 15:00 room" in said
        with pytest.raises(SystemExit) as end:
            call_command("audit_bookings")
        assert end.value.code == 2
        assert "教室“101”在2026年9月9日（周三）14:00—15:30有“太极拳 周三班”的课" in capsys.readouterr().err

    def test_the_audit_is_content_otherwise(self, two, capsys):
        two[1].sessions.all().delete()
        self.migrate()
        call_command("audit_bookings")
        assert "8 条占用，没有不对的" in capsys.readouterr().out
        Booking.objects.filter(room=None).delete()
        assert len(list(bookings.audit())) == 4
        services.save_class_run(ClassRun.objects.get(pk=two[0].pk))
        two[0].sessions.update(status=SessionStatus.CANCELLED)
        assert len(list(bookings.audit())) == 8
