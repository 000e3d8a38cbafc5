"""Seats follow the class run: made before anybody asks, more or fewer with its capacity, freed when it is cancelled."""

from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from enrolments import notices
from enrolments.enums import Reason, SeatKind, Status
from enrolments.models import Enrolment, Seat
from enrolments.services.core import SYSTEM, lock_run, publish_figures
from enrolments.services.waiting import promote, vacate

#: How many holders a refusal names.
NAMED = 5
#: A change of these may put a free seat before somebody who waits: more seats, or a list that serves again.
HAND_OUT = ("capacity", "counter_quota", "join_until", "starts_on", "mode", "status")


def make_seats(run):
    """Create the seats of a new run; the first ones are the counter's."""
    Seat.objects.bulk_create(
        Seat(class_run=run, number=number, kind=_kind(number, run)) for number in range(1, (run.capacity or 0) + 1)
    )


def _kind(number, run):
    return SeatKind.COUNTER if number <= run.counter_quota else SeatKind.OPEN


def change_capacity(run, before):
    """Bring the seats of a stored, locked run in line with ``run.capacity`` and its counter quota.

    Only free seats go. Raises DomainError ``places_taken`` naming the holders when too few are
    free. Sets ``run.places_left``; the waiting list gets new seats after the run is saved.
    """
    wanted = run.capacity or 0
    seats = list(Seat.objects.filter(class_run=run).select_related("enrolment").order_by("number"))
    held = [seat for seat in seats if hasattr(seat, "enrolment")]
    if len(held) > wanted:
        raise DomainError("places_taken", _refusal(run, held))
    free = [seat for seat in seats if not hasattr(seat, "enrolment")]
    surplus = free[len(free) - max(0, len(seats) - wanted) :] if len(seats) > wanted else []
    Seat.objects.filter(pk__in=[seat.pk for seat in surplus]).delete()
    last = seats[-1].number if seats else 0
    new = [Seat(class_run=run, number=last + extra) for extra in range(1, wanted - len(seats) + 1)]
    Seat.objects.bulk_create(new)
    _share_out(run)
    run.places_left = None if run.capacity is None else Seat.objects.free().open().filter(class_run=run).count()


def _share_out(run):
    """Make the free seats fill the counter's quota as far as they go; the rest is everybody's."""
    held = Seat.objects.filter(class_run=run, kind=SeatKind.COUNTER, enrolment__isnull=False).count()
    free = list(Seat.objects.free().filter(class_run=run).order_by("kind", "number"))
    wanted = max(0, run.counter_quota - held)
    for index, seat in enumerate(free):
        seat.kind = SeatKind.COUNTER if index < wanted else SeatKind.OPEN
    Seat.objects.bulk_update(free, ["kind"])


def _refusal(run, held):
    names = "、".join(seat.enrolment.resident.masked_name for seat in held[:NAMED])
    if run.capacity is None:
        return _("已有 %(taken)d 人占了名额（%(names)s等），不能改成“名额未公布”。请先在名单里处理。") % {
            "taken": len(held),
            "names": names,
        }
    return _("已有 %(taken)d 人占了名额（%(names)s等），名额不能改成 %(capacity)d。请先在名单里处理。") % {
        "taken": len(held),
        "names": names,
        "capacity": run.capacity,
    }


def run_cancelled(run, note=""):
    """End every claim on a cancelled run and tell everybody; the seats stay, free."""
    now = timezone.now()
    run = lock_run(run.pk)
    for enrolment in Enrolment.objects.live().filter(class_run=run).select_related("resident", "seat").order_by("pk"):
        enrolment.class_run = run
        vacate(enrolment, Status.CLASS_CANCELLED, Reason.RUN_CANCELLED, SYSTEM, now)
        notices.class_cancelled(enrolment, note)
    publish_figures(run)


def run_saved(run, before, note=""):
    """Receiver of ``class_run_saved``: seats for a new run, the list for new seats, word to those who come."""
    if before is None:
        make_seats(run)
        return
    if any(getattr(run, name) != getattr(before, name) for name in HAND_OUT):
        promote(run, timezone.now())
    told = ("starts_on", "ends_on", "weekdays", "starts_at", "ends_at", "centre_id", "room_id")
    if any(getattr(run, name) != getattr(before, name) for name in told):
        notices.run_changed(run, note)


def run_deleting(run):
    """A draft takes its free seats along; one with enrolments is refused by the database."""
    Seat.objects.filter(class_run=run).delete()
