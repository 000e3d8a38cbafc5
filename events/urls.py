"""Addresses of the events that are no pages, at /events/."""

from django.urls import path

from events.feeds import events_feed

urlpatterns = [path("feed/", events_feed, name="events_feed")]
