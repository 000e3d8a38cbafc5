"""The reports as Wagtail shows them: by street and term, with filters and export. Streets see their own."""

import django_filters
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView

from core.scoping import SEEING, ListScope, granted_paths
from core.viewsets import SafeExportMixin
from enrolments.reports import selectors
from network.models import StreetPage
from timetable.models import ClassRun, Term
from timetable.permissions import class_run_policy

ACADEMY, NO_TERM = gettext_lazy("社区培训学院等"), gettext_lazy("没有学期")


class ReportFilterSet(WagtailFilterSet):
    street = django_filters.ModelChoiceFilter(
        field_name="learning__street", label=gettext_lazy("街道"), queryset=StreetPage.objects.order_by("path")
    )
    term = django_filters.ModelChoiceFilter(label=gettext_lazy("学期"), queryset=Term.objects.all())

    class Meta:
        model = ClassRun
        fields = ["street", "term"]


def may_read_reports(user):
    """Whoever sees class runs; what the figures are made of stays closed."""
    seen = ("view", "add", "change", "delete")
    return class_run_policy.user_has_any_permission(user, seen) and granted_paths(user, SEEING) != []


class FiguresReport(SafeExportMixin, ListScope, ReportView):
    """One report. A subclass says what is counted, in numbers and in a sentence.

    ``figures``: {column: heading}. ``count`` is a function of selectors; ``row`` makes of its figures
    what the columns show.
    """

    model = ClassRun
    filterset_class = ReportFilterSet
    any_permission_required = ["view", "add", "change", "delete"]
    results_template_name = "enrolments/reports/results.html"
    header_icon = "clipboard-list"
    paginate_by = 200
    namespace = "desk_reports"
    slug = ""
    says = ""
    figures = {}

    @staticmethod
    def count(runs):
        raise NotImplementedError

    def row(self, figures):
        return figures

    def get_base_queryset(self):
        return super().get_base_queryset().order_by()

    def get_filtered_queryset(self):
        counted = self.count(self.filter_queryset(self.get_base_queryset()))
        streets = {page.pk: page.street_name for page in StreetPage.objects.only("street_name")}
        terms = {term.pk: term for term in Term.objects.all()}
        rows = []
        for (street, term), figures in counted.items():
            words = {"street": streets.get(street, str(ACADEMY)), "term": str(terms.get(term, NO_TERM))}
            rows.append((self._order(terms.get(term), words), words | self.row(figures)))
        return [row for _order, row in sorted(rows, key=lambda pair: pair[0])]

    @staticmethod
    def _order(term, words):
        return -term.starts_on.toordinal() if term else 1, words["street"]

    @cached_property
    def columns(self):
        return [Column(name, label=label) for name, label in self._headings.items()]

    @property
    def list_export(self):
        return list(self._headings)

    @property
    def export_headings(self):
        return self._headings

    @property
    def _headings(self):
        return {"street": _("街道"), "term": _("学期"), **self.figures}

    @property
    def export_filename(self):
        return f"baobiao-{self.slug}"

    @property
    def index_url_name(self):
        return f"{self.namespace}:{self.slug}"

    @property
    def index_results_url_name(self):
        return f"{self.namespace}:{self.slug}_results"


def percent(part, whole):
    """一个百分数，一位小数; empty where there is nothing to divide by."""
    return f"{part / whole:.1%}" if whole else ""


def in_hours(span):
    return round(span.total_seconds() / 3600, 1) if span else 0


class FillRateReport(FiguresReport):
    slug = "fill-rate"
    page_title = gettext_lazy("满班率")
    says = gettext_lazy(
        "已公布、名额已定的班：已录取的人数（结业和未结业的也算）除以名额。退出的、候补的、等确认的不算；取消的班不算。"
    )
    figures = {
        "runs": gettext_lazy("班"),
        "places": gettext_lazy("名额"),
        "taken": gettext_lazy("已录取"),
        "rate": gettext_lazy("满班率"),
    }
    count = staticmethod(selectors.fill_rate)

    def row(self, figures):
        taken = figures.get("taken", 0)
        return figures | {"taken": taken, "rate": percent(taken, figures["places"])}


class WaitingReport(FiguresReport):
    slug = "waiting"
    page_title = gettext_lazy("候补压力")
    says = gettext_lazy(
        "还没结束的已公布的班现在的候补名单：候补中、自己暂停的、等本人确认的分开数；一个人候补几个班算几次。"
        "“够再开一个班”是候补人数到了这个班最少开班人数的班。"
    )
    figures = {
        "runs": gettext_lazy("班"),
        "with_list": gettext_lazy("有人候补的班"),
        "waiting_now": gettext_lazy("候补中"),
        "paused_now": gettext_lazy("候补暂停"),
        "offered_now": gettext_lazy("等确认"),
        "rate": gettext_lazy("每 100 个名额有几人候补"),
        "could_open": gettext_lazy("够再开一个班"),
    }
    count = staticmethod(selectors.waiting_load)

    def row(self, figures):
        now = {name: figures.get(name, 0) for name in ("waiting_now", "paused_now", "offered_now")}
        places = figures["places"]
        return figures | now | {"rate": round(100 * now["waiting_now"] / places, 1) if places else ""}


class HoursReport(FiguresReport):
    slug = "hours"
    page_title = gettext_lazy("计划与实际课时")
    says = gettext_lazy(
        "公布过的班的课次和小时数（按上下课时间算，一小时 60 分钟）。计划含后来取消的；点过名的才算已上，"
        "过了时间没有点名的另列，不算已上。"
    )
    figures = {
        "planned": gettext_lazy("计划课次"),
        "planned_hours": gettext_lazy("计划小时"),
        "held": gettext_lazy("已上课次"),
        "held_hours": gettext_lazy("已上小时"),
        "cancelled": gettext_lazy("已取消课次"),
        "unmarked": gettext_lazy("过了时间没点名"),
    }
    count = staticmethod(selectors.hours)

    def row(self, figures):
        planned, held = in_hours(figures["planned_time"]), in_hours(figures["held_time"])
        return figures | {"planned_hours": planned, "held_hours": held}


class NoShowReport(FiguresReport):
    slug = "no-shows"
    page_title = gettext_lazy("缺席")
    says = gettext_lazy(
        "点过名的人次：到（含部分时间）、请假、缺席。请假算上了课、人没来，但不算缺席；没有点名的人次不算。"
        "缺席率是缺席除以点过名的人次。"
    )
    figures = {
        "expected": gettext_lazy("点名人次"),
        "came": gettext_lazy("到"),
        "excused": gettext_lazy("请假"),
        "absent": gettext_lazy("缺席"),
        "rate": gettext_lazy("缺席率"),
    }
    count = staticmethod(selectors.no_shows)

    def row(self, figures):
        return figures | {"rate": percent(figures["absent"], figures["expected"])}


class NewcomersReport(FiguresReport):
    slug = "newcomers"
    page_title = gettext_lazy("新学员与回头学员")
    says = gettext_lazy(
        "这个学期在这个街道有名额的人，一个人只数一次。开学以前在全区任何班有过名额的是回头学员，其余是新学员；"
        "注销过资料的认不出来，算新学员。少于 5 人的不细分。"
    )
    figures = {
        "people": gettext_lazy("学员"),
        "new": gettext_lazy("新学员"),
        "returning": gettext_lazy("回头学员"),
        "rate": gettext_lazy("回头学员占"),
    }
    count = staticmethod(selectors.newcomers)

    def row(self, figures):
        people, returning = figures["people"], figures["returning"]
        few = _("少于 %(few)d 人") % {"few": selectors.SMALL}
        hidden = {"people": few if people < selectors.SMALL else people, "new": "—", "returning": "—", "rate": "—"}
        # A group of a few, shown beside the sum, is known from the rest.
        if any(0 < part < selectors.SMALL for part in (people, returning, people - returning)):
            return hidden
        return {"people": people, "new": people - returning, "returning": returning, "rate": percent(returning, people)}


REPORTS = (FillRateReport, WaitingReport, HoursReport, NoShowReport, NewcomersReport)


class ReportMenuItem(MenuItem):
    def is_shown(self, request):
        return may_read_reports(request.user)


def menu_item(report, order):
    """Return a function that makes the entry of ``report`` in Wagtail's menu of reports."""
    return lambda: ReportMenuItem(
        report.page_title,
        reverse(f"{report.namespace}:{report.slug}"),
        name=f"report-{report.slug}",
        icon_name=report.header_icon,
        order=order,
    )


def urlpatterns(reports):
    """Return the addresses of ``reports``, for a hook to include under their namespace."""
    found = []
    for report in reports:
        found += [
            path(f"{report.slug}/", report.as_view(), name=report.slug),
            path(f"{report.slug}/results/", report.as_view(results_only=True), name=f"{report.slug}_results"),
        ]
    return found
