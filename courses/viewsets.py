"""The flat list of courses in the admin's menu."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn, ParentPageColumn

from core.viewsets import PageListViewSet
from courses.models import CoursePage


class CourseListViewSet(PageListViewSet):
    model = CoursePage
    icon = "openquote"
    menu_label = _("课程")
    menu_order = 110
    list_prefetch_related = ["subject"]
    columns = [
        BulkActionsColumn("bulk_actions"),
        PageTitleColumn("title", label=_("课程"), sort_key="title", classname="title"),
        ParentPageColumn("parent", label=_("开设单位")),
        Column("subject", label=_("类别")),
        DateColumn("latest_revision_created_at", label=_("更新"), sort_key="latest_revision_created_at", width="12%"),
        PageStatusColumn("status", label=_("状态"), sort_key="live", width="12%"),
    ]
    list_filter = ["street", "subject", "level", "track", "is_local_feature", "is_sample"]
