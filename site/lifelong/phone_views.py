"""What makes the site an app on a phone: manifest, service worker, the page for no network (docs/mechanisms/paper-and-offline.md)."""

import hashlib

from django.contrib.staticfiles import finders
from django.http import JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.models import Site

from core.models import DistrictSettings

#: What is kept on every phone: enough for the offline page and the kept timetable to look right.
SHELL = ("lifelong/css/tokens.css", "lifelong/css/site.css", "lifelong/img/icon.svg", "lifelong/js/phone.js")
INK, PAPER = "#26343a", "#f8f6f1"
_ICONS = (("192", "any"), ("512", "any"), ("maskable-512", "maskable"))


@require_safe
def manifest(request):
    """/manifest.webmanifest: Chinese name, icons, where it opens. Nothing asks anybody to install it."""
    info = DistrictSettings.for_site(Site.find_for_request(request))
    icons = [
        {
            "src": static(f"lifelong/img/icon-{name}.png"),
            "sizes": "{0}x{0}".format(name.rpartition("-")[2]),
            "type": "image/png",
            "purpose": purpose,
        }
        for name, purpose in _ICONS
    ]
    body = {
        "name": f"{info.district_name}{info.site_name}",
        "short_name": "家门口的学校",
        "description": info.slogan,
        "lang": "zh-Hans",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": INK,
        "background_color": PAPER,
        "icons": icons,
        "shortcuts": [
            {"name": "我的课表", "url": reverse("enrolments:timetable")},
            {"name": "找课", "url": "/courses/"},
        ],
    }
    response = JsonResponse(body, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = "application/manifest+json; charset=utf-8"
    response["Cache-Control"] = "public, max-age=3600"
    return response


def _version():
    """A name for the shell that changes with any of its files: an old shell is thrown away."""
    digest = hashlib.sha256()
    for name in SHELL:
        digest.update(static(name).encode())
        if path := finders.find(name):
            with open(path, "rb") as file:
                digest.update(file.read())
    return digest.hexdigest()[:10]


@require_safe
def service_worker(request):
    """/sw.js, from the root so that its scope is the whole site."""
    context = {"version": _version(), "shell": [reverse("offline"), *map(static, SHELL)]}
    response = render(request, "sw.js", context, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = "/"
    return response


@require_safe
@never_cache
def offline(request):
    """/offline/: what a phone shows without a network. It is kept, so nothing on it is personal or changes soon."""
    info = DistrictSettings.for_site(Site.find_for_request(request))
    return render(request, "offline.html", {"info": info})
