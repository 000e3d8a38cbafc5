"""Taking a place and giving it up. The hot path is ``enrol``; what it asks of the database is counted in a test."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Resident
from core.errors import DomainError
from enrolments import notices
from enrolments.enums import AT_COUNTER, LIVE, DrawStage, OfferOutcome, Reason, SeatKind, Status
from enrolments.models import Offer, Seat
from enrolments.rules import check, contact
from enrolments.selectors import live_claims, load_facts
from enrolments.services.core import (
    By,
    create,
    lock_resident,
    lock_run,
    lock_runs,
    move,
    next_queue_no,
    publish_figures,
    reread,
    with_words,
)
from enrolments.services.waiting import leave, promote, settle, vacate
from timetable.enums import ClassRunStatus, EnrolMode
from timetable.models import ClassRun


@dataclass
class _Asking:
    """One person asking for one place: what stays the same on the way through ``enrol``."""

    resident: Resident
    by: By
    now: datetime.datetime
    claims: list
    answers: dict  # health, audience
    fields: dict  # of a new Enrolment

    def check(self, run):
        check(load_facts(self.resident, run, self.by, self.now, self.claims, **self.answers))

    def create(self, run, to, reason, **fields):
        return create(self.resident, run, to, reason, self.by, self.now, **self.fields, **fields)


@transaction.atomic
def enrol(
    resident, run, by, *, wait=True, health=False, audience=False, request_key=None, together_with=None, now=None
):
    """Give ``resident`` a place in ``run``, or one in its draw or waiting list; return the Enrolment.

    ``wait``: join the list when no seat is free. ``health``, ``audience``: what the person
    ticked. ``request_key`` (UUID of the form): a repeated POST returns what the first one
    did. ``together_with``: an Enrolment of the family entered in the same draw.
    Raises DomainError with the codes of enrolments/rules.py, and ``full``,
    ``held_for_list``, ``held_for_counter`` where ``wait`` is false.
    """
    now = now or timezone.now()
    resident = lock_resident(resident)
    run = with_words().get(pk=run.pk)
    claims = live_claims(resident, request_key)
    earlier = next(
        (c for c in claims if c.class_run_id == run.pk or (request_key and c.request_key == request_key)), None
    )
    if earlier and not (earlier.status == Status.WAITING and run.places_left):
        return earlier
    fields = {"request_key": request_key, "health_agreed_at": now if health and run.health_notice else None}
    asking = _Asking(resident, by, now, claims, {"health": health, "audience": audience}, fields)
    asking.check(run)
    if run.mode == EnrolMode.DRAW and (not run.enrol_closes_at or now < run.enrol_closes_at):
        return _enter(asking, run, together_with)
    others = [c for c in claims if c.class_run.learning_id == run.learning_id and c.status in LIVE]
    if not others and by.route not in AT_COUNTER and run.places_left and _reserve(run):
        seat = _first_open_seat(run)
        if seat is not None:
            enrolment = asking.create(run, Status.ENROLLED, Reason.CAME_FIRST, seat=seat)
            notices.enrolled(enrolment)
            return enrolment
    return _enrol_carefully(asking, run, others, earlier, wait)


def _reserve(run):
    """Take one from the published figure if one is left and nobody waits: the check and the lock in one statement.

    The run as read a moment ago is the run that is locked now, or nothing is taken (``updated_at``).
    """
    return ClassRun.objects.filter(
        pk=run.pk, places_left__gt=0, waiting=0, status=ClassRunStatus.PUBLISHED, updated_at=run.updated_at
    ).update(places_left=F("places_left") - 1)


def _first_open_seat(run):
    """A free open seat. Seats fill in order, so looking begins behind as many as are taken, not at the first.

    Measured: in a class of thousands the search from seat 1 was most of the transaction.
    """
    free = Seat.objects.free().open().filter(class_run=run).order_by("number")
    return free.filter(number__gt=run.capacity - run.places_left).first() or free.first()


def _lock_as_checked(asking, seen, others=()):
    """Lock the run (and those of ``others``); where somebody edited it since it was read, check the rules again."""
    runs = lock_runs(seen.pk, *[claim.class_run_id for claim in others])
    if runs[seen.pk].updated_at != seen.updated_at:
        asking.check(runs[seen.pk])
    return runs


def _enrol_carefully(asking, seen, others, earlier, wait):
    """The whole way: lock, judge what has run out, serve the list first, then this person."""
    runs, by, now = _lock_as_checked(asking, seen, others), asking.by, asking.now
    run = runs[seen.pk]
    settle(run, now)
    if run.places_left and run.waiting:
        promote(run, now)
    earlier = reread(earlier, run) if earlier else None
    if earlier and earlier.status != Status.WAITING:
        return earlier  # the list has just reached this person
    seat = _free_seat(run, by)
    if seat is None:
        if earlier:
            return earlier
        if not wait:
            raise _no_seat(run)
        enrolment = asking.create(run, Status.WAITING, Reason.JOINED_LIST, queue_no=next_queue_no(run))
        ClassRun.objects.filter(pk=run.pk).update(waiting=F("waiting") + 1)
        notices.waiting(enrolment)
        return enrolment
    if earlier:
        enrolment = move(earlier, Status.ENROLLED, Reason.SEAT_FREE, by, now, seat=seat)
    else:
        enrolment = asking.create(run, Status.ENROLLED, Reason.CAME_FIRST, seat=seat)
    leave([claim for claim in others if claim.pk != enrolment.pk], runs, by, now)
    publish_figures(run)
    notices.enrolled(enrolment)
    return enrolment


def _free_seat(run, by):
    """A free seat of the locked run that ``by`` may give: the counter gives its own first, then everybody's."""
    if not run.places_left and not (by.route in AT_COUNTER and run.counter_quota):
        return None  # the figure is true while the run is locked
    if by.route not in AT_COUNTER:
        return _first_open_seat(run)
    return Seat.objects.free().filter(class_run=run).order_by("kind", "number").first()


def _no_seat(run):
    if Offer.objects.filter(seat__class_run=run, outcome=OfferOutcome.OPEN).exists():
        return DomainError("held_for_list", _("空出来的名额正等候补的人确认，暂时没有名额。可以排候补，轮到会通知您。"))
    kept = Seat.objects.free().filter(class_run=run, kind=SeatKind.COUNTER).count()
    if kept:
        return DomainError(
            "held_for_counter",
            _("网上的名额报满了，还有 %(kept)d 个留给窗口：请到%(contact)s，或者排候补。")
            % {"kept": kept, "contact": contact(run)},
        )
    return DomainError("full", _("名额报满了。可以排候补，或者看看下面还有名额的班。"))


def _enter(asking, seen, together_with):
    """Put one entry into the draw. The run is locked, so that freezing the list and entering it exclude each other."""
    run = _lock_as_checked(asking, seen)[seen.pk]
    if run.draw.frozen_at:
        raise DomainError("drawing", _("名单已经封存，正在等抽签。抽签以后可以排候补。"))
    party = ""
    if together_with is not None:
        if together_with.class_run_id != run.pk or together_with.status != Status.ENTERED:
            raise DomainError("not_together", _("和您一起抽签的人已经不在名单里，请单独报名。"))
        party = together_with.party
    enrolment = asking.create(run, Status.ENTERED, Reason.ENTERED_DRAW, party=party)
    notices.entered(enrolment)
    return enrolment


@transaction.atomic
def withdraw(enrolment, by, reason=Reason.WITHDREW, now=None):
    """Leave the class, its list or its draw; a seat goes to the next one. A second call changes nothing."""
    return _end(enrolment, Status.WITHDRAWN, reason, by, now)


@transaction.atomic
def remove(enrolment, by, now=None):
    """Staff take somebody off the list; the person is told."""
    enrolment = _end(enrolment, Status.REMOVED, Reason.STAFF, by, now)
    notices.removed(enrolment)
    return enrolment


def _end(enrolment, to, reason, by, now):
    now = now or timezone.now()
    run = lock_run(enrolment.class_run_id)
    enrolment = reread(enrolment, run)
    if enrolment.status == to:
        return enrolment
    vacate(enrolment, to, reason, by, now)
    settle(run, now)
    promote(run, now)
    return enrolment


@transaction.atomic
def transfer(enrolment, to_run, by, *, health=False, audience=False, now=None):
    """Change an enrolled place for one in ``to_run``, which must have a free seat; return the new Enrolment.

    The old place is kept when the new one cannot be had: the rules' codes, ``full``,
    ``held_for_list``, ``held_for_counter``, ``transition``, ``already`` (has a place there
    too), ``not_drawn`` (nobody gets round a draw).
    """
    now = now or timezone.now()
    resident = lock_resident(enrolment.resident)
    claims = live_claims(resident)
    if any(claim.class_run_id == to_run.pk and claim.status == Status.ENROLLED for claim in claims):
        raise DomainError("already", _("%(name)s已经在这个班里了，不用换。") % {"name": resident.name})
    others = [
        claim
        for claim in claims
        if claim.pk != enrolment.pk
        and claim.status != Status.ENROLLED
        and (claim.class_run_id == to_run.pk or claim.class_run.learning_id == to_run.learning_id)
    ]
    runs = lock_runs(enrolment.class_run_id, to_run.pk, *[claim.class_run_id for claim in others])
    run, to_run = runs[enrolment.class_run_id], runs[to_run.pk]
    enrolment = reread(enrolment, run)
    facts = load_facts(resident, to_run, by, now, claims, health=health, audience=audience, without=(enrolment.pk,))
    check(facts)
    if to_run.mode == EnrolMode.DRAW and facts.draw_stage != DrawStage.DRAWN:
        raise DomainError("not_drawn", _("要换去的班是抽签的，还没有抽。请先报名参加抽签，抽中以后再退掉现在的班。"))
    settle(to_run, now)
    promote(to_run, now)
    mine = next((reread(claim, to_run) for claim in others if claim.class_run_id == to_run.pk), None)
    seat = mine.seat if mine and mine.seat else _free_seat(to_run, by)
    if seat is None:
        raise _no_seat(to_run)
    if mine:
        vacate(mine, Status.WITHDRAWN, Reason.MOVED_RUN, by, now)
    vacate(enrolment, Status.TRANSFERRED, Reason.MOVED_RUN, by, now)
    fields = {"health_agreed_at": now if health and to_run.health_notice else None}
    made = create(resident, to_run, Status.ENROLLED, Reason.MOVED_RUN, by, now, seat=seat, **fields)
    publish_figures(to_run)
    leave([claim for claim in others if not mine or claim.pk != mine.pk], runs, by, now)
    promote(run, now)
    notices.enrolled(made)
    return made
