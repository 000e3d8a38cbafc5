"""Addresses of the site's search; the finder itself is a page (/courses/)."""

from django.urls import include, path

from search import views

app_name = "search"
urlpatterns = [
    path("", views.site_search, name="site"),
    path("suggest/", views.suggest, name="suggest"),
    path("nearest/", views.nearest, name="nearest"),
    path("", include("search.asked_urls")),
]
