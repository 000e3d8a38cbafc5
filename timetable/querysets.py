"""Questions about class runs and sessions. The public never sees a draft."""

import datetime

from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone

from timetable.enums import NOT_MEETING, PUBLIC_STATUSES, ClassRunStatus

#: One meeting is over within a day; a camp or an exhibition is a session on each of its days.
LONGEST_SESSION = datetime.timedelta(days=1)


def _of_public_runs(rows, run=""):
    """Narrow ``rows`` to published or cancelled runs of live, public pages; ``run`` is the lookup that leads to the run.

    Plain joins, no sub-query: the planner may start from whatever else is asked, a week or a centre.
    """
    from wagtail.models import PageViewRestriction

    rows = rows.filter(**{f"{run}status__in": PUBLIC_STATUSES, f"{run}learning__live": True})
    # The same rule as PageQuerySet.public(): nothing at or below a restricted page.
    for path in PageViewRestriction.objects.values_list("page__path", flat=True):
        rows = rows.exclude(**{f"{run}learning__path__startswith": path})
    return rows


class ClassRunQuerySet(models.QuerySet):
    def public(self):
        """Published or cancelled runs of live, public pages."""
        return _of_public_runs(self)

    def published(self):
        return self.filter(status=ClassRunStatus.PUBLISHED)

    def current(self):
        """Not over yet: the last day is today or later."""
        return self.filter(ends_on__gte=timezone.localdate())

    def upcoming(self):
        """Starting today or later."""
        return self.filter(starts_on__gte=timezone.localdate())

    def not_closed(self):
        """Enrolment is not over: open, still to open, or its end not published."""
        return self.filter(Q(enrol_closes_at__isnull=True) | Q(enrol_closes_at__gt=timezone.now()))

    def with_places(self):
        """Not known to be full: a run whose number of places is not published counts as having places."""
        return self.filter(Q(places_left__isnull=True) | Q(places_left__gt=0))

    def soonest_first(self):
        """What is still to start by its start, then what is under way, latest started first."""
        today = timezone.localdate()
        return self.order_by(
            Case(When(starts_on__lt=today, then=1), default=0),
            Case(When(starts_on__gte=today, then="starts_on")),
            F("starts_on").desc(),
            "starts_at",
            "pk",
        )

    def for_cards(self):
        """Everything a timetable row shows, in a constant number of queries."""
        return self.select_related("centre", "room", "term").prefetch_related("teachers")


class SessionQuerySet(models.QuerySet):
    def public(self):
        """Of published or cancelled runs of live, public pages."""
        return _of_public_runs(self, "class_run__")

    def upcoming(self):
        """Not over yet, cancelled ones included: people who planned to come must see that."""
        now = timezone.now()
        # The start is what the index knows: without it every session of every past term is looked at.
        return self.filter(starts_at__gte=now - LONGEST_SESSION, ends_at__gte=now)

    def taking_place(self):
        return self.exclude(status__in=NOT_MEETING)

    def between(self, first, last):
        """Starting on a local date from ``first`` to ``last``, both included."""
        # Two moments, not starts_at__date: a function of the column would hide it from its index.
        return self.filter(starts_at__gte=_midnight(first), starts_at__lt=_midnight(last + datetime.timedelta(days=1)))


def _midnight(date):
    return timezone.make_aware(datetime.datetime.combine(date, datetime.time()))
