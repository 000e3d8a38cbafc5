"""A look (core/look.py) stays with the account, so that it is there on another phone too."""

from accounts.models import User
from core.look import COOKIE, Look


def remember_look(user, look):
    User.objects.filter(pk=user.pk).update(look=str(look))


def bring_look(sender, request, user, **kwargs):
    """After signing in: the phone's own wish stands and is remembered; a phone without one takes the account's."""
    if request is None:
        return
    if COOKIE in request.COOKIES:
        remember_look(user, Look.from_text(request.COOKIES[COOKIE]))
    elif user.look:
        request.look_to_keep = Look.from_text(user.look)
