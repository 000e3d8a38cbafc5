"""Ends what this room may no longer hold about a person (accounts/retention.py). Figures stay, without the person.

A claim is taken off its person by giving it to an empty resident of its own, so that two
claims of one person cannot be put together again. Sample people are nobody: they stay.
"""

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import retention
from accounts.enums import ConsentPurpose
from accounts.models import Consent, Notice, Resident
from accounts.privacy import Expiry
from enrolments.enums import LIVE, TAKEN_PART, Reason, Route, Status
from enrolments.models import Certificate, Draw, DrawEntry, Enrolment
from enrolments.services.attendance import HOPING
from enrolments.services.core import SYSTEM, lock_run, publish_figures, reread
from enrolments.services.notes import forget_notes
from enrolments.services.waiting import vacate


def _of_people():
    return Enrolment.objects.filter(resident__erased_at=None, resident__is_sample=False)


def hopeless(now):
    """Waiting for a class that began long ago and lets nobody in any more."""
    today = timezone.localdate(now)
    over = Q(class_run__join_until=None) | Q(class_run__join_until__lt=today)
    begun = retention.days_before(today, retention.UNPLACED_DAYS)
    return _of_people().filter(over, status__in=HOPING, class_run__starts_on__lt=begun)


def end_hopes(pks, now):
    """Close these claims; each with its run locked, in a transaction of its own."""
    return sum(_end_hope(claim, now) for claim in hopeless(now).filter(pk__in=pks).order_by("class_run_id", "pk"))


@transaction.atomic
def _end_hope(claim, now):
    run = lock_run(claim.class_run_id)
    claim = reread(claim, run)
    if claim.status not in HOPING:
        return 0
    vacate(claim, Status.LAPSED, Reason.TIME_OVER, SYSTEM, now)
    publish_figures(run)
    return 1


def unplaced(now):
    """Closed claims that never came to a class, past their days; a year longer for whoever entered a draw."""
    today = timezone.localdate(now)
    drawn_after = retention.years_before(today, retention.DRAWN_YEARS)
    entered = DrawEntry.objects.filter(
        enrolment__resident=OuterRef("resident"), enrolment__class_run__starts_on__gte=drawn_after
    )
    return (
        _of_people()
        .exclude(status__in=(*LIVE, *TAKEN_PART))
        .filter(
            ~Exists(entered),
            class_run__starts_on__lt=retention.days_before(today, retention.UNPLACED_DAYS),
        )
        # Who left later has the days from then on; a list that ended by itself kept nobody.
        .filter(Q(status=Status.LAPSED) | Q(changed_at__lt=retention.days_before(now, retention.UNPLACED_DAYS)))
    )


def old_records(now):
    """Places in classes that ended years ago, unless the person agreed to keep the record."""
    agreed = Consent.objects.filter(
        resident=OuterRef("resident"), purpose=ConsentPurpose.LONG_RECORD, withdrawn_at__isnull=True
    )
    before = retention.years_before(timezone.localdate(now), retention.RECORD_YEARS)
    return _of_people().filter(~Exists(agreed), status__in=TAKEN_PART, class_run__ends_on__lt=before)


@transaction.atomic
def take_off_person(pks, now):
    """Give each claim to an empty resident of its own and forget what told whose it was; return how many."""
    people = Resident.objects.filter(pk__in=Enrolment.objects.filter(pk__in=pks).values("resident"))
    list(people.select_for_update().order_by("pk"))  # the order of the house: an erasing of the same person waits
    claims = list(_of_people().filter(pk__in=pks).order_by("pk"))
    shells = Resident.objects.bulk_create(Resident(erased_at=now) for _claim in claims)
    for claim, shell in zip(claims, shells, strict=True):
        address = reverse("enrolments:enrolment", args=[claim.receipt])
        Notice.objects.filter(resident=claim.resident_id, address=address).delete()
        clerk = None if claim.route == Route.ONLINE else F("created_by")
        Enrolment.objects.filter(pk=claim.pk).update(resident=shell, request_key=None, created_by=clerk)
    Certificate.objects.filter(enrolment__in=claims).update(name="")
    forget_notes(claims)
    return len(claims)


def old_draws(now):
    before = retention.years_before(now, retention.DRAW_EVIDENCE_YEARS)
    return Draw.objects.filter(Exists(DrawEntry.objects.filter(draw=OuterRef("pk"))), frozen_at__lt=before)


@transaction.atomic
def forget_entries(pks, now):
    """Delete the entries of old draws. The draw itself stays: there is one per class, ever."""
    DrawEntry.objects.filter(draw__in=pks).delete()
    return Draw.objects.filter(pk__in=pks).update(entry_list="")


def needed():
    """Residents with any claim left."""
    return Enrolment.objects.order_by().values("resident")


EXPIRIES = (
    Expiry("unplaced", _("早已开课、停止等待的候补和抽签报名"), hopeless, end_hopes),
    Expiry("unplaced", _("不再连着人的未录取报名"), unplaced, take_off_person),
    Expiry("records", _("不再连着人的学习记录"), old_records, take_off_person),
    Expiry("draws", _("删除名单的抽签"), old_draws, forget_entries),
)
