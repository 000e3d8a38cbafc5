"""The list of a class: everybody's record, number and notes on the screen; the same list on paper."""

from django.db.models import Count
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.services.access import note_opened
from enrolments.models import ClaimNote
from enrolments.reach import reach_of
from enrolments.records import records_of
from enrolments.roster.frame import OneRunView, may_judge, people_of, readable_run
from enrolments.services.attendance import OPENS


class RunView(OneRunView):
    template_name = "enrolments/admin/roster_run.html"
    page_title = gettext_lazy("班级名单")

    def crumbs(self):
        return [{"url": "", "label": str(self.run)}]

    def get_context_data(self, **kwargs):
        people = people_of(self.run, "certificate", "resident__user")
        note_opened(self.request, [person.resident for person in people], minors_only=True)
        records = records_of(people)
        reach = reach_of([person.resident for person in people])
        notes = ClaimNote.objects.filter(enrolment__in=people).order_by()
        notes = dict(notes.values_list("enrolment").annotate(Count("pk")))
        for person in people:
            person.record, person.reach = records[person.pk], reach[person.resident_id]
            person.notes_count = notes.get(person.pk, 0)
        return super().get_context_data(
            people=people,
            meetings=self.run.sessions.taking_place().select_related("head_count").order_by("starts_at"),
            may_judge=may_judge(self.request.user, self.run),
            open_until=timezone.now() + OPENS,
            **kwargs,
        )


#: Meetings with a column of their own on the printed list: what stands beside a name on A4.
COLUMNS = 8
#: Empty rows for those who come without a claim.
BLANK_ROWS = 6


def class_list(request, pk):
    """The list a teacher takes into the room, or with ``?session=`` the sheet that people sign at one meeting.

    Names alone: no telephone and no birthday, because paper gets lost.
    """
    run = readable_run(request.user, pk)
    people = people_of(run)
    note_opened(request, [person.resident for person in people], minors_only=True)
    meetings = run.sessions.taking_place().select_related("room", "substitute").order_by("starts_at")
    wanted, session = request.GET.get("session", ""), None
    if wanted:
        session = get_object_or_404(meetings, pk=int(wanted) if wanted.isdecimal() and len(wanted) < 19 else 0)
    meetings = list(meetings)
    coming = [meeting for meeting in meetings if meeting.ends_at >= timezone.now()]
    context = {
        "run": run,
        "people": people,
        "session": session,
        "room": (session and session.room) or run.room,
        "teachers": [session.substitute] if session and session.substitute else list(run.teachers.all()),
        "meetings": [] if session else coming[:COLUMNS] or meetings[-COLUMNS:],
        "blank_rows": range(len(people) + 1, len(people) + 1 + BLANK_ROWS),
        "now": timezone.now(),
    }
    response = render(request, "enrolments/admin/roster_list.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
