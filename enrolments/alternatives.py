"""Where a class is full: the nearest other ones with places, with the rules and the clash check done."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from core.geo import distance_m, distance_words
from enrolments.rules import ASKS, refusals
from enrolments.selectors import live_claims, load_facts
from timetable.enums import EnrolMode
from timetable.models import ClassRun

#: Candidates loaded, candidates checked against the rules, alternatives shown.
LOADED, CHECKED, SHOWN = 60, 12, 3


@dataclass
class Alternative:
    """A class run with places. ``distance``: from the first one's place, in honest words; empty where unknown."""

    run: ClassRun
    same_course: bool
    metres: float | None
    distance: str


def alternatives(run, resident=None, by=None):
    """Return up to SHOWN runs with places: of the same course first, then the same subject, nearest first.

    With ``resident`` only such as this person may take; what would merely be asked
    (a month of birth) is no hindrance.
    """
    now = timezone.now()
    found = [_measured(run, other) for other in _candidates(run, now)]
    found.sort(key=lambda one: (not one.same_course, _no_farther(one), one.run.starts_on, one.run.pk))
    if resident is None:
        return found[:SHOWN]
    claims = live_claims(resident)
    suitable = []
    for one in found[:CHECKED]:
        facts = load_facts(resident, one.run, by, now, claims)
        if all(refusal.code in ASKS for refusal in refusals(facts)):
            suitable.append(one)
        if len(suitable) == SHOWN:
            break
    return suitable


def _candidates(run, now):
    same = Q(learning=run.learning_id)
    if run.learning.subject_id:
        same |= Q(learning__subject=run.learning.subject_id)
    return (
        ClassRun.objects.public()
        .published()
        .upcoming()
        .not_closed()
        .filter(same, places_left__gt=0, enrol_opens_at__lte=now, mode=EnrolMode.FIRST_COME)
        .exclude(pk=run.pk)
        .select_related("learning", "centre", "room", "term")
        .order_by("starts_on", "pk")[:LOADED]
    )


def _measured(run, other):
    here, there = run.centre, other.centre
    metres = None
    if here.pk == there.pk:
        metres, words = 0, "就在同一个地方"
    elif None in (here.latitude, here.longitude, there.latitude, there.longitude):
        words = ""
    else:
        metres = distance_m(here.latitude, here.longitude, there.latitude, there.longitude)
        accuracy = None
        if here.accuracy_m is not None and there.accuracy_m is not None:
            accuracy = max(here.accuracy_m, there.accuracy_m)
        words = f"离原来的地点{distance_words(metres, accuracy)}"
    return Alternative(other, other.learning_id == run.learning_id, metres, words)


def _no_farther(one):
    return float("inf") if one.metres is None else one.metres
