"""Reads everything about places and says what is not as it must be. Changes nothing.

One function per invariant, each yielding sentences. ``manage.py audit_places`` prints them.
"""

from django.db.models import Count, F, Q

from enrolments.enums import (
    LISTED,
    LIVE,
    SEAT_HOLDING,
    TRANSITIONS,
    DrawResult,
    OfferOutcome,
    SeatKind,
    Status,
)
from enrolments.models import Draw, Enrolment, EnrolmentEvent, Offer, Seat
from timetable.enums import ClassRunStatus
from timetable.models import ClassRun


def audit(runs=None):
    """Yield a sentence for every broken invariant, over ``runs`` (a queryset) or all class runs."""
    runs = ClassRun.objects.all() if runs is None else runs
    for check in CHECKS:
        yield from check(runs)


def seats_match_capacity(runs):
    wrong = runs.annotate(seat_count=Count("seats")).exclude(
        Q(capacity__isnull=True, seat_count=0) | Q(capacity=F("seat_count"))
    )
    for code, capacity, seats in wrong.values_list("code", "capacity", "seat_count"):
        yield f"{code}: capacity {capacity}, but {seats} seats"


def holders_and_seats_agree(runs):
    claims = Enrolment.objects.filter(class_run__in=runs)
    holding = Q(status__in=SEAT_HOLDING)
    for claim in claims.filter(holding, seat__isnull=True):
        yield f"{claim.receipt}: {claim.status} without a seat"
    for claim in claims.exclude(holding).filter(seat__isnull=False):
        yield f"{claim.receipt}: {claim.status} holds seat {claim.seat_id}"
    for claim in claims.filter(seat__isnull=False).exclude(seat__class_run=F("class_run")):
        yield f"{claim.receipt}: holds a seat of another class run"
    doubled = claims.filter(seat__isnull=False).order_by().values("seat").annotate(n=Count("pk")).filter(n__gt=1)
    for row in doubled:
        yield f"seat {row['seat']}: {row['n']} holders"
    over = runs.annotate(holders=Count("enrolments", filter=Q(enrolments__status__in=SEAT_HOLDING)))
    for code, holders, capacity in over.filter(holders__gt=F("capacity")).values_list("code", "holders", "capacity"):
        yield f"{code}: {holders} people for {capacity} places"


def one_live_claim_each(runs):
    doubled = (
        Enrolment.objects.filter(class_run__in=runs, status__in=LIVE)
        .order_by()
        .values("resident", "class_run__code")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
    )
    for row in doubled:
        yield f"{row['class_run__code']}: resident {row['resident']} has {row['n']} live claims"


def figures_are_true(runs):
    free = Count("seats", filter=Q(seats__kind=SeatKind.OPEN, seats__enrolment__isnull=True))
    for code, published, real in (
        runs.filter(capacity__isnull=False).annotate(free=free).exclude(places_left=F("free"))
    ).values_list("code", "places_left", "free"):
        yield f"{code}: {published} places published, {real} free"
    waiting = Count("enrolments", filter=Q(enrolments__status=Status.WAITING))
    for code, published, real in (
        runs.annotate(real_waiting=waiting)
        .exclude(waiting=F("real_waiting"))
        .values_list("code", "waiting", "real_waiting")
    ):
        yield f"{code}: {published} waiting published, {real} waiting"


def list_comes_before_the_public(runs):
    """No free open seat beside somebody who waits for it, while the run hands seats out."""
    from django.utils import timezone

    from enrolments.services.waiting import hands_out

    now = timezone.now()
    for run in runs.filter(places_left__gt=0, waiting__gt=0, status=ClassRunStatus.PUBLISHED):
        if not hands_out(run, now):
            continue
        free = Seat.objects.free().open().filter(class_run=run)
        for claim in Enrolment.objects.filter(class_run=run).waiting():
            kept = Offer.objects.filter(enrolment=claim, outcome=OfferOutcome.KEPT).filter(
                Q(seat__vacated_at__isnull=True) | Q(closed_at__gte=F("seat__vacated_at"))
            )
            if free.exclude(pk__in=kept.values("seat")).exists():
                yield f"{run.code}: a seat is free while {claim.receipt} waits"


def numbers_of_the_list(runs):
    claims = Enrolment.objects.filter(class_run__in=runs)
    for claim in claims.filter(status__in=LISTED, queue_no__isnull=True):
        yield f"{claim.receipt}: {claim.status} without a number in the list"
    doubled = claims.filter(queue_no__isnull=False).order_by().values("class_run__code", "queue_no")
    for row in doubled.annotate(n=Count("pk")).filter(n__gt=1):
        yield f"{row['class_run__code']}: number {row['queue_no']} given {row['n']} times"


def offers_and_states_agree(runs):
    is_open = Q(outcome=OfferOutcome.OPEN)
    for claim in (
        Enrolment.objects.filter(class_run__in=runs, status=Status.OFFERED)
        .annotate(open_offers=Count("offers", filter=Q(offers__outcome=OfferOutcome.OPEN)))
        .exclude(open_offers=1)
    ):
        yield f"{claim.receipt}: offered with {claim.open_offers} open offers"
    open_offers = Offer.objects.filter(is_open, enrolment__class_run__in=runs)
    for offer in open_offers.exclude(enrolment__status=Status.OFFERED):
        yield f"offer {offer.pk}: open, but its claim is not offered"
    for offer in open_offers.exclude(seat=F("enrolment__seat")):
        yield f"offer {offer.pk}: for another seat than the one held"


def the_log_tells_it_all(runs):
    """Every claim's log starts from nothing, follows the table, has no gap, and ends in its present state."""
    events = (
        EnrolmentEvent.objects.filter(enrolment__class_run__in=runs)
        .order_by("enrolment_id", "pk")
        .values_list("enrolment_id", "from_status", "to_status")
    )
    last = {}
    for claim, before, after in events.iterator(chunk_size=5000):
        if before != last.get(claim, ""):
            yield f"enrolment {claim}: log jumps from {last.get(claim, 'nothing')} to {before or 'nothing'}"
        if after not in TRANSITIONS[before or None]:
            yield f"enrolment {claim}: {before or 'nothing'} → {after} is not in the table"
        last[claim] = after
    states = Enrolment.objects.filter(class_run__in=runs).order_by().values_list("pk", "status")
    for claim, status in states.iterator(chunk_size=5000):
        if last.get(claim) != status:
            yield f"enrolment {claim}: is {status}, log says {last.get(claim, 'nothing')}"


def draws_are_whole(runs):
    for draw in Draw.objects.filter(class_run__in=runs, drawn_at__isnull=False).select_related("class_run"):
        entries = list(draw.entries.all())
        code = draw.class_run.code
        if {entry.rank for entry in entries} != set(range(1, len(entries) + 1)):
            yield f"{code}: ranks of the draw have a gap"
        if sum(entry.result == DrawResult.SEATED for entry in entries) > (draw.places or 0):
            yield f"{code}: more drawn than places"
    for draw in Draw.objects.filter(class_run__in=runs, frozen_at__isnull=True, drawn_at__isnull=False):
        yield f"draw {draw.pk}: drawn before its list was frozen"


CHECKS = (
    seats_match_capacity,
    holders_and_seats_agree,
    one_live_claim_each,
    figures_are_true,
    list_comes_before_the_public,
    numbers_of_the_list,
    offers_and_states_agree,
    the_log_tells_it_all,
    draws_are_whole,
)
