"""Every write of class runs and sessions: one function per verb, each in one transaction.

Raises core.errors.DomainError with a code and a sentence; django.core ValidationError
where a form field is wrong.
"""

import datetime
from itertools import islice

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.dates import date_words, span_words
from core.errors import DomainError
from timetable.enums import NOT_MEETING, ClassRunStatus, SessionStatus
from timetable.models import CalendarDay, ClassRun, Session
from timetable.pattern import meeting_dates


def _local(date, time):
    return timezone.make_aware(datetime.datetime.combine(date, time))


def special_days():
    """Every holiday and worked weekend day, by date: one query."""
    return {day.date: day for day in CalendarDay.objects.all()}


def planned_dates(run, calendar=None, after=None, count=None):
    """Return the dates ``run``'s pattern gives, after ``after`` and at most ``count`` of them."""
    dates = meeting_dates(
        run.starts_on,
        run.weekdays,
        special_days() if calendar is None else calendar,
        every_weeks=run.every_weeks,
        until=None if run.session_count else run.ends_on,
    )
    return list(islice((date for date in dates if after is None or date > after), count or run.session_count))


@transaction.atomic
def save_class_run(run, *, teachers=None):
    """Validate and save ``run`` and bring its sessions in line with its pattern.

    A change of capacity keeps the places already taken. Raises DomainError
    ``no_meeting`` when the pattern gives no date, ``places_taken`` when the new
    capacity is below them; ValidationError for wrong fields.
    """
    before = ClassRun.objects.select_for_update().filter(pk=run.pk).first() if run.pk else None
    dates = planned_dates(run)
    if not dates:
        raise DomainError(
            "no_meeting", _("从%(start)s起没有一天符合每周安排，请检查开课、结课日期和星期。") % {"start": run.starts_on}
        )
    if run.session_count or not run.weekdays:
        run.ends_on = dates[-1]
    _publish_places(run, before)
    run.full_clean()
    run.save()
    if teachers is not None:
        run.teachers.set(teachers)
    plan_sessions(run)
    return run


def _publish_places(run, before):
    if run.capacity is None:
        run.places_left = None
        return
    taken = 0
    if before and before.capacity is not None:
        taken = before.capacity - before.places_left
    if taken > run.capacity:
        raise DomainError(
            "places_taken",
            _("已有 %(taken)d 人占了名额，名额不能改成 %(capacity)d。请先在名单里处理。")
            % {"taken": taken, "capacity": run.capacity},
        )
    run.places_left = run.capacity - taken


@transaction.atomic
def plan_sessions(run, now=None):
    """Make the run's sessions agree with its pattern, keeping what has been held and what people were told.

    Sessions that were held or have begun stay as they are. A future session keeps its
    identity (UID) when its day is still in the pattern, or takes the next new day; one
    moved by hand stays where it was put; one the pattern no longer has is dropped (kept
    as cancelled once the run is public, RFC 5546 §3.2.5) and comes back if its day does.
    """
    now = now or timezone.now()
    ClassRun.objects.select_for_update().get(pk=run.pk)
    sessions = list(run.sessions.order_by("planned_on"))
    kept = [s for s in sessions if s.status == SessionStatus.HELD or s.starts_at <= now]
    future = [s for s in sessions if s not in kept]

    left = None
    if run.session_count:
        left = run.session_count - sum(s.status not in NOT_MEETING for s in kept)
    after = max((s.planned_on for s in kept), default=None)
    wanted = planned_dates(run, after=after, count=left) if left is None or left > 0 else []

    by_day = {s.planned_on: s for s in future}
    matched = {date: by_day[date] for date in wanted if date in by_day}
    spare = [s for s in future if s.planned_on not in matched and s.status == SessionStatus.SCHEDULED]
    for date in wanted:
        session = matched.get(date)
        if session is None and spare:
            session = spare.pop(0)
            session.planned_on = date
            _put(run, session, date)
        elif session is None:
            session = Session(class_run=run, planned_on=date, number=1)
            _put(run, session, date)
        elif session.status != SessionStatus.CANCELLED and not session.was_moved:
            session.status = SessionStatus.SCHEDULED
            _put(run, session, date)
        matched[date] = session
    unwanted = spare + [s for s in future if s.planned_on not in matched and s.status == SessionStatus.CANCELLED]
    for session in unwanted:
        if run.status == ClassRunStatus.DRAFT:
            session.delete()
        elif session.status == SessionStatus.SCHEDULED:
            session.status = SessionStatus.DROPPED
            _save(session)
    _number(run)


def _put(run, session, date):
    """Set day, hours and room of ``session`` and save it; the sequence rises only when something people see changed."""
    session.starts_at = _local(date, run.starts_at)
    session.ends_at = _local(date, run.ends_at)
    session.room = run.room
    _save(session)


_TOLD = ("starts_at", "ends_at", "room_id", "status")


def _save(session):
    if session.pk is None:
        session.save()
        return
    told = Session.objects.filter(pk=session.pk).values(*_TOLD).get()
    if any(getattr(session, field) != value for field, value in told.items()):
        session.sequence += 1
    session.save()


def _number(run):
    """Number the sessions that meet 1, 2, 3 … in order of time."""
    meeting = run.sessions.taking_place().order_by("starts_at", "pk")
    changed = []
    for number, session in enumerate(meeting, start=1):
        if session.number != number:
            session.number = number
            changed.append(session)
    Session.objects.bulk_update(changed, ["number"])


@transaction.atomic
def publish_class_run(run):
    """Show ``run`` to the public. Raises DomainError ``cancelled`` for a cancelled run."""
    if run.status == ClassRunStatus.CANCELLED:
        raise DomainError("cancelled", _("这个班已经取消，不能再公布。请新开一个班。"))
    run.status = ClassRunStatus.PUBLISHED
    run.save(update_fields=["status", "updated_at"])
    return run


@transaction.atomic
def cancel_class_run(run, note=""):
    """Cancel ``run`` and every session that has not begun; nothing is deleted that a resident was told."""
    run.status = ClassRunStatus.CANCELLED
    run.save(update_fields=["status", "updated_at"])
    for session in run.sessions.taking_place().filter(starts_at__gt=timezone.now()):
        cancel_session(session, note)
    return run


@transaction.atomic
def delete_class_run(run):
    """Delete a draft. Raises DomainError ``published`` for anything the public has seen."""
    if run.status != ClassRunStatus.DRAFT:
        raise DomainError("published", _("“%(run)s”已经公布过，不能删除；请改为“取消”，居民会看到。") % {"run": run})
    run.sessions.all().delete()
    run.delete()


@transaction.atomic
def cancel_session(session, note=""):
    """Cancel one meeting; its UID stays and its sequence rises."""
    if session.status == SessionStatus.HELD:
        raise DomainError(
            "held", _("%(when)s这次课已经上过，不能取消。") % {"when": date_words(timezone.localdate(session.starts_at))}
        )
    session.status = SessionStatus.CANCELLED
    session.note = note or session.note
    _save(session)
    _number(session.class_run)
    return session


@transaction.atomic
def move_session(session, starts_at, ends_at, *, room=None, note=""):
    """Move one meeting to another time (aware datetimes) and perhaps room; UID stays, sequence rises."""
    if session.status == SessionStatus.HELD or session.is_cancelled:
        raise DomainError("not_scheduled", _("只有还没上的课才能改时间。"))
    if starts_at >= ends_at:
        raise DomainError("order", _("结束时间要晚于开始时间：%(span)s。") % {"span": span_words(starts_at, ends_at)})
    session.starts_at, session.ends_at = starts_at, ends_at
    session.room = room or session.room
    session.note = note or session.note
    _save(session)
    _number(session.class_run)
    return session


@transaction.atomic
def mark_held(session):
    """Record that a meeting took place; from then on no change of pattern touches it."""
    if session.is_cancelled:
        raise DomainError("cancelled", _("这次课已取消，不能记为已上。"))
    session.status = SessionStatus.HELD
    session.save(update_fields=["status", "updated_at"])
    return session
