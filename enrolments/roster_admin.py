"""点名 in the admin: meetings to mark, one meeting's list, and what came of a class. Works on a phone, without scripts.

The lists name people: they are for those who stand at the counter, each for the classes of their own
part of the tree, and for a teacher's own classes (enrolments/permissions.py). Judging and certificates are
for those at the counter who may also change the course's page. Each opening of a minor's data is logged.
"""

import datetime

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from accounts.services.access import note_opened
from core.errors import DomainError
from core.scoping import below, granted_paths
from core.text import pinyin_words
from enrolments.enums import Mark, Status
from enrolments.models import Attendance, Certificate, Enrolment
from enrolments.pdf import pdf_response
from enrolments.permissions import counter_scope, may_call_roll, may_use_counter, roster_runs, roster_sessions
from enrolments.records import length, records_of
from enrolments.services import attendance, certificates
from enrolments.services.core import counter
from timetable.models import ClassRun, Session

#: Meetings this many days back are offered for marking; older ones are reached through their class.
DAYS_BACK = 30
#: What can be tapped, in the order of the screen.
CHOICES = (Mark.PRESENT, Mark.PARTIAL, Mark.EXCUSED, Mark.ABSENT, Mark.UNMARKED)


def may_judge(user, run):
    """Whether ``user`` decides who completed ``run`` and signs its papers: who may change its course's page."""
    course = below("learning", granted_paths(user, {"change"}))
    return ClassRun.objects.filter(counter_scope(user), course, pk=run.pk).exists()


class RosterMenuItem(MenuItem):
    def is_shown(self, request):
        return may_call_roll(request.user)


class RosterView(WagtailAdminTemplateMixin, TemplateView):
    """The frame of the three screens."""

    header_icon = "clipboard-list"

    def dispatch(self, request, *args, **kwargs):
        if not may_call_roll(request.user):
            raise PermissionDenied
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    def get_breadcrumbs_items(self):
        index = {"url": reverse("roster:index"), "label": _("点名")}
        return [*self.breadcrumbs_items, index, *self.crumbs()]

    def crumbs(self):
        return []


class IndexView(RosterView):
    """Meetings of the last month that have begun, newest first; older ones by the name or number of their class."""

    template_name = "enrolments/admin/roster_index.html"
    page_title = gettext_lazy("点名")

    def get_context_data(self, **kwargs):
        query = self.request.GET.get("q", "").replace("\0", "").strip()
        meetings = self._meetings(query).select_related("class_run__learning", "class_run__centre")
        page = Paginator(meetings.order_by("-starts_at", "pk"), 50).get_page(self.request.GET.get("p"))
        self._count(page.object_list)
        return super().get_context_data(meetings=page, days=DAYS_BACK, query=query, **kwargs)

    def _meetings(self, query):
        now = timezone.now()
        people = Enrolment.objects.taking_part().values("class_run")
        meetings = Session.objects.taking_place().filter(
            roster_sessions(self.request.user), starts_at__lte=now, class_run__in=people
        )
        if query:
            named = Q(class_run__code__icontains=query) | Q(class_run__learning__title__icontains=query)
            return meetings.filter(named | Q(class_run__name__icontains=query))
        return meetings.filter(starts_at__gte=now - datetime.timedelta(days=DAYS_BACK))

    def _count(self, meetings):
        people = Enrolment.objects.filter(class_run__in=[m.class_run_id for m in meetings]).taking_part()
        people = dict(people.order_by().values_list("class_run").annotate(Count("pk")))
        marks = Attendance.objects.filter(session__in=list(meetings)).exclude(mark=Mark.UNMARKED)
        marks = dict(marks.order_by().values_list("session").annotate(Count("pk")))
        for meeting in meetings:
            meeting.people, meeting.marked = people[meeting.class_run_id], marks.get(meeting.pk, 0)


class SessionView(RosterView):
    """One meeting: everybody in the class with five answers to tap."""

    template_name = "enrolments/admin/roster.html"
    page_title = gettext_lazy("点名")

    @cached_property
    def session(self):
        rows = Session.objects.select_related("class_run__learning", "class_run__centre")
        session = get_object_or_404(rows, pk=self.kwargs["pk"])
        if not Session.objects.filter(roster_sessions(self.request.user), pk=session.pk).exists():
            raise PermissionDenied
        return session

    def get_page_subtitle(self):
        return str(self.session)

    def crumbs(self):
        run = self.session.class_run
        reads_all = ClassRun.objects.filter(roster_runs(self.request.user), pk=run.pk).exists()
        return [
            {"url": reverse("roster:run", args=[run.pk]) if reads_all else "", "label": str(run)},
            {"url": "", "label": self.session.span_words},
        ]

    @cached_property
    def people(self):
        people = Enrolment.objects.filter(class_run=self.session.class_run_id).taking_part()
        rows = {row.enrolment_id: row for row in Attendance.objects.filter(session=self.session)}
        joined = attendance.joined_at(people)
        people = _by_name(people.select_related("resident"))
        for person in people:
            row = rows.get(person.pk)
            person.mark = row.mark if row else Mark.UNMARKED
            person.was, person.was_minutes = person.mark, row.minutes if row else None
            person.minutes = "" if person.was_minutes is None else person.was_minutes
            person.came_later = joined[person.pk] > self.session.starts_at
        return people

    def post(self, request, *args, **kwargs):
        try:
            count = attendance.mark(self.session, self._posted(), counter(request.user))
        except DomainError as error:
            messages.error(request, error.message)
            return self.render_to_response(self.get_context_data(), status=400)
        messages.success(request, _("已保存，改了 %(count)d 人的出勤。") % {"count": count})
        return redirect("roster:session", pk=self.session.pk)

    def _posted(self):
        """Return the marks that differ from what this page showed, so that two clerks do not undo each other."""
        rest = self.request.POST.get("rest")
        changed = [person for person in self.people if self._read(person, rest)]
        marks = {person.pk: (person.mark, _minutes(person)) for person in changed}
        return marks or ({person.pk: (person.was, person.was_minutes) for person in self.people} if rest else {})

    def _read(self, person, rest):
        """Put what was posted on ``person``, so that nothing typed is lost; return whether it is another answer."""
        post = self.request.POST
        shown = post.get(f"was-{person.pk}", person.was)
        value = post.get(f"mark-{person.pk}", shown)
        if value == Mark.UNMARKED and rest and not person.came_later:
            value = Mark.PRESENT
        person.mark = value
        person.minutes = post.get(f"minutes-{person.pk}", "").strip() if value == Mark.PARTIAL else ""
        return (person.mark, person.minutes) != (shown, post.get(f"had-{person.pk}", ""))

    def get_context_data(self, **kwargs):
        note_opened(self.request, [person.resident for person in self.people], minors_only=True)
        return super().get_context_data(
            session=self.session,
            run=self.session.class_run,
            people=self.people,
            choices=[(choice.value, choice.label) for choice in CHOICES],
            minutes=length(self.session),
            has_begun=self.session.starts_at <= timezone.now(),
            **kwargs,
        )


def _minutes(person):
    if not person.minutes:
        return None
    if not person.minutes.isdecimal():
        raise DomainError(
            "minutes",
            _("%(name)s的分钟数“%(typed)s”看不懂，请只填数字，例如 45。")
            % {"name": person.resident, "typed": person.minutes},
        )
    return int(person.minutes)


class RunView(RosterView):
    """What came of a class: everybody's record, judgement, certificates."""

    template_name = "enrolments/admin/roster_run.html"
    page_title = gettext_lazy("出勤与结业")

    @cached_property
    def run(self):
        run = get_object_or_404(ClassRun.objects.select_related("learning", "centre"), pk=self.kwargs["pk"])
        if not ClassRun.objects.filter(roster_runs(self.request.user), pk=run.pk).exists():
            raise PermissionDenied
        return run

    def get_page_subtitle(self):
        return str(self.run)

    def crumbs(self):
        return [{"url": "", "label": str(self.run)}]

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
        return redirect("roster:run", pk=self.run.pk)

    def _decide(self, verb, by):
        if verb == "complete":
            counts = attendance.complete(self.run, by)
            return _("判定了：结业 %(yes)d 人，未结业 %(no)d 人。") % {
                "yes": counts.get(Status.COMPLETED, 0),
                "no": counts.get(Status.NOT_COMPLETED, 0),
            }
        if verb == "issue":
            return _("新发了 %(count)d 张证书。") % {"count": len(certificates.issue_all(self.run, by))}
        person = get_object_or_404(self.run.enrolments.all(), pk=_key(self.request.POST.get("enrolment")))
        if verb == "reissue":
            certificate = certificates.issue(person, by)
            return _("证书 %(number)s 有效。") % {"number": certificate.number}
        if verb == "revoke":
            certificate = certificates.revoke(get_object_or_404(Certificate, enrolment=person), by)
            return _("证书 %(number)s 已撤销。") % {"number": certificate.number}
        raise DomainError("verb", _("没有这个操作，请刷新页面再试。"))

    def get_context_data(self, **kwargs):
        people = Enrolment.objects.filter(class_run=self.run).taking_part()
        people = _by_name(people.select_related("resident", "certificate"))
        note_opened(self.request, [person.resident for person in people], minors_only=True)
        records = records_of(people)
        for person in people:
            person.record = records[person.pk]
        states = {person.status for person in people}
        lacking = Enrolment.objects.filter(class_run=self.run, status=Status.COMPLETED, certificate=None)
        return super().get_context_data(
            run=self.run,
            people=people,
            meetings=self.run.sessions.taking_place().order_by("starts_at"),
            missing=len(attendance.sessions_without_marks(self.run)),
            may_judge=may_judge(self.request.user, self.run),
            may_print=may_use_counter(self.request.user),
            can_complete=Status.ENROLLED in states,
            can_issue=lacking.exclude(resident__name="").exists(),
            now=timezone.now(),
            **kwargs,
        )


#: Meetings with a column of their own on the printed list: what stands beside a name on A4.
COLUMNS = 8


def class_list(request, pk):
    """The list a teacher takes into the room: names and boxes to tick. No telephone and no birthday: paper gets lost."""
    run = get_object_or_404(ClassRun.objects.select_related("learning", "centre", "room"), pk=pk)
    if not ClassRun.objects.filter(roster_runs(request.user), pk=pk).exists():
        raise PermissionDenied
    people = Enrolment.objects.filter(class_run=run).taking_part().select_related("resident")
    note_opened(request, [person.resident for person in people], minors_only=True)
    meetings = list(run.sessions.taking_place().order_by("starts_at"))
    coming = [meeting for meeting in meetings if meeting.ends_at >= timezone.now()]
    context = {
        "run": run,
        "people": _by_name(people),
        "meetings": coming[:COLUMNS] or meetings[-COLUMNS:],
        "now": timezone.now(),
    }
    response = render(request, "enrolments/admin/roster_list.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def _by_name(people):
    """In the order in which people look for a name: by sound."""
    return sorted(people, key=lambda person: (pinyin_words(person.resident.name), person.pk))


def _key(text):
    return int(text) if (text or "").isdecimal() and len(text) < 19 else 0


def certificate_pdf(request, number):
    """The paper of somebody without a telephone, printed at the counter."""
    rows = Certificate.objects.filter(counter_scope(request.user, "enrolment__class_run__learning"))
    certificate = get_object_or_404(rows.select_related("enrolment__resident"), number=number)
    note_opened(request, [certificate.enrolment.resident], minors_only=True)
    response = pdf_response(certificate, request)
    if response is None:
        words = _("这台服务器没有能印这个姓名的中文字体，请让学员登录后从网页打印。")
        response = HttpResponse(words, status=503, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    return response


app_name = "roster"
urlpatterns = [
    path("", IndexView.as_view(), name="index"),
    path("<int:pk>/", SessionView.as_view(), name="session"),
    path("run/<int:pk>/", RunView.as_view(), name="run"),
    path("run/<int:pk>/list/", class_list, name="list"),
    path("certificate/<slug:number>.pdf", certificate_pdf, name="certificate"),
]
