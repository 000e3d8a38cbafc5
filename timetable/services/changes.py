"""A whole class run changed after people were told of it: moved from a day on, merged into another, split in two.

Who is in a class is known to the keeper of the places: it takes them along when it hears the signals.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.dates import date_words
from core.errors import DomainError
from timetable import signals
from timetable.enums import ClassRunStatus, SessionStatus
from timetable.models import ClassRun, Session
from timetable.services.planning import planned_dates
from timetable.services.runs import cancel_class_run, publish_class_run, save_class_run

#: What moves with a class.
MOVED = ("centre", "room", "weekdays", "starts_at", "ends_at")


@transaction.atomic
def move_class_run(run, since, *, note="", **to):
    """Give ``run`` another centre, room, weekdays or hours (``to``, named as in MOVED) from the date ``since`` on; return it.

    Sessions before ``since`` stay where they are, those after keep their identity (UID). Everybody with a claim is
    told once, with ``note`` as the reason. Raises DomainError ``cancelled``, ``single``, ``no_weekday``, ``past``, ``over``,
    ``moved_before``, ``house_from_next``, ``nothing``, and what save_class_run raises (``clash``).
    """
    run = ClassRun.objects.select_for_update(of=("self",)).select_related("learning", "centre", "room").get(pk=run.pk)
    before = {name: getattr(run, name) for name in MOVED}
    _refuse_move(run, since, to)
    for name, value in to.items():
        setattr(run, name, value)
    if {name: getattr(run, name) for name in MOVED} == before:
        raise DomainError("nothing", _("时间和地点都没有变，不用通知谁。请改上面的一项，或者返回。"))
    earlier = run.sessions.filter(planned_on__lt=since).exclude(status=SessionStatus.DROPPED).exists()
    run.pattern_from = since
    if not earlier:  # nobody met by the old pattern: the class begins with the new one
        run.starts_on = next(iter(planned_dates(run)), run.starts_on)
        run.pattern_from = None
    return save_class_run(run, note=note)


def _refuse_move(run, since, to):
    if run.status == ClassRunStatus.CANCELLED:
        raise DomainError("cancelled", _("这个班已经取消，不能再改时间地点。"))
    if not run.weekdays:
        raise DomainError("single", _("只上一次的班，请到“课次”里改那一次课。"))
    if not to.get("weekdays", run.weekdays):
        raise DomainError("no_weekday", _("请至少选一个星期几，不然排不出课。"))
    if since < timezone.localdate():
        raise DomainError("past", _("过去的课不能再改，请从今天或以后的一天起。"))
    if since > run.ends_on:
        raise DomainError("over", _("这个班%(last)s就结课了，请写那天以前的日期。") % {"last": date_words(run.ends_on)})
    if run.pattern_from and since < run.pattern_from:
        raise DomainError(
            "moved_before",
            _("这个班已经说好从%(day)s起换时间地点，再改请从那天或以后起。") % {"day": date_words(run.pattern_from)},
        )
    coming = run.sessions.taking_place().filter(starts_at__gt=timezone.now()).order_by("starts_at").first()
    moves_house = "centre" in to and to["centre"].pk != run.centre_id
    if moves_house and coming and coming.planned_on < since:
        raise DomainError(
            "house_from_next",
            _(
                "换场所要从下一次课（%(next)s）起，这样每个人看到的地址才都对。请把日期改成那天，或者等那几次课上完再换。"
            )
            % {"next": date_words(coming.planned_on)},
        )


@transaction.atomic
def merge_class_runs(run, into, *, note="", user=None):
    """Take everybody of ``run`` to ``into`` and cancel ``run``; return sentences about what came of it.

    Raises DomainError ``not_open``, ``same``, and what the keeper of the places says: ``no_room`` with the numbers,
    ``drawing``, ``changed``.
    """
    _refuse_closed(run, into)
    answers = signals.class_run_merging.send(ClassRun, run=run, into=into, note=note, user=user)
    run, into = _refuse_closed(*_as_locked(run, into))
    if into.status != ClassRunStatus.PUBLISHED:
        raise DomainError("not_open", _("“%(run)s”还没有公布，公布以后才能并过去。") % {"run": into})
    why = _("并到“%(into)s”。%(note)s") % {"into": into, "note": note}
    cancel_class_run(run, why[: Session._meta.get_field("note").max_length])
    return _lines(answers)


@transaction.atomic
def split_class_run(run, into, keep=None, *, receipts=(), note="", user=None):
    """Take those of ``run`` with ``receipts``, or else those beyond the first ``keep``, to ``into``, published if it is a draft.

    The seats they leave go with them: ``run`` has ``keep`` places from then on, or as many less as there are receipts,
    so that nobody else comes in. Returns and raises as merge_class_runs, and ``nobody`` where nobody would go or stay,
    ``unknown`` for receipts that have no seat.
    """
    _refuse_closed(run, into)
    who = {"keep": keep, "receipts": receipts}
    answers = signals.class_run_splitting.send(ClassRun, run=run, into=into, note=note, user=user, **who)
    run, into = _refuse_closed(*_as_locked(run, into))
    left = (run.capacity or 0) - len(receipts) if receipts else keep
    if left < 1:
        raise DomainError("nobody", _("原来的班至少留 1 人；一个也不留就是并班。"))
    run.capacity = left
    run.counter_quota = min(run.counter_quota, left)
    run.min_to_open = run.min_to_open and min(run.min_to_open, left)
    save_class_run(run)
    if into.status == ClassRunStatus.DRAFT:
        publish_class_run(into)
    return _lines(answers)


def _as_locked(*runs):
    """Return ``runs`` as they stand now that the keeper of the places has locked them."""
    return [ClassRun.objects.get(pk=run.pk) for run in runs]


def _refuse_closed(run, into):
    if run.pk == into.pk:
        raise DomainError("same", _("请选另一个班。"))
    if run.status != ClassRunStatus.PUBLISHED or run.is_over:
        raise DomainError("not_open", _("“%(run)s”没有公布或者已经结课，不能再并班或分班。") % {"run": run})
    if into.status == ClassRunStatus.CANCELLED or into.is_over:
        raise DomainError("not_open", _("“%(run)s”已经取消或者结课，请选另一个班。") % {"run": into})
    return run, into


def _lines(answers):
    return [line for _receiver, lines in answers for line in lines]
