"""The same site with a careless ``enrol``: no transaction, no lock, a seat that is looked at and then taken.

Only for the control of the races: if this did not oversell, the races would prove nothing.
"""

import time

from lifelong.wsgi import application  # noqa: F401  gunicorn looks for it here; Django is ready after it

# isort: split
from accounts.models import Resident
from enrolments.services import places, waiting
from timetable.models import ClassRun

#: Between the look and the taking; without it the mistake needs more luck, not another cause.
LOOK = 0.02


def look_then_take(run):
    left = ClassRun.objects.values_list("places_left", flat=True).get(pk=run.pk)
    time.sleep(LOOK)
    if left:
        ClassRun.objects.filter(pk=run.pk).update(places_left=left - 1)
    return left


def plain_runs(*pks):
    return ClassRun.objects.select_related("learning", "term", "centre").in_bulk(pks)


places._reserve = look_then_take
places.lock_resident = lambda resident: Resident.objects.get(pk=resident.pk)
for module in (places, waiting):
    module.lock_runs = plain_runs
    module.lock_run = lambda pk: plain_runs(pk)[pk]
places.enrol = places.enrol.__wrapped__  # without @transaction.atomic
