"""What the reports count: each function takes class runs and returns {(street, term): {figure: number}} in one query.

Streets and terms are keys; None is the academy, or no term.
"""

from django.db.models import Count, Exists, ExpressionWrapper, F, OuterRef, Q, Sum
from django.db.models.fields import DurationField
from django.db.models.functions import Coalesce
from django.utils import timezone

from enrolments.enums import CAME, TAKEN_PART, Mark, Status
from enrolments.models import Attendance, Enrolment
from timetable.enums import ClassRunStatus, SessionStatus
from timetable.models import Session

#: Fewer people than this are not broken down: they could be known.
SMALL = 5


def by_place(rows, run=""):
    """Group ``rows`` by street and term; ``run`` is the lookup to the class run."""
    return rows.order_by().values(street=F(f"{run}learning__street"), term_key=F(f"{run}term"))


def keyed(groups):
    """Return ``groups`` of by_place with their figures as {(street, term): {figure: number}}."""
    return {(each.pop("street"), each.pop("term_key")): each for each in groups}


def _published(runs):
    return runs.filter(status=ClassRunStatus.PUBLISHED)


def fill_rate(runs):
    """Places given of those there are, in published runs whose number of places is known."""
    runs = _published(runs).filter(capacity__isnull=False)
    figures = keyed(by_place(runs).annotate(runs=Count("pk"), places=Sum("capacity")))
    given = by_place(Enrolment.objects.filter(class_run__in=runs.values("pk"), status__in=TAKEN_PART), "class_run__")
    for key, each in keyed(given.annotate(taken=Count("pk"))).items():
        figures[key] |= each
    return figures


def waiting_load(runs):
    """Who waits for a place now, and in how many runs as many wait as would open another one."""
    runs = _published(runs).filter(ends_on__gte=timezone.localdate())
    figures = keyed(
        by_place(runs).annotate(
            runs=Count("pk"),
            with_list=Count("pk", filter=Q(waiting__gt=0)),
            could_open=Count("pk", filter=Q(min_to_open__isnull=False, waiting__gte=F("min_to_open"), waiting__gt=0)),
            places=Sum("capacity"),
        )
    )
    claims = Enrolment.objects.filter(class_run__in=runs.values("pk"))
    states = {
        "waiting": Q(status=Status.WAITING),
        "paused": Q(status=Status.PAUSED),
        "offered": Q(status=Status.OFFERED),
    }
    counted = by_place(claims, "class_run__").annotate(
        **{f"{name}_now": Count("pk", filter=state) for name, state in states.items()}
    )
    for key, each in keyed(counted).items():
        figures[key] |= each
    return figures


def hours(runs):
    """Meetings and hours of runs that the public has seen: planned, held, called off, and gone by without a roll."""
    sessions = Session.objects.filter(class_run__in=runs.exclude(status=ClassRunStatus.DRAFT).values("pk"))
    length = ExpressionWrapper(F("ends_at") - F("starts_at"), output_field=DurationField())
    standing = ~Q(status=SessionStatus.DROPPED)
    held = Q(status=SessionStatus.HELD)
    return keyed(
        by_place(sessions, "class_run__").annotate(
            planned=Count("pk", filter=standing),
            planned_time=Sum(length, filter=standing),
            held=Count("pk", filter=held),
            held_time=Sum(length, filter=held),
            cancelled=Count("pk", filter=Q(status=SessionStatus.CANCELLED)),
            unmarked=Count("pk", filter=Q(status=SessionStatus.SCHEDULED, ends_at__lt=timezone.now())),
        )
    )


def no_shows(runs):
    """Marks of the roll: who was expected, came, was excused, was absent."""
    marks = Attendance.objects.filter(enrolment__class_run__in=runs.values("pk")).exclude(mark=Mark.UNMARKED)
    return keyed(
        by_place(marks, "enrolment__class_run__").annotate(
            expected=Count("pk"),
            came=Count("pk", filter=Q(mark__in=CAME)),
            excused=Count("pk", filter=Q(mark=Mark.EXCUSED)),
            absent=Count("pk", filter=Q(mark=Mark.ABSENT)),
        )
    )


def newcomers(runs):
    """People with a place, each once a street and term, and who of them had one in the district before that term."""
    begins = Coalesce("class_run__term__starts_on", "class_run__starts_on")
    earlier = Enrolment.objects.filter(
        resident=OuterRef("resident"), status__in=TAKEN_PART, class_run__starts_on__lt=OuterRef("begins")
    )
    claims = Enrolment.objects.filter(class_run__in=runs.values("pk"), status__in=TAKEN_PART)
    return keyed(
        by_place(claims.annotate(begins=begins, returned=Exists(earlier)), "class_run__").annotate(
            people=Count("resident", distinct=True),
            returning=Count("resident", distinct=True, filter=Q(returned=True)),
        )
    )
