"""Who may stand at the counter, and whose classes it serves: those of the part of the tree that one's role covers.

There is no list of people. A person is found by exact name and telephone, or by a receipt.
"""

from django.db.models import Q

from core.scoping import SEEING, below, granted_paths

NEEDED = ("enrolments.add_enrolment", "enrolments.change_enrolment", "accounts.add_resident")


def may_use_counter(user):
    return user.is_active and user.has_perms(NEEDED) and granted_paths(user, SEEING) != []


def counter_scope(user, learning="learning"):
    """Return a Q for the rows whose class ``user`` serves; ``learning`` is the lookup from the row to its course."""
    if not may_use_counter(user):
        return Q(pk__in=[])
    return below(learning, granted_paths(user, SEEING))
