"""Every write of class runs and sessions: one function per verb, each in one transaction.

Raises core.errors.DomainError with a code and a sentence; django.core ValidationError
where a form field is wrong. The verbs stand here; the files hold one concept each.
"""

from timetable.services.changes import merge_class_runs, move_class_run, split_class_run
from timetable.services.planning import Foreseen, foresee, plan_sessions, planned_dates, special_days
from timetable.services.runs import (
    cancel_class_run,
    copy_for_term,
    delete_class_run,
    free_code,
    publish_class_run,
    save_class_run,
    take_back_class_run,
)
from timetable.services.second import candidates, open_second, second_run
from timetable.services.sessions import cancel_session, mark_held, move_session
from timetable.services.terms import copy_runs, not_there

__all__ = [
    "Foreseen",
    "cancel_class_run",
    "cancel_session",
    "candidates",
    "copy_for_term",
    "copy_runs",
    "delete_class_run",
    "foresee",
    "free_code",
    "mark_held",
    "merge_class_runs",
    "move_class_run",
    "move_session",
    "not_there",
    "open_second",
    "plan_sessions",
    "planned_dates",
    "publish_class_run",
    "save_class_run",
    "second_run",
    "special_days",
    "split_class_run",
    "take_back_class_run",
]
