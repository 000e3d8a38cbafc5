"""Who may see and change a teacher: the teacher's home centre decides.

A teacher without a home centre belongs to the district: everybody may read and employ
such a teacher, only those who hold the whole network may change the entry.
"""

from django.db.models import Q

from core.scoping import NOBODY, PAGE_ACTIONS, PageScopedPolicy
from network.permissions import is_district_wide
from teachers.models import Teacher


class TeacherPolicy(PageScopedPolicy):
    def __init__(self):
        super().__init__(Teacher, page="home_centre")

    def unassigned(self, user, action):
        if action == "view" or is_district_wide(user, PAGE_ACTIONS[action]):
            return Q(home_centre__isnull=True)
        return NOBODY

    def needs_page(self, user):
        return not is_district_wide(user)

    def choosable(self, user):
        return self.model.objects.filter(self.scope(user, "change") | Q(home_centre__isnull=True))
