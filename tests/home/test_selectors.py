"""What the front page offers as starting soon."""

import datetime

from django.utils import timezone

from home.selectors import starting_soon
from tests.factories.learning import CoursePageFactory, EventPageFactory
from tests.factories.timetable import ClassRunFactory


def test_starting_soon_is_what_somebody_can_still_join(district):
    def course(**kwargs):
        return CoursePageFactory(parent=district.street, **kwargs)

    now = timezone.now()
    wanted = course(title="能报的课")
    ClassRunFactory(learning=wanted)
    ClassRunFactory(learning=wanted)  # one of each course
    ClassRunFactory(learning=course(), full=True)
    ClassRunFactory(learning=course(), draft=True)
    ClassRunFactory(learning=course(), cancelled=True)
    ClassRunFactory(learning=course(), over=True)
    ClassRunFactory(learning=course(live=False))
    ClassRunFactory(
        learning=course(),
        enrol_opens_at=now - datetime.timedelta(days=9),
        enrol_closes_at=now - datetime.timedelta(hours=1),
    )
    ClassRunFactory(learning=EventPageFactory(parent=district.street), single=True)
    assert [run.learning.title for run in starting_soon()] == ["能报的课"]
