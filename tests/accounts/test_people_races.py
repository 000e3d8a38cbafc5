"""Two at once, on real connections: a double click makes one person, two workers send each notice once."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connections

from accounts import services, sms
from accounts.enums import ConsentPurpose, NoticeKind, Relation
from accounts.models import Consent, Resident
from core.errors import DomainError
from tests.factories.people import ResidentFactory, UserFactory, birth_month

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres_only]


def at_once(*verbs):
    """Start every verb at the same moment in a thread of its own; return what each returned or the code of its refusal."""
    barrier, answers = threading.Barrier(len(verbs)), [None] * len(verbs)

    def run(number, verb):
        try:
            barrier.wait(10)
            answers[number] = verb()
        except DomainError as error:
            answers[number] = error.code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def test_a_double_click_makes_one_person():
    user = UserFactory()
    mother = {"name": "老母亲", "birth_month": birth_month(70)}
    answers = at_once(*[lambda: services.add_family_member(user, Relation.PARENT, True, **mother)] * 4)
    assert answers.count("known") == 3
    answers = at_once(*[lambda: services.add_own_resident(user, consent=True, name="王小丫")] * 4)
    assert answers.count("already") == 3
    assert Resident.objects.count() == 2


def test_a_double_click_at_the_counter_makes_one_person():
    clerk = UserFactory()
    answers = at_once(*[lambda: services.register_at_counter(clerk, "王大爷", "13800138000").pk] * 4)
    assert len(set(answers)) == 1
    assert Consent.objects.count() == 1


def test_a_consent_given_twice_at_once_is_one():
    resident = ResidentFactory(consents=[])
    at_once(*[lambda: services.give_consent(ConsentPurpose.TEXTING, resident=resident)] * 4)
    assert Consent.objects.count() == 1


def test_erased_twice_at_once_is_erased_once():
    resident = ResidentFactory(own=True)
    answers = at_once(*[lambda: services.erase_login(resident.user)] * 3)
    assert answers.count("gone") == 2


def test_two_workers_send_each_notice_once(settings):
    settings.SMS_BACKEND = "accounts.sms.memory"
    sms.outbox.clear()
    with time_machine.travel("2026-11-02T10:00:00+08:00", tick=False):
        residents = ResidentFactory.create_batch(20, consents=[ConsentPurpose.TEXTING])
        for resident in residents:
            services.notify(resident, NoticeKind.MOVED, "改期了", delay=timedelta(seconds=1))
    with time_machine.travel("2026-11-02T10:01:00+08:00", tick=False):
        done = at_once(*[services.deliver_due] * 3)
    assert sum(done) == 20
    assert sorted(phone for phone, *_rest in sms.outbox) == sorted(f"+86{resident.phone}" for resident in residents)
