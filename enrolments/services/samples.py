"""Seats and sample residents for demo runs, in bulk: the one writer that does not go claim by claim. All of it 示例."""

import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Resident
from enrolments.enums import Mark, OfferOutcome, Reason, Route, Status
from enrolments.hours import expiry
from enrolments.models import (
    Attendance,
    Certificate,
    ClaimNote,
    ClassMessage,
    Draw,
    DrawEntry,
    Enrolment,
    EnrolmentEvent,
    HeadCount,
    Offer,
    Seat,
)
from enrolments.services import attendance
from enrolments.services.core import SYSTEM
from enrolments.services.draws import promise
from enrolments.services.places import withdraw
from timetable.enums import ClassRunStatus, EnrolMode
from timetable.models import ClassRun

NAME = "示例学员"
#: More than any demo run has places and people waiting.
POOL = 200
#: How many of a finished class miss a meeting.
ABSENT = 0.1
#: An offer made by give_up_a_seat ends between these two from now.
SOONEST, LATEST = datetime.timedelta(hours=4), datetime.timedelta(hours=23)


def sample_residents():
    """The pool, made once: nobody of them is real and nobody has a telephone."""
    have = Resident.objects.filter(is_sample=True, name__startswith=NAME).count()
    Resident.objects.bulk_create(
        Resident(name=f"{NAME}{number:03d}", is_sample=True) for number in range(have + 1, POOL + 1)
    )
    return list(Resident.objects.filter(is_sample=True, name__startswith=NAME).order_by("pk")[:POOL])


def fill_sample_runs(runs, rng):
    """Give freshly made sample ``runs`` their seats and put as many people in them as their figures say."""
    people, now = sample_residents(), timezone.now()
    for run in runs:
        if run.status == ClassRunStatus.CANCELLED:
            run.places_left, run.waiting = run.capacity, 0
    ClassRun.objects.bulk_update(runs, ["places_left", "waiting"], batch_size=500)
    Seat.objects.bulk_create(
        (Seat(class_run=run, number=number) for run in runs for number in range(1, (run.capacity or 0) + 1)),
        batch_size=5000,
    )
    seats = {}
    for seat in Seat.objects.filter(class_run__in=runs).order_by("class_run", "number"):
        seats.setdefault(seat.class_run_id, []).append(seat)
    claims = [claim for run in runs for claim in _claims(run, seats.get(run.pk, []), people, rng)]
    Enrolment.objects.bulk_create(claims, batch_size=2000)
    EnrolmentEvent.objects.bulk_create((_event(claim, now) for claim in claims), batch_size=5000)
    drawn = [run for run in runs if run.mode == EnrolMode.DRAW and run.status == ClassRunStatus.PUBLISHED]
    Draw.objects.bulk_create(promise(run, now) for run in drawn)


def _claims(run, seats, people, rng):
    taken = (run.capacity or 0) - (run.places_left or 0)
    chosen = rng.sample(people, taken + run.waiting)
    for seat, person in zip(seats, chosen[:taken], strict=False):
        yield _claim(run, person, Status.ENROLLED, seat=seat)
    for number, person in enumerate(chosen[taken:], start=1):
        yield _claim(run, person, Status.WAITING, queue_no=number)


def _claim(run, person, status, **fields):
    claim = Enrolment(resident=person, class_run=run, status=status, route=Route.SYSTEM, **fields)
    claim.party = claim.receipt
    return claim


def _event(claim, now):
    reason = Reason.CAME_FIRST if claim.status == Status.ENROLLED else Reason.JOINED_LIST
    return EnrolmentEvent(enrolment=claim, to_status=claim.status, reason=reason, route=Route.SYSTEM, at=now)


@transaction.atomic
def finish_sample_run(run, rng):
    """Call the roll of every meeting of the sample ``run``, which is over, and judge it; return how many were in it.

    Through the services, so everybody hears of it and is asked how it was.
    """
    people = list(Enrolment.objects.filter(class_run=run).enrolled().order_by("pk").values_list("pk", flat=True))
    for session in run.sessions.taking_place().order_by("number"):
        marks = {person: (Mark.ABSENT if rng.random() < ABSENT else Mark.PRESENT, None) for person in people}
        attendance.mark(session, marks, SYSTEM)
    attendance.complete(run, SYSTEM)
    return len(people)


@transaction.atomic
def give_up_a_seat(run, now):
    """Let somebody of the full sample ``run`` leave, so long ago that the next one's offer ends within a day of ``now``.

    Return the offer's end; None where no moment does it, because the class is too near, or nobody waits.
    """
    starts_at = timezone.make_aware(datetime.datetime.combine(run.starts_on, run.starts_at))
    moments = (now - datetime.timedelta(hours=hours) for hours in range(1, 72))
    then = next((one for one in moments if SOONEST < expiry(one, starts_at) - now < LATEST), None)
    leaves = Enrolment.objects.filter(class_run=run).enrolled().order_by("pk").first()
    if then is None or leaves is None:
        return None
    withdraw(leaves, SYSTEM, now=then)
    offer = Offer.objects.filter(enrolment__class_run=run, outcome=OfferOutcome.OPEN).first()
    return offer and offer.expires_at


def empty_sample_runs(pks):
    """Delete every claim on sample runs ``pks``, whoever made it, and their seats, heads and messages; the log lets sample data go."""
    claims = Enrolment.objects.filter(class_run__in=pks)
    for model in (EnrolmentEvent, Offer, DrawEntry, Attendance, Certificate, ClaimNote):
        rows = model.objects.filter(enrolment__in=claims)
        rows._raw_delete(rows.db)
    heads = HeadCount.objects.filter(session__class_run__in=pks)
    told, draws, seats = (model.objects.filter(class_run__in=pks) for model in (ClassMessage, Draw, Seat))
    for rows in (heads, told, draws, claims, seats):
        rows._raw_delete(rows.db)


def remove_sample_residents():
    """Delete the sample residents that nothing points at any more."""
    Resident.objects.filter(is_sample=True, name__startswith=NAME, enrolments=None).delete()
