"""Taking back a class run that an import made: nobody has been promised anything by it yet."""

from django.db import transaction

from timetable import signals
from timetable.models import ClassRun


@transaction.atomic
def take_back_class_run(run):
    """Delete ``run`` with its sessions and bookings, published or not.

    Whoever keeps the places refuses where somebody enrolled: DomainError or ProtectedError.
    """
    signals.class_run_deleting.send(ClassRun, run=run)
    run.sessions.all().delete()
    run.delete()
