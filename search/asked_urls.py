"""Addresses of what people tell us; under /search/ (search/urls.py)."""

from django.urls import path

from search import asked_views

urlpatterns = [
    path("clicked/", asked_views.clicked, name="clicked"),
    path("wish/", asked_views.wish, name="wish"),
    path("wish/thanks/", asked_views.wish_thanks, name="wish_thanks"),
]
