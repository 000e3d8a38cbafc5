"""大家搜什么 in the admin: the figures of search/report.py on one screen, each part as a spreadsheet too."""

from urllib.parse import urlencode

from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permissions import policy_registry

from core.viewsets import SafeExportMixin
from search import report
from search.models import SearchedWords, SynonymGroup

#: Rows of a part on the screen; a spreadsheet has them all.
ROWS_SHOWN = 30
DEFAULT_DAYS = 30


class AskedReportView(PermissionCheckedMixin, SafeExportMixin, WagtailAdminTemplateMixin, TemplateView):
    model = SearchedWords
    any_permission_required = ["view", "change"]
    template_name = "search/admin/asked.html"
    page_title = _("大家搜什么")
    header_icon = "search"
    show_export_buttons = False  # each part has its own
    export_headings = {
        "words": _("搜的词"),
        "times": _("次数"),
        "empty": _("没找到"),
        "empty_share": _("没找到的占（%）"),
        "page": _("打开的页面"),
    }
    _COLUMNS = {"opened": ["words", "page", "times"]}
    _HEADINGS = {"searched": _("搜得最多的"), "not-found": _("搜了没找到的"), "opened": _("打开最多的结果")}

    @cached_property
    def days(self):
        wanted = self.request.GET.get("days", "")
        return next((days for days in report.PERIODS if str(days) == wanted), DEFAULT_DAYS)

    @cached_property
    def part(self):
        wanted = self.request.GET.get("part")
        return wanted if wanted in report.PARTS else "searched"

    @property
    def list_export(self):
        return self._COLUMNS.get(self.part, ["words", "times", "empty", "empty_share"])

    def get_filename(self):
        return f"sousuo-{self.part}-{self.days}"

    def get(self, request, *args, **kwargs):
        if self.is_export:
            return self.as_spreadsheet(report.PARTS[self.part](self.days), request.GET["export"])
        return super().get(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        parts = [self._shown(name, rows(self.days)) for name, rows in report.PARTS.items()]
        return super().get_context_data(
            parts=parts,
            days=self.days,
            periods=report.PERIODS,
            fewest=report.FEWEST,
            add_synonym=reverse("synonym_groups:add") if self._may_add_synonyms() else "",
            **kwargs,
        )

    def _shown(self, name, rows):
        address = {"days": self.days, "part": name}
        return {
            "name": name,
            "heading": self._HEADINGS[name],
            "rows": [row for row in rows if not row.is_rest][:ROWS_SHOWN] + [row for row in rows if row.is_rest],
            "hidden": max(0, sum(not row.is_rest for row in rows) - ROWS_SHOWN),
            "exports": [(kind.upper(), f"?{urlencode(address | {'export': kind})}") for kind in self.FORMATS],
        }

    def _may_add_synonyms(self):
        return policy_registry.get_by_type(SynonymGroup).user_has_permission(self.request.user, "add")


class AskedMenuItem(MenuItem):
    def is_shown(self, request):
        policy = policy_registry.get_by_type(SearchedWords)
        return policy.user_has_any_permission(request.user, AskedReportView.any_permission_required)


class AskedViewSet(ViewSet):
    """The report's place in the menu and its address."""

    icon = "search"
    menu_label = _("大家搜什么")
    menu_item_class = AskedMenuItem

    def get_urlpatterns(self):
        return [path("", self.construct_view(AskedReportView), name="index")]
