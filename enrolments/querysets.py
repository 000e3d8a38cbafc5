"""Questions about seats and enrolments."""

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from enrolments.enums import LIVE, SEAT_HOLDING, TAKEN_PART, SeatKind, Status


class SeatQuerySet(models.QuerySet):
    def free(self):
        return self.filter(enrolment__isnull=True)

    def open(self):
        """For everybody, not kept for the counter."""
        return self.filter(kind=SeatKind.OPEN)


class EnrolmentQuerySet(models.QuerySet):
    def live(self):
        return self.filter(status__in=LIVE)

    def seated(self):
        """Holding a seat: enrolled or with an open offer."""
        return self.filter(status__in=SEAT_HOLDING)

    def enrolled(self):
        return self.filter(status=Status.ENROLLED)

    def taking_part(self):
        """Enrolled now, or finished: the class list and the learning record."""
        return self.filter(status__in=TAKEN_PART)

    def waiting(self):
        """The waiting list in order: those who never missed an offer first, then by number."""
        return self.filter(status=Status.WAITING).order_by("missed", "queue_no")

    def ahead_of(self, enrolment):
        """Those of the same list whose turn comes before ``enrolment``'s."""
        before = Q(missed__lt=enrolment.missed) | Q(missed=enrolment.missed, queue_no__lt=enrolment.queue_no)
        return self.filter(before, class_run=enrolment.class_run_id, status=Status.WAITING)

    def with_positions(self):
        """Annotate ``people_ahead``: how many of the same list come before, in the one query of the list."""
        before = Q(missed__lt=OuterRef("missed")) | Q(missed=OuterRef("missed"), queue_no__lt=OuterRef("queue_no"))
        ahead = self.model.objects.filter(before, class_run=OuterRef("class_run"), status=Status.WAITING)
        number = ahead.order_by().values("class_run").annotate(number=Count("pk")).values("number")
        return self.annotate(people_ahead=Coalesce(Subquery(number), 0))

    def for_cards(self):
        """Everything a list of one's classes shows, in a constant number of queries."""
        return self.select_related(
            "class_run__learning", "class_run__centre", "class_run__room", "class_run__term", "resident", "seat"
        ).order_by(F("class_run__starts_on"), "pk")
