"""Every write of one meeting: cancelled, moved, held."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.dates import date_words, span_words
from core.errors import DomainError
from timetable import signals
from timetable.enums import SessionStatus
from timetable.models import Session
from timetable.querysets import LONGEST_SESSION
from timetable.services import bookings
from timetable.services.planning import lock, number_sessions, save_session, set_end

_AS_IT_IS = object()


@transaction.atomic
def cancel_session(session, note=""):
    """Cancel one meeting; its UID stays and its sequence rises."""
    if session.status == SessionStatus.HELD:
        raise DomainError(
            "held",
            _("%(when)s这次课已经上过，不能取消。") % {"when": date_words(timezone.localdate(session.starts_at))},
        )
    lock(session.class_run_id)
    cancel_one(session, note)
    bookings.keep(session.class_run)
    signals.session_changed.send(Session, session=session, note=note)
    return session


def cancel_one(session, note):
    """Cancel ``session`` within the transaction of a service that keeps the bookings."""
    session.status = SessionStatus.CANCELLED
    session.note = note or session.note
    save_session(session)
    number_sessions(session.class_run)


@transaction.atomic
def move_session(session, starts_at, ends_at, *, room=None, note="", substitute=_AS_IT_IS):
    """Move one meeting to another time (aware datetimes) and perhaps room; UID stays, sequence rises.

    ``substitute``: the Teacher who gives this meeting instead of the run's; None for the run's own. The booking moves
    along. Nobody is told of another teacher alone. Raises DomainError ``not_scheduled``, ``order``, ``too_long`` (a
    day), ``clash``.
    """
    if session.status == SessionStatus.HELD or session.is_cancelled:
        raise DomainError("not_scheduled", _("只有还没上的课才能改时间。"))
    if starts_at >= ends_at:
        raise DomainError("order", _("结束时间要晚于开始时间：%(span)s。") % {"span": span_words(starts_at, ends_at)})
    if ends_at - starts_at > LONGEST_SESSION:
        raise DomainError("too_long", _("一次课不能超过一天；连着几天的活动，每天算一次。"))
    lock(session.class_run_id)
    before = session.note
    session.starts_at, session.ends_at = starts_at, ends_at
    session.room = room or session.room
    session.note = note or session.note
    other_teacher = substitute is not _AS_IT_IS and substitute != session.substitute
    if other_teacher:
        session.substitute = substitute
    moved = save_session(session) or session.note != before
    run = session.class_run
    number_sessions(run)
    starts, ends = timezone.localtime(starts_at), timezone.localtime(ends_at)
    if not run.weekdays and starts.date() == ends.date():
        # The run of a single sitting says its day and hours itself: they move along.
        run.starts_on = run.ends_on = starts.date()
        run.starts_at, run.ends_at, run.room = starts.time(), ends.time(), session.room
        run.save(update_fields=["starts_on", "ends_on", "starts_at", "ends_at", "room", "updated_at"])
    else:
        set_end(run)
    bookings.keep(run, [session] if moved else [])
    if moved or not other_teacher:
        signals.session_changed.send(Session, session=session, note=note)
    return session


@transaction.atomic
def mark_held(session):
    """Record that a meeting took place; from then on no change of pattern touches it."""
    if session.is_cancelled:
        raise DomainError("cancelled", _("这次课已取消，不能记为已上。"))
    session.status = SessionStatus.HELD
    session.save(update_fields=["status", "updated_at"])
    return session
