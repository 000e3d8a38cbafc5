"""Every night: end the lists of classes that are over and judge those whose marks are complete.

Idempotent. Three days are left for marks that come late. What cannot be judged is listed,
so that somebody marks it; nobody is judged by marks that are missing.
"""

import datetime

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from enrolments.enums import Status
from enrolments.models import Enrolment
from enrolments.services import attendance
from enrolments.services.core import SYSTEM
from timetable.models import ClassRun

WAIT = datetime.timedelta(days=3)


class Command(BaseCommand):
    help = "Judge class runs that have been over for three days."

    def handle(self, *args, **options):
        judged, waiting = 0, []
        for run in self._over():
            try:
                attendance.close_list(run, SYSTEM)
                judged += sum(attendance.complete(run, SYSTEM).values())
            except DomainError as error:
                waiting.append(f"{run.code} {run}：{error.message}")
        self.stdout.write(_("判定了 %(count)d 人。") % {"count": judged})
        if waiting:
            self.stdout.write(_("等点名的班有 %(count)d 个：") % {"count": len(waiting)})
        for line in waiting:
            self.stdout.write(line)

    def _over(self):
        """Published runs whose last meeting ended three days ago and in which somebody still has an open claim."""
        before = timezone.now() - WAIT
        claimed = Enrolment.objects.filter(status__in=(Status.ENROLLED, *attendance.HOPING)).values("class_run")
        runs = ClassRun.objects.published().filter(pk__in=claimed, ends_on__lte=timezone.localdate(before))
        runs = runs.select_related("learning").order_by("pk")
        return [run for run in runs if (ends := attendance.last_end(run)) and ends <= before]
