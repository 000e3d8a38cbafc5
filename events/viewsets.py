"""The flat list of events in the admin's menu."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn, ParentPageColumn

from core.viewsets import PageListViewSet
from events.models import EventPage


class EventListViewSet(PageListViewSet):
    model = EventPage
    icon = "date"
    menu_label = _("活动")
    menu_order = 120
    list_prefetch_related = ["subject"]
    columns = [
        BulkActionsColumn("bulk_actions"),
        PageTitleColumn("title", label=_("活动"), sort_key="title", classname="title"),
        ParentPageColumn("parent", label=_("开设单位")),
        Column("subject", label=_("类别")),
        DateColumn("latest_revision_created_at", label=_("更新"), sort_key="latest_revision_created_at", width="12%"),
        PageStatusColumn("status", label=_("状态"), sort_key="live", width="12%"),
    ]
    list_filter = ["street", "subject", "is_sample"]
