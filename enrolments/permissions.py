"""Who reads people at the desk: the counter for the classes of its part of the tree, a teacher for their own.

There is no list of people. A person is found by exact name and telephone, or by a receipt.
Whether somebody may see people at all is decided in accounts/permissions.py.
"""

from django.db.models import Q

from accounts.permissions import may_see_people
from core.scoping import NOBODY, SEEING, below, granted_paths
from teachers.models import Teacher
from timetable.models import ClassRun

NEEDED = ("enrolments.add_enrolment", "enrolments.change_enrolment", "accounts.add_resident")
#: What a teacher's role gives; which classes follows from the Teacher that names the account.
MARKING = ("enrolments.change_attendance",)


def may_use_counter(user):
    return may_see_people(user, NEEDED) and granted_paths(user, SEEING) != []


def counter_scope(user, learning="learning"):
    """Return a Q for the rows whose class ``user`` serves; ``learning`` is the lookup from the row to its course."""
    if not may_use_counter(user):
        return NOBODY
    return below(learning, granted_paths(user, SEEING))


def teaches(user):
    """Whether ``user`` is the login of a teacher who may call the roll."""
    return not user.is_superuser and may_see_people(user, MARKING) and Teacher.objects.filter(user=user).exists()


def may_call_roll(user):
    return may_use_counter(user) or teaches(user)


def _taught(user):
    """Return the keys of the class runs whose teacher ``user`` is."""
    return ClassRun.teachers.through.objects.filter(teacher__user=user).values("classrun")


def roster_runs(user):
    """Return a Q for the class runs whose list ``user`` may read."""
    return counter_scope(user) | (Q(pk__in=_taught(user)) if teaches(user) else NOBODY)


def roster_sessions(user):
    """The same for meetings; who stands in for a teacher calls the roll of that meeting."""
    scope = counter_scope(user, "class_run__learning")
    if teaches(user):
        scope |= Q(class_run__in=_taught(user)) | Q(substitute__user=user)
    return scope
