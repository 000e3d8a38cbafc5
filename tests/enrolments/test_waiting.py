"""The waiting list: order, offers, what a missed one costs."""

import datetime

import pytest
from django.utils import timezone

from core.errors import DomainError
from enrolments.audit import audit
from enrolments.enums import OfferOutcome, Reason, Status
from enrolments.models import Enrolment, Offer
from enrolments.selectors import position
from enrolments.services.core import SYSTEM
from enrolments.services.places import enrol, withdraw
from enrolments.services.waiting import accept, decline, keep_place, pause, resume, sweep
from tests.factories.enrolments import make_run
from tests.factories.people import ResidentFactory
from timetable.models import ClassRun
from timetable.services import cancel_class_run

DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def places_are_in_order(district):
    yield
    assert list(audit()) == []


def free_one(run):
    withdraw(Enrolment.objects.filter(class_run=run, status=Status.ENROLLED).first(), SYSTEM)


def states(run):
    return list(Enrolment.objects.filter(class_run=run).order_by("pk").values_list("status", flat=True))


def offered(run):
    return Enrolment.objects.get(class_run=run, status=Status.OFFERED)


def after(offer):
    return offer.expires_at + datetime.timedelta(seconds=1)


def test_the_first_in_the_list_is_asked_and_takes_it(district):
    run = make_run(district, capacity=1, seated=1, waiting=2)
    free_one(run)
    assert states(run) == ["withdrawn", "offered", "waiting"]
    claim = offered(run)
    assert claim.resident.notices.filter(kind="offered").exists()
    accept(claim, SYSTEM)
    accept(claim, SYSTEM)  # a second click
    assert states(run) == ["withdrawn", "enrolled", "waiting"]
    assert Offer.objects.get().outcome == OfferOutcome.ACCEPTED
    assert position(Enrolment.objects.last()) == 1


def test_declining_hands_it_on(district):
    run = make_run(district, capacity=1, seated=1, waiting=2)
    free_one(run)
    decline(offered(run), SYSTEM)
    assert states(run) == ["withdrawn", "declined", "offered"]


def test_keeping_ones_place_hands_this_seat_on_and_stays_first(district):
    run = make_run(district, capacity=1, seated=1, waiting=2)
    free_one(run)
    first = offered(run)
    keep_place(first, SYSTEM)
    assert states(run) == ["withdrawn", "waiting", "offered"]
    first.refresh_from_db()
    assert (first.missed, position(first)) == (0, 1)
    second = accept(offered(run), SYSTEM)
    withdraw(second, SYSTEM)  # the seat is given up anew: now the first is asked again
    assert states(run) == ["withdrawn", "offered", "withdrawn"]


def test_a_seat_nobody_in_the_list_wants_is_everybodys(district):
    run = make_run(district, capacity=1, seated=1, waiting=1)
    free_one(run)
    keep_place(offered(run), SYSTEM)
    run.refresh_from_db()
    assert (run.places_left, run.waiting) == (1, 1)
    assert enrol(ResidentFactory(), run, SYSTEM).status == Status.ENROLLED


def test_a_missed_offer_moves_behind_those_not_yet_asked_and_a_second_pauses(district):
    run = make_run(district, capacity=1, seated=1, waiting=2)
    free_one(run)
    first = offered(run)
    sweep(after(first.offers.get()))
    assert states(run) == ["withdrawn", "waiting", "offered"]
    late = enrol(ResidentFactory(), run, SYSTEM)
    first.refresh_from_db()
    assert [position(late), position(first)] == [1, 2]
    decline(offered(run), SYSTEM)
    assert states(run) == ["withdrawn", "waiting", "declined", "offered"]
    decline(offered(run), SYSTEM)
    first.refresh_from_db()
    assert first.status == Status.OFFERED
    sweep(after(first.offers.last()))
    first.refresh_from_db()
    assert (first.status, first.missed) == (Status.PAUSED, 2)
    run.refresh_from_db()
    assert (run.places_left, run.waiting) == (1, 0)
    resume(first, SYSTEM)
    first.refresh_from_db()
    assert first.status == Status.OFFERED


def test_expiry_is_judged_when_read_not_when_swept(district):
    run = make_run(district, capacity=1, seated=1, waiting=2)
    free_one(run)
    claim = offered(run)
    with pytest.raises(DomainError) as refusal:
        accept(claim, SYSTEM, now=after(claim.offers.get()))
    assert refusal.value.code == "offer_lapsed"
    assert states(run) == ["withdrawn", "waiting", "offered"]


def test_a_new_person_does_not_overtake_an_offer_that_ran_out(district):
    run = make_run(district, capacity=1, seated=1, waiting=2)
    free_one(run)
    late = after(offered(run).offers.get())
    newcomer = enrol(ResidentFactory(), run, SYSTEM, now=late)
    assert newcomer.status == Status.WAITING
    assert states(run) == ["withdrawn", "waiting", "offered", "waiting"]


def test_sweeping_twice_is_sweeping_once(district):
    run = make_run(district, capacity=1, seated=1, waiting=1)
    free_one(run)
    late = after(offered(run).offers.get())
    assert sweep(late) == [run.pk]
    assert sweep(late) == []
    assert Enrolment.objects.get(status=Status.OFFERED).missed == 1


def test_accepting_ends_waiting_for_other_runs_of_the_course(district):
    first = make_run(district, capacity=1, seated=1)
    second = make_run(
        district,
        learning=first.learning,
        starts_at=datetime.time(9),
        ends_at=datetime.time(10),
        capacity=1,
        seated=1,
    )
    person, third = ResidentFactory(), ResidentFactory()
    here, there = enrol(person, first, SYSTEM), enrol(person, second, SYSTEM)
    behind = enrol(third, second, SYSTEM)
    free_one(second)
    free_one(first)
    there.refresh_from_db()
    assert there.status == Status.OFFERED
    accept(here, SYSTEM)
    there.refresh_from_db()
    behind.refresh_from_db()
    assert (there.status, there.events.last().reason) == (Status.WITHDRAWN, Reason.CHOSE_OTHER)
    assert behind.status == Status.OFFERED


def test_an_offer_that_clashes_by_now_is_refused_and_stands(district):
    run = make_run(district, capacity=1, seated=1)
    same_hours = make_run(district)
    person = ResidentFactory()
    claim = enrol(person, run, SYSTEM)
    enrol(person, same_hours, SYSTEM)
    free_one(run)
    with pytest.raises(DomainError) as refusal:
        accept(claim, SYSTEM)
    assert refusal.value.code == "clash"
    claim.refresh_from_db()
    assert claim.status == Status.OFFERED


def test_pausing_and_going_on(district):
    run = make_run(district, capacity=1, seated=1, waiting=2)
    first = Enrolment.objects.filter(status=Status.WAITING).first()
    pause(first, SYSTEM)
    free_one(run)
    assert states(run) == ["withdrawn", "paused", "offered"]
    resume(first, SYSTEM)
    first.refresh_from_db()
    assert (first.status, position(first)) == (Status.WAITING, 1)


def test_a_cancelled_class_ends_every_claim_and_tells_everybody(district):
    run = make_run(district, capacity=2, seated=2, waiting=2)
    free_one(run)
    cancel_class_run(run, "教室漏水")
    assert set(states(run)) == {"withdrawn", "class_cancelled"}
    run.refresh_from_db()
    assert (run.places_left, run.waiting) == (2, 0)
    told = Enrolment.objects.filter(status=Status.CLASS_CANCELLED, resident__notices__text__contains="教室漏水")
    assert told.count() == 3
    assert not Offer.objects.filter(outcome=OfferOutcome.OPEN).exists()


def test_nobody_is_offered_a_seat_after_the_last_day_to_join(district):
    run = make_run(district, capacity=1, seated=1, waiting=1)
    claim = Enrolment.objects.get(status=Status.ENROLLED)
    withdraw(claim, SYSTEM, now=timezone.now() + 30 * DAY)
    assert Enrolment.objects.filter(status=Status.OFFERED).count() == 0
    ClassRun.objects.filter(pk=run.pk).update(join_until=timezone.localdate() - DAY)  # so says the audit's clock too


def test_positions_have_no_gap(district):
    run = make_run(district, capacity=1, seated=1, waiting=5)
    waiting = list(Enrolment.objects.filter(status=Status.WAITING))
    withdraw(waiting[2], SYSTEM)
    left = [claim for claim in waiting if claim.pk != waiting[2].pk]
    assert [position(claim) for claim in left] == [1, 2, 3, 4]
    run.refresh_from_db()
    assert run.waiting == 4
