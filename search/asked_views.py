"""What people tell us without telling who they are: the result they opened, and what they would like to learn."""

import math

from allauth.account.adapter import get_adapter
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.limits import Cap
from search import asked
from search.asked_forms import WishForm

HOUR = 3600
#: Many people may share one address: a school, a street's centre.
CLICKS = Cap("search-clicked", 600, HOUR)
WISHES = Cap("search-wish", 30, HOUR)
TOO_MANY, UNAVAILABLE = 429, 503


@csrf_exempt
@require_POST
def clicked(request):
    """POST words and page: a result was opened. For navigator.sendBeacon, which waits for no answer: always 204.

    Reads no cookie, so there is no session that another site could use; what comes from another site is not counted.
    """
    words, page = request.POST.get("words", ""), request.POST.get("page", "")
    ours = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    if ours and page.isascii() and page.isdigit() and len(page) < 10 and not CLICKS.take(_address(request)):
        asked.note_click(words, int(page))
    return HttpResponse(status=204)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def wish(request):
    """/search/wish/: tell us what you want to learn."""
    if request.method != "POST":
        return _wish_page(request, WishForm(initial=_from_search(request.GET.get("q", ""))))
    form = WishForm(request.POST)
    if not form.is_valid():
        return _wish_page(request, form)
    if wait := WISHES.take(_address(request)):
        message = _("写得太勤了。请过 %(minutes)d 分钟再试，您写的还在下面。") % {"minutes": math.ceil(wait / 60)}
        return _wish_page(request, form, message, TOO_MANY)
    if not asked.note_wish(**form.cleaned_data):
        return _wish_page(request, form, _("刚才没有记下来，请再按一次。您写的还在下面。"), UNAVAILABLE)
    return redirect("search:wish_thanks")


@never_cache
@require_safe
def wish_thanks(request):
    return render(request, "search/wish_thanks.html")


def _wish_page(request, form, error="", status=200):
    return render(request, "search/wish.html", {"wish_form": form, "error": error}, status=status)


def _from_search(text):
    """What was searched and not found is very likely the wish, if it is one that may be kept."""
    return {"wish": asked.kept_form(text), "searched": text}


def _address(request):
    return get_adapter().get_client_ip(request)
