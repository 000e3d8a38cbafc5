"""The wish form for pages that did not make one."""

from django import template

from search.asked import kept_form
from search.asked_forms import WishForm

register = template.Library()


@register.simple_tag
def new_wish_form(searched=""):
    """Return an empty WishForm, filled in with what was searched."""
    return WishForm(initial={"wish": kept_form(searched), "searched": searched})
