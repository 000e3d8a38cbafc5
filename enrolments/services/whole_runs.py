"""Claims that follow a change of whole class runs: those who wait are asked into a second class."""

from django.utils import timezone

from enrolments import notices
from enrolments.enums import Reason, Status
from enrolments.models import Enrolment
from enrolments.services.core import SYSTEM, create, lock_runs, next_queue_no
from enrolments.services.waiting import promote


def invite(run):
    """Put those who wait for the run that ``run`` was opened for into its list, in their order, and offer them its seats.

    They keep their place in the old list until they take a seat here. Whoever was in this list before is not asked again.
    """
    runs = lock_runs(run.second_of_id, run.pk)
    run, now = runs[run.pk], timezone.now()
    asked = Enrolment.objects.filter(class_run=run).values("resident")
    waiting = Enrolment.objects.filter(class_run=run.second_of_id).waiting().exclude(resident__in=asked)
    number = next_queue_no(run)
    claims = [
        create(
            claim.resident,
            run,
            Status.WAITING,
            Reason.SECOND_CLASS,
            SYSTEM,
            now,
            queue_no=place,
            health_agreed_at=claim.health_agreed_at,
        )
        for place, claim in enumerate(waiting.select_related("resident"), start=number)
    ]
    promote(run, now)
    tell_the_rest(claims, run, notices.second_class)


def tell_the_rest(claims, run, tell):
    """Call ``tell(claim)`` for those of ``claims`` to whom no offer has gone: an offer is their one notice."""
    still = Enrolment.objects.filter(pk__in=[claim.pk for claim in claims]).exclude(status=Status.OFFERED)
    for claim in still.select_related("resident").order_by("pk"):
        claim.class_run = run
        tell(claim)
