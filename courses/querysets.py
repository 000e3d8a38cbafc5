"""Questions about courses that several pages ask."""

import datetime

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.restrictions import PublicPageQuerySet

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
