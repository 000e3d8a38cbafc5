"""点名: the meetings that can be marked now, and the classes of those to come."""

import datetime

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.pagination import UncountedPaginator
from enrolments.enums import Mark
from enrolments.models import Attendance, Enrolment
from enrolments.permissions import roster_runs, roster_sessions
from enrolments.roster.frame import RosterView
from enrolments.services.attendance import OPENS
from timetable.enums import EnrolMode
from timetable.models import ClassRun, Session

#: Meetings this many days back are offered for marking; older ones are reached through their class.
DAYS_BACK = 30
#: Meetings to come this many days ahead are listed: their sheet is printed and their class told something beforehand.
DAYS_AHEAD, SHOWN = 7, 30


class IndexView(RosterView):
    """Meetings of the last month that have begun, newest first, and the next week's; others by the name or number of their class."""

    template_name = "enrolments/admin/roster_index.html"
    page_title = gettext_lazy("点名")

    def get_context_data(self, **kwargs):
        query, now = self.request.GET.get("q", "").replace("\0", "").strip(), timezone.now()
        meetings, opened = self._meetings(query), now + OPENS
        begun = meetings.filter(starts_at__lte=opened)
        coming = meetings.filter(starts_at__gt=opened).order_by("starts_at", "pk")
        if not query:
            begun = begun.filter(starts_at__gte=now - datetime.timedelta(days=DAYS_BACK))
            coming = coming.filter(starts_at__lte=now + datetime.timedelta(days=DAYS_AHEAD))
        page = UncountedPaginator(begun.order_by("-starts_at", "pk"), 50).get_page(self.request.GET.get("p"))
        coming = list(coming[:SHOWN])
        self._count([*page.object_list, *coming])
        return super().get_context_data(
            meetings=page, coming=coming, days=DAYS_BACK, ahead=DAYS_AHEAD, query=query, **kwargs
        )

    def _meetings(self, query):
        people = Enrolment.objects.taking_part().filter(class_run=OuterRef("class_run"))
        meetings = Session.objects.taking_place().filter(
            Q(Exists(people)) | Q(class_run__mode=EnrolMode.WALK_IN), roster_sessions(self.request.user)
        )
        if query:
            named = Q(class_run__code__icontains=query) | Q(class_run__learning__title__icontains=query)
            meetings = meetings.filter(named | Q(class_run__name__icontains=query))
        return meetings.select_related("class_run__learning", "class_run__centre", "head_count")

    def _count(self, meetings):
        people = Enrolment.objects.filter(class_run__in=[m.class_run_id for m in meetings]).taking_part()
        people = dict(people.order_by().values_list("class_run").annotate(Count("pk")))
        marks = Attendance.objects.filter(session__in=meetings).exclude(mark=Mark.UNMARKED)
        marks = dict(marks.order_by().values_list("session").annotate(Count("pk")))
        runs = ClassRun.objects.filter(roster_runs(self.request.user), pk__in=[m.class_run_id for m in meetings])
        readable = set(runs.values_list("pk", flat=True))
        for meeting in meetings:
            meeting.reads_all = meeting.class_run_id in readable  # not for who stands in for this one
            meeting.people, meeting.marked = people.get(meeting.class_run_id, 0), marks.get(meeting.pk, 0)
            meeting.guests = getattr(meeting, "head_count", None)
