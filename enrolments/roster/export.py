"""The list of a class as a table to take along. Numbers are masked; whole ones need a reason, and each person's is logged."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from accounts.services.access import note_opened
from core.viewsets import SafeExportMixin
from enrolments.reach import reach_of
from enrolments.records import records_of
from enrolments.roster.frame import WRONG, OneRunView, people_of

LOG_ACTION = "enrolments.export"


class ExportForm(forms.Form):
    file = forms.ChoiceField(
        label=gettext_lazy("文件"),
        choices=[
            ("xlsx", gettext_lazy("表格 .xlsx（WPS、Excel 直接打开）")),
            ("csv", gettext_lazy("文本 .csv（给别的系统）")),
        ],
        initial="xlsx",
        widget=forms.RadioSelect,
    )
    numbers = forms.ChoiceField(
        label=gettext_lazy("电话"),
        choices=[
            ("masked", gettext_lazy("只留前三位和后四位，如 138****1234")),
            ("whole", gettext_lazy("完整号码（要写原因，每个人都记进查看记录）")),
        ],
        initial="masked",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("要完整号码的原因"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("只在要完整号码时填，例如：台风停课，逐个打电话。不写姓名。"),
    )

    def clean(self):
        data = super().clean()
        if data.get("numbers") == "whole" and not data.get("reason", "").strip():
            self.add_error("reason", _("要完整号码，请写明原因，例如：台风停课，逐个打电话。"))
        return data


class Table(SafeExportMixin):
    """Rows of a class for Wagtail's writer of spreadsheets."""

    list_export = ["name", "phone", "came", "held", "excused", "absent", "hours", "status", "certificate"]
    export_headings = {
        "name": gettext_lazy("姓名"),
        "phone": gettext_lazy("电话"),
        "came": gettext_lazy("到课"),
        "held": gettext_lazy("已上课"),
        "excused": gettext_lazy("请假"),
        "absent": gettext_lazy("缺席"),
        "hours": gettext_lazy("学习时长"),
        "status": gettext_lazy("状态"),
        "certificate": gettext_lazy("证书"),
    }

    def __init__(self, run, people, whole):
        self.export_filename = f"mingdan-{run.pk}"
        self.people, self.whole = people, whole
        self.records, self.reach = records_of(people), reach_of([person.resident for person in people])

    def response(self, kind):
        response = self.as_spreadsheet(self.people, kind)
        response["Cache-Control"] = "private, no-store"
        return response

    def to_row_dict(self, person):
        record, reach = self.records[person.pk], self.reach[person.resident_id]
        certificate = getattr(person, "certificate", None)
        return {
            "name": str(person.resident),
            "phone": reach.number if self.whole else reach.masked,
            "came": record.came,
            "held": record.held,
            "excused": record.excused,
            "absent": record.absent,
            "hours": record.hours_words,
            "status": person.get_status_display(),
            "certificate": certificate.number if certificate and not certificate.revoked_on else "",
        }

    def get_heading(self, queryset, field):
        return str(self.export_headings[field])


class ExportView(OneRunView):
    template_name = "enrolments/admin/roster_export.html"
    page_title = gettext_lazy("导出表格")

    def get(self, request, pk):
        return self.page(form=ExportForm())

    def post(self, request, pk):
        form = ExportForm(request.POST)
        if not form.is_valid():
            return self.page(status=WRONG, form=form)
        whole = form.cleaned_data["numbers"] == "whole"
        people = people_of(self.run, "certificate", "resident__user")
        note_opened(request, [person.resident for person in people], minors_only=not whole)
        data = {"people": len(people), "whole": whole, "reason": form.cleaned_data["reason"].strip() if whole else ""}
        log(instance=self.run, action=LOG_ACTION, user=request.user, data=data)
        return Table(self.run, people, whole).response(form.cleaned_data["file"])
