"""People of the desk: a user in the group of a role."""

from accounts.models import User
from core.roles import role
from core.services import find_group


def member(key, page=None):
    """Return a fresh user in the group of role ``key`` (of ``page``). Roles must be synced before."""
    user = User.objects.create_user(f"{key}-{page.pk if page else 0}", password="x")
    user.groups.add(find_group(role(key), page))
    return User.objects.get(pk=user.pk)
