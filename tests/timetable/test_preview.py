"""The live preview of a class run's sessions: what saving would make and refuse, for those who may save it."""

import datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from core.services import sync_roles
from teachers.models import Teacher
from tests.factories.accounts import member
from tests.factories.learning import CoursePageFactory
from tests.factories.network import RoomFactory
from tests.factories.timetable import CentreClosureFactory, ClassRunFactory, TermFactory
from timetable import services
from timetable.enums import DayKind
from timetable.models import Booking, CalendarDay, CentreClosure, ClassRun, Session

D = datetime.date


@pytest.fixture(autouse=True)
def clock():
    """Tuesday 1 September 2026."""
    with time_machine.travel(datetime.datetime(2026, 9, 1, 8, tzinfo=timezone.get_default_timezone()), tick=False):
        yield


@pytest.fixture
def course(district):
    sync_roles()
    return CoursePageFactory(parent=district.street, title="太极拳")


@pytest.fixture
def room(district):
    return RoomFactory(centre=district.street, name="101")


@pytest.fixture
def lead(client, course, district):
    client.force_login(member("street_lead", district.street))
    return client


def form_of(course, **changes):
    """What the form posts for four Wednesdays of September at 14:00."""
    data = {"learning": course.pk, "delivery": "onsite", "centre": course.street_id, "starts_on": "2026-09-01"}
    hours = {"weekdays": ["3"], "starts_at": "14:00", "ends_at": "15:30", "session_count": "4", "every_weeks": "1"}
    return data | hours | changes


def preview(client, data, run=None):
    url = reverse("runs:preview_change", args=[run.pk]) if run else reverse("runs:preview")
    response = client.post(url, data)
    assert response.status_code == 200
    return " ".join(BeautifulSoup(response.content, "html.parser").text.split())


def test_the_sessions_with_holidays_struck_out(lead, course, room):
    CalendarDay.objects.create(date=D(2026, 9, 9), kind=DayKind.HOLIDAY, name="示例节")
    text = preview(lead, form_of(course, room=room.pk))
    assert "一共 4 次课，没有冲突" in text
    assert (
        "第 1 次：2026年9月2日（周三）14:00—15:30，101 2026年9月9日（周三） 示例节（放假，不上课） 第 2 次：2026年9月16日"
        in text
    )
    assert not ClassRun.objects.exists()
    assert not Session.objects.exists()
    assert not Booking.objects.exists()


def test_room_teacher_and_closure_are_named_as_saving_names_them(lead, course, room, district):
    teacher = Teacher.objects.create(name="示例王老师", home_centre=district.street)
    ClassRunFactory(
        learning=course, name="周三班", starts_on=D(2026, 9, 1), room=room, teachers=[teacher], session_count=1
    )
    CentreClosureFactory(centre=district.street, starts_on=D(2026, 9, 16))
    data = form_of(course, room=room.pk, teachers=[teacher.pk])
    text = preview(lead, data)
    named = [
        "教室“101”在2026年9月2日（周三）14:00—15:30有“太极拳 周三班”的课（清名桥街道）",
        "教师“示例王老师”在2026年9月2日（周三）14:00—15:30有“太极拳 周三班”的课（清名桥街道 101）",
        "“清名桥街道”因期末考试停用（2026年9月16日（周三）），2026年9月16日（周三）14:00—15:30不能上课",
    ]
    assert "有 3 处冲突" in text
    for sentence in named:
        assert f"冲突：{sentence}" in text

    def refusal():
        return " ".join(lead.post(reverse("runs:add"), data).context["form"].non_field_errors())

    data |= {"mode": "first_come", "residence": "anyone"}
    assert named[2] in refusal()
    CentreClosure.objects.all().delete()
    assert all(sentence in refusal() for sentence in named[:2])
    assert ClassRun.objects.count() == 1


def test_a_run_is_not_in_its_own_way_and_keeps_what_was_moved(lead, course, room):
    run = ClassRunFactory(learning=course, starts_on=D(2026, 9, 1), room=room)
    first, second = run.sessions.order_by("starts_at")[:2]
    services.move_session(first, first.starts_at.replace(day=4), first.ends_at.replace(day=4))
    services.cancel_session(second)
    before = list(Session.objects.order_by("pk").values())
    text = preview(lead, form_of(course, room=room.pk, starts_at="14:30", ends_at="16:00"), run)
    assert "一共 3 次课，没有冲突" in text
    assert "第 1 次：2026年9月4日（周五）14:00—15:30" in text
    assert "2026年9月9日（周三）14:00—15:30（已取消）" in text
    assert "第 2 次：2026年9月16日（周三）14:30—16:00" in text
    assert list(Session.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"starts_on": ""}, "填好这些，就能看到每一次课：开课日期"),
        ({"starts_on": "x", "weekdays": ["9"], "starts_at": "25:00"}, "开课日期、每周、上课"),
        ({"session_count": "400"}, "三年也上不完"),
        ({"session_count": "-1"}, "课次数"),
        ({"session_count": "", "ends_on": ""}, "课次数"),
        ({"ends_at": "13:00"}, "下课"),
        ({"centre": "999999", "room": "abc", "teachers": ["0"]}, "地点、教室、教师"),
    ],
)
def test_whatever_is_in_the_form(lead, course, changes, words):
    assert words in preview(lead, form_of(course, **changes))


def test_nothing_at_all(lead):
    assert "填好这些" in preview(lead, {})


def test_a_cancelled_run(lead, course):
    assert "已经取消" in preview(lead, form_of(course), ClassRunFactory(learning=course, cancelled=True))


def test_who_may_ask(client, course, district):
    run, draft = ClassRunFactory(learning=course), ClassRunFactory(learning=course, draft=True)
    other = ClassRunFactory(learning=CoursePageFactory(parent=district.other_street))
    new, of_run, of_draft, of_other = (
        reverse("runs:preview"),
        *(reverse("runs:preview_change", args=[each.pk]) for each in (run, draft, other)),
    )
    for user, allowed in (
        (member("street_lead", district.street), {new, of_run, of_draft}),
        (member("street_editor", district.street), {new, of_draft}),
        (member("counter_clerk", district.street), set()),
        (member("auditor"), set()),
    ):
        client.force_login(user)
        answers = {url: client.post(url, form_of(course)).status_code for url in (new, of_run, of_draft, of_other)}
        assert {url for url, status in answers.items() if status == 200} == allowed
    assert client.get(new).status_code in (302, 405)


def test_another_streets_room_is_not_spied_upon(lead, course, district):
    """The choices are the user's: a room of another street is no choice, so nothing is said of who is in it."""
    room = RoomFactory(centre=district.other_street)
    ClassRunFactory(
        learning=CoursePageFactory(parent=district.other_street, title="别处的课"), starts_on=D(2026, 9, 1), room=room
    )
    text = preview(lead, form_of(course, centre=district.other_street.pk, room=room.pk))
    assert "别处的课" not in text
    assert "填好这些，就能看到每一次课：地点、教室" in text


def test_the_form_has_a_place_for_it(lead, course):
    run = ClassRunFactory(learning=course)
    for url, address in (
        (reverse("runs:add"), reverse("runs:preview")),
        (reverse("runs:edit", args=[run.pk]), reverse("runs:preview_change", args=[run.pk])),
    ):
        page = BeautifulSoup(lead.get(url).content, "html.parser")
        assert (
            page.select_one("#w-editor-form [data-sessions-preview], form [data-sessions-preview]")[
                "data-sessions-preview"
            ]
            == address
        )
        assert any("class-run-form" in script.get("src", "") for script in page.select("script"))


def test_a_copy_goes_into_the_next_term(lead, course, district):
    """Whole weeks, teachers kept, no number; the preview of the copy sees the run it was made from."""
    autumn, spring, later = (
        TermFactory(name=name, starts_on=first, ends_on=first + datetime.timedelta(days=120))
        for name, first in (("秋季", D(2026, 8, 31)), ("春季", D(2027, 3, 3)), ("下个秋季", D(2027, 9, 1)))
    )
    teacher = Teacher.objects.create(name="示例王老师", home_centre=district.street)
    run = ClassRunFactory(learning=course, starts_on=D(2026, 9, 2), term=autumn, teachers=[teacher])
    url = reverse("runs:copy", args=[run.pk])
    response = lead.get(url)
    form = response.context["form"]
    assert (form["starts_on"].value(), form["ends_on"].value()) == (D(2027, 3, 3), D(2027, 3, 24))
    opens = timezone.make_aware(form["enrol_opens_at"].value())
    assert opens - run.enrol_opens_at == datetime.timedelta(weeks=26)
    assert (form["code"].value(), form["term"].value(), form["capacity"].value()) == ("", spring.pk, run.capacity)
    assert form["teachers"].value() == [teacher.pk]
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one("[data-sessions-preview]")["data-sessions-preview"] == reverse("runs:preview")
    assert page.select_one(f"a[href='?term={later.pk}']")
    assert lead.get(url, {"term": later.pk}).context["form"]["starts_on"].value() == D(2027, 9, 1)
    assert lead.get(url, {"term": "x"}).context["form"]["term"].value() == spring.pk
    assert ClassRun.objects.count() == 1


def test_a_copy_without_a_term_keeps_its_dates(lead, course):
    run = ClassRunFactory(learning=course)
    form = lead.get(reverse("runs:copy", args=[run.pk])).context["form"]
    assert (form["starts_on"].value(), form["term"].value()) == (run.starts_on, None)


def test_a_substitute_is_chosen_in_the_form_of_the_session(lead, course, district):
    own = Teacher.objects.create(name="示例王老师", home_centre=district.street)
    foreign = Teacher.objects.create(name="示例张老师", home_centre=district.other_street)
    session = ClassRunFactory(learning=course, starts_on=D(2026, 9, 1)).sessions.order_by("starts_at").first()
    url = reverse("sessions:edit", args=[session.pk])
    data = {"date": "2026-09-02", "starts": "14:00", "ends": "15:30", "room": "", "note": ""}
    assert "substitute" in lead.post(url, data | {"substitute": foreign.pk}).context["form"].errors
    assert lead.post(url, data | {"substitute": own.pk}).status_code == 302
    session.refresh_from_db()
    assert (session.substitute, session.sequence) == (own, 0)
    assert own.bookings.count() == 1


def test_a_closure_says_which_classes_are_in_the_way(lead, course, district):
    ClassRunFactory(learning=course, name="周三班", starts_on=D(2026, 9, 1))
    data = {"centre": district.street.pk, "reason": "期末考试", "starts_on": "2026-09-01", "ends_on": "2026-09-30"}
    response = lead.post(reverse("closures:add"), data, follow=True)
    (closure,) = CentreClosure.objects.all()
    said = " ".join(str(message) for message in response.context["messages"])
    assert "已经排了 4 次课，请改时间或取消：太极拳 周三班 2026年9月2日（周三）14:00—15:30" in said
    assert Session.objects.taking_place().count() == 4
    for wrong in ({"starts_at": "8:00"}, {"ends_on": "2026-08-01"}, {"starts_on": "9999-01-01"}, {"ends_on": "x"}):
        response = lead.post(reverse("closures:edit", args=[closure.pk]), data | wrong)
        assert response.status_code == 200
        assert response.context["form"].errors
