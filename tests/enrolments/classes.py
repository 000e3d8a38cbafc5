"""A class with people in it, made row by row: what came of a place must not depend on how places are taken."""

import datetime

from django.db.models import Max
from django.utils import timezone

from enrolments.enums import Mark, Reason, Status
from enrolments.models import Seat
from enrolments.services import attendance
from enrolments.services.core import SYSTEM, create, publish_figures
from tests.factories.people import ResidentFactory
from tests.factories.timetable import ClassRunFactory

#: Wednesdays 2, 9, 16, 23 September, 14:00—15:30.
STARTS_ON = datetime.date(2026, 9, 2)


def at(month, day, hour=8, minute=0):
    return datetime.datetime(2026, month, day, hour, minute, tzinfo=timezone.get_default_timezone())


def class_run(learning, **changes):
    return ClassRunFactory(learning=learning, starts_on=STARTS_ON, **changes)


def seat(run):
    free = Seat.objects.free().filter(class_run=run).first()
    last = Seat.objects.filter(class_run=run).aggregate(last=Max("number"))["last"] or 0
    return free or Seat.objects.create(class_run=run, number=last + 1)


def put(run, resident=None, status=Status.ENROLLED, **fields):
    """Return an enrolment of ``resident`` in ``status``, with the seat it needs."""
    if status in (Status.ENROLLED, Status.OFFERED):
        fields.setdefault("seat", seat(run))
    first = status if status in (Status.ENTERED, Status.WAITING, Status.ENROLLED) else Status.WAITING
    if first != status:
        fields.setdefault("queue_no", run.enrolments.count() + 1)
    held = fields.pop("seat", None) if first != status else None
    enrolment = create(resident or ResidentFactory(), run, first, Reason.SEAT_FREE, SYSTEM, timezone.now(), **fields)
    if first != status:
        type(enrolment).objects.filter(pk=enrolment.pk).update(status=status, seat=held)
        enrolment.refresh_from_db()
    publish_figures(run)
    return enrolment


def sessions(run):
    return list(run.sessions.order_by("starts_at"))


def mark_all(run, marks, by=SYSTEM):
    """Mark every meeting: ``marks`` is {enrolment: "PPEA"}, one letter a meeting."""
    letters = {"P": Mark.PRESENT, "H": Mark.PARTIAL, "E": Mark.EXCUSED, "A": Mark.ABSENT}
    for number, session in enumerate(sessions(run)):
        rows = {enrolment.pk: (letters[word[number]], None) for enrolment, word in marks.items()}
        attendance.mark(session, rows, by)
