"""The classes of a term copied into the next at once: what is made is what was shown; a clash is named and left out.

Today is Tuesday 1 September 2026.
"""

import datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from core.services import sync_roles
from tests.factories.accounts import member
from tests.factories.learning import CoursePageFactory
from tests.factories.network import RoomFactory
from tests.factories.timetable import ClassRunFactory, TermFactory
from timetable.enums import ClassRunStatus, DayKind
from timetable.models import CalendarDay, ClassRun, Session

D = datetime.date


@pytest.fixture(autouse=True)
def clock():
    moment = datetime.datetime(2026, 9, 1, 8, tzinfo=timezone.get_default_timezone())
    with time_machine.travel(moment, tick=False):
        yield


@pytest.fixture
def terms(district):
    sync_roles()
    dates = ((D(2026, 9, 1), D(2027, 1, 31)), (D(2027, 3, 1), D(2027, 6, 30)))
    return [
        TermFactory(name=name, starts_on=a, ends_on=b) for name, (a, b) in zip(("秋季", "春季"), dates, strict=True)
    ]


@pytest.fixture
def autumn(district, terms):
    """Three classes of the street, one of another: the second's room is taken in spring, the third's Wednesday a holiday."""
    course = CoursePageFactory(parent=district.street, title="太极拳")
    room = RoomFactory(centre=district.street, name="101")
    common = {"term": terms[0], "starts_on": D(2026, 9, 2), "learning": course}
    ClassRunFactory(**common, name="甲班")
    ClassRunFactory(**common, name="乙班", room=room)
    ClassRunFactory(**common, name="丙班", weekdays=[4])
    ClassRunFactory(learning=course, name="已排", room=room, starts_on=D(2027, 3, 3), session_count=1)
    ClassRunFactory(**common | {"learning": CoursePageFactory(parent=district.other_street)}, name="外街班")
    CalendarDay.objects.create(date=D(2027, 3, 11), kind=DayKind.HOLIDAY, name="停课日")


def answers(page):
    return [box["value"] for box in page.select("input[name=run][checked]")]


def test_shown_then_made(client, district, terms, autumn):
    client.force_login(member("street_editor", district.street))
    asked = {"source": terms[0].pk, "to": terms[1].pk}
    before = ClassRun.objects.count(), Session.objects.count()
    page = BeautifulSoup(client.get(reverse("runs:copy_term"), asked).content, "html.parser")
    assert (ClassRun.objects.count(), Session.objects.count()) == before
    words = " ".join(page.main.text.split())
    assert "3 个班，能建 2 个" in words
    assert "教室“101”在2027年3月3日（周三）14:00—15:30有“太极拳 已排”的课" in words
    assert "遇到放假停：2027年3月11日（周四） 停课日" in words
    assert "外街班" not in words
    ticked = answers(page)
    page = client.post(reverse("runs:copy_term"), asked | {"run": ticked})
    assert "建了 2 个班" in page.content.decode()
    made = ClassRun.objects.filter(term=terms[1])
    assert sorted(made.values_list("name", "status", "starts_on")) == [
        ("丙班", ClassRunStatus.DRAFT, D(2027, 3, 3)),
        ("甲班", ClassRunStatus.DRAFT, D(2027, 3, 3)),
    ]
    assert {run.sessions.count() for run in made} == {4}
    page = client.post(reverse("runs:copy_term"), asked | {"run": ticked}).content.decode()
    assert "已经有这个班了" in page
    assert made.count() == 2
    page = BeautifulSoup(client.get(reverse("runs:copy_term"), asked).content, "html.parser")
    assert "另有 2 个班那个学期已经有了" in page.main.text
    assert answers(page) == []


def test_only_what_is_ticked_and_only_ones_own(client, district, terms, autumn):
    client.force_login(member("street_editor", district.street))
    foreign = ClassRun.objects.get(name="外街班")
    own = ClassRun.objects.get(name="甲班")
    asked = {"source": terms[0].pk, "to": terms[1].pk, "run": [foreign.pk, own.pk, "x"]}
    client.post(reverse("runs:copy_term"), asked)
    assert list(ClassRun.objects.filter(term=terms[1]).values_list("name", flat=True)) == ["甲班"]


def test_two_of_the_batch_in_one_room_are_found(client, district, terms):
    """What one class takes is taken for the next, as when they are made one after the other."""
    course, room = CoursePageFactory(parent=district.street), RoomFactory(centre=district.street)
    later = {"term": terms[0], "learning": course, "room": room}
    ClassRunFactory(**later, name="前半", starts_on=D(2026, 9, 2), session_count=2)
    other = TermFactory(name="同季", starts_on=D(2026, 9, 15), ends_on=D(2027, 1, 31))
    ClassRunFactory(**later | {"term": other}, name="后半", starts_on=D(2026, 9, 16), session_count=2)
    ClassRun.objects.update(term=terms[0])
    ClassRun.objects.filter(name="后半").update(starts_on=D(2026, 9, 2))
    client.force_login(member("street_lead", district.street))
    asked = {"source": terms[0].pk, "to": terms[1].pk}
    page = BeautifulSoup(client.get(reverse("runs:copy_term"), asked).content, "html.parser")
    assert "能建 1 个" in page.main.text
    assert "筹备中" in page.main.text


@pytest.mark.parametrize("asked", [{"source": "x"}, {"to": "0"}, {"source": "", "to": ""}])
def test_terms_that_are_none_get_a_sentence(client, district, terms, autumn, asked):
    client.force_login(member("street_editor", district.street))
    for send in (client.get, client.post):
        page = BeautifulSoup(send(reverse("runs:copy_term"), asked).content, "html.parser")
        assert page.select(".error-message")
    backwards = {"source": terms[0].pk, "to": terms[0].pk}
    page = client.get(reverse("runs:copy_term"), backwards).content.decode()
    assert "晚的学期" in page


def test_the_term_that_runs_is_offered_for_the_next(client, district, terms, autumn, time_machine):
    TermFactory(code="later", name="2027年秋季", starts_on=D(2027, 9, 1), ends_on=D(2028, 1, 20))
    ClassRunFactory(learning=ClassRun.objects.first().learning, term=terms[1], starts_on=D(2027, 3, 9))
    time_machine.move_to("2026-11-26T10:00:00+08:00")
    client.force_login(member("street_editor", district.street))
    offered = client.get(reverse("runs:copy_term")).context["form"].initial
    assert [offered["source"], offered["to"]] == terms
