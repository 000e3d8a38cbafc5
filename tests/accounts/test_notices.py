"""Notices: the inbox at once, SMS and e-mail after the commit, at waking hours, three times at most, once each."""

import datetime
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from accounts import services, sms
from accounts.enums import Channel, ConsentPurpose, DeliveryState, NoticeKind
from accounts.models import Notice, NoticeDelivery
from accounts.services import notices
from core.errors import DomainError
from core.waking import next_waking
from tests.factories.people import GuardianshipFactory, ResidentFactory, UserFactory

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")
TEXTING = [ConsentPurpose.ENROLMENT, ConsentPurpose.TEXTING]


def at(hour, minute=0, day=2):
    return datetime.datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def morning(settings):
    settings.SMS_BACKEND = "accounts.sms.memory"
    sms.outbox.clear()
    with time_machine.travel(at(10), tick=False) as clock:
        yield clock


@pytest.fixture
def broken_gateway(monkeypatch):
    def refuse(phone, template, params):
        raise DomainError("sms_failed", "没发出去")

    monkeypatch.setattr(sms, "memory", refuse)


def tell(resident, **kwargs):
    return services.notify(resident, NoticeKind.MOVED, kwargs.pop("title", "“国画入门”改期了"), **kwargs)


def phones():
    return [phone for phone, template, params in sms.outbox]


def test_leaves_after_the_commit_and_not_when_it_was_rolled_back(django_capture_on_commit_callbacks):
    resident = ResidentFactory(phone="13900000001", consents=TEXTING)
    with django_capture_on_commit_callbacks(execute=True):
        tell(resident)
        assert not sms.outbox
    assert phones() == ["+8613900000001"]
    with django_capture_on_commit_callbacks(execute=True) as callbacks, transaction.atomic():
        tell(resident)
        transaction.set_rollback(True)
    assert not callbacks
    assert Notice.objects.count() == 1


def test_the_text_message_names_nobody():
    resident = ResidentFactory(name="王小丫", consents=TEXTING)
    tell(resident, text="王小丫同学的课改到周三。")
    services.deliver_due()
    assert "王小丫" not in str(sms.outbox)
    assert "国画入门" in str(sms.outbox)


def test_no_message_without_consent_but_the_inbox_has_it():
    notice = tell(ResidentFactory())
    assert services.deliver_due() == 1
    assert not sms.outbox
    assert not NoticeDelivery.objects.exists()
    notice.refresh_from_db()
    assert notice.sent_at
    assert notice.read_at is None


def test_without_a_mobile_number_the_verified_logins_are_told():
    resident = ResidentFactory(phone="0510-85001234", consents=TEXTING)
    guardian = GuardianshipFactory(resident=resident).guardian
    GuardianshipFactory(resident=resident, guardian__phone_verified=False)
    GuardianshipFactory(resident=resident, ends_on=timezone.localdate())
    tell(resident)
    services.deliver_due()
    assert phones() == [guardian.phone]


def test_email_goes_to_those_who_gave_an_address():
    resident = ResidentFactory(own=True)
    resident.user.email = "wang@example.org"
    resident.user.save()
    tell(resident, text="改到周三。")
    services.deliver_due()
    assert [(message.to, message.body) for message in mail.outbox] == [(["wang@example.org"], "改到周三。")]
    assert NoticeDelivery.objects.get().channel == Channel.EMAIL


def test_whom_a_notice_reaches_is_counted_as_it_is_sent(django_assert_num_queries):
    """What the desk is told beforehand is what delivery does; whom nothing reaches is told to call."""
    nobody = ResidentFactory()
    texted = ResidentFactory(phone="13900000001", consents=TEXTING)
    own = ResidentFactory(own=True)
    own.user.email = "wang@example.org"
    own.user.save()
    cared_for = ResidentFactory(phone="", consents=TEXTING)
    GuardianshipFactory(resident=cared_for)
    GuardianshipFactory(resident=nobody, ends_on=timezone.localdate())
    people = [nobody, texted, own, cared_for]
    with django_assert_num_queries(3):
        reach = notices.reach(people)
    assert reach == notices.Reach(people=4, inbox=2, sms=2, email=1, nobody=1)
    with notices.overhear() as heard:
        for resident in people:
            tell(resident)
    assert [said.resident for said in heard] == people
    services.deliver_due()
    assert (len(phones()), len(mail.outbox)) == (reach.sms, reach.email)


@pytest.mark.parametrize(
    ("moment", "leaves"),
    [(at(8), at(8)), (at(20, 59), at(20, 59)), (at(21), at(8, day=3)), (at(23), at(8, day=3)), (at(7, 59), at(8))],
)
def test_waking_hours(moment, leaves):
    assert next_waking(moment) == leaves


def test_nobody_is_woken(morning, django_capture_on_commit_callbacks):
    resident = ResidentFactory(consents=TEXTING)
    morning.move_to(at(22))
    with django_capture_on_commit_callbacks(execute=True):
        tell(resident)
    assert services.deliver_due() == 0
    morning.move_to(at(7, 30, day=3))
    assert services.deliver_due() == 0
    assert not sms.outbox
    morning.move_to(at(8, day=3))
    assert services.deliver_due() == 1
    assert len(sms.outbox) == 1


def test_a_late_worker_does_not_send_at_night(morning):
    tell(ResidentFactory(consents=TEXTING))
    morning.move_to(at(21, 5))
    assert services.deliver_due() == 0
    assert not sms.outbox


def test_edits_become_one_notice(morning):
    resident = ResidentFactory(consents=TEXTING)
    first = tell(resident, text="周三改到周四。", batch_key="run:1", delay=timedelta(minutes=10))
    morning.shift(timedelta(minutes=5))
    again = tell(
        resident, text="教室换到 201。", title="“国画入门”有变动", batch_key="run:1", delay=timedelta(minutes=10)
    )
    tell(resident, text="教室换到 201。", batch_key="run:1")
    other = tell(resident, text="停课一次。", batch_key="run:2", delay=timedelta(minutes=10))
    assert again == first != other
    first.refresh_from_db()
    assert first.text == "周三改到周四。\n教室换到 201。"
    assert services.deliver_due() == 0
    morning.shift(timedelta(minutes=5))
    assert services.deliver_due() == 1, "edits do not put it off for ever"
    assert len(sms.outbox) == 1
    assert tell(resident, batch_key="run:1") != first, "what has left is not changed"


def test_an_edit_makes_a_read_notice_new_again():
    resident = ResidentFactory(own=True)
    notice = tell(resident, batch_key="run:1", delay=timedelta(minutes=10))
    assert services.mark_read(resident.user, Notice.objects.all()) == 1
    tell(resident, text="再改一次。", batch_key="run:1")
    notice.refresh_from_db()
    assert notice.read_at is None


def test_three_tries_and_no_more(morning, broken_gateway):
    tell(ResidentFactory(consents=TEXTING))
    for wait in (timedelta(0), timedelta(minutes=5), timedelta(minutes=30)):
        assert NoticeDelivery.objects.count() < 3
        morning.shift(wait)
        services.deliver_due()
        services.deliver_due()
    morning.shift(timedelta(days=1))
    assert services.deliver_due() == 0
    assert [row.state for row in NoticeDelivery.objects.all()] == [DeliveryState.FAILED] * 3
    assert NoticeDelivery.objects.first().detail == "sms_failed"
    assert Notice.objects.get().sent_at


def test_a_channel_that_worked_is_not_tried_again(morning, broken_gateway):
    resident = ResidentFactory(own=True, consents=TEXTING)
    resident.user.email = "wang@example.org"
    resident.user.save()
    tell(resident)
    services.deliver_due()
    morning.shift(timedelta(minutes=5))
    services.deliver_due()
    assert len(mail.outbox) == 1


def test_a_second_worker_finds_nothing_while_the_first_is_sending(monkeypatch):
    tell(ResidentFactory(consents=TEXTING))
    second = []
    monkeypatch.setattr(sms, "memory", lambda *args: second.append(services.deliver_due()))
    assert services.deliver_due() == 1
    assert second == [0]


def test_without_the_lease_the_second_worker_would_send_too(monkeypatch):
    """The control: the same race with the lease gone sends twice."""
    monkeypatch.setattr(notices, "LEASE", timedelta(0))
    tell(ResidentFactory(consents=TEXTING))
    calls = []

    def send(*args):
        calls.append(args)
        if len(calls) == 1:
            services.deliver_due()

    monkeypatch.setattr(sms, "memory", send)
    services.deliver_due()
    assert len(calls) == 2


def test_a_worker_that_dies_leaves_the_notice_to_another(morning, monkeypatch):
    notice = tell(ResidentFactory(consents=TEXTING))

    def die(*args):
        raise SystemExit

    monkeypatch.setattr(sms, "memory", die)
    with pytest.raises(SystemExit):
        services.deliver_due()
    monkeypatch.undo()
    assert services.deliver_due() == 0
    morning.shift(notices.LEASE)
    call_command("deliver_notices")
    notice.refresh_from_db()
    assert notice.sent_at
    assert len(sms.outbox) == 1


def test_words_that_came_while_it_was_leaving_go_out_too(morning, monkeypatch):
    resident = ResidentFactory(consents=TEXTING)
    sent = []

    def send(phone, template, params):
        sent.append(params["text"])
        if len(sent) == 1:
            tell(resident, title="又改了", batch_key="run:1")

    monkeypatch.setattr(sms, "memory", send)
    tell(resident, title="改了", batch_key="run:1")
    services.deliver_due()
    morning.shift(timedelta(minutes=5))
    services.deliver_due()
    assert [text[:3] for text in sent] == ["改了。", "又改了"]
    assert [notice.title for notice in Notice.objects.all()] == ["又改了", "改了"]


def test_the_erased_are_told_nothing():
    resident = ResidentFactory(erased_at=timezone.now(), name="", phone="", birth_month=None, consents=[])
    assert tell(resident) is None
    assert not Notice.objects.exists()


def test_only_ones_own_notices_are_marked_read():
    resident, stranger = ResidentFactory(own=True), UserFactory()
    tell(resident)
    assert services.mark_read(stranger, Notice.objects.all()) == 0
    assert services.mark_read(resident.user, Notice.objects.all()) == 1
    assert services.mark_read(resident.user, Notice.objects.all()) == 0
