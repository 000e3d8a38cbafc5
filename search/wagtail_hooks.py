"""Registers the screens of search; defines nothing."""

from wagtail import hooks

from search.viewsets import SearchViewSetGroup


@hooks.register("register_admin_viewset")
def register_viewsets():
    return SearchViewSetGroup()
