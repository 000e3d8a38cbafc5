"""Questions from residents: a deadline of working days, an answer to the asker, and what everybody may read."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import NoticeKind
from accounts.models import Notice
from core.errors import DomainError
from feedback import services
from feedback.deadlines import working_days_later
from feedback.models import PublicAnswer, Question
from feedback.words import has_private_number
from tests.factories.learning import CoursePageFactory
from tests.factories.network import AcademyPageFactory
from tests.factories.people import ResidentFactory, UserFactory, birth_month
from timetable.models import CalendarDay

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(district):
    return CoursePageFactory(parent=district.street, title="太极拳")


def asking(page):
    return reverse("feedback:ask", args=[page.pk])


def test_five_working_days_know_holidays_and_worked_weekends(db):
    friday = datetime.date(2026, 9, 18)
    assert working_days_later(friday, 5) == datetime.date(2026, 9, 25)
    CalendarDay.objects.create(date=datetime.date(2026, 9, 20), kind="workday", name="调休上班")
    CalendarDay.objects.create(date=datetime.date(2026, 9, 24), kind="holiday", name="中秋节")
    CalendarDay.objects.create(date=datetime.date(2026, 9, 25), kind="holiday", name="中秋节")
    assert working_days_later(friday, 5) == datetime.date(2026, 9, 28)


@pytest.mark.parametrize(
    ("text", "is_private"),
    [
        ("13812345678", True),
        ("１３８-1234 5678", True),
        ("320203195401011234", True),
        ("32020319540101123X", True),
        ("打 0510-12345678 问", False),
        ("2026-11-26 14:00-15:30 的课", False),
        ("五爱路55号", False),
    ],
)
def test_numbers_that_lead_to_a_person(text, is_private):
    assert has_private_number(text) is is_private


def test_without_signing_in_there_is_a_telephone_and_a_door(course, client):
    page = client.get(asking(course)).text
    assert "tel:" in page
    assert f"?next={asking(course)}" in page
    assert "5 个工作日内" in page
    assert client.post(asking(course), {"text": "几点上课"}).status_code == 200
    assert not Question.objects.exists()
    assert asking(course) in client.get(course.url).text


def test_a_question_goes_to_the_desk_of_its_street(course, client, district):
    asker = ResidentFactory(own=True)
    client.force_login(asker.user)
    answer = client.post(asking(course), {"text": "膝盖不好能学吗？"}, follow=True)
    question = Question.objects.get()
    assert question.centre_id == district.street.pk
    assert question.due_on == working_days_later(timezone.localdate(), 5)
    assert "膝盖不好能学吗？" in answer.text
    assert services.desk_of(district.sub_centre).pk == district.street.pk
    academy = AcademyPageFactory(parent=district.network)
    assert services.desk_of(CoursePageFactory(parent=academy)).pk == academy.pk


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "请写出想问的事"),
        ("打我 13812345678", "请去掉手机号和证件号"),
        ("问" * 501, "最多 500 个字（现在 501 个）"),
    ],
)
def test_what_is_refused_says_why_and_nothing_typed_is_lost(course, client, text, sentence):
    client.force_login(ResidentFactory(own=True).user)
    answer = client.post(asking(course), {"text": text})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert text in answer.text
    assert not Question.objects.exists()


def test_five_a_day_and_a_name_first(course, client):
    client.force_login(UserFactory())
    assert "填写姓名" in client.get(asking(course)).text
    client.force_login(ResidentFactory(own=True).user)
    for number in range(5):
        assert client.post(asking(course), {"text": f"问题 {number}"}).status_code == 302
    answer = client.post(asking(course), {"text": "第六个"})
    assert answer.status_code == 429
    assert "第六个" in answer.text
    assert Question.objects.count() == 5


def test_pages_that_answer_nothing_and_pages_not_public(course, client, district):
    draft = CoursePageFactory(parent=district.street, live=False)
    for page in (draft, district.home):
        assert client.get(asking(page)).status_code == 404


def test_the_answer_reaches_the_asker_and_only_the_asker(course, client):
    asker, other = ResidentFactory(own=True), ResidentFactory(own=True)
    question = services.ask(course, asker, "膝盖不好能学吗？")
    services.answer(question, "可以，先跟站桩班。", by=UserFactory())
    notice = Notice.objects.get(kind=NoticeKind.ANSWER)
    assert (notice.resident, notice.text) == (asker, "可以，先跟站桩班。")
    client.force_login(asker.user)
    assert "先跟站桩班" in client.get(reverse("feedback:my_questions")).text
    client.force_login(other.user)
    assert "先跟站桩班" not in client.get(reverse("feedback:my_questions")).text
    assert "先跟站桩班" not in client.get(course.url).text


def test_made_public_only_after_the_answer_and_never_a_minors(course, client):
    editor = UserFactory()
    grown_up = services.ask(course, ResidentFactory(own=True), "我叫王秀英，膝盖不好能学吗？")
    minor = services.ask(course, ResidentFactory(own=True, birth_month=birth_month(16)), "我能学吗？")
    with pytest.raises(DomainError) as refused:
        services.publish(grown_up, "膝盖不好能学吗？", "可以。", editor)
    assert refused.value.code == "open"
    for question in (grown_up, minor):
        services.answer(question, "可以。", editor)
    with pytest.raises(DomainError) as refused:
        services.publish(minor, "未成年人能学吗？", "可以。", editor)
    assert refused.value.code == "minor"
    shown = services.publish(grown_up, "膝盖不好能学吗？", "可以，先跟站桩班。", editor)
    page = client.get(course.url).text
    assert "先跟站桩班" in page
    assert "王秀英" not in page
    Question.objects.filter(pk=grown_up.pk).delete()  # as erasing the person does
    assert PublicAnswer.objects.get() == shown
    services.withdraw(shown, editor)
    assert "先跟站桩班" not in client.get(course.url).text


def test_a_child_is_told_to_ask_a_parent(course, client):
    child = ResidentFactory(own=True, birth_month=birth_month(9))
    client.force_login(child.user)
    answer = client.post(asking(course), {"text": "我能学吗？"})
    assert answer.status_code == 409
    assert "请家长登录" in answer.text
