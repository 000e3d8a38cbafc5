import datetime

import factory
from django.utils import timezone

from enrolments.enums import Reason, Status
from enrolments.models import Seat
from enrolments.services.core import SYSTEM, create, publish_figures
from tests.factories.people import ResidentFactory
from timetable.enums import ClassRunStatus
from timetable.models import Audience, CentreClosure, ClassRun, Subject, Term
from timetable.services import save_class_run


def days_from_today(days):
    return timezone.localdate() + datetime.timedelta(days=days)


def seat_people(run, number):
    """Put ``number`` people into free seats, whatever the rules of the run say."""
    for seat in Seat.objects.free().filter(class_run=run).order_by("number")[:number]:
        create(ResidentFactory(), run, Status.ENROLLED, Reason.CAME_FIRST, SYSTEM, timezone.now(), seat=seat)
    publish_figures(run)


class SubjectFactory(factory.django.DjangoModelFactory):
    code = factory.Sequence(lambda n: f"subject-{n}")
    name = factory.Sequence(lambda n: f"类别{n}")

    class Meta:
        model = Subject


class AudienceFactory(factory.django.DjangoModelFactory):
    code = factory.Sequence(lambda n: f"audience-{n}")
    name = factory.Sequence(lambda n: f"人群{n}")

    class Meta:
        model = Audience


class TermFactory(factory.django.DjangoModelFactory):
    code = factory.Sequence(lambda n: f"term-{n}")
    name = "测试学期"
    starts_on = factory.LazyFunction(lambda: days_from_today(-30))
    ends_on = factory.LazyFunction(lambda: days_from_today(120))

    class Meta:
        model = Term


class CentreClosureFactory(factory.django.DjangoModelFactory):
    starts_on = factory.LazyFunction(lambda: days_from_today(7))
    ends_on = factory.SelfAttribute("starts_on")
    reason = "期末考试"

    class Meta:
        model = CentreClosure


class ClassRunFactory(factory.django.DjangoModelFactory):
    """A published run with its sessions: 4 Wednesdays from a week ahead, 20 places, enrolment open, free.

    Made by the service, like every run. Traits: ``draft``, ``full``, ``cancelled``, ``over``, ``single``;
    ``taken``: how many seats have somebody in them.
    """

    code = factory.Sequence(lambda n: f"T{n:05d}")
    starts_on = factory.LazyFunction(lambda: days_from_today(7))
    weekdays = factory.LazyFunction(lambda: [3])
    starts_at = datetime.time(14)
    ends_at = datetime.time(15, 30)
    session_count = 4
    capacity = 20
    fee_fen = 0
    enrol_opens_at = factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(days=1))
    enrol_closes_at = factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(days=5))
    status = ClassRunStatus.PUBLISHED

    class Meta:
        model = ClassRun

    class Params:
        draft = factory.Trait(status=ClassRunStatus.DRAFT)
        cancelled = factory.Trait(status=ClassRunStatus.CANCELLED)
        over = factory.Trait(starts_on=factory.LazyFunction(lambda: days_from_today(-90)))
        single = factory.Trait(weekdays=factory.LazyFunction(list), session_count=None)

    @classmethod
    def _create(cls, model_class, *args, full=False, taken=0, teachers=None, **kwargs):
        if "centre" not in kwargs:
            kwargs["centre"] = kwargs["learning"].street
        run = save_class_run(model_class(*args, **kwargs), teachers=teachers)
        if full or taken:
            seat_people(run, run.capacity if full else taken)
            run.refresh_from_db()
        return run
