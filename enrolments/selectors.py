"""Loads what the rules and the pages look at."""

from django.db.models import Exists, OuterRef, Q

from accounts.enums import ConsentPurpose
from accounts.services.consents import has_consent
from core.dates import span_words
from enrolments.enums import CLAIMING, LIVE, DrawStage, Route, Status
from enrolments.models import Draw, Enrolment, Offer
from enrolments.rules import Facts, Own
from network.services import street_of
from timetable.enums import EnrolMode, Residence
from timetable.models import Audience, Session


def live_claims(resident, request_key=None):
    """Every live enrolment of ``resident`` with its run, and the one made by ``request_key`` whatever became of it."""
    wanted = Q(status__in=LIVE)
    if request_key:
        wanted |= Q(request_key=request_key)
    return list(Enrolment.objects.filter(wanted, resident=resident).select_related("class_run"))


def load_facts(resident, run, by, now, claims, *, health=False, audience=False, without=()):
    """Load the Facts for ``resident`` in ``run``; rules that are not set cost no query.

    ``claims``: from live_claims(). ``without``: keys of enrolments that are about to end (a transfer).
    """
    own = [
        Own(claim.pk, claim.status, claim.class_run_id, claim.class_run.learning_id, claim.class_run.term_id)
        for claim in claims
        if claim.status in LIVE and claim.class_run_id != run.pk and claim.pk not in without
    ]
    return Facts(
        resident=resident,
        run=run,
        route=by.route,
        now=now,
        own=own,
        clash=clash_words(run, own, now),
        acting_for_self=by.route == Route.ONLINE and by.user is not None and resident.user_id == by.user.pk,
        health=health,
        audience=audience,
        audiences=list(Audience.objects.filter(learning_pages=run.learning_id)) if run.audience_only else [],
        has_prerequisite=not run.prerequisite_id or has_completed(resident, run.prerequisite_id),
        street_id=street_id(run) if run.residence == Residence.STREET else None,
        draw_stage=draw_stage(run),
        has_agreed=_has_agreed(resident),
    )


def _has_agreed(resident):
    """A resident locked for enrolling brings the answer along (services/core.py)."""
    if not hasattr(resident, "has_agreed"):
        resident.has_agreed = has_consent(ConsentPurpose.ENROLMENT, resident=resident)  # asked once for many runs
    return resident.has_agreed


def clash_words(run, own, now):
    """What of ``own`` meets at the time of ``run``, in words; empty where nothing does. Two queries at most.

    An entry in a draw counts: whoever wins two draws at once could not come to both.
    """
    held = [claim.class_run_id for claim in own if claim.status in CLAIMING]
    if not held:
        return ""
    overlapping = Session.objects.filter(
        class_run_id__in=held, starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")
    ).taking_place()
    first = (
        Session.objects.filter(class_run=run, ends_at__gt=now)
        .taking_place()
        .filter(Exists(overlapping))
        .order_by("starts_at")
        .first()
    )
    if first is None:
        return ""
    other = (
        Session.objects.filter(class_run_id__in=held, starts_at__lt=first.ends_at, ends_at__gt=first.starts_at)
        .taking_place()
        .select_related("class_run__learning")
        .first()
    )
    return f"{span_words(other.starts_at, other.ends_at)} 已有“{other.class_run.learning.title}”"


def has_completed(resident, learning_id):
    return Enrolment.objects.filter(
        resident=resident, class_run__learning=learning_id, status=Status.COMPLETED
    ).exists()


def street_id(run):
    """The street of the run's centre; None for the academy."""
    street = street_of(run.centre)
    return street.pk if street else None


def draw_stage(run):
    """Return the DrawStage of ``run``; no query where it gives its places otherwise."""
    if run.mode != EnrolMode.DRAW:
        return DrawStage.NONE
    draw = Draw.objects.filter(class_run=run).only("frozen_at", "revealed_at", "drawn_at").first()
    return draw.stage if draw else DrawStage.NONE


def position(enrolment):
    """The place in the waiting list, from 1; None for anybody who is not waiting."""
    if enrolment.status != Status.WAITING:
        return None
    return Enrolment.objects.ahead_of(enrolment).count() + 1


def open_offer(enrolment):
    return Offer.objects.filter(enrolment=enrolment, closed_at__isnull=True).first()
