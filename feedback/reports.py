"""The report of the surveys beside the others of the desk (enrolments/reports)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrolments.reports.views import FiguresReport, percent
from feedback import selectors


class SatisfactionReport(FiguresReport):
    namespace = "feedback_reports"
    slug = "satisfaction"
    page_title = gettext_lazy("满意度")
    says = gettext_lazy(
        "课后三问的平均分，1 到 5 分。参加的人是有人答过的班里有过名额的人；答卷不记名。不到 5 份答卷不显示分数。"
    )
    figures = {
        "people": gettext_lazy("参加的人"),
        "answers": gettext_lazy("答卷"),
        "rate": gettext_lazy("回收率"),
        "satisfaction": gettext_lazy("满意"),
        "usefulness": gettext_lazy("有用"),
    }
    count = staticmethod(selectors.satisfaction)

    def row(self, figures):
        few = _("少于 %(few)d 份") % {"few": selectors.FEWEST}
        means = {
            name: few if figures[name] is None else round(figures[name], 1) for name in ("satisfaction", "usefulness")
        }
        return figures | means | {"rate": percent(figures["answers"], figures["people"])}
