"""From the weekly pattern of a class run to its sessions (docs/mechanisms/sessions.md). Called by the other services."""

import datetime
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from timetable.enums import ClassRunStatus, SessionStatus
from timetable.models import CalendarDay, ClassRun, Session
from timetable.pattern import meeting_dates
from timetable.services import bookings


def _local(date, time):
    return timezone.make_aware(datetime.datetime.combine(date, time))


def lock(run_pk):
    """Let nobody else change the sessions of this run until the transaction ends; rooms and teachers are locked after it."""
    ClassRun.objects.select_for_update().get(pk=run_pk)


def special_days():
    """Every holiday and worked weekend day, by date: one query."""
    return {day.date: day for day in CalendarDay.objects.all()}


def _pattern(run, calendar=None):
    dates = meeting_dates(
        run.starts_on,
        run.weekdays,
        special_days() if calendar is None else calendar,
        every_weeks=run.every_weeks,
        until=None if run.session_count else run.ends_on,
    )
    return (date for date in dates if not _is_before_pattern(run, date))


def _is_before_pattern(run, date):
    return run.pattern_from is not None and date < run.pattern_from


def planned_dates(run, calendar=None):
    """Return the dates that ``run``'s pattern gives from its first day on."""
    return list(islice(_pattern(run, calendar), run.session_count))


def enough_dates(run):
    """Return the dates of the pattern. Raises DomainError ``no_end``, ``no_meeting``, ``too_long``."""
    if run.weekdays and not run.session_count and not run.ends_on:
        raise DomainError("no_end", _("请写课次数或者结课日期，才能排出每一次课。"))
    dates = planned_dates(run)
    if not dates:
        raise DomainError(
            "no_meeting",
            _("从%(start)s起没有一天符合每周安排，请检查开课、结课日期和星期。") % {"start": run.starts_on},
        )
    if run.weekdays and run.session_count and len(dates) < run.session_count:
        raise DomainError(
            "too_long",
            _("照这样安排，%(count)d 次课三年也上不完，请减少课次数，或者每周多上几次。")
            % {"count": run.session_count},
        )
    return dates


@dataclass(frozen=True)
class Foreseen:
    """What saving a run would make of its sessions. ``struck``: CalendarDays on which it would meet but does not."""

    sessions: list
    struck: list
    clashes: list


def foresee(run, teachers):
    """Return the Foreseen of ``run`` as it would be saved with ``teachers``. Writes nothing.

    Raises DomainError ``no_end``, ``no_meeting``, ``too_long`` as saving does.
    """
    dates = enough_dates(run)
    stored = ClassRun.objects.filter(pk=run.pk).first() if run.pk else None
    sessions = list(run.sessions.select_related("room", "substitute").order_by("planned_on")) if stored else []
    told = {session.pk: _told(session) for session in sessions}
    plan = _plan(run, sessions, timezone.now(), stored or run)
    standing = sorted([*plan.kept, *plan.placed], key=lambda session: session.starts_at)
    for number, session in enumerate((s for s in standing if not s.is_cancelled), start=1):
        session.number = number
    moved = stored is None or stored.centre_id != run.centre_id
    placed = [session for session in plan.placed if moved or told.get(session.pk) != _told(session)]
    clashes = bookings.foresee(run, standing, teachers, placed)
    return Foreseen(standing, _struck(run, dates), clashes)


def struck_days(run):
    """The CalendarDays on which ``run`` would meet by its weekdays but does not."""
    return _struck(run, planned_dates(run))


def _struck(run, dates):
    calendar = special_days()
    plain = meeting_dates(run.starts_on, run.weekdays, {}, every_weeks=run.every_weeks, until=dates[-1])
    days = [date for date in plain if date in calendar and date not in dates]
    return [calendar[date] for date in days if not _is_before_pattern(run, date)]


@transaction.atomic
def plan_sessions(run, now=None, before=None):
    """Make the run's sessions agree with its pattern, keeping what has been held and what people were told.

    Sessions that were held, have begun or were postponed from a day gone by stay as they
    are; no day gone by gets a new one. A future session keeps its identity (UID) when its
    day is still in the pattern, or takes the next new day; one put elsewhere by hand stays
    where it was put; one the pattern no longer has is dropped (kept as cancelled once the
    run is public, RFC 5546 §3.2.5) and comes back if its day does.
    ``before``: the run as it was stored, whose pattern put the sessions where they are.
    Raises DomainError ``clash`` when a room or a teacher is taken.
    """
    now = now or timezone.now()
    before = before or run
    lock(run.pk)
    plan = _plan(run, list(run.sessions.order_by("planned_on")), now, before)
    changed = [session for session in plan.to_save if save_session(session, _is_rehoused(run, session, before))]
    for session in plan.spare:
        if run.status == ClassRunStatus.DRAFT:
            session.delete()
        else:
            session.status = SessionStatus.DROPPED
            save_session(session)
    if run.status == ClassRunStatus.DRAFT:
        for session in plan.unwanted:
            session.delete()
    number_sessions(run)
    set_end(run)
    bookings.keep(run, changed if run.centre_id == before.centre_id else plan.placed)


@dataclass(frozen=True)
class _Plan:
    """Sessions sorted by what becomes of them, with their new places, not yet saved.

    ``kept``: settled. ``placed``: on the days that the pattern wants; ``to_save`` of these. ``spare``: without a day.
    ``unwanted``: cancelled ones whose day is gone.
    """

    kept: list
    placed: list
    to_save: list
    spare: list
    unwanted: list


def _plan(run, sessions, now, before):
    """Return the _Plan of ``sessions`` (by planned day) for ``run``; ``before`` as in plan_sessions. Writes nothing."""
    kept = [session for session in sessions if _is_settled(run, session, now)]
    future = [session for session in sessions if session not in kept]
    wanted = _coming_days(run, kept, now)
    by_day = {session.planned_on: session for session in future}
    matched = {date: by_day[date] for date in wanted if date in by_day}
    left = [session for session in future if session.planned_on not in matched]
    spare = [session for session in left if session.status == SessionStatus.SCHEDULED]
    unwanted = [session for session in left if session.status == SessionStatus.CANCELLED]
    placed, to_save = [], []
    for date in wanted:
        session = matched.get(date)
        if session is None:
            session = _take_spare(spare, date) or Session(
                class_run=run, number=len(kept) + len(placed) + 1, planned_on=date
            )
        placed.append(session)
        if _arrange(run, session, date, before) or _is_rehoused(run, session, before):
            to_save.append(session)
    return _Plan(kept, placed, to_save, spare, unwanted)


def _is_settled(run, session, now):
    """True where replanning may not touch ``session``: it took place, has begun, its planned day is gone or keeps the old pattern."""
    return (
        session.status == SessionStatus.HELD
        or session.starts_at <= now
        or session.planned_on < timezone.localdate(now)
        or _is_before_pattern(run, session.planned_on)
    )


def _coming_days(run, kept, now):
    """The days on which the pattern wants a session besides those that are settled.

    A session that was cancelled was one of the announced number; a dropped one was not.
    """
    left = None
    if run.session_count:
        left = max(0, run.session_count - sum(session.status != SessionStatus.DROPPED for session in kept))
    days = {session.planned_on for session in kept}
    if not run.weekdays:
        days |= {timezone.localdate(session.starts_at) for session in kept}
    coming = (date for date in _pattern(run) if not kept or (date not in days and _local(date, run.starts_at) > now))
    return list(islice(coming, left))


def _take_spare(spare, date):
    """Take a session without a day out of ``spare``: the one that already stands on ``date``, else the first."""
    if not spare:
        return None
    standing = next((s for s in spare if timezone.localdate(s.starts_at) == date), spare[0])
    spare.remove(standing)
    return standing


def _arrange(run, session, date, before):
    """Give ``session`` the day ``date`` of the pattern, unless somebody cancelled it or put it elsewhere by hand.

    Return True when it is to be saved.
    """
    if session.status == SessionStatus.CANCELLED:
        return False
    if session.pk and session.status == SessionStatus.SCHEDULED and _by_hand(session, before):
        is_elsewhere = timezone.localdate(session.starts_at) != date
        if is_elsewhere:
            session.planned_on = date
        return is_elsewhere
    session.status = SessionStatus.SCHEDULED
    session.planned_on = date
    session.starts_at = _local(date, run.starts_at)
    session.ends_at = _local(date, run.ends_at)
    session.room = run.room
    return True


def _is_rehoused(run, session, before):
    """True where ``session`` meets wherever its run does, and the run has gone to another centre."""
    return run.centre_id != before.centre_id and session.room_id is None and not session.is_cancelled


def _by_hand(session, before):
    """True where ``session`` is not where the pattern of ``before`` would put it."""
    date = session.planned_on
    put = (_local(date, before.starts_at), _local(date, before.ends_at), before.room_id)
    return (session.starts_at, session.ends_at, session.room_id) != put


_TOLD = ("starts_at", "ends_at", "room_id", "status")


def _told(session):
    return tuple(getattr(session, field) for field in _TOLD)


def save_session(session, is_rehoused=False):
    """Save ``session``; its sequence rises when something people see changed. Return True when it did, or it is new."""
    is_new = session.pk is None
    changed = is_new or is_rehoused or _told(session) != Session.objects.filter(pk=session.pk).values_list(*_TOLD).get()
    if changed and not is_new:
        session.sequence += 1
    session.save()
    return changed


def number_sessions(run):
    """Number the sessions that meet 1, 2, 3 … in order of time."""
    meeting = run.sessions.taking_place().order_by("starts_at", "pk")
    changed = []
    for number, session in enumerate(meeting, start=1):
        if session.number != number:
            session.number, session.updated_at = number, timezone.now()
            changed.append(session)
    Session.objects.bulk_update(changed, ["number", "updated_at"])


def set_end(run):
    """A run that is counted in sessions ends with its last one, wherever that was put; a dated one ends as dated."""
    if run.weekdays and not run.session_count:
        return
    last = run.sessions.exclude(status=SessionStatus.DROPPED).order_by("-starts_at").first()
    ends_on = max(run.starts_on, timezone.localdate(last.starts_at)) if last else run.ends_on
    if ends_on != run.ends_on:
        run.ends_on = ends_on
        run.save(update_fields=["ends_on", "updated_at"])
