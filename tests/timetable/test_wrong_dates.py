"""A wrong date is told at its own field, by the model itself: so in forms, imports and services alike."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from core.dates import check_year
from courses.models import CoursePage
from network.models import OpeningHours
from tests.factories.learning import CoursePageFactory
from tests.factories.timetable import ClassRunFactory, days_from_today
from timetable.enums import DayKind
from timetable.forms import SessionForm
from timetable.models import CalendarDay, CentreClosure, Term

NINE, TEN = datetime.time(9), datetime.time(10)
FIRST, LAST = datetime.date(2027, 3, 1), datetime.date(2027, 7, 1)


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        (Term(starts_on=LAST, ends_on=FIRST), "ends_on", "晚于开始日期"),
        (CentreClosure(starts_on=LAST, ends_on=FIRST), "ends_on", "不能早于第一天"),
        (CentreClosure(starts_on=FIRST, ends_on=LAST, starts_at=TEN, ends_at=NINE), "ends_at", "晚于开始"),
        (CentreClosure(starts_on=FIRST, ends_on=LAST, ends_at=NINE), "starts_at", "要么两个都写"),
        (CentreClosure(starts_on=FIRST, ends_on=LAST, starts_at=NINE), "ends_at", "要么两个都写"),
        (CalendarDay(date=FIRST, kind=DayKind.HOLIDAY, follows=3), "follows", "请空着"),
        (OpeningHours(opens=TEN, closes=NINE), "closes", "晚于开门"),
    ],
)
def test_it_is_told_at_its_field(row, field, words):
    with pytest.raises(ValidationError) as caught:
        row.clean()
    assert words in str(caught.value.message_dict[field])


@pytest.mark.parametrize(
    "row",
    [
        Term(starts_on=FIRST, ends_on=FIRST),
        CentreClosure(starts_on=FIRST, ends_on=FIRST, starts_at=NINE, ends_at=TEN),
        CentreClosure(starts_on=FIRST, ends_on=None),  # its own emptiness is told by the field
        CalendarDay(date=FIRST, kind=DayKind.WORKDAY, follows=3),
    ],
)
def test_what_is_right_passes(row):
    row.clean()


@pytest.mark.parametrize("year", [26, 20260, 1900])
def test_a_year_has_four_digits_of_our_time(year):
    with pytest.raises(ValidationError, match="四位数"):
        check_year(year)


@pytest.mark.django_db
def test_a_local_feature_has_a_year():
    with pytest.raises(ValidationError) as caught:
        CoursePage(title="课", is_local_feature=True).clean()
    assert "开发年份" in str(caught.value.message_dict["local_feature_year"])


@pytest.mark.django_db
def test_a_meeting_to_come_is_not_moved_into_the_past(district):
    session = ClassRunFactory(learning=CoursePageFactory(parent=district.street)).sessions.first()
    data = {"date": days_from_today(-1).isoformat(), "starts": "09:00", "ends": "08:00"}
    errors = SessionForm(data, instance=session).errors
    assert "已经过去" in str(errors["date"])
    assert "晚于上课" in str(errors["ends"])
