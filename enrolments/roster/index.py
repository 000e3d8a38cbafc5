"""点名: the meetings that can be marked now."""

import datetime

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from enrolments.enums import Mark
from enrolments.models import Attendance, Enrolment
from enrolments.permissions import roster_sessions
from enrolments.roster.frame import RosterView
from timetable.enums import EnrolMode
from timetable.models import Session

#: Meetings this many days back are offered for marking; older ones are reached through their class.
DAYS_BACK = 30


class IndexView(RosterView):
    """Meetings of the last month that have begun, newest first; older ones by the name or number of their class."""

    template_name = "enrolments/admin/roster_index.html"
    page_title = gettext_lazy("点名")

    def get_context_data(self, **kwargs):
        query = self.request.GET.get("q", "").replace("\0", "").strip()
        meetings = self._meetings(query).select_related("class_run__learning", "class_run__centre", "head_count")
        page = Paginator(meetings.order_by("-starts_at", "pk"), 50).get_page(self.request.GET.get("p"))
        self._count(page.object_list)
        return super().get_context_data(meetings=page, days=DAYS_BACK, query=query, **kwargs)

    def _meetings(self, query):
        now = timezone.now()
        people = Enrolment.objects.taking_part().values("class_run")
        meetings = Session.objects.taking_place().filter(
            Q(class_run__in=people) | Q(class_run__mode=EnrolMode.WALK_IN),
            roster_sessions(self.request.user),
            starts_at__lte=now,
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
            meeting.people, meeting.marked = people.get(meeting.class_run_id, 0), marks.get(meeting.pk, 0)
            meeting.guests = getattr(meeting, "head_count", None)
