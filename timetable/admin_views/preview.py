"""The live list of the sessions that saving a class run would make."""

import datetime

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.generic import View
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from core.errors import DomainError
from core.scoping import narrow_form
from timetable import services
from timetable.enums import ClassRunStatus
from timetable.models import ClassRun

#: What the preview needs to be right; the rest of the form may still be empty.
PREVIEWED = (
    *("centre", "room", "teachers", "delivery"),
    *("starts_on", "ends_on", "weekdays", "starts_at", "ends_at", "session_count", "every_weeks"),
)


class PreviewSessionsView(PermissionCheckedMixin, View):
    """A piece of HTML for the form of a class run: the sessions that saving it would make, and what stands in their way.

    Takes the form as posted, writes nothing. Answers 403 to those who may not save it, 200 to whatever is in it.
    """

    http_method_names = ["post"]
    model = ClassRun
    form_class = None

    def post(self, request, pk=None):
        policy = self.permission_policy
        run = get_object_or_404(ClassRun, pk=pk) if pk else ClassRun()
        allowed = self.user_has_permission_for_instance("change", run) if pk else self.user_has_permission("add")
        if not allowed:
            raise PermissionDenied
        form = narrow_form(self.form_class(request.POST, instance=run, for_user=request.user), request.user, policy)
        return render(request, "timetable/admin/preview.html", self._foresee(form))

    @staticmethod
    def _foresee(form):
        wrong = [name for name in PREVIEWED if name in form.errors]
        run = form.instance
        if wrong or run.status == ClassRunStatus.CANCELLED:
            labels = [str(form.fields[name].label) for name in wrong]
            return {"wrong": "、".join(labels), "is_cancelled": not wrong}
        if form.non_field_errors():
            return {"refusal": "".join(form.non_field_errors())}
        try:
            foreseen = services.foresee(run, list(form.cleaned_data["teachers"]))
        except DomainError as error:
            return {"refusal": error.message}
        clashing = {id(clash.session): [] for clash in foreseen.clashes}
        for clash in foreseen.clashes:
            clashing[id(clash.session)].append(clash.words)
        rows = [(session.starts_at, session, None, clashing.get(id(session), [])) for session in foreseen.sessions]
        noon = datetime.time(12)
        rows += [
            (timezone.make_aware(datetime.datetime.combine(day.date, noon)), None, day, []) for day in foreseen.struck
        ]
        meeting = sum(not session.is_cancelled for session in foreseen.sessions)
        return {
            "rows": sorted(rows, key=lambda row: row[0]),
            "meeting": meeting,
            "clashes": len(foreseen.clashes),
            "cautions": list(form.cautions) if form.is_valid() else [],
        }
