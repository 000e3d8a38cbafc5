"""What every service of this room stands on: who acts, the lock order, the one way to change a state.

Lock order, always: resident → class run(s) by primary key → seat → enrolment. Whoever makes
something less available locks it first; freeing needs no lock of its own.
"""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import ConsentPurpose
from accounts.models import Consent, Resident, User
from core.errors import DomainError
from enrolments.enums import TRANSITIONS, Route, SeatKind, Status
from enrolments.models import Enrolment, EnrolmentEvent, Seat
from timetable.models import ClassRun

#: What with_words() loads of the related rows.
WORDS = (
    "learning__title",
    "centre__title",
    "centre__path",
    "centre__phone",
    "term__name",
    "term__max_per_person",
)


@dataclass(frozen=True)
class By:
    """Who does it and through which door; ``user`` is None for the system."""

    user: User | None = None
    route: str = Route.SYSTEM


SYSTEM = By()


def online(user):
    return By(user, Route.ONLINE)


def counter(clerk):
    return By(clerk, Route.COUNTER)


def from_list(clerk):
    return By(clerk, Route.IMPORT)


def lock_resident(resident):
    """Lock the person first: two enrolments of one person wait for each other. Raises DomainError ``gone``.

    ``has_agreed`` of the returned row: whether the consent that enrolling needs stands.
    """
    agreed = Consent.objects.filter(
        resident=OuterRef("pk"), purpose=ConsentPurpose.ENROLMENT, withdrawn_at__isnull=True
    )
    # NO KEY: whoever tells this person something (a row that points here) need not wait for us, nor we for them.
    people = Resident.objects.select_for_update(of=("self",), no_key=True).present().annotate(has_agreed=Exists(agreed))
    locked = people.filter(pk=resident.pk).first()
    if locked is None:
        raise DomainError("gone", _("这个人的资料已经注销，不能再报名。"))
    return locked


def with_words():
    """Class runs with what rules and notices say of their page, place and term, and no other column of those.

    A page is three joined tables and a hundred columns; building them was half the cost of an enrolment.
    """
    own = [field.name for field in ClassRun._meta.concrete_fields]
    runs = ClassRun.objects.select_related("learning", "term", "centre")
    return runs.only(*own, *WORDS)


def lock_runs(*pks):
    """Lock class runs in the order of their keys, so that nobody waits in a circle; return them by key."""
    runs = with_words().select_for_update(of=("self",), no_key=True)
    return {run.pk: run for run in runs.filter(pk__in=pks).order_by("pk")}


def lock_run(pk):
    return lock_runs(pk)[pk]


def reread(enrolment, run):
    """Return ``enrolment`` as it stands now that its run is locked."""
    fresh = Enrolment.objects.select_related("resident").get(pk=enrolment.pk)
    fresh.class_run = run
    return fresh


def log(enrolment, from_status, reason, by, now):
    EnrolmentEvent.objects.create(
        enrolment=enrolment,
        from_status=from_status or "",
        to_status=enrolment.status,
        reason=reason,
        route=by.route,
        actor=by.user,
        at=now,
    )


def move(enrolment, to, reason, by, now=None, **changes):
    """Take ``enrolment`` to state ``to``, write ``changes`` and the log. The only place where a state changes.

    Raises DomainError ``transition`` for anything the table does not allow. The class run must be locked.
    """
    before = enrolment.status
    if to not in TRANSITIONS[before]:
        raise DomainError(
            "transition",
            _("现在是“%(now)s”，不能变成“%(wanted)s”。请刷新页面看最新情况。")
            % {"now": Status(before).label, "wanted": Status(to).label},
        )
    enrolment.status = to
    for name, value in changes.items():
        setattr(enrolment, name, value)
    enrolment.save(update_fields=["status", "changed_at", *changes])
    log(enrolment, before, reason, by, now or timezone.now())
    return enrolment


def create(resident, run, to, reason, by, now, **fields):
    """Make a new claim in state ``to`` and log it."""
    if to not in TRANSITIONS[None]:
        raise ValueError(to)
    enrolment = Enrolment(
        resident=resident, class_run=run, status=to, route=by.route, created_by=by.user, created_at=now, **fields
    )
    enrolment.party = enrolment.party or enrolment.receipt
    enrolment.save(force_insert=True)
    log(enrolment, None, reason, by, now)
    return enrolment


def publish_figures(run):
    """Count ``places_left`` and ``waiting`` of a locked run anew and write them where everybody reads them."""
    if run.capacity is not None:
        run.places_left = Seat.objects.free().filter(class_run=run, kind=SeatKind.OPEN).count()
    run.waiting = Enrolment.objects.filter(class_run=run, status=Status.WAITING).count()
    ClassRun.objects.filter(pk=run.pk).update(places_left=run.places_left, waiting=run.waiting)
    return run


def next_queue_no(run):
    """The number after the last one ever given in this run's waiting list; the run is locked."""
    last = (
        Enrolment.objects.filter(class_run=run, queue_no__isnull=False)
        .order_by("-queue_no")
        .values_list("queue_no", flat=True)[:1]
    )
    return (last[0] if last else 0) + 1
