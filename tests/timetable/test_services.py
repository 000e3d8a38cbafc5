"""Sessions follow their pattern, keep what was held and what people were told."""

from tests.factories.learning import CoursePageFactory
from tests.factories.timetable import ClassRunFactory


def test_a_new_run_gets_its_sessions(district):
    run = ClassRunFactory(learning=CoursePageFactory(parent=district.street))
    assert [session.number for session in run.sessions.all()] == [1, 2, 3, 4]
    assert {session.planned_on.isoweekday() for session in run.sessions.all()} == {3}
