"""The classes of a whole term copied into another one: every row says what it makes, or why it is not made."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import DomainError
from timetable.enums import ClassRunStatus
from timetable.models import ClassRun
from timetable.services.planning import struck_days
from timetable.services.runs import copy_for_term, free_code, save_class_run


@dataclass(frozen=True)
class Copied:
    """What came of one class: ``refusal`` where nothing was made. Plain values, so that a rehearsal can show them."""

    source: int
    name: str
    was: str
    becomes: str
    first: object = None
    sessions: int = 0
    struck: tuple = ()
    made: int | None = None
    refusal: str = ""


def copy_runs(runs, term):
    """Copy ``runs`` (with learning, centre and room at hand) into ``term`` as drafts, one after the other; return a Copied for each.

    Each is a transaction of its own. A class that clashes, with others or with one made before it, is left out and
    says so; so is one that the term has.
    """
    there = _likenesses(term)
    rows = []
    for run in runs:
        rows.append(_copy(run, term, there))
        there.add(_likeness(run))
    return rows


def not_there(runs, term):
    """Return those of ``runs`` that ``term`` does not have yet: same course, name, weekdays and hour."""
    there = _likenesses(term)
    return [run for run in runs if _likeness(run) not in there]


def _likenesses(term):
    return {_likeness(run) for run in ClassRun.objects.filter(term=term).exclude(status=ClassRunStatus.CANCELLED)}


def _likeness(run):
    return run.learning_id, run.name, tuple(run.weekdays), run.starts_at


def _copy(run, term, there):
    row = {"source": run.pk, "name": str(run), "was": run.pattern_words, "becomes": ""}
    if _likeness(run) in there:
        return Copied(**row, refusal=_("这个学期已经有这个班了，没有再建一个。"))
    copy = copy_for_term(run, term)
    try:
        with transaction.atomic():
            copy.code = free_code(copy.starts_on)
            save_class_run(copy, teachers=list(run.teachers.all()))
    except DomainError as error:
        return Copied(**row, refusal=error.message)
    except ValidationError as error:
        return Copied(**row, refusal="；".join(error.messages))
    struck = tuple(str(day) for day in struck_days(copy))
    return Copied(
        **row | {"becomes": copy.pattern_words},
        first=copy.starts_on,
        sessions=copy.sessions.taking_place().count(),
        struck=struck,
        made=copy.pk,
    )
