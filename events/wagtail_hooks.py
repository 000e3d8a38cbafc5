"""Registers the list of events; defines nothing."""

from wagtail import hooks

from events.viewsets import EventListViewSet


@hooks.register("register_admin_viewset")
def register_viewsets():
    return EventListViewSet("event_list")
