"""Questions about courses that several pages ask."""

import datetime

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from wagtail.models import TaskState

from core.restrictions import PublicPageQuerySet
from courses.enums import Outcome

#: Stand behind every real start when courses are sorted by it.
NO_RUNS = datetime.date.max
UNDER_WAY = NO_RUNS - datetime.timedelta(days=1)


class CoursePageQuerySet(PublicPageQuerySet):
    def soonest_first(self, runs):
        """Order by the next start among ``runs``, then those under way, then those without a class run.

        Annotates ``next_start`` (a date, None where nothing starts from today on). The next
        start is read by index, course by course, so the cost follows the number of courses and
        not of class runs; whether anything is under way is asked only where nothing starts, and
        both are one key to sort by (docs/mechanisms/finder.md).
        """
        own = runs.filter(learning=OuterRef("pk"))
        upcoming = own.filter(starts_on__gte=timezone.localdate()).order_by("starts_on")
        next_start = Subquery(upcoming.values("starts_on")[:1])
        # Not Exists(): PostgreSQL would answer that for all runs at once, before the first course.
        under_way = Subquery(own.order_by().annotate(key=Value(UNDER_WAY)).values("key")[:1])
        soonest = Coalesce(next_start, under_way, Value(NO_RUNS))
        return self.annotate(next_start=next_start, soonest=soonest).order_by("soonest", "pk")


class CourseProjectQuerySet(QuerySet):
    def for_board(self):
        """With what a card prints: course, street, owner, milestones."""
        return self.select_related("course__street", "owner").prefetch_related("milestones__owner")


class ReviewRoundQuerySet(QuerySet):
    def open(self):
        """Rounds that take scores: undecided, and not withdrawn from the workflow."""
        return self.filter(outcome=Outcome.OPEN, task_state__status=TaskState.STATUS_IN_PROGRESS)

    def passed(self):
        return self.filter(outcome=Outcome.PASSED)

    def waiting_for(self, user):
        """Open rounds that ``user`` has not scored and whose project is not the user's own; groups are the task's matter."""
        return self.open().exclude(reviews__reviewer=user).exclude(course__project__owner=user)
