"""What residents are told when the timetable changes: once, and only those whom it concerns."""

import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice, User
from enrolments.enums import Status
from enrolments.models import Enrolment
from tests.factories.enrolments import make_run
from timetable.models import Session
from timetable.services import cancel_session, move_session, save_class_run

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def told(run):
    """(resident, title, text) of the notices about changes."""
    return list(
        Notice.objects.filter(batch_key=f"run-{run.pk}").order_by("pk").values_list("resident", "title", "text")
    )


def test_several_edits_make_one_notice_each(district):
    run = make_run(district, seated=2)
    first, second = run.sessions.all()[:2]
    move_session(first, first.starts_at + HOUR, first.ends_at + HOUR)
    cancel_session(second, "教师生病")
    notices = told(run)
    assert [resident for resident, *_rest in notices] == list(
        Enrolment.objects.order_by("pk").values_list("resident", flat=True)
    )
    for _resident, title, text in notices:
        assert run.learning.title in title
        assert "改为" in text
        assert "教师生病" in text


def test_the_record_of_a_meeting_that_is_over_is_corrected_without_telling_anybody(district, client):
    run = make_run(district, seated=2)
    session = run.sessions.order_by("starts_at").first()
    client.force_login(User.objects.create_superuser("guanliyuan"))
    with time_machine.travel(session.ends_at + HOUR, tick=False):
        question = client.get(reverse("sessions:cancel", args=[session.pk])).content.decode()
        cancel_session(session)
    assert "这次课已经过了，不再通知学员。" in question
    assert "会通知" not in question
    assert not told(run)


def test_the_notice_is_seen_before_it_is_sent(district, client):
    run = make_run(district, seated=2)
    session = run.sessions.order_by("starts_at").first()
    client.force_login(User.objects.create_superuser("guanliyuan"))
    question = client.get(reverse("sessions:cancel", args=[session.pk])).context["question"]
    assert Notice.objects.filter(batch_key=f"run-{run.pk}").count() == 0
    assert not Session.objects.get(pk=session.pk).is_cancelled
    cancel_session(session)
    ((_resident, _title, text), _other) = told(run)
    assert f"会通知 2 位学员：“{text}”" in question
    empty = make_run(district).sessions.first()
    assert "不用通知谁" in client.get(reverse("sessions:cancel", args=[empty.pk])).context["question"]


def test_those_who_wait_are_not_bothered(district):
    run = make_run(district, capacity=1, seated=1, waiting=1)
    cancel_session(run.sessions.first())
    waiting = Enrolment.objects.get(status=Status.WAITING)
    assert waiting.resident_id not in [resident for resident, *_rest in told(run)]


def test_another_room_or_hour_of_the_whole_class_is_told(district):
    run = make_run(district, seated=1)
    run.starts_at, run.ends_at = datetime.time(9), datetime.time(10)
    save_class_run(run)
    ((_resident, _title, text),) = told(run)
    assert "09:00" in text


def test_an_edit_that_changes_nothing_for_them_is_not_told(district):
    run = make_run(district, seated=1)
    run.capacity = 30
    save_class_run(run)
    assert told(run) == []


def test_a_sent_notice_is_not_rewritten(district):
    run = make_run(district, seated=1)
    cancel_session(run.sessions.first())
    Notice.objects.update(sent_at=timezone.now())
    cancel_session(run.sessions.last())
    assert len(told(run)) == 2


def test_every_notice_leads_to_the_claim(district, client):
    make_run(district, capacity=1, seated=1, waiting=1)
    for claim in Enrolment.objects.all():
        notice = claim.resident.notices.get()
        assert notice.address == f"/me/enrolments/{claim.receipt}/"
    assert Session.objects.exists()
