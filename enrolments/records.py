"""What attendance amounts to: how often somebody came, how long they learnt, whether they pass. Nothing is written here.

The rules (docs/mechanisms/records.md): a meeting that was held counts for everybody in the
class; 到 and 部分时间 are coming, 请假 and 缺席 are not; no mark is not coming either.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from enrolments.enums import CAME, Mark
from enrolments.models import Attendance
from timetable.enums import SessionStatus
from timetable.models import Session

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Record:
    """One person in one class: meetings held and come to, minutes learnt, what the rest was."""

    held: int = 0
    came: int = 0
    minutes: int = 0
    excused: int = 0
    absent: int = 0

    @property
    def unmarked(self):
        return self.held - self.came - self.excused - self.absent

    @property
    def percent(self):
        """Share of the held meetings that were come to, rounded down: 66, never 67 for two of three."""
        return self.came * 100 // self.held if self.held else 0

    def passes(self, pass_percent):
        """Whether this is enough; compared without rounding. Nobody passes a class that was never held."""
        return self.held > 0 and self.came * 100 >= pass_percent * self.held

    def short_by(self, pass_percent):
        """How many more meetings would have been needed; 0 for who passes."""
        return max(0, -(-pass_percent * self.held // 100) - self.came)

    @property
    def hours_words(self):
        return duration_words(self.minutes)


def length(session):
    """Whole minutes that ``session`` lasts."""
    return (session.ends_at - session.starts_at) // MINUTE


def minutes_learnt(mark, session_minutes, given=None):
    """Minutes that ``mark`` is worth: all, what was noted down or half of them, none."""
    if mark == Mark.PRESENT:
        return session_minutes
    if mark == Mark.PARTIAL:
        return session_minutes // 2 if given is None else min(given, session_minutes)
    return 0


def record_of(sessions, marks):
    """Return the Record over held ``sessions`` [(key, minutes)] of the marks {session key: (mark, minutes or None)}."""
    counts = defaultdict(int)
    minutes = 0
    for key, session_minutes in sessions:
        mark, given = marks.get(key, (Mark.UNMARKED, None))
        counts[mark] += 1
        minutes += minutes_learnt(mark, session_minutes, given)
    return Record(
        held=len(sessions),
        came=sum(counts[mark] for mark in CAME),
        minutes=minutes,
        excused=counts[Mark.EXCUSED],
        absent=counts[Mark.ABSENT],
    )


def duration_words(minutes):
    """12 小时, 1 小时 30 分, 45 分钟; 学习时长 in clock hours, never 学时 (which a school counts as 45 minutes)."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)d 分钟") % {"minutes": rest}
    if not rest:
        return _("%(hours)d 小时") % {"hours": hours}
    return _("%(hours)d 小时 %(minutes)d 分") % {"hours": hours, "minutes": rest}


def records_of(enrolments):
    """Return {enrolment pk: Record} for ``enrolments``: two queries, however many there are."""
    enrolments = list(enrolments)
    held = defaultdict(list)
    sessions = Session.objects.filter(
        class_run__in={enrolment.class_run_id for enrolment in enrolments}, status=SessionStatus.HELD
    )
    for session in sessions.only("class_run_id", "starts_at", "ends_at"):
        held[session.class_run_id].append((session.pk, length(session)))
    marks = defaultdict(dict)
    rows = Attendance.objects.filter(enrolment__in=[enrolment.pk for enrolment in enrolments])
    for enrolment, session, mark, minutes in rows.values_list("enrolment", "session", "mark", "minutes"):
        marks[enrolment][session] = (mark, minutes)
    return {enrolment.pk: record_of(held[enrolment.class_run_id], marks[enrolment.pk]) for enrolment in enrolments}


def record_for(enrolment):
    """Return the Record of one enrolment."""
    return records_of([enrolment])[enrolment.pk]
