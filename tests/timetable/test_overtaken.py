"""A class that was cancelled or published while somebody else still had its form open stays so."""

import pytest

from core.errors import DomainError
from enrolments.audit import audit
from tests.factories.learning import CoursePageFactory
from tests.factories.timetable import ClassRunFactory
from timetable import services
from timetable.enums import ClassRunStatus
from timetable.models import ClassRun
from timetable.services.runs import copy_for_term

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(district):
    return CoursePageFactory(parent=district.street)


@pytest.fixture
def opened(course):
    """The class as somebody opened it a while ago."""
    return ClassRun.objects.get(pk=ClassRunFactory(learning=course, capacity=2, taken=2).pk)


def status(run):
    return ClassRun.objects.get(pk=run.pk).status


@pytest.mark.parametrize("late", [services.save_class_run, services.publish_class_run])
def test_nobody_takes_a_cancellation_back(opened, late):
    services.cancel_class_run(ClassRun.objects.get(pk=opened.pk))
    with pytest.raises(DomainError, check=lambda error: error.code == "cancelled" and "取消" in str(error.message)):
        late(opened)
    assert status(opened) == ClassRunStatus.CANCELLED


def test_a_form_of_the_draft_does_not_hide_what_is_public(course):
    draft = ClassRunFactory(learning=course, draft=True)
    services.publish_class_run(ClassRun.objects.get(pk=draft.pk))
    services.save_class_run(draft)
    assert status(draft) == ClassRunStatus.PUBLISHED


def test_cancelling_twice_tells_once(opened):
    services.cancel_class_run(ClassRun.objects.get(pk=opened.pk), "停课")
    before = list(opened.sessions.values_list("pk", "sequence", "note"))
    services.cancel_class_run(opened, "又停课")
    assert list(opened.sessions.values_list("pk", "sequence", "note")) == before


def test_a_copy_of_a_class_with_a_list_has_nobody_waiting(opened):
    ClassRun.objects.filter(pk=opened.pk).update(waiting=3)
    copy = copy_for_term(ClassRun.objects.get(pk=opened.pk))
    copy.code, copy.room = "T-COPY", None
    assert services.save_class_run(copy).waiting == 0
    assert list(audit(ClassRun.objects.filter(pk=copy.pk))) == []
