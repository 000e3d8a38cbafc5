"""How many notices wait for the person who is signed in."""

from django import template

from accounts.models import Notice
from accounts.services import residents_of

register = template.Library()


@register.simple_tag(takes_context=True)
def unread_notices(context):
    """Return the number of unread notices of the login's people; 0 for visitors. One query."""
    user = getattr(context.get("request"), "user", None)
    if user is None or not user.is_authenticated:
        return 0
    return Notice.objects.filter(resident__in=residents_of(user).order_by().values("pk"), read_at=None).count()
