"""One person of a class: their telephone number, shown by a tap and logged, and the notes about their claim."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from accounts.services.access import note_opened
from core.errors import DomainError
from enrolments.models import Enrolment
from enrolments.permissions import roster_runs
from enrolments.reach import reach_of
from enrolments.roster.frame import WRONG, RosterView
from enrolments.services.core import counter
from enrolments.services.notes import remove_note, write_note
from timetable.models import ClassRun


class OnePersonView(RosterView):
    """A screen of one claim of a class whose list ``user`` may read."""

    @property
    def claim(self):
        rows = Enrolment.objects.taking_part().select_related(
            "resident__user", "class_run__learning", "class_run__centre"
        )
        claim = get_object_or_404(rows, pk=self.kwargs["pk"])
        runs = ClassRun.objects.filter(roster_runs(self.request.user))
        if not runs.filter(pk=claim.class_run_id).exists():
            raise PermissionDenied
        return claim

    def crumbs(self):
        run = self.opened.class_run
        return [
            {"url": reverse("roster:run", args=[run.pk]), "label": str(run)},
            {"url": "", "label": str(self.page_title), "sublabel": str(run)},
        ]


class PhoneView(OnePersonView):
    """The number of one person, whole. A post: no address leads to it, and each look is logged, a grown-up's too."""

    template_name = "enrolments/admin/roster_phone.html"
    page_title = gettext_lazy("电话")

    def get(self, request, pk):
        return HttpResponseNotAllowed(["POST"])

    def post(self, request, pk):
        self.opened = self.claim
        note_opened(request, [self.opened.resident])
        reach = reach_of([self.opened.resident])[self.opened.resident_id]
        return self.page(person=self.opened, run=self.opened.class_run, reach=reach)


class NotesView(OnePersonView):
    template_name = "enrolments/admin/roster_notes.html"
    page_title = gettext_lazy("备注")

    def get(self, request, pk):
        return self.shown()

    def shown(self, status=200, typed="", error=""):
        self.opened = self.claim
        note_opened(self.request, [self.opened.resident], minors_only=True)
        notes = self.opened.notes.select_related("written_by")
        return self.page(
            status=status, person=self.opened, run=self.opened.class_run, notes=notes, typed=typed, error=error
        )

    def post(self, request, pk):
        claim, by = self.claim, counter(request.user)
        if "remove" in request.POST:
            typed = request.POST["remove"]
            key = int(typed) if typed.isdecimal() and len(typed) < 19 else 0
            remove_note(get_object_or_404(claim.notes.all(), pk=key), by)
            messages.success(request, _("备注已删除。"))
            return redirect("roster:notes", pk)
        try:
            write_note(claim, request.POST.get("text", ""), by)
        except DomainError as error:
            return self.shown(status=WRONG, typed=request.POST.get("text", ""), error=error.message)
        messages.success(request, _("备注已保存。"))
        return redirect("roster:notes", pk)
