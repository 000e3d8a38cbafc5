"""Sessions follow their pattern, keep what was held and what people were told (architecture, invariant 7).

Today is Tuesday 1 September 2026, eight in the morning, unless a test travels on.
"""

import datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.errors import DomainError
from tests.factories.learning import CoursePageFactory, EventPageFactory
from tests.factories.network import RoomFactory
from tests.factories.timetable import ClassRunFactory, seat_people
from timetable import services
from timetable.enums import ClassRunStatus, DayKind, SessionStatus
from timetable.models import CalendarDay, ClassRun, Session

D = datetime.date
WEDNESDAYS = [D(2026, 9, 2), D(2026, 9, 9), D(2026, 9, 16), D(2026, 9, 23)]
FRIDAYS = [D(2026, 9, 4), D(2026, 9, 11), D(2026, 9, 18), D(2026, 9, 25)]


def at(month, day, hour=8, minute=0):
    return datetime.datetime(2026, month, day, hour, minute, tzinfo=timezone.get_default_timezone())


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(at(9, 1), tick=False) as traveller:
        yield traveller


@pytest.fixture
def course(district):
    return CoursePageFactory(parent=district.street)


@pytest.fixture
def run(course):
    return ClassRunFactory(learning=course, starts_on=D(2026, 9, 1), weekdays=[3], session_count=4)


def sessions(run):
    return list(run.sessions.order_by("planned_on", "pk"))


def meeting(run):
    """The local dates on which people meet."""
    return [timezone.localdate(s.starts_at) for s in run.sessions.taking_place().order_by("starts_at")]


def change(run, **values):
    """Edit ``run`` as the admin does: read it anew, set, save through the service."""
    run = ClassRun.objects.get(pk=run.pk)
    for name, value in values.items():
        setattr(run, name, value)
    return services.save_class_run(run)


def refused(code):
    return pytest.raises(DomainError, check=lambda error: error.code == code and error.message)


# Making a run


def test_a_new_run_gets_its_sessions(run):
    assert [session.number for session in sessions(run)] == [1, 2, 3, 4]
    assert meeting(run) == WEDNESDAYS
    assert {session.sequence for session in sessions(run)} == {0}
    first = sessions(run)[0]
    assert (first.starts_at, first.ends_at) == (at(9, 2, 14), at(9, 2, 15, 30))
    assert run.ends_on == WEDNESDAYS[-1]


def test_a_run_with_a_last_day_meets_until_then(course):
    run = ClassRunFactory(learning=course, starts_on=D(2026, 9, 1), session_count=None, ends_on=D(2026, 9, 16))
    assert meeting(run) == WEDNESDAYS[:3]
    assert run.ends_on == D(2026, 9, 16)


def test_holidays_and_worked_days_come_from_the_calendar(course):
    CalendarDay.objects.create(date=D(2026, 9, 9), kind=DayKind.HOLIDAY, name="放假")
    CalendarDay.objects.create(date=D(2026, 9, 13), kind=DayKind.WORKDAY, name="补课", follows=3)
    run = ClassRunFactory(learning=course, starts_on=D(2026, 9, 1), session_count=3)
    assert meeting(run) == [D(2026, 9, 2), D(2026, 9, 13), D(2026, 9, 16)]


def test_a_single_sitting_ends_on_its_day(district):
    run = ClassRunFactory(learning=EventPageFactory(parent=district.street), starts_on=D(2026, 9, 5), single=True)
    assert meeting(run) == [D(2026, 9, 5)]
    assert run.ends_on == D(2026, 9, 5)


def test_a_pattern_that_meets_no_day_is_refused(course):
    with refused("no_meeting"):
        ClassRunFactory(
            learning=course, starts_on=D(2026, 9, 1), weekdays=[5], session_count=None, ends_on=D(2026, 9, 3)
        )
    assert not ClassRun.objects.exists()


def test_a_weekly_run_without_any_end_is_refused(course):
    with refused("no_end"):
        ClassRunFactory(learning=course, session_count=None, ends_on=None)


def test_more_sessions_than_three_years_hold_are_refused(course):
    with refused("too_long"):
        ClassRunFactory(learning=course, session_count=200)


def test_wrong_fields_are_refused_and_nothing_is_written(course):
    with pytest.raises(ValidationError) as error:
        ClassRunFactory(learning=course, starts_at=datetime.time(15), ends_at=datetime.time(14))
    assert "下课时间要晚于上课时间" in str(error.value)
    assert not Session.objects.exists()


# Saving again


def test_saving_unchanged_changes_nothing(run):
    before = list(run.sessions.values())
    change(run)
    assert list(run.sessions.values()) == before


def test_a_new_weekday_keeps_identities_and_raises_the_sequence(run):
    uids = [session.uid for session in sessions(run)]
    change(run, weekdays=[5])
    assert meeting(run) == FRIDAYS
    assert [session.uid for session in sessions(run)] == uids
    assert {session.sequence for session in sessions(run)} == {1}


def test_new_hours_raise_the_sequence_once(run):
    change(run, starts_at=datetime.time(9), ends_at=datetime.time(10, 30))
    assert sessions(run)[0].starts_at == at(9, 2, 9)
    assert {session.sequence for session in sessions(run)} == {1}


def test_a_new_fee_is_no_news_for_a_calendar(run):
    change(run, fee_fen=5000)
    assert {session.sequence for session in sessions(run)} == {0}


def test_a_new_room_is_told(run):
    room = RoomFactory(centre=run.centre)
    change(run, room=room)
    assert {(s.room, s.sequence) for s in sessions(run)} == {(room, 1)}


def test_held_and_begun_sessions_stay_when_the_pattern_changes(run, clock):
    clock.move_to(at(9, 9, 14, 30))  # in the middle of the second lesson
    held, begun = sessions(run)[:2]
    services.mark_held(held)
    change(run, weekdays=[5], starts_at=datetime.time(9), ends_at=datetime.time(10))
    assert meeting(run) == [D(2026, 9, 2), D(2026, 9, 9), D(2026, 9, 11), D(2026, 9, 18)]
    for session in (held, begun):
        session.refresh_from_db()
        assert timezone.localtime(session.starts_at).hour == 14
        assert session.sequence == 0
    assert [s.number for s in run.sessions.order_by("starts_at")] == [1, 2, 3, 4]
    assert ClassRun.objects.get(pk=run.pk).ends_on == D(2026, 9, 18)


def test_no_session_is_put_on_a_day_gone_by(run, clock):
    clock.move_to(at(9, 13))  # Sunday; Friday the 11th has passed
    change(run, weekdays=[5])
    assert meeting(run) == [D(2026, 9, 2), D(2026, 9, 9), D(2026, 9, 18), D(2026, 9, 25)]


def test_fewer_sessions_drop_the_last_and_more_bring_them_back(run):
    uids = [session.uid for session in sessions(run)]
    change(run, session_count=2)
    assert meeting(run) == WEDNESDAYS[:2]
    dropped = sessions(run)[2:]
    assert {(s.status, s.sequence) for s in dropped} == {(SessionStatus.DROPPED, 1)}
    assert ClassRun.objects.get(pk=run.pk).ends_on == WEDNESDAYS[1]

    change(run, session_count=5)
    assert meeting(run) == [*WEDNESDAYS, D(2026, 9, 30)]
    assert [session.uid for session in sessions(run)][:4] == uids
    assert [session.sequence for session in sessions(run)] == [0, 0, 2, 2, 0]
    assert [session.number for session in sessions(run)] == [1, 2, 3, 4, 5]


def test_a_draft_forgets_what_nobody_was_told(course):
    run = ClassRunFactory(learning=course, starts_on=D(2026, 9, 1), draft=True)
    change(run, session_count=2)
    assert len(sessions(run)) == 2


# Moved and cancelled by hand


def test_a_session_moved_by_hand_stays_when_the_run_is_saved(run):
    second = sessions(run)[1]
    services.move_session(second, at(9, 12, 9), at(9, 12, 10, 30), note="教室被借用")
    change(run, fee_fen=100)
    second.refresh_from_db()
    assert (second.starts_at, second.sequence, second.note) == (at(9, 12, 9), 1, "教室被借用")
    assert second.was_moved


def test_a_session_moved_to_another_hour_of_its_day_stays_too(run):
    second = sessions(run)[1]
    services.move_session(second, at(9, 9, 16), at(9, 9, 17, 30))
    change(run, fee_fen=100)
    second.refresh_from_db()
    assert (second.starts_at, second.sequence) == (at(9, 9, 16), 1)


def test_a_session_moved_by_hand_stays_when_the_weekday_changes(run):
    second = sessions(run)[1]
    services.move_session(second, at(9, 12, 9), at(9, 12, 10, 30))
    change(run, weekdays=[5])
    assert meeting(run) == [D(2026, 9, 4), D(2026, 9, 12), D(2026, 9, 18), D(2026, 9, 25)]
    second.refresh_from_db()
    assert second.starts_at == at(9, 12, 9)


def test_a_room_changed_by_hand_stays(run):
    second, room = sessions(run)[1], RoomFactory(centre=run.centre)
    services.move_session(second, second.starts_at, second.ends_at, room=room)
    change(run, starts_at=datetime.time(13))
    second.refresh_from_db()
    assert second.room == room


def test_a_postponed_session_is_not_lost_when_its_old_day_is_gone(run, clock):
    change(run, session_count=None, ends_on=D(2026, 9, 23))
    second = sessions(run)[1]
    services.move_session(second, at(9, 26), at(9, 26, 10))
    clock.move_to(at(9, 17))
    change(run, fee_fen=100)
    assert meeting(run) == [D(2026, 9, 2), D(2026, 9, 16), D(2026, 9, 23), D(2026, 9, 26)]


def test_a_session_brought_forward_takes_nobody_elses_day(run, clock):
    services.move_session(sessions(run)[3], at(9, 1, 10), at(9, 1, 11))
    clock.move_to(at(9, 1, 12))
    change(run, fee_fen=100)
    assert meeting(run) == [D(2026, 9, 1), *WEDNESDAYS[:3]]


def test_a_session_moved_past_the_end_moves_the_end(run):
    services.move_session(sessions(run)[3], at(10, 10), at(10, 10, 9))
    assert ClassRun.objects.get(pk=run.pk).ends_on == D(2026, 10, 10)


def test_moving_the_only_sitting_moves_what_its_run_says(district):
    run = ClassRunFactory(learning=EventPageFactory(parent=district.street), starts_on=D(2026, 9, 5), single=True)
    session = services.move_session(sessions(run)[0], at(9, 6, 9), at(9, 6, 11))
    run = ClassRun.objects.get(pk=run.pk)
    assert run.pattern_words == "2026年9月6日（周日） 09:00—11:00"
    change(run, fee_fen=100)
    assert meeting(run) == [D(2026, 9, 6)]
    again = sessions(run)[0]
    assert (again.uid, again.sequence, again.was_moved) == (session.uid, 1, True)


def test_moving_keeps_the_uid_and_raises_the_sequence_each_time(run):
    session = sessions(run)[0]
    uid = session.uid
    services.move_session(session, at(9, 3), at(9, 3, 9))
    services.move_session(session, at(9, 4), at(9, 4, 9))
    session.refresh_from_db()
    assert (session.uid, session.sequence) == (uid, 2)


def test_numbers_follow_the_order_of_time(run):
    services.move_session(sessions(run)[0], at(9, 10), at(9, 10, 9))
    assert [s.number for s in sessions(run)] == [2, 1, 3, 4]


def test_a_session_cannot_end_before_it_starts(run):
    with refused("order"):
        services.move_session(sessions(run)[0], at(9, 3, 10), at(9, 3, 9))


def test_a_session_cancelled_by_hand_stays_cancelled(run):
    second = services.cancel_session(sessions(run)[1], "教师生病")
    assert second.sequence == 1
    change(run, fee_fen=100, starts_at=datetime.time(13))
    second.refresh_from_db()
    assert (second.status, second.note) == (SessionStatus.CANCELLED, "教师生病")
    assert [s.number for s in run.sessions.taking_place().order_by("starts_at")] == [1, 2, 3]


def test_a_cancelled_session_brings_no_new_one_when_its_day_is_gone(run, clock):
    services.cancel_session(sessions(run)[0])
    clock.move_to(at(9, 3))
    change(run, fee_fen=100)
    assert meeting(run) == WEDNESDAYS[1:]


def test_what_was_held_is_neither_cancelled_nor_moved(run):
    held = services.mark_held(sessions(run)[0])
    with refused("held"):
        services.cancel_session(held)
    with refused("not_scheduled"):
        services.move_session(held, at(9, 3), at(9, 3, 9))


def test_what_was_cancelled_is_neither_moved_nor_held(run):
    cancelled = services.cancel_session(sessions(run)[0])
    with refused("not_scheduled"):
        services.move_session(cancelled, at(9, 3), at(9, 3, 9))
    with refused("cancelled"):
        services.mark_held(cancelled)


# The whole run


def test_cancelling_a_run_cancels_what_has_not_begun(run, clock):
    services.mark_held(sessions(run)[0])
    clock.move_to(at(9, 9, 14, 30))
    services.cancel_class_run(ClassRun.objects.get(pk=run.pk), "报名人数不够")
    assert [s.status for s in sessions(run)] == [
        SessionStatus.HELD,
        SessionStatus.SCHEDULED,
        SessionStatus.CANCELLED,
        SessionStatus.CANCELLED,
    ]
    assert [s.sequence for s in sessions(run)] == [0, 0, 1, 1]
    assert sessions(run)[3].note == "报名人数不够"


def test_a_cancelled_run_gets_no_new_sessions(run):
    services.cancel_class_run(run)
    change(run, weekdays=[5], session_count=6)
    assert meeting(run) == []


def test_a_cancelled_run_is_not_published_again(run):
    services.cancel_class_run(run)
    with refused("cancelled"):
        services.publish_class_run(run)


def test_only_a_draft_is_deleted(course):
    draft = ClassRunFactory(learning=course, draft=True)
    services.delete_class_run(draft)
    assert not Session.objects.exists()
    published = services.publish_class_run(ClassRunFactory(learning=course, draft=True))
    assert published.status == ClassRunStatus.PUBLISHED
    with refused("published"):
        services.delete_class_run(published)


# Places


@pytest.mark.parametrize(("capacity", "left"), [(25, 10), (15, 0), (20, 5)])
def test_a_new_capacity_keeps_the_places_taken(run, capacity, left):
    seat_people(run, 15)
    assert change(run, capacity=capacity).places_left == left


@pytest.mark.parametrize("capacity", [14, 0, None])
def test_a_capacity_below_the_places_taken_is_refused(run, capacity):
    seat_people(run, 15)
    with refused("places_taken"):
        change(run, capacity=capacity)
    run.refresh_from_db()
    assert (run.capacity, run.places_left) == (20, 5)


def test_unpublished_places_stay_unpublished(course):
    run = ClassRunFactory(learning=course, capacity=None)
    assert (run.capacity, run.places_left) == (None, None)
    assert change(run, capacity=12).places_left == 12
    assert change(run, capacity=None).places_left is None


@pytest.mark.django_db
def test_one_meeting_is_no_longer_than_a_day(run):
    session = run.sessions.last()
    with pytest.raises(DomainError) as refusal:
        services.move_session(session, session.starts_at, session.starts_at + datetime.timedelta(hours=25))
    assert refusal.value.code == "too_long"
