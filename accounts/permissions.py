"""Who may see residents' data: a role that has the right; a superuser's flag alone opens none (domain.md §4.5).

The one place where that is decided. Every floor that shows people asks here, never ``user.has_perm``.
"""

from django.utils import timezone
from wagtail.permission_policies import ModelPermissionPolicy

from accounts.models import DataOpening


def has_opening(user, now=None):
    """Whether the office has opened residents' data to ``user`` for the time being."""
    now = now or timezone.now()
    return DataOpening.objects.filter(user=user, opened_at__lte=now, until__gt=now).exists()


def may_see_people(user, permissions):
    """Whether ``user`` holds all of ``permissions`` ("app.codename") over people's data."""
    if not user.is_active:
        return False
    return has_opening(user) if user.is_superuser else user.has_perms(permissions)


class OpeningPolicy(ModelPermissionPolicy):
    """Read by whoever may view; given by whoever may add, who is never a superuser."""

    def user_has_permission(self, user, action):
        return super().user_has_permission(user, action) and (action == "view" or not user.is_superuser)

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)
