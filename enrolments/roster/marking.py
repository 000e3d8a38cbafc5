"""One meeting at the door: a tap a person, and a number for those who came without a claim.

With scripts each tap is sent by itself (js/roster.js) and kept on the phone until the server has it;
without them the form is saved as a whole. Either says what it showed, so that two phones do not undo each other.
"""

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from accounts.services.access import note_opened
from core.errors import DomainError
from enrolments.enums import Mark
from enrolments.models import Attendance, Enrolment, HeadCount
from enrolments.permissions import may_use_counter, roster_runs, roster_sessions
from enrolments.records import MINUTE, length
from enrolments.roster.frame import REFUSED, WRONG, RosterView, by_name
from enrolments.services import attendance
from enrolments.services.core import counter
from timetable.models import ClassRun, Session

#: What can be tapped, in the order of the screen.
CHOICES = (Mark.PRESENT, Mark.PARTIAL, Mark.EXCUSED, Mark.ABSENT, Mark.UNMARKED)


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

    @cached_property
    def reads_all(self):
        """Whether the list of the whole class is theirs too: not for who stands in for one meeting."""
        runs = ClassRun.objects.filter(roster_runs(self.request.user))
        return runs.filter(pk=self.session.class_run_id).exists()

    def get_page_subtitle(self):
        return str(self.session)

    def crumbs(self):
        run = self.session.class_run
        return [
            {"url": reverse("roster:run", args=[run.pk]) if self.reads_all else "", "label": str(run)},
            {"url": "", "label": self.session.span_words},
        ]

    @cached_property
    def people(self):
        people = Enrolment.objects.filter(class_run=self.session.class_run_id).taking_part()
        rows = {row.enrolment_id: row for row in Attendance.objects.filter(session=self.session)}
        joined = attendance.joined_at(people)
        people = by_name(people.select_related("resident"))
        for person in people:
            row = rows.get(person.pk)
            person.mark = row.mark if row else Mark.UNMARKED
            person.was, person.was_minutes = person.mark, row.minutes if row else None
            person.minutes = "" if person.was_minutes is None else person.was_minutes
            person.came_later = joined[person.pk] > self.session.starts_at
        return people

    def post(self, request, *args, **kwargs):
        if "tap" in request.POST:
            return self.tap()
        if "heads" in request.POST:
            return self.count_heads()
        try:
            marks, shown = self._posted()
            count, overtaken = attendance.mark_as_shown(self.session, marks, shown, counter(request.user))
        except DomainError as error:
            messages.error(request, error.message)
            return self.render_to_response(self.get_context_data(), status=400)
        messages.success(request, _("已保存，改了 %(count)d 人的出勤。") % {"count": count})
        if overtaken:
            messages.warning(request, self._overtaken_words(overtaken))
        return redirect("roster:session", pk=self.session.pk)

    def _overtaken_words(self, overtaken):
        names = {person.pk: str(person.resident) for person in self.people}
        said = [_("%(name)s（%(mark)s）") % {"name": names[pk], "mark": Mark(m).label} for pk, m in overtaken.items()]
        return _("这几位刚才在别的手机上已经点了，没有改：%(people)s。要改请再点一次。") % {"people": "、".join(said)}

    def tap(self):
        """One mark by a script. The answer is what stands now, and a sentence where that is not what was tapped."""
        post = self.request.POST
        key = int(post["tap"]) if post["tap"].isdecimal() and len(post["tap"]) < 19 else 0
        value, typed = post.get("mark", ""), post.get("minutes", "").strip()
        if value == Mark.PARTIAL and typed and not typed.isdecimal():
            return JsonResponse({"sentence": _("分钟数请只填数字，例如 45。")}, status=WRONG)
        minutes = int(typed) if value == Mark.PARTIAL and typed else None
        try:
            _count, overtaken = attendance.mark_as_shown(
                self.session, {key: (value, minutes)}, {key: post.get("was", "")}, counter(self.request.user)
            )
        except DomainError as error:
            return JsonResponse({"sentence": error.message}, status=WRONG)
        if not overtaken:
            return JsonResponse({"mark": value})
        stands = Mark(overtaken[key])
        sentence = _("别的手机刚点了“%(mark)s”，没有改。要改请再点一次。") % {"mark": stands.label}
        return JsonResponse({"mark": stands.value, "sentence": sentence}, status=REFUSED)

    def count_heads(self):
        typed = self.request.POST["heads"].strip() or "0"
        try:
            people = int(typed) if typed.isdecimal() and len(typed) < 6 else -1
            attendance.count_heads(self.session, people, counter(self.request.user))
        except DomainError as error:
            messages.error(self.request, error.message)
            return self.render_to_response(self.get_context_data(heads=typed), status=WRONG)
        messages.success(self.request, _("已保存：没报名来的 %(people)d 人。") % {"people": people})
        return redirect("roster:session", pk=self.session.pk)

    def _posted(self):
        """Return the marks that differ from what this page showed, and what it showed."""
        rest = self.request.POST.get("rest")
        changed = [person for person in self.people if self._read(person, rest)]
        marks = {person.pk: (person.mark, _minutes(person)) for person in changed}
        if not marks and rest:
            marks = {person.pk: (person.was, person.was_minutes) for person in self.people}
        return marks, {person.pk: self.request.POST.get(f"was-{person.pk}", person.was) for person in self.people}

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
        count = HeadCount.objects.filter(session=self.session).first()
        kwargs.setdefault("heads", count.people if count else "")
        return super().get_context_data(
            session=self.session,
            run=self.session.class_run,
            people=self.people,
            choices=[(choice.value, choice.label) for choice in CHOICES if choice != Mark.PRESENT],
            minutes=length(self.session),
            is_open=attendance.is_open(self.session, timezone.now()),
            opens=attendance.OPENS // MINUTE,
            reads_all=self.reads_all,
            may_register=may_use_counter(self.request.user),
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
