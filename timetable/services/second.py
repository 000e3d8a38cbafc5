"""A second class for those who wait: a draft like the full one, and which rooms and teachers are free at its hours."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.scoping import below
from network.models import Room
from network.services import street_of
from teachers.models import Teacher
from timetable.enums import ClassRunStatus, EnrolMode
from timetable.models import ClassRun
from timetable.services import bookings
from timetable.services.runs import copy_for_term, free_code, save_class_run

#: A new class begins this many days from today at the soonest: those who wait need time to answer.
DAYS_AHEAD = 7


@dataclass(frozen=True)
class Candidate:
    """A Room or a Teacher; ``why``: the first thing in the way, empty where it is free at all hours."""

    thing: Room | Teacher
    why: str


def second_run(run, **hours):
    """Return an unsaved draft like ``run`` for those who wait for it; ``hours``: starts_on, weekdays, starts_at, ends_at.

    It gives its places in the order of the list, whatever ``run`` did; nothing is kept for the counter, because
    those who enrolled there wait in the same list.
    """
    copy = copy_for_term(run)
    copy.second_of, copy.name = run, _("%(name)s（加开）") % {"name": run.name}
    copy.starts_on = hours.get("starts_on") or _soon(run)
    for name in ("weekdays", "starts_at", "ends_at"):
        setattr(copy, name, hours.get(name, getattr(copy, name)))
    if run.weekdays:
        copy.ends_on = run.ends_on + (copy.starts_on - run.starts_on)
    else:
        copy.ends_on = copy.starts_on
    copy.room = copy.counter_until = copy.join_until = None
    copy.counter_quota = 0
    if run.mode == EnrolMode.DRAW:
        copy.mode = EnrolMode.FIRST_COME
    first_day = timezone.make_aware(datetime.datetime.combine(copy.starts_on, datetime.time()))
    if run.enrol_closes_at and run.enrol_closes_at < first_day:
        copy.enrol_closes_at = first_day
    return copy


def _soon(run):
    """The first day of ``run``, or where that is too near, the same weekday in a week or more."""
    earliest = timezone.localdate() + datetime.timedelta(days=DAYS_AHEAD)
    late = (earliest - run.starts_on).days
    return run.starts_on if late <= 0 else run.starts_on + datetime.timedelta(weeks=-(-late // 7))


def candidates(run, sessions, rooms, teachers):
    """Return (Candidates of rooms, of teachers) of ``run``'s street for ``sessions``; a constant number of queries.

    ``rooms``, ``teachers``: querysets of what may be used. The run's own centre and teachers come first.
    """
    street = street_of(run.centre) or run.centre
    own = list(run.teachers.values_list("pk", flat=True))
    here = Case(When(centre=run.centre_id, then=Value(0)), default=Value(1))
    rooms = list(
        rooms.filter(below("centre", [street.path])).select_related("centre").order_by(here, "centre__path", "name")
    )
    theirs = Case(When(pk__in=own, then=Value(0)), default=Value(1))
    near = Q(pk__in=own) | below("home_centre", [street.path]) | Q(home_centre=None)
    teachers = list(teachers.filter(near).order_by(theirs, "name", "pk"))
    taken = bookings.taken(sessions, [*rooms, *teachers])
    return tuple([Candidate(thing, taken.get(thing, "")) for thing in things] for things in (rooms, teachers))


@transaction.atomic
def open_second(draft, teachers):
    """Save ``draft``, from second_run, with a number of its own; its room says its centre. Nobody is told before it is published.

    Raises DomainError ``not_needed`` where its run is not open, and what save_class_run raises.
    """
    run = ClassRun.objects.select_for_update(of=("self",)).get(pk=draft.second_of_id)
    if run.status != ClassRunStatus.PUBLISHED or run.is_over:
        raise DomainError("not_needed", _("只有已公布、还没结课的班才能加开。"))
    draft.code = free_code(draft.starts_on)
    if draft.room_id:
        draft.centre_id = draft.room.centre_id
    return save_class_run(draft, teachers=teachers)
