"""Taking a place and giving it up."""

import datetime
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from core.errors import DomainError
from enrolments.audit import audit
from enrolments.enums import Reason, SeatKind, Status
from enrolments.models import Enrolment, Seat
from enrolments.selectors import position
from enrolments.services.core import SYSTEM, counter, lock_resident, online
from enrolments.services.places import enrol, remove, transfer, withdraw
from enrolments.services.waiting import keep_place, pause
from tests.enrolments.drawing import draw_run
from tests.factories.enrolments import enrol_someone, make_run
from tests.factories.people import ResidentFactory, UserFactory
from timetable.models import ClassRun
from timetable.services import save_class_run


@pytest.fixture(autouse=True)
def places_are_in_order(district):
    """Whatever a test does, the audit finds nothing afterwards."""
    yield
    assert list(audit()) == []


def refused(code, call, *args, **kwargs):
    with pytest.raises(DomainError) as refusal:
        call(*args, **kwargs)
    assert refusal.value.code == code, refusal.value.message
    return refusal.value.message


def figures(run):
    return ClassRun.objects.values_list("places_left", "waiting").get(pk=run.pk)


def test_seats_exist_before_anybody_asks(district):
    run = make_run(district, capacity=3, counter_quota=1)
    assert list(run.seats.values_list("number", "kind")) == [(1, "counter"), (2, "open"), (3, "open")]
    assert figures(run) == (2, 0)


def test_first_come_takes_a_seat(district):
    run = make_run(district, capacity=2)
    claim = enrol_someone(run)
    assert (claim.status, claim.seat.number) == (Status.ENROLLED, 1)
    assert figures(run) == (1, 0)
    event = claim.events.get()
    assert (event.from_status, event.to_status, event.reason) == ("", Status.ENROLLED, Reason.CAME_FIRST)


def test_a_full_class_makes_a_list(district):
    run = make_run(district, capacity=1, seated=1)
    first, second = enrol_someone(run), enrol_someone(run)
    assert [position(first), position(second)] == [1, 2]
    assert figures(run) == (0, 2)


def test_a_full_class_says_so_to_who_will_not_wait(district):
    run = make_run(district, capacity=1, seated=1)
    message = refused("full", enrol, ResidentFactory(), run, SYSTEM, wait=False)
    assert "候补" in message
    assert figures(run) == (0, 0)


def test_twice_is_once(district):
    run = make_run(district, capacity=3)
    person = ResidentFactory()
    assert enrol(person, run, SYSTEM) == enrol(person, run, SYSTEM)
    assert figures(run) == (2, 0)


def test_an_old_form_sent_again_changes_nothing(district):
    run, person, key = make_run(district), ResidentFactory(), uuid.uuid4()
    claim = enrol(person, run, SYSTEM, request_key=key)
    withdraw(claim, SYSTEM)
    assert enrol(person, run, SYSTEM, request_key=key).status == Status.WITHDRAWN
    assert figures(run) == (20, 0)
    assert enrol(person, run, SYSTEM, request_key=uuid.uuid4()).status == Status.ENROLLED


def test_a_seat_given_up_goes_to_the_list_before_the_public(district):
    run = make_run(district, capacity=1, seated=1, waiting=1)
    holder, waiting = Enrolment.objects.order_by("pk")
    withdraw(holder, SYSTEM)
    waiting.refresh_from_db()
    assert waiting.status == Status.OFFERED
    assert figures(run) == (0, 0)
    refused("held_for_list", enrol, ResidentFactory(), run, SYSTEM, wait=False)


def test_withdrawing_twice_frees_one_seat(district):
    run = make_run(district, capacity=2, seated=2)
    claim = Enrolment.objects.first()
    withdraw(claim, SYSTEM)
    withdraw(claim, SYSTEM)
    assert figures(run) == (1, 0)


def test_staff_remove_somebody_who_is_told(district):
    run = make_run(district, seated=1)
    claim = remove(Enrolment.objects.get(), SYSTEM)
    assert claim.status == Status.REMOVED
    assert claim.resident.notices.filter(kind="removed").exists()
    assert figures(run) == (20, 0)


def test_a_place_in_one_run_ends_waiting_for_the_others_of_the_course(district):
    first = make_run(district, capacity=1, seated=1)
    second = make_run(district, learning=first.learning, starts_at=datetime.time(9), ends_at=datetime.time(10))
    person = ResidentFactory()
    waiting = enrol(person, first, SYSTEM)
    assert waiting.status == Status.WAITING
    assert enrol(person, second, SYSTEM).status == Status.ENROLLED
    waiting.refresh_from_db()
    assert (waiting.status, waiting.events.last().reason) == (Status.WITHDRAWN, Reason.CHOSE_OTHER)
    assert figures(first) == (0, 0)


def test_changing_runs(district):
    old = make_run(district, capacity=1)
    new = make_run(district, learning=old.learning, starts_at=datetime.time(9), ends_at=datetime.time(10), capacity=1)
    claim, waiting = enrol_someone(old), enrol_someone(old)
    made = transfer(claim, new, SYSTEM)
    claim.refresh_from_db()
    waiting.refresh_from_db()
    assert [claim.status, made.status, waiting.status] == [Status.TRANSFERRED, Status.ENROLLED, Status.OFFERED]
    assert [figures(old), figures(new)] == [(0, 0), (0, 0)]


def test_changing_to_a_full_run_keeps_the_old_place(district):
    old = make_run(district, seated=1)
    claim = Enrolment.objects.get()
    new = make_run(
        district, learning=old.learning, starts_at=datetime.time(9), ends_at=datetime.time(10), capacity=1, seated=1
    )
    refused("full", transfer, claim, new, SYSTEM)
    claim.refresh_from_db()
    assert claim.status == Status.ENROLLED


def test_changing_to_the_same_hours_of_another_course_is_no_clash_with_oneself(district):
    old, new = make_run(district), make_run(district)
    claim = enrol_someone(old)
    assert transfer(claim, new, SYSTEM).status == Status.ENROLLED


def test_the_counter_has_its_own_seats_first(district):
    clerk = counter(UserFactory())
    run = make_run(district, capacity=3, counter_quota=1, seated=1)
    assert enrol(ResidentFactory(), run, clerk).seat.kind == SeatKind.COUNTER
    assert enrol(ResidentFactory(), run, clerk).seat.kind == SeatKind.OPEN
    assert enrol(ResidentFactory(), run, clerk).status == Status.WAITING


def test_online_says_that_places_are_kept_for_the_counter(district):
    run = make_run(district, capacity=2, counter_quota=1, seated=1)
    message = refused("held_for_counter", enrol, ResidentFactory(), run, SYSTEM, wait=False)
    assert "窗口" in message
    assert run.centre.title in message


def test_the_counters_unused_seats_open_when_their_time_is_over(district):
    soon = timezone.now() + datetime.timedelta(hours=1)
    run = make_run(district, capacity=2, counter_quota=1, counter_until=soon, seated=1, waiting=1)
    waiting = Enrolment.objects.get(status=Status.WAITING)
    late = enrol(ResidentFactory(), run, SYSTEM, now=soon + datetime.timedelta(minutes=1))
    waiting.refresh_from_db()
    assert (waiting.status, late.status) == (Status.OFFERED, Status.WAITING)
    assert not Seat.objects.filter(kind=SeatKind.COUNTER).exists()


def test_more_places_go_to_the_list(district):
    run = make_run(district, capacity=1, seated=1, waiting=2)
    run.capacity = 2
    save_class_run(run)
    assert sorted(Enrolment.objects.values_list("status", flat=True)) == ["enrolled", "offered", "waiting"]
    assert figures(run) == (0, 1)


def test_fewer_places_take_free_seats_only(district):
    run = make_run(district, capacity=5, seated=2)
    run.capacity = 2
    save_class_run(run)
    assert (run.seats.count(), figures(run)) == (2, (0, 0))
    run.capacity = 1
    message = refused("places_taken", save_class_run, run)
    assert Enrolment.objects.first().resident.masked_name in message
    assert run.seats.count() == 2


def test_a_withdrawn_place_may_be_taken_back(district):
    run, person = make_run(district), ResidentFactory()
    withdraw(enrol(person, run, SYSTEM), SYSTEM)
    assert enrol(person, run, SYSTEM).status == Status.ENROLLED
    assert Enrolment.objects.filter(resident=person).count() == 2


def test_who_waits_may_take_a_seat_that_became_free(district):
    run = make_run(district, capacity=1, seated=1)
    person = ResidentFactory()
    claim = enrol(person, run, SYSTEM)
    by = online(person.user)
    withdraw(Enrolment.objects.get(status=Status.ENROLLED), SYSTEM)
    keep_place(claim, by)
    assert figures(run) == (1, 1)
    assert enrol(person, run, by).status == Status.ENROLLED
    assert figures(run) == (0, 0)


@pytest.mark.parametrize("kind", ["seated", "waiting"])
def test_what_an_enrolment_costs(district, kind, django_assert_max_num_queries):
    """At most ten statements, besides what tells the resident (counted apart: two)."""
    run = make_run(district, capacity=2, seated=1 if kind == "seated" else 2)
    person = ResidentFactory()
    with django_assert_max_num_queries(10 + 2 + 2):  # + SAVEPOINT and RELEASE, which a test has for BEGIN and COMMIT
        claim = enrol(person, run, SYSTEM)
    assert claim.status == (Status.ENROLLED if kind == "seated" else Status.WAITING)


def test_changing_runs_does_not_get_round_a_draw(district):
    old = make_run(district)
    new = draw_run(district, learning=old.learning, starts_at=datetime.time(9), ends_at=datetime.time(10), seed=None)
    claim = enrol_someone(old)
    message = refused("not_drawn", transfer, claim, new, SYSTEM, now=new.enrol_opens_at)
    assert "抽签" in message
    claim.refresh_from_db()
    assert claim.status == Status.ENROLLED


def test_changing_to_a_class_one_is_in_already(district):
    first, second = make_run(district), make_run(district, starts_at=datetime.time(9), ends_at=datetime.time(10))
    person = ResidentFactory()
    claim = enrol(person, first, SYSTEM)
    enrol(person, second, SYSTEM)
    refused("already", transfer, claim, second, SYSTEM)
    assert [figures(first), figures(second)] == [(19, 0), (19, 0)]


def test_pausing_an_offer_that_has_just_come_gives_the_seat_to_the_next(district):
    run = make_run(district, capacity=1, seated=1, waiting=2)
    holder, first, second = Enrolment.objects.order_by("pk")
    withdraw(holder, SYSTEM)
    pause(first, SYSTEM)
    first.refresh_from_db()
    second.refresh_from_db()
    assert [first.status, second.status] == [Status.PAUSED, Status.OFFERED]
    assert figures(run) == (0, 0)


def test_the_list_stays_counted_when_places_are_no_longer_published(district):
    run = make_run(district, capacity=1, seated=1)
    claim = enrol_someone(run)
    withdraw(Enrolment.objects.get(status=Status.ENROLLED), SYSTEM)
    keep_place(claim, SYSTEM)
    run.capacity = None
    save_class_run(run)
    assert figures(run) == (None, 1)
    withdraw(claim, SYSTEM)
    assert figures(run) == (None, 0)


def test_a_list_that_serves_longer_is_asked_at_once(district):
    """A seat given up after the last day to join waits for nobody; a later last day makes it the list's again."""
    run = make_run(district, capacity=1, seated=1, waiting=1)
    holder, waiting = Enrolment.objects.order_by("pk")
    with time_machine.travel(timezone.now() + datetime.timedelta(days=10)):
        withdraw(holder, SYSTEM)
        waiting.refresh_from_db()
        assert waiting.status == Status.WAITING
        run.refresh_from_db()
        run.join_until = timezone.localdate() + datetime.timedelta(days=3)
        save_class_run(run)
        waiting.refresh_from_db()
        assert waiting.status == Status.OFFERED
        assert list(audit()) == []


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_a_seat_goes_on_to_somebody_who_is_busy_elsewhere(district):
    """Offering writes a notice, which points at the person: it must not wait for the lock of that person's own click,
    which in turn waits for the class. Otherwise the database ends one of the two as a deadlock."""
    make_run(district, capacity=1, seated=1, waiting=1)
    holder, waiting = Enrolment.objects.select_related("resident").order_by("pk")

    def give_up():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        withdraw(holder, SYSTEM)
        connection.close()

    with transaction.atomic(), ThreadPoolExecutor() as other:
        lock_resident(waiting.resident)
        other.submit(give_up).result()
    waiting.refresh_from_db()
    assert waiting.status == Status.OFFERED


def test_an_edit_between_reading_and_locking_is_noticed(district, monkeypatch):
    """A class cancelled after its rules were checked takes nobody, not even into its list."""
    from enrolments.services import places
    from timetable.services import cancel_class_run

    run = make_run(district, capacity=1, seated=1)
    real = places.lock_runs

    def cancelled_just_before(*keys):
        monkeypatch.setattr(places, "lock_runs", real)
        cancel_class_run(ClassRun.objects.get(pk=run.pk))
        return real(*keys)

    monkeypatch.setattr(places, "lock_runs", cancelled_just_before)
    refused("cancelled", enrol, ResidentFactory(), run, SYSTEM)
    assert Enrolment.objects.count() == 1


def test_a_seat_given_up_in_the_middle_is_found_when_the_rest_is_taken(district):
    run = make_run(district, capacity=4, seated=3)
    withdraw(Enrolment.objects.get(seat__number=1), SYSTEM)
    taken = {enrol_someone(run).seat.number, enrol_someone(run).seat.number}
    assert taken == {1, 4}
    assert figures(run) == (0, 0)
