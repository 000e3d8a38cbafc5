"""The end of a class in one screen: what is not marked yet, who completes and who does not and why, everybody's paper."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from accounts.services.access import note_opened
from core.errors import DomainError
from enrolments.enums import Status
from enrolments.models import Certificate
from enrolments.pdf import pdf_response, pdf_response_of_all
from enrolments.permissions import counter_scope, may_use_counter
from enrolments.records import records_of
from enrolments.roster.frame import OneRunView, may_judge, people_of, readable_run
from enrolments.services import attendance, certificates
from enrolments.services.core import counter


class PapersView(OneRunView):
    template_name = "enrolments/admin/roster_papers.html"
    page_title = gettext_lazy("结业和证书")

    def post(self, request, *args, **kwargs):
        by = counter(request.user)
        if not may_judge(request.user, self.run):
            raise PermissionDenied
        try:
            sentence = self._decide(request.POST.get("do"), by)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, sentence)
        return redirect("roster:papers", pk=self.run.pk)

    def _decide(self, verb, by):
        if verb == "finish":
            counts, issued = attendance.finish(self.run, by)
            return f"{_judged_words(counts)}{_issued_words(issued)}"
        if verb == "complete":
            return _judged_words(attendance.complete(self.run, by))
        if verb == "issue":
            return _issued_words(certificates.issue_all(self.run, by))
        person = get_object_or_404(self.run.enrolments.all(), pk=_key(self.request.POST.get("enrolment")))
        if verb == "reissue":
            certificate = certificates.issue(person, by)
            return _("证书 %(number)s 有效。") % {"number": certificate.number}
        if verb == "revoke":
            certificate = certificates.revoke(get_object_or_404(Certificate, enrolment=person), by)
            return _("证书 %(number)s 已撤销。") % {"number": certificate.number}
        raise DomainError("verb", _("没有这个操作，请刷新页面再试。"))

    def get_context_data(self, **kwargs):
        people = people_of(self.run, "certificate")
        note_opened(self.request, [person.resident for person in people], minors_only=True)
        records = records_of(people)
        for person in people:
            person.record = records[person.pk]
            person.passes = person.record.passes(self.run.pass_percent)
            person.short_by = person.record.short_by(self.run.pass_percent)
            person.paper = getattr(person, "certificate", None)
        valid = [person for person in people if person.paper and not person.paper.revoked_on]
        lacking = [one for one in people if one.is_completed and not one.paper and one.resident.name]
        last = attendance.last_end(self.run)
        return super().get_context_data(
            people=people,
            passing=[person for person in people if person.passes],
            failing=[person for person in people if not person.passes],
            missing=attendance.sessions_without_marks(self.run),
            held=max((person.record.held for person in people), default=0),
            over=last is not None and last <= timezone.now(),
            last=last,
            may_judge=may_judge(self.request.user, self.run),
            may_print=may_use_counter(self.request.user),
            can_complete=any(person.status == Status.ENROLLED for person in people),
            lacking=lacking,
            valid=valid,
            **kwargs,
        )


def _judged_words(counts):
    return _("判定了：结业 %(yes)d 人，未结业 %(no)d 人。") % {
        "yes": counts.get(Status.COMPLETED, 0),
        "no": counts.get(Status.NOT_COMPLETED, 0),
    }


def _issued_words(issued):
    return _("新发了 %(count)d 张证书。") % {"count": len(issued)}


def _key(text):
    return int(text) if (text or "").isdecimal() and len(text) < 19 else 0


def certificate_pdf(request, number):
    """The paper of somebody without a telephone, printed at the counter."""
    rows = Certificate.objects.filter(counter_scope(request.user, "enrolment__class_run__learning"))
    certificate = get_object_or_404(rows.select_related("enrolment__resident"), number=number)
    note_opened(request, [certificate.enrolment.resident], minors_only=True)
    return _kept_by_nobody(pdf_response(certificate, request) or _no_font())


def all_certificates_pdf(request, pk):
    """Every valid paper of a class in one file, one sheet each."""
    run = readable_run(request.user, pk)
    if not may_use_counter(request.user):
        raise PermissionDenied
    people = [person for person in people_of(run, "certificate") if hasattr(person, "certificate")]
    people = [person for person in people if person.certificate.name and not person.certificate.revoked_on]
    if not people:
        messages.warning(request, _("这个班还没有有效的证书可以打印。请先判定结业、发证书。"))
        return redirect("roster:papers", pk=pk)
    note_opened(request, [person.resident for person in people], minors_only=True)
    papers = [person.certificate for person in people]
    return _kept_by_nobody(pdf_response_of_all(papers, request, run.code) or _no_font())


def _no_font():
    words = _("这台服务器没有能印这个姓名的中文字体，请让学员登录后从网页打印。")
    return HttpResponse(words, status=503, content_type="text/plain; charset=utf-8")


def _kept_by_nobody(response):
    response["Cache-Control"] = "private, no-store"
    return response
