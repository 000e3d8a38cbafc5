"""What no app owns: the page for a form whose token is missing or from another time."""

from django.shortcuts import render
from django.views.decorators.cache import never_cache


@never_cache
def form_too_old(request, reason=""):
    """CSRF_FAILURE_VIEW. ``reason`` is for programmers and stays in Django's log (django.security.csrf)."""
    return render(request, "403_csrf.html", status=403)
