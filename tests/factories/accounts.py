"""People of the desk: a user in the group of a role."""

from accounts.models import User
from core.roles import STREET, SUB_CENTRE, TEACHING_POINT, role
from core.services import find_group
from network.models import TeachingPointPage
from tests.factories.network import TeachingPointPageFactory


def place_of(entry, district):
    """Return a page in the first street of ``district`` for a role that has a group per page, made where missing; else None."""
    if entry.per == TEACHING_POINT:
        return TeachingPointPage.objects.first() or TeachingPointPageFactory(parent=district.street, title="示例教学点")
    return {STREET: district.street, SUB_CENTRE: district.sub_centre}.get(entry.per)


def member(key, page=None):
    """Return a fresh user in the group of role ``key`` (of ``page``). Roles must be synced before."""
    user = User.objects.create_user(f"{key}-{page.pk if page else 0}", password="x")
    user.groups.add(find_group(role(key), page))
    return User.objects.get(pk=user.pk)
