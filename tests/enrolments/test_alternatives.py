"""Where a class is full: the nearest other ones, honest about distance, and only such as one may take."""

import datetime

import pytest

from enrolments.alternatives import alternatives
from enrolments.services.core import SYSTEM
from enrolments.services.places import enrol
from tests.factories.enrolments import make_run
from tests.factories.learning import CoursePageFactory
from tests.factories.network import SubCentrePageFactory
from tests.factories.people import ResidentFactory, birth_month
from tests.factories.timetable import SubjectFactory

pytestmark = pytest.mark.django_db


def hours(first):
    return {"starts_at": datetime.time(first), "ends_at": datetime.time(first, 50)}


@pytest.fixture
def places(district):
    """The full class's place, one 1 km and one 5 km away; positions known to 100 m."""
    here = SubCentrePageFactory(parent=district.street, latitude=31.5440, longitude=120.3020, accuracy_m=100)
    near = SubCentrePageFactory(parent=district.other_street, latitude=31.5530, longitude=120.3020, accuracy_m=100)
    far = SubCentrePageFactory(parent=district.other_street, latitude=31.5890, longitude=120.3020, accuracy_m=100)
    return here, near, far


def test_same_course_first_then_same_subject_each_nearest_first(district, places):
    here, near, far = places
    subject = SubjectFactory()
    course = CoursePageFactory(parent=district.street, subject=subject)
    sibling = CoursePageFactory(parent=district.other_street, subject=subject)
    full = make_run(district, learning=course, centre=here, capacity=1, seated=1)
    wanted = [
        make_run(district, learning=course, centre=near, **hours(8)),
        make_run(district, learning=course, centre=far, **hours(9)),
        make_run(district, learning=sibling, centre=near, **hours(10)),
    ]
    make_run(district, learning=sibling, centre=far, **hours(11))
    make_run(district, centre=near, **hours(12))  # another subject
    found = alternatives(full)
    assert [one.run for one in found] == wanted
    assert [one.same_course for one in found] == [True, True, False]
    assert [one.distance for one in found] == [
        "离原来的地点约 1.0 公里",
        "离原来的地点约 5.0 公里",
        "离原来的地点约 1.0 公里",
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"capacity": 1, "seated": 1},
        {"draft": True},
        {"status": "cancelled"},
        {"enrol_opens_at": None, "enrol_closes_at": None},
        {"mode": "counter"},
    ],
)
def test_only_what_can_be_had_now(district, fields):
    full = make_run(district, capacity=1, seated=1)
    make_run(district, learning=full.learning, **fields, **hours(8))
    assert alternatives(full) == []


def test_not_what_the_person_may_not_take(district):
    full = make_run(district, capacity=1, seated=1)
    person = ResidentFactory(birth_month=birth_month(40))
    make_run(district, learning=full.learning, age_min=60, **hours(8))
    fine = make_run(district, learning=full.learning, **hours(9))
    busy = make_run(district, **hours(10))
    enrol(person, busy, SYSTEM)
    make_run(district, learning=full.learning, **hours(10))
    assert [one.run for one in alternatives(full, person, SYSTEM)] == [fine]


def test_what_would_only_be_asked_is_no_hindrance(district):
    full = make_run(district, capacity=1, seated=1)
    other = make_run(district, learning=full.learning, age_min=18, **hours(8))
    assert [one.run for one in alternatives(full, ResidentFactory(birth_month=None), SYSTEM)] == [other]


def test_a_place_without_a_position_says_no_distance(district, places):
    full = make_run(district, centre=places[0], capacity=1, seated=1)
    make_run(district, learning=full.learning, **hours(8))
    (one,) = alternatives(full)
    assert (one.metres, one.distance) == (None, "")
