"""Draws for tests: a run with a published commitment, its entries, a held draw. Through the services, with a fixed clock."""

import datetime

from django.utils import timezone

from enrolments import lottery
from enrolments.enums import Reason, Route, Status
from enrolments.models import Draw
from enrolments.services import draws
from enrolments.services.core import By, create
from tests.factories.learning import CoursePageFactory
from tests.factories.people import ResidentFactory
from tests.factories.timetable import ClassRunFactory
from timetable.enums import EnrolMode

DAY = datetime.timedelta(days=1)
PUBLIC_VALUE = "03 11 18 20 25 31 07"


def draw_run(district, *, capacity=3, seed="ab" * 32, **kwargs):
    """A published draw run whose window opens tomorrow for three days; its seed is fixed where a test needs it."""
    now = timezone.now()
    kwargs.setdefault("learning", CoursePageFactory(parent=district.street))
    kwargs.setdefault("enrol_opens_at", now + DAY)
    kwargs.setdefault("enrol_closes_at", now + 4 * DAY)
    run = ClassRunFactory(mode=EnrolMode.DRAW, capacity=capacity, **kwargs)
    draws.commit_draw(run)
    if seed:
        Draw.objects.filter(class_run=run).update(seed=seed, seed_hash=lottery.seed_hash(seed))
    run.refresh_from_db()
    return run


def enter(run, resident=None, *, receipt=None, party="", route=Route.ONLINE):
    fields = {"receipt": receipt} if receipt else {}
    now = run.enrol_opens_at + DAY
    resident = resident or ResidentFactory()
    return create(resident, run, Status.ENTERED, Reason.ENTERED_DRAW, By(None, route), now, party=party, **fields)


def freeze(run):
    return draws.freeze(run, now=run.enrol_closes_at)


def hold(run, public_value=PUBLIC_VALUE, **kwargs):
    return draws.hold(run, public_value, now=run.enrol_closes_at + DAY, **kwargs)


def held(district, entries=7, letter="R", **kwargs):
    """A run with ``entries`` people, receipts R0000000 …, in a draw that was held."""
    run = draw_run(district, **kwargs)
    for number in range(entries):
        enter(run, receipt=f"{letter}{number:07d}")
    freeze(run)
    return hold(run)
