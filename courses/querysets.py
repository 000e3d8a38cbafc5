"""Questions about courses that several pages ask."""

from django.db.models import Exists, F, OuterRef, Subquery
from django.utils import timezone
from wagtail.query import PageQuerySet


class CoursePageQuerySet(PageQuerySet):
    def soonest_first(self, runs):
        """Order by the next start among ``runs``, then those under way, then those without a class run.

        Annotates ``next_start`` (a date, None where nothing starts from today on) and
        ``has_runs``. The next start is read by index, course by course, so the cost follows
        the number of courses and not of class runs (docs/mechanisms/finder.md).
        """
        own = runs.filter(learning=OuterRef("pk"))
        upcoming = own.filter(starts_on__gte=timezone.localdate()).order_by("starts_on")
        return self.annotate(next_start=Subquery(upcoming.values("starts_on")[:1]), has_runs=Exists(own)).order_by(
            F("next_start").asc(nulls_last=True), F("has_runs").desc(), "pk"
        )
