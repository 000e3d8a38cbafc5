"""The desk of residents' words: each street its own, nobody named, a minor's opening logged, publishing for who publishes."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import DataOpening, RecordAccess, User
from core.services import sync_roles
from desk.questions import open_questions
from feedback import services
from feedback.models import PublicAnswer, Question, SurveyAnswer
from tests.factories.accounts import member
from tests.factories.learning import CoursePageFactory
from tests.factories.people import ResidentFactory, birth_month
from tests.factories.timetable import ClassRunFactory

pytestmark = pytest.mark.django_db

INDEX, SURVEYS = reverse("questions:index"), reverse("survey_results:index")


@pytest.fixture
def roles(district):
    sync_roles()
    return district


def asked(street, text="几点上课？", **person):
    course = CoursePageFactory(parent=street)
    return services.ask(course, ResidentFactory(name="王秀英", **person), text)


def one(question):
    return reverse("questions:question", args=[question.pk])


def test_an_editor_answers_own_street_only(roles, client):
    own, other = asked(roles.street, "几点上课？"), asked(roles.other_street, "在哪里上？")
    client.force_login(member("street_editor", roles.street))
    page = client.get(INDEX).text
    assert "几点上课？" in page
    assert "在哪里上？" not in page
    assert client.get(one(other)).status_code in (302, 403)
    opened = client.get(one(own)).text
    assert "王秀英" not in opened
    assert 'name="publish"' not in opened
    assert client.post(one(own), {"answer": ""}).status_code == 422
    client.post(one(own), {"answer": "下午两点。"})
    own.refresh_from_db()
    assert own.answer == "下午两点。"
    client.post(one(own), {"publish": "", "question": "几点？", "answer": "两点"})
    assert not PublicAnswer.objects.exists(), "an editor publishes nothing"


def test_the_lead_makes_an_answer_public_mends_and_withdraws_it(roles, client):
    question = asked(roles.street)
    client.force_login(member("street_lead", roles.street))
    client.post(one(question), {"answer": "下午两点。"})
    refused = client.post(one(question), {"publish": "", "question": "打 13812345678？", "answer": "两点"})
    assert refused.status_code == 422
    assert "打 13812345678？" in refused.text
    client.post(one(question), {"publish": "", "question": "几点上课？", "answer": "周三下午两点。"})
    shown = PublicAnswer.objects.get()
    assert shown.page_id == question.page_id
    address = reverse("questions:public", args=[shown.pk])
    client.post(address, {"question": "几点上课？", "answer": "周三下午两点半。"})
    assert "两点半" in client.get(question.page.url).text
    client.post(address, {"withdraw": ""})
    assert not PublicAnswer.objects.exists()
    assert Question.objects.get().answer == "下午两点。"


def test_a_public_answer_of_another_street_is_out_of_reach(roles, client):
    question = asked(roles.other_street)
    services.answer(question, "两点。", by=User.objects.create_user("x"))
    shown = services.publish(question, "几点？", "两点。", by=User.objects.get(username="x"))
    client.force_login(member("street_lead", roles.street))
    client.post(reverse("questions:public", args=[shown.pk]), {"withdraw": ""})
    assert PublicAnswer.objects.exists()
    assert "几点？" not in client.get(INDEX, {"kind": "public"}).text


def test_the_opening_of_a_minors_question_is_logged(roles, client):
    minor, adult = asked(roles.street, birth_month=birth_month(16)), asked(roles.street)
    client.force_login(member("street_lead", roles.street))
    for question in (adult, minor):
        client.get(one(question))
    assert list(RecordAccess.objects.values_list("resident_number", flat=True)) == [minor.asker_id]
    client.post(one(minor), {"answer": "可以。"})
    assert "不能公开" in client.get(one(minor)).text


def test_an_administrator_reads_no_resident_without_an_opening(roles, client):
    question = asked(roles.street)
    admin = User.objects.create_superuser("guanli", password="x")
    client.force_login(admin)
    assert client.get(INDEX).status_code == 302
    assert open_questions(admin) is None
    DataOpening.objects.create(
        user=admin,
        reason="查问题",
        opened_by=member("district_office"),
        until=timezone.now() + datetime.timedelta(hours=1),
    )
    assert question.text in client.get(INDEX).text


def test_overdue_is_marked_at_the_desk_and_for_lead_and_office(roles, client):
    asked(roles.street)
    assert open_questions(member("street_lead", roles.street)).rows[0].late == ""
    Question.objects.update(due_on=timezone.localdate() - datetime.timedelta(days=2))
    for user in (User.objects.get(username__startswith="street_lead"), member("district_office")):
        assert open_questions(user).rows[0].late == "已过期 2 天"
        client.force_login(user)
        assert "有 1 个提问过了答复期限" in client.get(INDEX).text


def test_comments_are_read_from_five_answers_on(roles, client):
    run, other = (
        ClassRunFactory(learning=CoursePageFactory(parent=street)) for street in (roles.street, roles.other_street)
    )
    client.force_login(member("street_editor", roles.street))
    for each in (run, other):
        for number in range(4):
            SurveyAnswer.objects.create(class_run=each, satisfaction=4, usefulness=5, comment=f"留言{number}")
    address = reverse("survey_results:run", args=[run.pk])
    assert "留言" not in client.get(address).text.replace("分数和留言", "")
    SurveyAnswer.objects.create(class_run=run, satisfaction=5, usefulness=5)
    assert "留言3" in client.get(address).text
    page = client.get(SURVEYS).text
    assert "4.2" in page
    assert str(other) not in page
    assert client.get(reverse("survey_results:run", args=[other.pk])).status_code in (302, 403)


def test_lists_cost_the_same_at_three_and_at_thirty(roles, client):
    client.force_login(member("street_lead", roles.street))
    author = User.objects.create_user("x")

    def grow(number):
        for _number in range(number):
            asked(roles.street)
            services.answer(done := asked(roles.street), "好。", author)
            services.publish(done, "问？", "答。", author)
            SurveyAnswer.objects.create(
                class_run=ClassRunFactory(learning=CoursePageFactory(parent=roles.street)), satisfaction=4, usefulness=4
            )

    def cost():
        found = []
        for address in (INDEX, f"{INDEX}?kind=answered", f"{INDEX}?kind=public", SURVEYS):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            found.append(len(queries))
        return found

    grow(3)
    few = cost()
    grow(27)
    assert cost() == few
