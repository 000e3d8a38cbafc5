"""What no app owns: the pages for a form whose token is missing or from another time, and for a broken server."""

from django.shortcuts import render
from django.views.decorators.cache import never_cache

from core.models import DistrictSettings


@never_cache
def form_too_old(request, reason=""):
    """CSRF_FAILURE_VIEW. ``reason`` is for programmers and stays in Django's log (django.security.csrf)."""
    return render(request, "403_csrf.html", status=403)


@never_cache
def broken(request):
    """handler500. Asks nothing of the database: the telephone is the one this process has read last, if it has read any."""
    return render(None, "500.html", {"info": DistrictSettings.last_read}, status=500)
