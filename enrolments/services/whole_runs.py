"""Claims that follow a change of whole class runs: asked into a second class, merged into another, split off.

Lock order as everywhere: residents → class runs → seats → enrolments. All or nothing, in the caller's transaction.
"""

from functools import partial

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Resident
from core.errors import DomainError
from enrolments import notices
from enrolments.enums import CLAIMING, SEAT_HOLDING, DrawStage, Reason, Status
from enrolments.models import Enrolment, Seat
from enrolments.selectors import draw_stage
from enrolments.services.core import SYSTEM, create, lock_runs, move, next_queue_no, publish_figures
from enrolments.services.waiting import offer_seat, promote, settle, vacate
from timetable.enums import ClassRunStatus
from timetable.models import Session


def invite(run):
    """Put those who wait for the run that ``run`` was opened for into its list, in their order, and offer them its seats.

    They keep their place in the old list until they take a seat here. Whoever was in this list before is not asked again.
    """
    runs = lock_runs(run.second_of_id, run.pk)
    run, now = runs[run.pk], timezone.now()
    asked = Enrolment.objects.filter(class_run=run).values("resident")
    waiting = Enrolment.objects.filter(class_run=run.second_of_id).waiting().exclude(resident__in=asked)
    number = next_queue_no(run)
    claims = [
        create(
            claim.resident,
            run,
            Status.WAITING,
            Reason.SECOND_CLASS,
            SYSTEM,
            now,
            queue_no=place,
            health_agreed_at=claim.health_agreed_at,
        )
        for place, claim in enumerate(waiting.select_related("resident"), start=number)
    ]
    promote(run, now)
    _tell_the_rest(claims, run, notices.second_class)


def merge(run, into, note, by):
    """Take everybody from ``run`` to ``into``: who has a seat to a seat, the list behind the list there, in its order.

    Returns sentences about it. Raises DomainError ``drawing``, ``changed``, ``no_room`` with the numbers.
    """
    run, into, claims, now = _locked(run, into)
    move_on = _carry(run, into, claims, Reason.MERGED, by, now)
    publish_figures(run)
    promote(into, now)
    _tell_the_rest(move_on, into, partial(notices.merged, run=run, note=note))
    return _lines(run, into, move_on, now)


def split(run, into, keep, receipts, note, by):
    """Take those with a seat in ``run`` and one of ``receipts``, or else those beyond the first ``keep``, to ``into``, perhaps a draft.

    Returns sentences about it. Raises DomainError ``nobody``, ``unknown`` and those of merge.
    """
    run, into, claims, now = _locked(run, into)
    seated = [claim for claim in claims if claim.status in SEAT_HOLDING]
    going = _chosen(run, seated, receipts) if receipts else _later(run, seated, keep)
    move_on = _carry(run, into, going, Reason.SPLIT, by, now)
    publish_figures(run)
    if into.status == ClassRunStatus.PUBLISHED:
        promote(into, now)
    else:
        publish_figures(into)
    _tell_the_rest(move_on, into, partial(notices.split_off, run=run, note=note))
    return _lines(run, into, move_on, now)


def _chosen(run, seated, receipts):
    by_receipt = {claim.receipt: claim for claim in seated}
    if unknown := [receipt for receipt in receipts if receipt not in by_receipt]:
        raise DomainError(
            "unknown",
            _("“%(run)s”里没有这些回执号的人有座位：%(receipts)s。请对照名单改好。")
            % {"run": run, "receipts": "、".join(unknown)},
        )
    return [by_receipt[receipt] for receipt in dict.fromkeys(receipts)]


def _later(run, seated, keep):
    """Those beyond the first ``keep`` who enrolled; who holds an offer came last."""
    if keep >= len(seated):
        raise DomainError(
            "nobody",
            _("“%(run)s”只有 %(seated)d 人，留下 %(keep)d 人就没有人要分出去。请写少一些。")
            % {"run": run, "seated": len(seated), "keep": keep},
        )
    return sorted(seated, key=lambda claim: (claim.status == Status.OFFERED, claim.created_at, claim.pk))[keep:]


def _locked(run, into):
    """Lock everybody with a claim on ``run``, then both runs; return them with the claims and the time."""
    people = set(Enrolment.objects.live().filter(class_run=run).values_list("resident", flat=True))
    list(Resident.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk").values_list("pk"))
    runs, now = lock_runs(run.pk, into.pk), timezone.now()
    run, into = runs[run.pk], runs[into.pk]
    for one in (run, into):
        if draw_stage(one) not in (DrawStage.NONE, DrawStage.DRAWN):
            raise DomainError("drawing", _("“%(run)s”还没有抽签，抽签以后才能并班或分班。") % {"run": one})
    settle(into, now)
    claims = Enrolment.objects.live().filter(class_run=run).select_related("resident", "seat")
    claims = list(claims.order_by("missed", "queue_no", "pk"))
    if not people.issuperset(claim.resident_id for claim in claims):
        raise DomainError("changed", _("刚才又有人报名，名单变了。请再按一次。"))
    return run, into, claims, now


def _carry(run, into, claims, reason, by, now):
    """End ``claims`` on ``run`` and make the same on ``into``; return the new ones, and those of who was there already."""
    there = Enrolment.objects.live().filter(class_run=into, resident__in=[claim.resident_id for claim in claims])
    there = {claim.resident_id: claim for claim in there.select_related("resident", "seat")}
    seated = [claim for claim in claims if claim.status in SEAT_HOLDING]
    listed = [claim for claim in claims if claim.status not in SEAT_HOLDING]
    for claim in seated:  # who waits there, and has a seat here, takes a seat there
        mine = there.get(claim.resident_id)
        if mine and mine.status != Status.ENROLLED:
            vacate(mine, Status.WITHDRAWN, reason, by, now)
            del there[claim.resident_id]
    seats = _seats(run, into, sum(claim.resident_id not in there for claim in seated))
    number, made = next_queue_no(into), []
    for claim in [*seated, *listed]:
        before, missed = claim.status, claim.missed
        claim.class_run = run
        vacate(claim, _END[before], reason, by, now)
        if claim.resident_id in there:
            made.append(there[claim.resident_id])
            continue
        fields = {"health_agreed_at": claim.health_agreed_at}
        if before == Status.ENROLLED:
            made.append(create(claim.resident, into, Status.ENROLLED, reason, by, now, seat=seats.pop(0), **fields))
            continue
        new = create(claim.resident, into, Status.WAITING, reason, by, now, queue_no=number, missed=missed, **fields)
        number += 1
        if before == Status.OFFERED:
            offer_seat(new, seats.pop(0), now, by)
        elif before == Status.PAUSED:
            move(new, Status.PAUSED, reason, by, now)
        made.append(new)
    return made


#: What becomes of the old claim.
_END = {
    Status.ENROLLED: Status.TRANSFERRED,
    Status.OFFERED: Status.WITHDRAWN,
    Status.WAITING: Status.LAPSED,
    Status.PAUSED: Status.LAPSED,
}


def _seats(run, into, needed):
    """Return ``needed`` free seats of ``into``, those for everybody first. Raises DomainError ``no_room``."""
    free = list(Seat.objects.free().filter(class_run=into).order_by("-kind", "number"))
    if len(free) >= needed:
        return free[:needed]
    waiting = Enrolment.objects.filter(class_run=into).waiting().count()
    words = {
        "run": run,
        "into": into,
        "needed": needed,
        "free": len(free),
        "capacity": into.capacity or 0,
        "enough": (into.capacity or 0) + needed - len(free) + waiting,
        "first": _("（加出来的名额先给那里候补的 %(waiting)d 人）") % {"waiting": waiting} if waiting else "",
    }
    raise DomainError(
        "no_room",
        _(
            "“%(run)s”过去的 %(needed)d 人要座位，“%(into)s”名额 %(capacity)d，只空 %(free)d 个。"
            "请先把“%(into)s”的名额加到 %(enough)d%(first)s，或者换一个班。"
        )
        % words,
    )


def _lines(run, into, claims, now):
    """Sentences about what came of it, for whoever decides."""
    states = [claim.status for claim in Enrolment.objects.filter(pk__in=[claim.pk for claim in claims])]
    lines = [
        _("过去 %(people)d 人：%(seated)d 人有座位，%(listed)d 人候补。")
        % {
            "people": len(states),
            "seated": sum(status in SEAT_HOLDING for status in states),
            "listed": sum(status not in SEAT_HOLDING for status in states),
        }
    ]
    if busy := _busy(run, into, claims, now):
        lines.append(
            _("注意：其中 %(busy)d 人在“%(into)s”上课的时间另有课，要自己选一个。") % {"busy": busy, "into": into}
        )
    if run.fee_fen != into.fee_fen:
        lines.append(_("注意：两个班的费用不一样，请先想好怎么补、怎么退。"))
    return lines


def _busy(run, into, claims, now):
    """How many of ``claims`` have another class at the hours of ``into``: one query."""
    coming = Session.objects.filter(class_run=into.pk, ends_at__gt=now).taking_place()
    coming = coming.filter(starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at"))
    clashing = Session.objects.filter(Exists(coming), class_run=OuterRef("class_run")).taking_place()
    people = [claim.resident_id for claim in claims]
    others = Enrolment.objects.filter(Exists(clashing), resident__in=people, status__in=CLAIMING)
    return others.exclude(class_run__in=[run, into]).values("resident").distinct().count()


def _tell_the_rest(claims, run, tell):
    """Call ``tell(claim)`` for those of ``claims`` to whom no offer has gone: an offer is their one notice."""
    still = Enrolment.objects.filter(pk__in=[claim.pk for claim in claims]).exclude(status=Status.OFFERED)
    for claim in still.select_related("resident").order_by("pk"):
        claim.class_run = run
        tell(claim)
