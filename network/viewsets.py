"""The network's tables in the admin: rooms, shared school resources, neighbourhoods, landmarks."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.viewsets.base import ViewSetGroup

from core.scoping import StreetScopedViewSet
from network.models import Landmark, Neighbourhood, Room, SchoolResource


class RoomViewSet(StreetScopedViewSet):
    model = Room
    icon = "home"
    menu_label = _("教室")
    list_display = ["name", "centre", "capacity", "floor", "is_sample"]
    list_filter = ["centre", "is_sample"]
    list_select_related = ["centre"]
    list_export = ["centre", "name", "capacity", "floor", "equipment", "is_sample"]
    search_fields = ["name", "centre__title"]
    inspect_view_fields = list_export
    export_filename = "jiaoshi"
    panels = [
        FieldPanel("centre", widget=forms.Select),
        FieldRowPanel(["name", "capacity", "floor"]),
        "equipment",
        "is_sample",
    ]


class SchoolResourceViewSet(StreetScopedViewSet):
    model = SchoolResource
    icon = "clipboard-list"
    menu_label = _("学校资源")
    list_display = ["name", "centre", "kind", "direction", "hours", "is_sample"]
    list_filter = ["kind", "direction", "centre"]
    list_select_related = ["centre"]
    list_export = ["centre", "direction", "kind", "name", "hours", "description", "is_sample"]
    search_fields = ["name", "description", "centre__title"]
    inspect_view_fields = list_export
    export_filename = "xuexiao-ziyuan"
    copy_view_enabled = True
    panels = [
        FieldPanel("centre", widget=forms.Select),
        MultiFieldPanel([FieldRowPanel(["kind", "direction"]), "name", "hours", "description"], heading=_("资源")),
        "is_sample",
    ]


class NeighbourhoodViewSet(StreetScopedViewSet):
    model = Neighbourhood
    icon = "group"
    menu_label = _("社区")
    list_display = ["name", "street", "status", "confirmed_in"]
    list_filter = ["street", "status"]
    list_select_related = ["street"]
    list_export = ["street", "name", "status", "confirmed_in", "source"]
    search_fields = ["name"]
    inspect_view_fields = list_export
    export_filename = "shequ"
    panels = [
        FieldPanel("street", widget=forms.Select),
        "name",
        MultiFieldPanel([FieldRowPanel(["status", "confirmed_in"]), "source"], heading=_("核对")),
    ]


class LandmarkViewSet(StreetScopedViewSet):
    model = Landmark
    icon = "site"
    menu_label = _("地名")
    list_display = ["name", "street", "other_names", "is_sample"]
    list_filter = ["street", "is_sample"]
    list_select_related = ["street"]
    list_export = ["street", "name", "other_names", "latitude", "longitude", "accuracy_m", "source", "is_sample"]
    search_fields = ["name", "other_names"]
    inspect_view_fields = list_export
    export_filename = "diming"
    panels = [
        FieldPanel("street", widget=forms.Select),
        "name",
        "other_names",
        MultiFieldPanel([FieldRowPanel(["latitude", "longitude", "accuracy_m"])], heading=_("位置（WGS-84）")),
        MultiFieldPanel(["source", "is_sample"], heading=_("核对")),
    ]


class NetworkViewSetGroup(ViewSetGroup):
    menu_label = _("网络")
    menu_icon = "site"
    menu_order = 150
    items = (
        RoomViewSet("rooms"),
        SchoolResourceViewSet("resources"),
        NeighbourhoodViewSet("neighbourhoods"),
        LandmarkViewSet("landmarks"),
    )
