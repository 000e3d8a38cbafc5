"""Registers the network's screens and guards; defines nothing."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from core.page_guard import deletion_guards
from core.scoping import PageScopedPolicy
from network.models import Landmark, Neighbourhood, Room, SchoolResource
from network.permissions import refusal_to_delete
from network.viewsets import NetworkViewSetGroup

register_permission_policy(Room, PageScopedPolicy(Room, page="centre"))
register_permission_policy(SchoolResource, PageScopedPolicy(SchoolResource, page="centre"))
register_permission_policy(Neighbourhood, PageScopedPolicy(Neighbourhood, page="street"))
register_permission_policy(Landmark, PageScopedPolicy(Landmark, page="street"))


@hooks.register("register_admin_viewset")
def register_viewsets():
    return NetworkViewSetGroup()


before_delete_page, before_bulk_action = deletion_guards(refusal_to_delete)
hooks.register("before_delete_page", before_delete_page)
hooks.register("before_bulk_action", before_bulk_action)
