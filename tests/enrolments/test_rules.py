"""Who may have a place: each rule says its code, its reason, and lets the right ones in."""

import datetime

import pytest
from django.utils import timezone

from core.errors import DomainError
from enrolments.enums import Status
from enrolments.models import Enrolment
from enrolments.services.core import SYSTEM, counter, online
from enrolments.services.places import enrol
from tests.enrolments.drawing import draw_run
from tests.factories.enrolments import make_run
from tests.factories.learning import CoursePageFactory
from tests.factories.network import NeighbourhoodFactory
from tests.factories.people import ResidentFactory, UserFactory, birth_month
from tests.factories.timetable import AudienceFactory, TermFactory
from timetable.enums import ClassRunStatus, EnrolMode, Residence

HOUR = datetime.timedelta(hours=1)


def refusal(person, run, by=SYSTEM, **answers):
    """The code of the refusal, "" where the person gets in."""
    before = Enrolment.objects.count()
    error = None
    try:
        enrol(person, run, by, **answers)
    except DomainError as raised:
        error = raised
    assert Enrolment.objects.count() == before + (error is None)
    assert error is None or error.message.endswith("。"), error.message
    return error.code if error else ""


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"status": ClassRunStatus.DRAFT}, "not_published"),
        ({"status": ClassRunStatus.CANCELLED}, "cancelled"),
        ({"capacity": None}, "no_places"),
        ({"mode": EnrolMode.WALK_IN}, "walk_in"),
        ({"mode": EnrolMode.COUNTER}, "counter_only"),
        ({"enrol_opens_at": None}, "window"),
    ],
)
def test_what_is_not_offered_online(district, fields, code):
    assert refusal(ResidentFactory(), make_run(district, **fields), online(UserFactory())) == code


@pytest.mark.parametrize("mode", [EnrolMode.WALK_IN, EnrolMode.COUNTER])
def test_the_counter_may_enter_people_where_the_site_does_not(district, mode):
    assert refusal(ResidentFactory(), make_run(district, mode=mode), counter(UserFactory())) == ""


def test_the_window(district):
    run = make_run(district)
    opens, closes = run.enrol_opens_at, run.enrol_closes_at
    for now, code in [
        (opens - HOUR, "window"),
        (closes, "window"),
        (closes + HOUR, "window"),
        (closes - HOUR, ""),
        (opens, ""),
    ]:
        assert refusal(ResidentFactory(), run, now=now) == code


def test_no_one_joins_after_the_last_day(district):
    run = make_run(district, enrol_closes_at=None, join_until=timezone.localdate() + datetime.timedelta(days=10))
    day = datetime.timedelta(days=1)
    assert refusal(ResidentFactory(), run, now=timezone.now() + 10 * day) == ""
    assert refusal(ResidentFactory(), run, now=timezone.now() + 11 * day) == "window"


@pytest.mark.parametrize(("age", "code"), [(54, "age"), (55, ""), (70, ""), (71, "age"), (None, "needs_birth_month")])
def test_age_on_the_first_day(district, age, code):
    run = make_run(district, age_min=55, age_max=70, starts_on=timezone.localdate() + datetime.timedelta(days=1))
    born = birth_month(age) if age is not None else None
    assert refusal(ResidentFactory(birth_month=born), run) == code


def test_residence_in_the_street(district):
    run = make_run(district, residence=Residence.STREET)
    here, there = district.street, district.other_street
    assert refusal(ResidentFactory(), run) == "needs_home"
    assert refusal(ResidentFactory(street=there), run) == "residence"
    assert refusal(ResidentFactory(outside_district=True), run) == "residence"
    assert refusal(ResidentFactory(street=here), run) == ""
    home = NeighbourhoodFactory(street=here)
    assert refusal(ResidentFactory(street=here, neighbourhood=home), run) == ""


def test_residence_counts_the_centres_street_where_the_class_is_in_a_sub_centre(district):
    run = make_run(district, residence=Residence.STREET, centre=district.sub_centre)
    assert refusal(ResidentFactory(street=district.street), run) == ""


def test_residence_in_the_district(district):
    run = make_run(district, residence=Residence.DISTRICT)
    assert refusal(ResidentFactory(outside_district=True), run) == "residence"
    assert refusal(ResidentFactory(street=district.other_street), run) == ""


def test_an_audience_with_an_age_line(district):
    course = CoursePageFactory(parent=district.street)
    course.audiences.set([AudienceFactory(name="长辈", age_min=60)])
    course.save()
    run = make_run(district, learning=course, audience_only=True)
    assert refusal(ResidentFactory(birth_month=birth_month(59)), run) == "audience"
    assert refusal(ResidentFactory(birth_month=None), run) == "needs_birth_month"
    assert refusal(ResidentFactory(birth_month=birth_month(61)), run) == ""


def test_an_audience_without_an_age_line_is_confirmed_by_the_person(district):
    course = CoursePageFactory(parent=district.street)
    course.audiences.set([AudienceFactory(name="新市民")])
    course.save()
    run = make_run(district, learning=course, audience_only=True)
    assert refusal(ResidentFactory(), run) == "needs_audience"
    assert refusal(ResidentFactory(), run, audience=True) == ""


def test_a_minor_comes_with_a_guardian(district):
    run = make_run(district)
    alone = ResidentFactory(own=True, birth_month=birth_month(16))
    assert refusal(alone, run, online(alone.user)) == "guardian"
    assert refusal(ResidentFactory(child=True), run, online(UserFactory())) == ""


def test_the_very_old_leave_a_relatives_number(district):
    run = make_run(district, relative_from_age=80)
    assert refusal(ResidentFactory(birth_month=birth_month(81)), run) == "relative"
    assert refusal(ResidentFactory(birth_month=birth_month(70)), run) == ""
    with_relative = ResidentFactory(birth_month=birth_month(81), contact_name="王小明", contact_phone="13900000000")
    assert refusal(with_relative, run) == ""


def test_the_health_notice_is_read_first(district):
    run = make_run(district, health_notice="动作较快。")
    assert refusal(ResidentFactory(), run) == "health"
    person = ResidentFactory()
    assert refusal(person, run, health=True) == ""
    assert Enrolment.objects.get(resident=person).health_agreed_at


def test_what_was_to_be_learnt_before(district):
    basics = CoursePageFactory(parent=district.street, title="太极拳基础")
    run = make_run(district, prerequisite=basics)
    assert refusal(ResidentFactory(), run) == "prerequisite"
    person = ResidentFactory()
    old = make_run(district, learning=basics, over=True, enrol_opens_at=None, enrol_closes_at=None)
    Enrolment.objects.create(resident=person, class_run=old, status=Status.COMPLETED)
    assert refusal(person, run) == ""


def test_no_more_than_the_term_allows(district):
    term = TermFactory(max_per_person=2)
    hours = [datetime.time(8), datetime.time(10), datetime.time(12)]
    runs = [make_run(district, term=term, starts_at=h, ends_at=h.replace(minute=50), capacity=5) for h in hours]
    person = ResidentFactory()
    assert [refusal(person, run) for run in runs] == ["", "", "limit"]


def test_waiting_does_not_count_for_the_limit(district):
    term = TermFactory(max_per_person=1)
    full = make_run(district, term=term, capacity=1, seated=1)
    other = make_run(district, term=term, starts_at=datetime.time(8), ends_at=datetime.time(9))
    person = ResidentFactory()
    assert [refusal(person, full), refusal(person, other)] == ["", ""]


def test_two_classes_at_once(district):
    first, second = make_run(district), make_run(district, starts_at=datetime.time(15), ends_at=datetime.time(16))
    person = ResidentFactory()
    enrol(person, first, SYSTEM)
    with pytest.raises(DomainError) as error:
        enrol(person, second, SYSTEM)
    assert error.value.code == "clash"
    assert first.learning.title in error.value.message


def test_one_class_after_the_other_is_no_clash(district):
    first = make_run(district)
    second = make_run(district, starts_at=datetime.time(15, 30), ends_at=datetime.time(16))
    person = ResidentFactory()
    enrol(person, first, SYSTEM)
    assert refusal(person, second) == ""


def test_a_cancelled_meeting_clashes_with_nothing(district):
    from timetable.services import cancel_session

    first, second = make_run(district), make_run(district)
    for session in first.sessions.all():
        cancel_session(session)
    person = ResidentFactory()
    enrol(person, first, SYSTEM)
    assert refusal(person, second) == ""


def test_one_run_of_a_course_is_enough(district):
    first = make_run(district)
    second = make_run(district, learning=first.learning, starts_at=datetime.time(8), ends_at=datetime.time(9))
    person = ResidentFactory()
    enrol(person, first, SYSTEM)
    assert refusal(person, second) == "same_course"


def test_without_consent_no_place(district):
    run = make_run(district)
    assert refusal(ResidentFactory(consents=[]), run) == "consent"


def test_nobody_enrols_an_erased_person(district):
    run = make_run(district)
    person = ResidentFactory(name="", phone="", birth_month=None, erased_at=timezone.now(), consents=[])
    assert refusal(person, run) == "gone"


def test_an_entry_in_a_draw_counts_as_a_class_at_that_time(district, time_machine):
    first, second = draw_run(district), draw_run(district)
    time_machine.move_to(first.enrol_opens_at + HOUR)
    person = ResidentFactory()
    assert refusal(person, first) == ""
    assert refusal(person, second) == "clash"
