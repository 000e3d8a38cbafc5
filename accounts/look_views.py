"""显示方式: the elder version, the size of the text, light and dark. One tap anywhere on the site, all of it on one page."""

from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from accounts.services.looks import remember_look
from accounts.sign_in_views import safe_next
from core.look import Look, keep


@csrf_exempt  # the button stands on pages that are kept for everybody and hold no token; all it could do is enlarge type
@never_cache
def change_look(request):
    """GET: the page of all choices. POST ``look``: that look from now on, and back to ``next``."""
    if request.method != "POST":
        return render(request, "accounts/look.html", {"next": safe_next(request)})
    look = Look.from_text(request.POST.get("look"))
    if request.user.is_authenticated:
        remember_look(request.user, look)
    response = redirect(safe_next(request) or "/")
    keep(response, look)
    return response
