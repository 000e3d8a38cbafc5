"""Every write of a class run as a whole: made, copied, published, cancelled, deleted."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from timetable import signals
from timetable.enums import ClassRunStatus
from timetable.models import ClassRun
from timetable.services import bookings
from timetable.services.planning import enough_dates, plan_sessions
from timetable.services.sessions import cancel_one


@transaction.atomic
def save_class_run(run, *, teachers=None, note=""):
    """Validate and save ``run`` and bring its sessions in line with its pattern.

    ``note``: why its time or place changes, for those who come. A change of capacity keeps the places already taken. Raises DomainError ``no_end``
    when nothing says how often it meets, ``no_meeting`` when the pattern gives no date,
    ``too_long`` when it cannot be done within three years, ``clash`` when a room or a teacher is
    taken, and what the keeper of the places says (``places_taken`` when the new capacity is below
    them), ``cancelled`` when somebody cancelled it meanwhile; ValidationError for wrong fields.
    """
    before = ClassRun.objects.select_for_update().filter(pk=run.pk).first() if run.pk else None
    _keep_what_became_of_it(run, before)
    dates = enough_dates(run)
    if run.session_count or not run.weekdays:
        run.ends_on = dates[-1]
    _publish_places(run, before)
    run.full_clean()
    run.save()
    if teachers is not None:
        run.teachers.set(teachers)
    if before is None or run.status != ClassRunStatus.CANCELLED:
        plan_sessions(run, before=before)
    signals.class_run_saved.send(ClassRun, run=run, before=before, note=note)
    return run


def _keep_what_became_of_it(run, before):
    """A form that was opened before the class was published or cancelled does not take that back."""
    if before is None or run.status == before.status:
        return
    if before.status == ClassRunStatus.CANCELLED:
        raise DomainError("cancelled", _("这个班刚才被取消了，没有保存。请刷新页面看最新情况。"))
    if run.status == ClassRunStatus.DRAFT:
        run.status = before.status


def _publish_places(run, before):
    """Set the figures of a run about to be saved; who keeps the places (enrolments/) may refuse or correct them."""
    if before is None:
        run.places_left = None if run.capacity is None else max(0, run.capacity - run.counter_quota)
        run.waiting = 0  # a copy of a class with a list has none of its own
        return
    run.places_left, run.waiting = before.places_left, before.waiting
    if (run.capacity, run.counter_quota) != (before.capacity, before.counter_quota):
        signals.class_run_changing.send(ClassRun, run=run, before=before)


def free_code(starts_on):
    """Return the next free class number of a month: 2703-001."""
    prefix = f"{starts_on:%y%m}-"
    taken = set(ClassRun.objects.filter(code__startswith=prefix).values_list("code", flat=True))
    number = next(n for n in range(1, len(taken) + 2) if f"{prefix}{n:03d}" not in taken)
    return f"{prefix}{number:03d}"


#: Dates of a run that move with it into another term.
_SHIFTED = ("starts_on", "ends_on", "join_until", "enrol_opens_at", "enrol_closes_at", "counter_until")


def copy_for_term(run, term=None):
    """Return an unsaved draft like ``run``, without a class number, as far into ``term`` as ``run`` is into its own term.

    The shift is a number of whole weeks, so weekdays stay. Where one of the terms is missing, the dates stay.
    Teachers are the caller's to hand to save_class_run.
    """
    copy = ClassRun.objects.select_related("term").get(pk=run.pk)
    if term and copy.term:
        shift = _monday(term.starts_on) - _monday(copy.term.starts_on)
        for name in _SHIFTED:
            if moment := getattr(copy, name):
                setattr(copy, name, moment + shift)
    copy.pk, copy._state.adding = None, True
    copy.code, copy.status, copy.term = "", ClassRunStatus.DRAFT, term or copy.term
    copy.pattern_from = copy.second_of = None
    return copy


def _monday(date):
    return date - datetime.timedelta(days=date.weekday())


@transaction.atomic
def publish_class_run(run):
    """Show ``run`` to the public. Raises DomainError ``cancelled`` for a cancelled run, also one cancelled just now."""
    run.status = _status_now(run)
    if run.status == ClassRunStatus.CANCELLED:
        raise DomainError("cancelled", _("这个班已经取消，不能再公布。请新开一个班。"))
    run.status = ClassRunStatus.PUBLISHED
    run.save(update_fields=["status", "updated_at"])
    signals.class_run_published.send(ClassRun, run=run)
    return run


def _status_now(run):
    """The status of the stored ``run``, which nobody else can change until the transaction ends."""
    return ClassRun.objects.select_for_update(no_key=True).values_list("status", flat=True).get(pk=run.pk)


@transaction.atomic
def cancel_class_run(run, note=""):
    """Cancel ``run`` and every session that has not begun; nothing is deleted that a resident was told. Twice is as good as once."""
    if _status_now(run) == ClassRunStatus.CANCELLED:
        run.status = ClassRunStatus.CANCELLED
        return run
    run.status = ClassRunStatus.CANCELLED
    run.save(update_fields=["status", "updated_at"])
    for session in run.sessions.taking_place().filter(starts_at__gt=timezone.now()):
        cancel_one(session, note)
    bookings.keep(run)
    signals.class_run_cancelled.send(ClassRun, run=run, note=note)
    return run


@transaction.atomic
def delete_class_run(run):
    """Delete a draft. Raises DomainError ``published`` for anything the public has seen."""
    if run.status != ClassRunStatus.DRAFT:
        raise DomainError("published", _("“%(run)s”已经公布过，不能删除；请改为“取消”，居民会看到。") % {"run": run})
    take_back_class_run(run)


@transaction.atomic
def take_back_class_run(run):
    """Delete ``run`` with its sessions and bookings, published or not: what an import made and is undone.

    Whoever keeps the places refuses where somebody enrolled: DomainError or ProtectedError.
    """
    signals.class_run_deleting.send(ClassRun, run=run)
    run.sessions.all().delete()
    run.delete()
