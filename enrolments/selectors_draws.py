"""Questions about draws: whose flags an entry carries, which runs wait for which act."""

from django.db.models import Q
from django.utils import timezone

from enrolments.enums import AT_COUNTER, SEAT_HOLDING, TAKEN_PART, DrawResult, ShareKind
from enrolments.models import DrawEntry, Enrolment
from enrolments.selectors import street_id
from timetable.enums import EnrolMode
from timetable.models import ClassRun, Term


def flags_of(entered, run, kinds):
    """Return {enrolment pk: letters in alphabetical order} for ``entered``, only of the shares declared (``kinds``).

    What no share asks is not published: a letter says something about a person.
    """
    people = {one.resident_id for one in entered}
    having = {
        ShareKind.NEWCOMER: lambda: people - _took_part(people),
        ShareKind.LOST_LAST: lambda: _lost_last(people, run),
        ShareKind.STREET: lambda: _live_in(entered, street_id(run)),
        ShareKind.ASSISTED: lambda: {one.resident_id for one in entered if one.route in AT_COUNTER},
    }
    who = {kind: having[kind]() for kind in sorted(kinds)}
    return {one.pk: "".join(kind for kind, residents in who.items() if one.resident_id in residents) for one in entered}


def _took_part(people):
    """Who of ``people`` has or had a place in any class run of the district."""
    rows = Enrolment.objects.filter(resident__in=people, status__in=TAKEN_PART)
    return set(rows.values_list("resident", flat=True))


def _lost_last(people, run):
    """Who of ``people`` was not drawn in the previous term with a draw and was never given a seat in it either.

    An offer from the waiting list counts as given, whatever became of it.
    """
    term = previous_term_with_draws(run)
    if term is None:
        return set()
    lost = DrawEntry.objects.filter(
        enrolment__resident__in=people, draw__class_run__term=term, result=DrawResult.WAITING
    ).values_list("enrolment__resident", flat=True)
    given = Q(status__in=(*SEAT_HOLDING, *TAKEN_PART)) | Q(events__to_status__in=(*SEAT_HOLDING, *TAKEN_PART))
    lucky = Enrolment.objects.filter(given, resident__in=people, class_run__term=term)
    return set(lost) - set(lucky.values_list("resident", flat=True))


def previous_term_with_draws(run):
    """The latest term before ``run``'s in which a draw was held; None where there is none."""
    terms = Term.objects.filter(class_runs__draw__drawn_at__isnull=False)
    earlier = Q(starts_on__lt=run.term.starts_on) if run.term_id else Q(ends_on__lt=run.starts_on)
    return terms.filter(earlier).order_by("-starts_on", "-pk").first()


def _live_in(entered, street):
    return {one.resident_id for one in entered if street is not None and one.resident.street_id == street}


def runs_to_commit():
    """Published draw runs without a commitment whose window is still to open."""
    return ClassRun.objects.published().filter(
        mode=EnrolMode.DRAW, draw__isnull=True, capacity__isnull=False, enrol_opens_at__gt=timezone.now()
    )


def runs_to_freeze():
    """Published draw runs whose window has closed and whose list is still open."""
    return ClassRun.objects.published().filter(
        enrol_closes_at__lte=timezone.now(), draw__isnull=False, draw__frozen_at__isnull=True
    )
