"""Runs with seats and people in them, all made by the services."""

from django.utils import timezone

from enrolments.services.core import SYSTEM
from enrolments.services.places import enrol
from tests.factories.learning import CoursePageFactory
from tests.factories.people import ResidentFactory
from tests.factories.timetable import ClassRunFactory


def make_run(district, *, seated=0, waiting=0, **fields):
    """A published run of a new course of the first street, with people in its seats and in its list."""
    fields.setdefault("learning", None)
    if fields["learning"] is None:
        fields["learning"] = CoursePageFactory(parent=district.street)
    run = ClassRunFactory(**fields)
    for _number in range(seated + waiting):
        enrol(ResidentFactory(), run, SYSTEM)
    run.refresh_from_db()
    return run


def enrol_someone(run, now=None, **person):
    """A new resident enrolled in ``run`` (or waiting for it)."""
    return enrol(ResidentFactory(**person), run, SYSTEM, now=now or timezone.now())
