"""Addresses: Wagtail's pages at the root, everything else in front of them."""

from django.conf import settings
from django.conf.urls.static import static
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from accounts.look_views import change_look
from core.feeds import machine_readable, robots
from lifelong import phone_views
from lifelong.styleguide import styleguide
from search.asked_views import wish

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("", include("accounts.sign_in_urls")),
    path("", include("enrolments.record_urls")),
    path("look/", change_look, name="look"),
    path("styleguide/", styleguide, name="styleguide"),
    path("me/", include("accounts.urls")),
    path("privacy/", include("accounts.privacy_urls")),
    path("draws/", include("enrolments.draw_urls")),
    path("sitemap.xml", machine_readable(sitemap), name="sitemap"),
    path("robots.txt", robots, name="robots"),
    path("manifest.webmanifest", phone_views.manifest, name="manifest"),
    path("sw.js", phone_views.service_worker, name="service_worker"),
    path("offline/", phone_views.offline, name="offline"),
    path("calendar/", include("timetable.urls")),
    path("print/", include("timetable.paper_urls")),
    path("events/", include("events.urls")),
    path("news/", include("home.urls")),
    path("search/", include("search.urls")),
    path("want/", wish, name="want"),
    path("", include("enrolments.urls")),
    path("", include("feedback.urls")),
    path("", include(wagtail_urls)),
]
if settings.DEBUG:
    urlpatterns = static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT) + urlpatterns

handler500 = "lifelong.views.broken"
