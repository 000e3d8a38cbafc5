"""The waiting list: a freed seat becomes an offer to the next one before the public sees it (invariant 4).

An offer that ran out is judged when somebody looks; ``sweep`` only makes it visible.
"""

import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.dates import moment_words
from core.errors import DomainError
from enrolments import notices
from enrolments.enums import LIVE, DrawStage, OfferOutcome, Reason, SeatKind, Status
from enrolments.hours import expiry
from enrolments.models import Enrolment, Offer, Seat
from enrolments.rules import free_at_that_time, not_the_same_course, not_too_many
from enrolments.selectors import draw_stage, live_claims, load_facts, open_offer
from enrolments.services.core import (
    SYSTEM,
    lock_resident,
    lock_run,
    lock_runs,
    move,
    next_queue_no,
    publish_figures,
    reread,
)
from timetable.enums import ClassRunStatus, EnrolMode
from timetable.models import ClassRun

#: A second offer missed pauses the place in the list.
MISSES_TO_PAUSE = 2


def hands_out(run, now):
    """True while freed seats of ``run`` are still offered to its list."""
    if run.status != ClassRunStatus.PUBLISHED or timezone.localdate(now) > run.last_day_to_join:
        return False
    return run.mode != EnrolMode.DRAW or draw_stage(run) == DrawStage.DRAWN


def promote(run, now, by=SYSTEM):
    """Offer the free open seats of the locked ``run`` to those waiting, in order; bring the figures up to date."""
    if run.capacity is not None and hands_out(run, now):
        free = list(Seat.objects.free().filter(class_run=run, kind=SeatKind.OPEN).order_by("number"))
        waiting = list(Enrolment.objects.filter(class_run=run).waiting().select_related("resident")) if free else []
        kept = _kept(free) if waiting else set()
        for seat in free:
            chosen = next((one for one in waiting if (one.pk, seat.pk) not in kept), None)
            if chosen:
                waiting.remove(chosen)
                chosen.class_run = run
                offer_seat(chosen, seat, now, by)
    return publish_figures(run)


def _kept(seats):
    """Pairs (enrolment, seat) that said "not this one" since the seat was last given up."""
    offers = Offer.objects.filter(seat__in=seats, outcome=OfferOutcome.KEPT).filter(
        Q(seat__vacated_at__isnull=True) | Q(closed_at__gte=F("seat__vacated_at"))
    )
    return set(offers.values_list("enrolment_id", "seat_id"))


def offer_seat(enrolment, seat, now, by):
    """Hold the free ``seat`` for ``enrolment``, which waits for the locked run, until it is answered or its time is over."""
    run = enrolment.class_run
    starts_at = timezone.make_aware(datetime.datetime.combine(run.starts_on, run.starts_at))
    offer = Offer.objects.create(enrolment=enrolment, seat=seat, made_at=now, expires_at=expiry(now, starts_at))
    move(enrolment, Status.OFFERED, Reason.OFFER_MADE, by, now, seat=seat)
    notices.offered(enrolment, offer)


def _close(enrolment, outcome, now):
    Offer.objects.filter(enrolment=enrolment, outcome=OfferOutcome.OPEN).update(outcome=outcome, closed_at=now)


def vacate(enrolment, to, reason, by, now, **changes):
    """End a claim that may hold a seat: the seat is marked as given up, an open offer is void. The run is locked."""
    seat = enrolment.seat
    if enrolment.status == Status.OFFERED:
        _close(enrolment, OfferOutcome.DECLINED if to == Status.DECLINED else OfferOutcome.VOID, now)
    elif seat is not None:
        Seat.objects.filter(pk=seat.pk).update(vacated_at=now)
    return move(enrolment, to, reason, by, now, seat=None, **changes)


def lapse_due(run, now):
    """Take back the offers of the locked ``run`` that nobody answered in time; return how many."""
    due = Offer.objects.filter(seat__class_run=run, outcome=OfferOutcome.OPEN, expires_at__lte=now)
    lapsed = 0
    for offer in due.select_related("enrolment__resident"):
        enrolment = offer.enrolment
        enrolment.class_run = run
        missed = enrolment.missed + 1
        to = Status.PAUSED if missed >= MISSES_TO_PAUSE else Status.WAITING
        _close(enrolment, OfferOutcome.MISSED, now)
        move(enrolment, to, Reason.OFFER_MISSED, SYSTEM, now, seat=None, missed=missed)
        notices.offer_missed(enrolment)
        lapsed += 1
    return lapsed


def settle(run, now):
    """Judge what has run out in the locked ``run`` and hand the seats on."""
    opened = open_counter_seats(run, now)
    if lapse_due(run, now) or opened:
        promote(run, now)


def open_counter_seats(run, now):
    """Give seats kept for the counter to everybody once their time is over; return how many."""
    until = run.counter_until or run.enrol_closes_at
    if not run.counter_quota or until is None or now < until:
        return 0
    kept = Seat.objects.free().filter(class_run=run, kind=SeatKind.COUNTER)
    return Seat.objects.filter(pk__in=list(kept.values_list("pk", flat=True))).update(kind=SeatKind.OPEN)


@transaction.atomic
def sweep_run(run_pk, now=None):
    """Judge one run. Idempotent."""
    settle(lock_run(run_pk), now or timezone.now())


def sweep(now=None):
    """Judge every run with an offer or a counter quota that has run out; return the keys looked at."""
    now = now or timezone.now()
    with_offers = Offer.objects.filter(outcome=OfferOutcome.OPEN, expires_at__lte=now).values("seat__class_run")
    with_quota = Seat.objects.free().filter(kind=SeatKind.COUNTER).values("class_run")
    over = Q(counter_until__lte=now) | Q(counter_until__isnull=True, enrol_closes_at__lte=now)
    due = ClassRun.objects.filter(
        Q(pk__in=with_offers) | (Q(pk__in=with_quota) & over), ends_on__gte=timezone.localdate(now)
    )
    keys = sorted(due.values_list("pk", flat=True))
    for key in keys:
        sweep_run(key, now)
    return keys


def accept(enrolment, by, now=None):
    """Take the offered seat; waiting for other runs of the same course ends.

    Raises DomainError ``offer_lapsed`` when it came too late (the seat has then gone on to
    the next one), ``clash``, ``limit`` or ``same_course`` when something else was taken in
    between; the offer then still stands until its time.
    """
    now = now or timezone.now()
    offer = open_offer(enrolment)
    if offer is not None and offer.expires_at <= now:
        sweep_run(enrolment.class_run_id, now)
        raise DomainError(
            "offer_lapsed",
            _("这个名额保留到%(when)s，已经过时，给了下一位。请在“我的学习”里看您现在的排位。")
            % {"when": moment_words(offer.expires_at)},
        )
    return _accept(enrolment, by, now)


@transaction.atomic
def _accept(enrolment, by, now):
    resident = lock_resident(enrolment.resident)
    claims = live_claims(resident)
    others = [claim for claim in claims if _same_course(claim, enrolment)]
    runs = lock_runs(enrolment.class_run_id, *[claim.class_run_id for claim in others])
    run = runs[enrolment.class_run_id]
    enrolment = reread(enrolment, run)
    if enrolment.status == Status.ENROLLED:
        return enrolment  # a second click
    if enrolment.status != Status.OFFERED:
        raise _no_offer()
    still_free(resident, run, by, now, claims, enrolment)
    _close(enrolment, OfferOutcome.ACCEPTED, now)
    move(enrolment, Status.ENROLLED, Reason.OFFER_ACCEPTED, by, now)
    leave(others, runs, by, now)
    notices.enrolled(enrolment)
    return enrolment


def _no_offer():
    return DomainError(
        "no_offer", _("现在没有等您确认的名额，可能已经过时或者已经答复过。请看“我的学习”里的最新情况。")
    )


def still_free(resident, run, by, now, claims, enrolment):
    """Raise what speaks against a seat that is taken later than it was asked for: limit, same course, clash."""
    facts = load_facts(resident, run, by, now, claims, without=(enrolment.pk,))
    for rule in (not_the_same_course, not_too_many, free_at_that_time):
        if refusal := rule(facts):
            raise refusal


def _same_course(claim, enrolment):
    return (
        claim.pk != enrolment.pk
        and claim.class_run.learning_id == enrolment.class_run.learning_id
        and claim.status in LIVE
        and claim.status != Status.ENROLLED
    )


def leave(claims, runs, by, now):
    """End ``claims`` (of locked ``runs``) because another run of the course was taken."""
    for claim in claims:
        run = runs[claim.class_run_id]
        fresh = reread(claim, run)
        if fresh.is_live:
            vacate(fresh, Status.WITHDRAWN, Reason.CHOSE_OTHER, by, now)
            promote(run, now)


@transaction.atomic
def decline(enrolment, by, now=None):
    """Give the offered seat up and leave the list."""
    return _answer(enrolment, by, now, Status.DECLINED, Reason.OFFER_DECLINED, OfferOutcome.DECLINED)


@transaction.atomic
def keep_place(enrolment, by, now=None):
    """Not this seat, but stay in the list where one is; the seat goes to the next."""
    return _answer(enrolment, by, now, Status.WAITING, Reason.PLACE_KEPT, OfferOutcome.KEPT)


def _answer(enrolment, by, now, to, reason, outcome):
    now = now or timezone.now()
    run = lock_run(enrolment.class_run_id)
    enrolment = reread(enrolment, run)
    if enrolment.status == to:
        return enrolment  # a second click
    if enrolment.status != Status.OFFERED:
        raise _no_offer()
    _close(enrolment, outcome, now)
    move(enrolment, to, reason, by, now, seat=None)
    promote(run, now)
    return enrolment


@transaction.atomic
def pause(enrolment, by, now=None):
    """Stop being asked, keep the number; a seat offered in the meantime goes to the next one."""
    now = now or timezone.now()
    run = lock_run(enrolment.class_run_id)
    enrolment = reread(enrolment, run)
    if enrolment.status != Status.PAUSED:
        vacate(enrolment, Status.PAUSED, Reason.PAUSED_SELF, by, now)
        promote(run, now)
    return enrolment


@transaction.atomic
def resume(enrolment, by, now=None):
    """Be asked again. Whoever had missed two offers comes back at the end of the list."""
    now = now or timezone.now()
    run = lock_run(enrolment.class_run_id)
    enrolment = reread(enrolment, run)
    if enrolment.status == Status.WAITING:
        return enrolment
    changes = {"queue_no": next_queue_no(run)} if enrolment.missed >= MISSES_TO_PAUSE else {}
    move(enrolment, Status.WAITING, Reason.RESUMED, by, now, missed=min(enrolment.missed, 1), **changes)
    promote(run, now)
    return enrolment
