"""Questions about class runs and sessions. The public never sees a draft."""

import datetime

from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone

from core.restrictions import private_paths
from timetable.enums import NOT_MEETING, PUBLIC_STATUSES, ClassRunStatus

#: One meeting is over within a day; a camp or an exhibition is a session on each of its days.
LONGEST_SESSION = datetime.timedelta(days=1)


def _of_public_runs(rows, run=""):
    """Narrow ``rows`` to published or cancelled runs of live, public pages; ``run`` is the lookup that leads to the run.

    Plain joins, no sub-query: the planner may start from whatever else is asked, a week or a centre.
    """
    rows = rows.filter(**{f"{run}status__in": PUBLIC_STATUSES, f"{run}learning__live": True})
    for path in private_paths():
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

    def close_to(self, run):
        """Others that ``run`` may be merged into or share people with: not over, of its course or of its subject and street."""
        alike = Q(learning=run.learning_id)
        if run.learning.subject_id and run.learning.street_id:
            alike |= Q(learning__subject=run.learning.subject_id, learning__street=run.learning.street_id)
        others = self.current().filter(alike, capacity__isnull=False).exclude(pk=run.pk)
        same_course = Case(When(learning=run.learning_id, then=0), default=1)
        return others.select_related("learning", "centre", "room").order_by(same_course, "starts_on", "starts_at", "pk")

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

    def of_pages(self, pages, since, statuses=PUBLIC_STATUSES):
        """Of public runs of live, public ``pages`` (a queryset) that last until the date ``since`` at least.

        ``statuses``: of the runs; only PUBLISHED where what was called off is not counted.

        For few pages among many: a list of their runs, from which the planner goes to the sessions. With joins it walks
        every session of the time asked for to find the few (docs/mechanisms/finder.md). ``since`` leaves nothing out:
        services keep ``ends_on`` at or after the last session.
        """
        run = self.model._meta.get_field("class_run").related_model
        pages = pages.live().public().order_by().values("pk")
        runs = run.objects.filter(learning__in=pages, status__in=statuses, ends_on__gte=since)
        return self.filter(class_run__in=runs.order_by().values("pk"))

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
