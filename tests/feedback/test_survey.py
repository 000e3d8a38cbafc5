"""Three questions after the last meeting: asked of whoever was there, answered once, kept without the person."""

import csv
import datetime
import io

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from accounts.enums import NoticeKind
from accounts.models import Notice
from accounts.services.privacy import erase_login
from accounts.services.retention import apply_retention
from core.errors import DomainError
from core.services import sync_roles
from core.templatetags.pieces import pieces
from enrolments.enums import Status
from enrolments.services import attendance
from enrolments.services.core import SYSTEM
from feedback import services
from feedback.models import SurveyAnswer, SurveyInvitation
from feedback.selectors import ratings_of_pages, ratings_of_runs, satisfaction
from home.seeding.removal import _delete_runs
from tests.enrolments.classes import mark_all, put
from tests.factories.accounts import member
from tests.factories.learning import CoursePageFactory
from tests.factories.people import GuardianshipFactory, ResidentFactory, UserFactory, birth_month
from tests.factories.timetable import ClassRunFactory, TermFactory, days_from_today
from timetable.models import ClassRun

pytestmark = pytest.mark.django_db


def finished_run(parent, **fields):
    return ClassRunFactory(
        learning=CoursePageFactory(parent=parent), starts_on=days_from_today(-60), weekdays=[1], **fields
    )


def invited(run, resident=None):
    claim = put(run, resident or ResidentFactory(own=True), Status.COMPLETED)
    services.invite(run, [claim])
    return claim.survey_invitation


def address(invitation):
    return reverse("feedback:survey", args=[invitation.enrolment.receipt])


def answered(run, *scores):
    for score in scores:
        SurveyAnswer.objects.create(class_run=run, satisfaction=score, usefulness=5, comment="好")


def test_who_was_in_a_class_is_asked_when_it_is_judged_and_once_only(district):
    run = finished_run(district.street)
    came, did_not = put(run), put(run)
    mark_all(run, {came: "PPPP", did_not: "AAAA"})
    attendance.complete(run, SYSTEM)
    attendance.complete(run, SYSTEM)
    notices = Notice.objects.filter(kind=NoticeKind.SURVEY)
    assert set(notices.values_list("resident", flat=True)) == {came.resident_id, did_not.resident_id}
    assert SurveyInvitation.objects.count() == 2
    assert not notices.filter(sent_at=None), "it stays in the inbox: nobody agreed to texts about surveys"


def test_it_is_answered_once(district, client):
    invitation = invited(finished_run(district.street))
    client.force_login(invitation.enrolment.resident.user)
    page = client.get(address(invitation))
    assert "不记名" in page.text
    data = {"satisfaction": "5", "usefulness": "4", "comment": "老师很耐心"}
    assert client.post(address(invitation), data).status_code == 302
    answer = SurveyAnswer.objects.get()
    assert (answer.satisfaction, answer.usefulness, answer.comment) == (5, 4, "老师很耐心")
    assert "已经答过了" in client.get(address(invitation)).text
    client.post(address(invitation), data)
    assert SurveyAnswer.objects.count() == 1
    with pytest.raises(DomainError, match="不记名") as refused:
        services.answer_survey(invitation, 1, 1)
    assert refused.value.code == "already"


def test_nothing_leads_from_an_answer_to_a_person():
    relations = {field.related_model._meta.label for field in SurveyAnswer._meta.get_fields() if field.is_relation}
    assert relations == {"timetable.ClassRun"}
    assert {type(field).__name__ for field in SurveyAnswer._meta.concrete_fields} == {
        *("UUIDField", "ForeignKey", "DateField", "PositiveSmallIntegerField", "CharField")
    }, "no moment and no number that counts up"
    assert not [
        model for model in apps.get_models() for field in model._meta.fields if field.related_model is SurveyAnswer
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"usefulness": "4"}, "请选一个分数"),
        ({"satisfaction": "6", "usefulness": "4"}, "从 1 到 5"),
        ({"satisfaction": "5", "usefulness": "4", "comment": "打我电话 138 1234 5678"}, "请去掉手机号"),
        ({"satisfaction": "5", "usefulness": "4", "comment": "好" * 501}, "最多 500 个字（现在 501 个）"),
    ],
)
def test_what_is_refused_says_why_and_nothing_typed_is_lost(district, client, data, sentence):
    invitation = invited(finished_run(district.street))
    client.force_login(invitation.enrolment.resident.user)
    answer = client.post(address(invitation), data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert data.get("comment", "") in answer.text
    assert not SurveyAnswer.objects.exists()


def test_for_a_child_the_guardian_answers(district, client):
    child = ResidentFactory(name="小明", birth_month=birth_month(9), user=UserFactory())
    guardian = GuardianshipFactory(resident=child).guardian
    invitation = invited(finished_run(district.street), child)
    client.force_login(child.user)
    assert client.post(address(invitation), {"satisfaction": "5", "usefulness": "5"}).status_code == 409
    client.force_login(guardian)
    assert client.post(address(invitation), {"satisfaction": "5", "usefulness": "5"}).status_code == 302


def test_a_minor_alone_is_asked_for_scores_not_for_words(district, client):
    young = ResidentFactory(own=True, birth_month=birth_month(16))
    invitation = invited(finished_run(district.street), young)
    client.force_login(young.user)
    assert 'name="comment"' not in client.get(address(invitation)).text
    client.post(address(invitation), {"satisfaction": "5", "usefulness": "5", "comment": "不要"})
    assert SurveyAnswer.objects.get().comment == ""


def test_others_and_those_who_come_late_are_refused(district, client):
    invitation = invited(finished_run(district.street))
    client.force_login(UserFactory())
    assert client.get(address(invitation)).status_code == 404
    SurveyInvitation.objects.update(closes_on=days_from_today(-1))
    client.force_login(invitation.enrolment.resident.user)
    assert "已经截止" in client.get(address(invitation)).text
    client.post(address(invitation), {"satisfaction": "5", "usefulness": "5"})
    assert not SurveyAnswer.objects.exists()


def test_a_mean_is_shown_from_five_answers_on(district, client):
    run = finished_run(district.street)
    answered(run, 5, 5, 4, 4)
    assert ratings_of_runs([run.pk])[run.pk].satisfaction is None
    assert "满分 5 分" not in client.get(run.learning.url).text
    answered(run, 5)
    assert ratings_of_runs([run.pk])[run.pk].satisfaction == 4.6
    ratings_of_pages.forget()  # seen within a minute
    pieces.clear()
    page = client.get(run.learning.url).text
    assert "4.6 分" in page
    assert "5 位学完的人评价" in page


def test_the_report_by_street_and_term(district, client, django_assert_num_queries):
    old, new = TermFactory(name="春", starts_on=days_from_today(-200)), TermFactory(name="秋")
    first, second = finished_run(district.street, term=new), finished_run(district.other_street, term=old)
    for run, scores in ((first, (5, 5, 4, 4, 5)), (second, (1, 1))):
        put(run, status=Status.COMPLETED)
        answered(run, *scores)
    with django_assert_num_queries(2):
        figures = satisfaction(ClassRun.objects.all())
    own, other = (district.street.pk, new.pk), (district.other_street.pk, old.pk)
    assert figures[own] == {"people": 1, "answers": 5, "satisfaction": 4.6, "usefulness": 5}
    assert figures[other] == {"people": 1, "answers": 2, "satisfaction": None, "usefulness": None}
    sync_roles()
    for role, rows in (
        (member("district_office"), {"清名桥街道": "4.6", "南禅寺街道": "少于 5 份"}),
        (member("street_lead", district.street), {"清名桥街道": "4.6"}),
    ):
        client.force_login(role)
        answer = client.get(reverse("feedback_reports:satisfaction"), {"export": "csv"})
        lines = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
        assert {line["街道"]: line["满意"] for line in lines} == rows


def test_what_is_over_is_forgotten_in_time_and_with_the_person(district):
    run = finished_run(district.street)
    gone, stays = invited(run), invited(run)
    answered(run, 3)
    erase_login(gone.enrolment.resident.user)
    assert list(SurveyInvitation.objects.all()) == [stays]
    apply_retention()
    assert SurveyInvitation.objects.exists()
    SurveyInvitation.objects.update(closes_on=days_from_today(-31))
    SurveyAnswer.objects.update(day=timezone.localdate() - datetime.timedelta(days=740))
    apply_retention()
    assert not SurveyInvitation.objects.exists()
    assert SurveyAnswer.objects.get().comment == ""


def test_sample_classes_go_with_their_surveys(district):
    run = finished_run(district.street, is_sample=True)
    invited(run)
    answered(run, 4)
    _delete_runs([run.pk])
    assert not SurveyInvitation.objects.exists()
    assert not SurveyAnswer.objects.exists()
