"""Weekdays as a bit mask, and lists out of a fixed choice."""

import datetime

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import connection

from core.fields import WeekdaysField
from network.models import OpeningHours
from tests.factories.learning import CoursePageFactory
from tests.factories.timetable import ClassRunFactory
from timetable.models import ClassRun


@pytest.fixture
def runs(district):
    course = CoursePageFactory(parent=district.street)
    return {
        "".join(map(str, days)): ClassRunFactory(learning=course, weekdays=days, session_count=2 if days else None)
        for days in ([], [1], [3], [1, 3, 7], [1, 2, 3, 4, 5, 6, 7])
    }


@pytest.mark.parametrize(
    ("day", "found"),
    [(1, {"1", "137", "1234567"}), (3, {"3", "137", "1234567"}), (7, {"137", "1234567"}), (2, {"1234567"})],
)
def test_has_finds_the_runs_of_a_day(runs, day, found):
    names = {run.pk: name for name, run in runs.items()}
    assert {names[pk] for pk in ClassRun.objects.filter(weekdays__has=day).values_list("pk", flat=True)} == found


def test_has_takes_the_text_of_an_address(runs):
    assert ClassRun.objects.filter(weekdays__has="7").count() == 2


def test_has_joins_with_other_conditions_and_can_be_negated(runs):
    assert ClassRun.objects.filter(weekdays__has=1).filter(weekdays__has=3).count() == 2
    assert ClassRun.objects.exclude(weekdays__has=1).count() == 2


def test_a_set_comes_back_sorted_and_is_one_small_number_in_the_database(runs):
    run = runs["137"]
    ClassRun.objects.filter(pk=run.pk).update(weekdays=[7, 1, 1])
    assert ClassRun.objects.get(pk=run.pk).weekdays == [1, 7]
    with connection.cursor() as cursor:
        cursor.execute("SELECT weekdays FROM timetable_classrun WHERE id = %s", [run.pk])
        assert cursor.fetchone() == (0b1000001,)


def test_an_exact_set_is_found_whatever_its_order(runs):
    assert ClassRun.objects.get(weekdays=[7, 3, 1]) == runs["137"]


@pytest.mark.parametrize("bad", [[0], [8], ["x"], "1,9", [1, None], 3.5])
def test_anything_but_1_to_7_is_refused_in_chinese(bad):
    with pytest.raises(ValidationError, match="1 到 7"):
        WeekdaysField().to_python(bad)


@pytest.mark.parametrize(("value", "days"), [("", []), (None, []), ("3,1", [1, 3]), ([], []), (127, list(range(1, 8)))])
def test_what_a_file_or_a_form_may_bring(value, days):
    assert WeekdaysField().to_python(value) == days


def test_serialising_and_back(runs):
    text = serializers.serialize("json", [runs["137"]])
    (again,) = serializers.deserialize("json", text)
    assert again.object.weekdays == [1, 3, 7]


def test_the_form_field_gives_seven_boxes_and_a_sorted_list():
    field = ClassRun._meta.get_field("weekdays").formfield()
    assert [label for _value, label in field.choices] == ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
    assert field.clean(["5", "2"]) == [2, 5]
    assert field.clean([]) == []
    with pytest.raises(ValidationError):
        field.clean(["8"])
    with pytest.raises(ValidationError):
        OpeningHours._meta.get_field("days").formfield().clean([])


def test_a_list_of_choices_keeps_the_order_of_the_choices(district):
    centre = district.sub_centre
    centre.facilities = ["wifi", "projector", "unknown"]
    assert centre.facility_names == ["投影", "无线网络"]
    centre.facilities = None
    assert centre.facility_names == []


def test_opening_hours_in_words():
    line = OpeningHours(days=[1, 2, 3, 4, 5], opens=datetime.time(8, 30), closes=datetime.time(17))
    assert str(line) == "周一至周五 08:30—17:00"
