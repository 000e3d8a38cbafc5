"""点名 and 结业: marks per meeting, and the judgement that follows from them.

Locks: the class run first, as everywhere. A mark written after the end judges anew, so
what a resident reads never contradicts the marks.
"""

from collections import defaultdict
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from core.dates import date_words
from core.errors import DomainError
from enrolments.enums import LISTED, TAKEN_PART, Mark, OfferOutcome, Reason, Status
from enrolments.models import Attendance, Enrolment, EnrolmentEvent, HeadCount, Offer
from enrolments.records import MINUTE, length, records_of
from enrolments.services import certificates
from enrolments.services.core import lock_run, move, publish_figures
from enrolments.signals import run_completed
from timetable.enums import ClassRunStatus, SessionStatus
from timetable.models import Session
from timetable.services import mark_held

#: The action under which who marked what, and when, is kept in Wagtail's log.
LOG_ACTION = "enrolments.attendance"
LOG_HEADS = "enrolments.head_count"
#: How long before a meeting its roll opens.
OPENS = timedelta(minutes=30)
#: More people than this in one room is a slip of the finger.
MOST_HEADS = 500
#: Waiting in one way or another; over when the class is.
HOPING = (Status.ENTERED, *LISTED)


@transaction.atomic
def mark(session, marks, by):
    """Write ``marks`` {enrolment pk: (mark, minutes or None)} of one meeting and return how many changed.

    The first mark records that the meeting was held. ``unmarked`` takes a mark back. Raises
    DomainError ``nothing``, ``not_begun``, ``cancelled``, ``not_in_class``, ``minutes``.
    """
    run = lock_run(session.class_run_id)
    session = Session.objects.get(pk=session.pk)
    session.class_run = run
    _check_markable(session, marks)
    _check_marks(session, marks)
    changes = _write(session, marks, by)
    given = any(value != Mark.UNMARKED for value, _minutes in marks.values())
    if given and session.status != SessionStatus.HELD:
        mark_held(session)
    if changes:
        log(instance=session, action=LOG_ACTION, user=by.user, data={"changes": changes})
    _judge_again(run, by)
    return len(changes)


@transaction.atomic
def mark_as_shown(session, marks, shown, by):
    """`mark` for a screen that showed ``shown`` {enrolment pk: mark}: who was marked otherwise meanwhile is left alone.

    Return (how many changed, {enrolment pk: the mark that stands} of those left alone). Raises what `mark` does.
    """
    lock_run(session.class_run_id)
    _check_marks(session, marks)
    stand = dict(Attendance.objects.filter(session=session, enrolment__in=marks).values_list("enrolment", "mark"))
    overtaken = {}
    for enrolment, (value, _minutes) in marks.items():
        now = stand.get(enrolment, Mark.UNMARKED)
        if now not in (value, shown.get(enrolment, now)):
            overtaken[enrolment] = now
    rest = {enrolment: value for enrolment, value in marks.items() if enrolment not in overtaken}
    return mark(session, rest, by) if rest or not marks else 0, overtaken


@transaction.atomic
def count_heads(session, people, by):
    """Write down how many came to ``session`` without a claim; a later count replaces it, 0 takes it away.

    Somebody came, so the meeting was held. Raises DomainError ``not_begun``, ``cancelled``, ``people``.
    """
    run = lock_run(session.class_run_id)
    session = Session.objects.get(pk=session.pk)
    session.class_run = run
    _check_begun(session)
    if not 0 <= people <= MOST_HEADS:
        raise DomainError("people", _("人数请填 0 到 %(most)d 的整数。") % {"most": MOST_HEADS})
    before = HeadCount.objects.filter(session=session).first()
    if people:
        HeadCount.objects.update_or_create(
            session=session, defaults={"people": people, "counted_by": by.user, "counted_at": timezone.now()}
        )
        if session.status != SessionStatus.HELD:
            mark_held(session)
    elif before:
        before.delete()
    if people != (before.people if before else 0):
        log(instance=session, action=LOG_HEADS, user=by.user, data={"people": people})


def is_open(session, now):
    """Whether the roll of ``session`` can be called: people come to the door before a class begins."""
    return session.starts_at - OPENS <= now


def _check_markable(session, marks):
    if not marks:
        raise DomainError("nothing", _("还没有选任何人的出勤，请先点“到”或别的一项再保存。"))
    _check_begun(session)


def _check_begun(session):
    if session.is_cancelled:
        raise DomainError("cancelled", _("这次课已经取消，没有出勤可记。"))
    if not is_open(session, timezone.now()):
        raise DomainError(
            "not_begun",
            _("这次课还没开始（%(when)s），上课前 %(minutes)d 分钟起可以点名。")
            % {"when": session.span_words, "minutes": OPENS // MINUTE},
        )


def _check_marks(session, marks):
    in_class = Enrolment.objects.filter(class_run=session.class_run_id, status__in=TAKEN_PART)
    strangers = set(marks) - set(in_class.values_list("pk", flat=True))
    if strangers:
        raise DomainError("not_in_class", _("名单变了，有人已经不在这个班里。请刷新页面，按新名单再点。"))
    longest = length(session)
    for value, minutes in marks.values():
        if value not in Mark.values:
            raise DomainError("mark", _("请从“到、部分时间、请假、缺席”里选一项。"))
        if minutes is not None and (value != Mark.PARTIAL or not 0 < minutes <= longest):
            raise DomainError(
                "minutes",
                _("分钟数只在“部分时间”时填，从 1 到 %(longest)d（这次课一共 %(longest)d 分钟）。")
                % {"longest": longest},
            )


def _write(session, marks, by):
    """Bring the rows in line with ``marks``; return what changed as [enrolment, before, after, minutes]."""
    rows = {row.enrolment_id: row for row in Attendance.objects.filter(session=session, enrolment__in=marks)}
    now, changes = timezone.now(), []
    for enrolment, (value, minutes) in sorted(marks.items()):
        row = rows.get(enrolment)
        before = (row.mark, row.minutes) if row else (Mark.UNMARKED, None)
        if before == (value, minutes):
            continue
        changes.append([enrolment, str(before[0]), str(value), minutes])
        if value == Mark.UNMARKED:
            row.delete()
            continue
        row = row or Attendance(enrolment_id=enrolment, session=session)
        row.mark, row.minutes, row.marked_by, row.marked_at = value, minutes, by.user, now
        row.save()
    return changes


def _judge_again(run, by):
    """After the end a corrected mark corrects the judgement, and the certificate with it."""
    finished = Enrolment.objects.filter(class_run=run, status__in=(Status.COMPLETED, Status.NOT_COMPLETED))
    finished = list(finished.select_related("resident", "certificate"))
    records = records_of(finished)
    for enrolment in finished:
        record = records[enrolment.pk]
        verdict = _verdict(record, run)
        if verdict != enrolment.status:
            move(enrolment, verdict, Reason.ATTENDANCE, by)
        certificates.follow(enrolment, record)


def _verdict(record, run):
    return Status.COMPLETED if record.passes(run.pass_percent) else Status.NOT_COMPLETED


def last_end(run):
    """When the last meeting of ``run`` that was not cancelled ends; None where there is none."""
    return run.sessions.taking_place().aggregate(last=Max("ends_at"))["last"]


def sessions_without_marks(run):
    """Return the meetings of ``run`` that are over and lack a mark of somebody who was in the class by then.

    A meeting nobody marked is among them: it was either held, then mark it, or not, then cancel it.
    """
    people = joined_at(Enrolment.objects.filter(class_run=run).enrolled())
    marked = defaultdict(set)
    rows = Attendance.objects.filter(session__class_run=run).exclude(mark=Mark.UNMARKED)
    for session, enrolment in rows.values_list("session", "enrolment"):
        marked[session].add(enrolment)
    missing = []
    for session in run.sessions.taking_place().filter(ends_at__lte=timezone.now()):
        expected = {pk for pk, joined in people.items() if joined <= session.starts_at}
        if expected - marked[session.pk] or (people and session.status != SessionStatus.HELD):
            missing.append(session)
    return missing


def joined_at(enrolments):
    """Return {enrolment pk: when its place became firm} of a queryset of people in classes."""
    events = EnrolmentEvent.objects.filter(enrolment__in=enrolments, to_status=Status.ENROLLED)
    firm = dict(events.order_by().values_list("enrolment").annotate(at=Max("at")))
    return {pk: firm.get(pk, created) for pk, created in enrolments.values_list("pk", "created_at")}


@transaction.atomic
def close_list(run, by):
    """End every hope for a place in a class that is over: entries, waiting list, open offers. Return how many.

    Raises DomainError ``not_over``.
    """
    run = lock_run(run.pk)
    _need_over(run)
    now = timezone.now()
    hoping = list(Enrolment.objects.filter(class_run=run, status__in=HOPING).order_by("pk"))
    Offer.objects.filter(enrolment__in=hoping, outcome=OfferOutcome.OPEN).update(
        outcome=OfferOutcome.VOID, closed_at=now
    )
    for enrolment in hoping:
        move(enrolment, Status.LAPSED, Reason.TIME_OVER, by, now, seat=None)
    if hoping:
        publish_figures(run)
    return len(hoping)


@transaction.atomic
def complete(run, by):
    """Judge everybody in a class that is over: 已结业 or 未结业; return {status: how many}. Twice is as good as once.

    Raises DomainError ``not_over``, ``run_cancelled``, ``no_marks`` (nobody was ever marked: no
    judgement), ``unmarked`` (some meeting lacks marks).
    """
    run = lock_run(run.pk)
    if run.status == ClassRunStatus.CANCELLED:
        raise DomainError("run_cancelled", _("这个班已经取消，不判定结业。"))
    close_list(run, by)
    people = list(Enrolment.objects.filter(class_run=run, status=Status.ENROLLED).order_by("pk"))
    if people:
        _need_marks(run)
    records, now = records_of(people), timezone.now()
    counts = defaultdict(int)
    for enrolment in people:
        verdict = _verdict(records[enrolment.pk], run)
        move(enrolment, verdict, Reason.ATTENDANCE, by, now, seat=None)
        counts[verdict] += 1
    if people:
        publish_figures(run)
        run_completed.send(sender=type(run), run=run, enrolments=people)
    return dict(counts)


@transaction.atomic
def finish(run, by):
    """Judge a class and issue its certificates in one go; return ({status: how many}, [new certificates]).

    All or nothing: raises what `complete` raises, and then nobody has a certificate either. Twice is as good as once.
    """
    return complete(run, by), certificates.issue_all(run, by)


def _need_over(run):
    ends = last_end(run)
    if ends is None or ends > timezone.now():
        raise DomainError("not_over", _("这个班还没上完，最后一次课结束以后才能判定结业。"))


def _need_marks(run):
    if not Attendance.objects.filter(session__class_run=run).exclude(mark=Mark.UNMARKED).exists():
        raise DomainError("no_marks", _("这个班一次名都没点过，不能判定结业。请先给每次课点名。"))
    if missing := sessions_without_marks(run):
        days = "、".join(date_words(timezone.localdate(session.starts_at), year=False) for session in missing)
        raise DomainError(
            "unmarked", _("%(days)s的课还没点完名，先补上再判定结业；没有上的课请改为“取消”。") % {"days": days}
        )
