"""大家想学什么 in the admin: the figures of desk/demand.py on one screen and as a spreadsheet, each with one way to act."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from core.scoping import SEEING
from core.viewsets import SafeExportMixin
from desk.demand import demand_of, may_see_demand
from desk.services import begin_course, place_for_courses
from network.permissions import is_district_wide
from search.models import LearningWish
from search.report import FEWEST, PERIODS
from timetable.permissions import class_run_policy

PER_PAGE = 30
DEFAULT_DAYS = PERIODS[-1]
LONGEST_TITLE = LearningWish._meta.get_field("wish").max_length


class DemandView(SafeExportMixin, WagtailAdminTemplateMixin, TemplateView):
    template_name = "desk/admin/demand.html"
    page_title = gettext_lazy("大家想学什么")
    header_icon = "pick"
    model = LearningWish
    show_export_buttons = False
    list_export = ["words", "people", "wishes", "waiting", "searches", "course_words", "when_and_who", "where"]
    export_headings = {
        "words": gettext_lazy("想学什么"),
        "people": gettext_lazy("人数"),
        "wishes": gettext_lazy("写下想学的"),
        "waiting": gettext_lazy("正在候补的"),
        "searches": gettext_lazy("搜了没找到（次）"),
        "course_words": gettext_lazy("已有的课"),
        "when_and_who": gettext_lazy("什么时候、给谁"),
        "where": gettext_lazy("哪些街道"),
    }

    def dispatch(self, request, *args, **kwargs):
        if not may_see_demand(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def days(self):
        wanted = self.request.GET.get("days", "")
        return next((days for days in PERIODS if str(days) == wanted), DEFAULT_DAYS)

    @cached_property
    def place(self):
        return place_for_courses(self.request.user)

    def get_filename(self):
        return f"xiangxue-{self.days}"

    def get(self, request, *args, **kwargs):
        if self.is_export:
            return self.as_spreadsheet(demand_of(request.user, self.days), request.GET["export"])
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        """开一门课: a draft of that title, ready to be written."""
        title = " ".join(request.POST.get("title", "").replace("\0", "").split())[:LONGEST_TITLE]
        if self.place is None or not title:
            messages.error(request, _("没有地方新建这门课：请到“页面”里，在街道或学院下面新建。"))
            return redirect("demand:index")
        course = begin_course(self.place, title, request.user)
        messages.success(
            request, _("已在“%(place)s”下新建草稿。把名字改成课名，写好再提交。") % {"place": self.place.title}
        )
        return redirect("wagtailadmin_pages:edit", course.pk)

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        rows = Paginator(demand_of(self.request.user, self.days), PER_PAGE).get_page(self.request.GET.get("p"))
        exports = [(kind.upper(), f"?{urlencode({'days': self.days, 'export': kind})}") for kind in self.FORMATS]
        return super().get_context_data(
            rows=rows,
            days=self.days,
            periods=PERIODS,
            fewest=FEWEST,
            exports=exports,
            may_open_class=class_run_policy.user_has_permission(self.request.user, "add"),
            place=self.place,
            is_district=is_district_wide(self.request.user, SEEING),
            **kwargs,
        )


class DemandMenuItem(MenuItem):
    def is_shown(self, request):
        return may_see_demand(request.user)


class DemandViewSet(ViewSet):
    icon = "pick"
    menu_label = gettext_lazy("大家想学什么")
    menu_order = 133
    add_to_admin_menu = True
    menu_item_class = DemandMenuItem

    def get_urlpatterns(self):
        return [path("", self.construct_view(DemandView), name="index")]
