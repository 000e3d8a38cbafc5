"""The evening before: whoever has a place is told of tomorrow's meeting, once."""

import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Notice
from enrolments import notices
from enrolments.models import Enrolment
from enrolments.services.core import lock_run
from timetable.enums import ClassRunStatus
from timetable.models import Session


def remind_tomorrow(now=None):
    """Tell everybody enrolled about each meeting of tomorrow that takes place; return how many were told. Repeatable."""
    day = timezone.localdate(now or timezone.now()) + datetime.timedelta(days=1)
    meetings = Session.objects.taking_place().between(day, day).filter(class_run__status=ClassRunStatus.PUBLISHED)
    return sum(_remind(session) for session in meetings.order_by("pk"))


@transaction.atomic
def _remind(session):
    """The run is locked: two jobs at once tell nobody twice, and who has just left is not told."""
    run = lock_run(session.class_run_id)
    told = Notice.objects.filter(batch_key=notices.tomorrow_key(session)).values("resident")
    session.class_run = run
    count = 0
    for enrolment in Enrolment.objects.enrolled().filter(class_run=run).exclude(resident__in=told):
        enrolment.class_run = run
        notices.tomorrow(enrolment, session)
        count += 1
    return count
