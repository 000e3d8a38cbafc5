"""The residents' door: one box, one code, the same words for everybody, and nothing that was typed is lost."""

import logging
import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import sms
from accounts.consents import VERSION
from accounts.enums import ConsentPurpose
from accounts.models import Consent, User
from accounts.services import sign_in as door
from core.errors import DomainError
from tests.accounts.signing import answer, ask, last_code, sign_in

pytestmark = pytest.mark.django_db
PHONE = "+8613800138000"


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def page(response):
    return BeautifulSoup(response.content.decode(), "html.parser")


def words(response):
    return page(response).main.get_text(" ", strip=True)


def value(response, name):
    return page(response).find("input", attrs={"name": name})["value"]


class TestTheWayIn:
    def test_a_new_number_becomes_a_login(self, district, client):
        response = sign_in(client, next_url="/courses/?q=1")
        assert response.status_code == 302
        assert response["Location"] == "/courses/?q=1"
        user = User.objects.get()
        assert (user.phone, user.phone_verified, user.has_usable_password(), user.email) == (PHONE, True, False, "")
        assert not re.search(r"1380|8000", user.username)
        assert int(client.session["_auth_user_id"]) == user.pk
        assert timedelta(days=29) < client.session.get_expiry_date() - timezone.now() <= timedelta(days=30)

    def test_a_known_number_finds_its_login(self, district, client):
        sign_in(client)
        other = Client()
        assert sign_in_later(other)["Location"] == "/me/"
        assert User.objects.count() == 1
        assert other.session["_auth_user_id"] == client.session["_auth_user_id"]

    @pytest.mark.parametrize(
        "typed",
        [
            "13800138000",
            " 138-0013-8000 ",
            "138 0013 8000",
            "１３８００１３８０００",
            "+86 138 0013 8000",
            "8613800138000",
        ],
    )
    def test_a_number_is_read_however_it_is_typed(self, district, client, typed):
        assert ask(client, typed).status_code == 302
        assert sms.outbox[-1][0] == PHONE

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("", "请填手机号。"),
            ("1380013800", "您填了 10 位"),
            ("12345678901", "13 到 19 开头"),
            ("我的手机", "只有数字"),
            ("1" * 400, "手机号"),
            ("𠮷" * 11, "只有数字"),
        ],
    )
    def test_a_wrong_number_is_explained_and_kept(self, district, client, typed, sentence):
        response = ask(client, typed, next="/courses/")
        assert response.status_code == 200
        box = page(response).find("input", attrs={"name": "phone"})
        assert box.get("value", "") == typed
        assert box["aria-invalid"] == "true"
        if sentence != "手机号":
            assert sentence in words(response)
        assert value(response, "next") == "/courses/"
        assert sms.outbox == []

    def test_the_code_is_read_however_it_is_copied(self, district, client):
        ask(client, PHONE)
        code = last_code()
        assert answer(client, f" {code[:3]} {code[3:]}。")["Location"] == "/me/"

    @pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
    def test_nobody_is_sent_elsewhere(self, district, client, elsewhere):
        assert sign_in(client, next_url=elsewhere)["Location"] == "/me/"

    def test_the_anonymous_session_survives(self, district, client):
        session = client.session
        session["draft"] = {"run": 7}
        session.save()
        before = session.session_key
        sign_in(client)
        assert client.session["draft"] == {"run": 7}
        assert client.session.session_key != before, "a fixed session must not be taken over"
        assert door.STATE not in client.session

    def test_the_consent_is_on_record_once(self, district, client):
        sign_in(client)
        sign_in_later(Client())
        consent = Consent.objects.get()
        assert (consent.user.phone, consent.purpose, consent.version) == (PHONE, ConsentPurpose.ACCOUNT, VERSION)

    def test_who_is_in_goes_on(self, district, client):
        sign_in(client)
        assert client.get(reverse("account_login"), {"next": "/courses/"})["Location"] == "/courses/"
        assert client.get(reverse("sign_in_code"))["Location"] == reverse("account_login")
        assert answer(client, "123456").status_code == 302

    def test_the_way_out(self, district, client):
        sign_in(client)
        assert client.get(reverse("account_logout")).status_code == 200
        assert "_auth_user_id" in client.session, "looking is not leaving"
        assert client.post(reverse("account_logout"))["Location"] == "/"
        assert "_auth_user_id" not in client.session

    def test_the_header_says_where_one_is(self, district, client):
        link = page(client.get("/courses/?q=%E4%B9%A6")).select_one(".site-me")
        assert link["href"] == "/sign-in/?next=/courses/%3Fq%3D%25E4%25B9%25A6"
        sign_in(client)
        assert page(client.get("/")).select_one(".site-me")["href"] == "/me/"


def sign_in_later(client):
    """The same telephone after its pause."""
    door.BETWEEN_SENDS.release(PHONE)
    return sign_in(client)


class TestNothingIsGivenAway:
    def test_known_and_unknown_numbers_see_the_same(self, district):
        User.objects.create_user("r-known", phone="+8613900139000", phone_verified=True)
        texts = []
        for phone in ("13900139000", "13900139001"):
            client = Client()
            asked = ask(client, phone)
            shown = client.get(asked["Location"]).content.decode()
            shown = re.sub(r"139 0013 900\d|csrfmiddlewaretoken\" value=\"\w+\"", "", shown)
            texts.append((asked.status_code, asked["Location"], shown))
        assert texts[0] == texts[1]
        assert len(sms.outbox) == 2

    def test_a_number_that_proves_nothing_leaves_no_row(self, district, client):
        ask(client, PHONE)
        answer(client, wrong(last_code()))
        assert not User.objects.exists()

    def test_the_session_holds_no_code(self, district, client):
        ask(client, PHONE)
        assert last_code() not in str(dict(client.session))

    def test_logs_and_addresses_hold_neither_number_nor_code(self, district, client, caplog):
        caplog.set_level(logging.DEBUG)
        for response in (ask(client, PHONE), answer(client, "000000"), sign_in_later(client)):
            assert "138" not in response.get("Location", "")
        asked_for = {params["code"] for _phone, _template, params in sms.outbox}
        assert not [word for word in ("13800138000", *asked_for) if word in caplog.text]

    def test_pages_are_private(self, district, client):
        for response in (client.get(reverse("account_login")), ask(client, "1"), ask(client, PHONE)):
            assert "no-store" in response["Cache-Control"]
            assert "private" in response["Cache-Control"]


class TestTheCode:
    def test_wrong_keeps_everything_and_counts_down(self, district, client):
        ask(client, PHONE, next="/courses/")
        code = last_code()
        response = answer(client, wrong(code))
        assert "还可以试 4 次" in words(response)
        assert "138 0013 8000" in words(response)
        assert value(response, "code") == wrong(code)
        assert value(response, "next") == "/courses/"
        assert answer(client, code)["Location"] == "/courses/", "next is remembered with the code"

    def test_five_tries_and_the_right_one_is_void_too(self, district, client):
        ask(client, PHONE)
        code = last_code()
        for left in (4, 3, 2, 1):
            assert f"还可以试 {left} 次" in words(answer(client, wrong(code)))
        assert "作废" in words(answer(client, wrong(code)))
        assert "作废" in words(answer(client, code))
        assert not User.objects.exists()

    def test_tries_are_counted_outside_the_session(self, district, client):
        """Old copies of the session, or many requests at once, do not give more tries."""
        ask(client, PHONE)
        code, session = last_code(), dict(client.session)
        for _try in range(door.TRIES):
            with pytest.raises(DomainError):
                door.check_code(dict(session), wrong(code), "127.0.0.1")
        with pytest.raises(DomainError) as caught:
            door.check_code(dict(session), code, "127.0.0.1")
        assert caught.value.code == "tries"

    def test_expired_says_so_and_a_new_one_works(self, district, client, time_machine):
        time_machine.move_to("2026-11-23 10:00+08:00", tick=False)
        ask(client, PHONE, next="/courses/")
        old = last_code()
        time_machine.shift(301)
        response = answer(client, old)
        assert "已经过了 5 分钟" in words(response)
        assert "138 0013 8000" in words(response)
        assert answer(client, "", action="resend").status_code == 302
        assert last_code() != old
        assert answer(client, last_code())["Location"] == "/courses/"

    def test_the_last_second_counts(self, district, client, time_machine):
        time_machine.move_to("2026-11-23 10:00+08:00", tick=False)
        ask(client, PHONE)
        time_machine.shift(299)
        assert answer(client, last_code()).status_code == 302

    def test_a_new_code_voids_the_old(self, district, client, time_machine):
        time_machine.move_to("2026-11-23 10:00+08:00", tick=False)
        ask(client, PHONE)
        old = last_code()
        time_machine.shift(61)
        answer(client, "", action="resend")
        if old != last_code():
            assert "不对" in words(answer(client, old))
        assert answer(client, last_code()).status_code == 302

    def test_a_code_opens_once(self, district, client):
        sign_in(client)
        other = Client()
        assert answer(other, last_code(), phone="138 0013 8000").status_code == 200
        assert "_auth_user_id" not in other.session

    def test_a_lost_session_goes_back_with_the_number_filled_in(self, district, client):
        response = answer(client, "123456", phone="138 0013 8000", next="/courses/")
        assert "刚才的步骤没有了" in words(response)
        assert value(response, "phone") == "138 0013 8000"
        assert value(response, "next") == "/courses/"
        assert client.get(reverse("sign_in_code"), {"next": "/courses/"})["Location"] == "/sign-in/?next=%2Fcourses%2F"

    @pytest.mark.parametrize("typed", ["", "12", "abc", "1" * 3000, "\x00", "١٢٣٤٥٦"])
    def test_nonsense_is_answered(self, district, client, typed):
        ask(client, PHONE)
        response = answer(client, typed)
        assert response.status_code == 200
        assert page(response).select_one(".ask-error")


class TestLimits:
    def test_sixty_seconds_between_two(self, district, client, time_machine):
        time_machine.move_to("2026-11-23 10:00+08:00", tick=False)
        ask(client, PHONE)
        time_machine.shift(20)
        response = answer(client, "", action="resend")
        assert response.status_code == 429
        assert re.search(r"请等 4\d 秒", words(response))
        assert ask(Client(), PHONE).status_code == 429, "another session does not get around it"
        assert len(sms.outbox) == 1
        time_machine.shift(41)
        assert answer(client, "", action="resend").status_code == 302
        assert len(sms.outbox) == 2

    def test_a_double_click_sends_one(self, district, client):
        assert [ask(client, PHONE).status_code for _click in range(2)] == [302, 302]
        assert len(sms.outbox) == 1
        assert answer(client, last_code()).status_code == 302

    def test_ten_a_day_for_a_number(self, district, client, time_machine):
        time_machine.move_to("2026-11-23 09:00+08:00", tick=False)
        for _send in range(10):
            assert ask(client, PHONE).status_code == 302
            time_machine.shift(61)
        refused = ask(client, PHONE)
        assert refused.status_code == 429
        assert "明天" in words(refused)
        assert "窗口" in words(refused)
        assert int(refused["Retry-After"]) > 12 * 3600
        assert ask(Client(), "13900139000").status_code == 302, "others are not punished"
        time_machine.move_to("2026-11-24 00:00:05+08:00", tick=False)
        assert ask(client, PHONE).status_code == 302

    def test_a_class_on_one_network_gets_in(self, district):
        for number in range(45):
            assert sign_in(Client(), f"138001380{number:02d}").status_code == 302
        assert User.objects.count() == 45

    def test_a_robot_on_one_network_does_not(self, district, client):
        for _send in range(door.PER_ADDRESS.amount):
            door.PER_ADDRESS.take("127.0.0.1")
        refused = ask(client, PHONE)
        assert refused.status_code == 429
        assert re.search(r"请过 \d+ 分钟再试", words(refused))
        assert sms.outbox == []
        elsewhere = client.post(reverse("account_login"), {"phone": PHONE}, REMOTE_ADDR="10.0.0.9")
        assert elsewhere.status_code == 302, "the number itself is not held back"

    def test_guessing_from_one_network_ends(self, district, client):
        ask(client, PHONE)
        for _guess in range(door.TRIES_PER_ADDRESS.amount):
            door.TRIES_PER_ADDRESS.take("127.0.0.1")
        response = answer(client, last_code())
        assert response.status_code == 429
        assert not User.objects.exists()

    def test_no_gateway_is_said_and_costs_nothing(self, district, client, settings):
        settings.SMS_BACKEND = "accounts.sms.not_connected"
        response = ask(client, PHONE)
        assert response.status_code == 503
        assert "短信还没有接通，请到窗口办理" in words(response)
        assert value(response, "phone") == PHONE
        settings.SMS_BACKEND = "accounts.sms.memory"
        assert ask(client, PHONE).status_code == 302

    def test_a_gateway_that_fails_keeps_the_last_code_good(self, district, client, settings, time_machine):
        time_machine.move_to("2026-11-23 10:00+08:00", tick=False)
        ask(client, PHONE)
        time_machine.shift(61)
        settings.SMS_BACKEND = "accounts.sms.not_connected"
        assert answer(client, "", action="resend").status_code == 503
        assert answer(client, last_code()).status_code == 302


class TestWhoIsNotLetIn:
    def test_staff_are_shown_their_own_door(self, district, client):
        User.objects.create_superuser("guanli", password="x", phone=PHONE, phone_verified=True)
        response = sign_in(client)
        assert "工作人员入口" in words(response)
        assert "_auth_user_id" not in client.session

    def test_a_closed_login_stays_closed(self, district, client):
        User.objects.create_user("r-closed", phone=PHONE, phone_verified=True, is_active=False)
        response = sign_in(client)
        assert "已经停用" in words(response)
        assert "_auth_user_id" not in client.session

    def test_csrf_is_asked_for(self, district):
        assert ask(Client(enforce_csrf_checks=True), PHONE).status_code == 403


def test_unproved_logins_are_purged_after_a_day(db, capsys):
    old = timezone.now() - timedelta(days=2)
    User.objects.create_user("stale", phone="+8613800000001", date_joined=old)
    User.objects.create_user("fresh", phone="+8613800000002")
    User.objects.create_user("proved", phone="+8613800000003", phone_verified=True, date_joined=old)
    User.objects.create_user("staff", password="x", date_joined=old)
    call_command("purge_unverified")
    assert "1 个" in capsys.readouterr().out
    assert set(User.objects.values_list("username", flat=True)) == {"fresh", "proved", "staff"}
    call_command("purge_unverified")
    assert "0 个" in capsys.readouterr().out
