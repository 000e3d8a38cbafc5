"""The desk's door: password, then a second factor, and never a resident."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.roles import ROLES
from core.services import sync_roles
from tests.accounts.signing import sign_in
from tests.factories.accounts import member, place_of

pytestmark = pytest.mark.django_db
#: allauth tells of a new factor after the commit, within the request.
REAL_COMMITS = pytest.mark.django_db(transaction=True)
DESK = "/admin/"


def code_for(secret):
    """Return what an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.fixture
def gate(settings):
    settings.STAFF_MFA_REQUIRED = True


@pytest.fixture
def editor(district):
    sync_roles()
    return member("street_editor", district.street)


@pytest.fixture
def secret(editor):
    secret = generate_totp_secret()
    TOTP.activate(editor, secret)
    return secret


def password_in(client, user):
    response = client.post(reverse("wagtailadmin_login"), {"username": user.username, "password": "x"})
    assert response.status_code == 302
    return client


def page(response):
    return BeautifulSoup(response.content.decode(), "html.parser")


class TestResidents:
    @pytest.mark.parametrize("required", [True, False])
    @pytest.mark.parametrize(
        "path",
        ["/admin/", "/admin/pages/", "/admin/users/", "/admin/account/", "/security/", "/security/totp/activate/"],
    )
    def test_never_reach_the_desk(self, district, client, settings, path, required):
        settings.STAFF_MFA_REQUIRED = required
        sign_in(client)
        response = client.get(path)
        assert response.status_code == 403
        assert "工作人员入口" in page(response).h1.get_text()
        assert "no-store" in response["Cache-Control"]

    def test_may_sign_in_as_staff_afterwards(self, editor, client):
        sign_in(client)
        assert client.get(reverse("wagtailadmin_login")).status_code == 200
        password_in(client, editor)
        assert client.get(DESK).status_code == 200

    def test_are_not_in_the_list_of_users(self, district, client):
        sign_in(Client())
        resident = User.objects.get()
        boss = User.objects.create_superuser("guanli", password="x")
        client.force_login(boss)
        listed = client.get(reverse("wagtailusers_users:index"))
        assert boss.username in listed.content.decode()
        assert resident.username not in listed.content.decode()
        for view in ("edit", "delete", "history"):
            assert client.get(reverse(f"wagtailusers_users:{view}", args=[resident.pk])).status_code == 404
            assert client.get(reverse(f"wagtailusers_users:{view}", args=[boss.pk])).status_code in {200, 302}
        client.post(
            reverse("wagtailusers_users:edit", args=[resident.pk]), {"password1": "a-b-c-d-e", "password2": "a-b-c-d-e"}
        )
        resident.refresh_from_db()
        assert not resident.has_usable_password()


class TestStrangers:
    @pytest.mark.parametrize("path", ["/admin/", "/admin/pages/", "/security/", "/security/totp/activate/"])
    def test_are_asked_for_the_password(self, district, client, gate, path):
        assert (
            client.get(path)["Location"]
            == f"{reverse('wagtailadmin_login')}?next={path.replace('/', '%2F') if 'security' in path else path}"
        )


class TestStaff:
    @REAL_COMMITS
    def test_without_a_factor_must_bind_one_first(self, editor, client, gate):
        password_in(client, editor)
        for path in (DESK, "/admin/pages/", "/admin/account/", "/admin/api/main/pages/"):
            assert client.get(path)["Location"].startswith(reverse("mfa_activate_totp"))
        form = client.get(reverse("mfa_activate_totp"))
        assert form.status_code == 200, "the password was given a moment ago and is not asked for again"
        shown = page(form).select_one(".ask-key").get_text()
        wrong = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
        assert page(wrong).select_one(".ask-error")
        assert shown in wrong.content.decode(), "the key that was scanned stays good"
        assert client.get(DESK).status_code == 302
        done = client.post(reverse("mfa_activate_totp"), {"code": code_for(shown)})
        assert done["Location"] == reverse("mfa_view_recovery_codes")
        codes = client.get(done["Location"])
        assert len(page(codes).select(".ask-codes li")) == 10
        assert client.get(DESK).status_code == 200

    def test_with_a_factor_must_show_it(self, editor, secret, client, gate):
        password_in(client, editor)
        asked = client.get("/admin/pages/?p=2")
        assert asked["Location"] == f"{reverse('mfa_reauthenticate')}?next=%2Fadmin%2Fpages%2F%3Fp%3D2"
        form = client.get(asked["Location"])
        assert form.status_code == 200
        assert page(form).find("main").find("input", attrs={"name": "next"})["value"] == "/admin/pages/?p=2"
        data = {"code": "000000", "next": "/admin/pages/?p=2"}
        assert page(client.post(reverse("mfa_reauthenticate"), data)).select_one(".ask-error")
        assert client.get(DESK).status_code == 302
        right = client.post(reverse("mfa_reauthenticate"), data | {"code": code_for(secret)})
        assert right["Location"] == "/admin/pages/?p=2"
        assert client.get(DESK).status_code == 200

    def test_each_session_shows_it_anew(self, editor, secret, client, gate):
        password_in(client, editor)
        client.post(reverse("mfa_reauthenticate"), {"code": code_for(secret)})
        assert client.get(DESK).status_code == 200
        assert password_in(Client(), editor).get(DESK).status_code == 302
        client.post(reverse("wagtailadmin_logout"))
        assert password_in(client, editor).get(DESK).status_code == 302

    @pytest.mark.parametrize("required", [True, False])
    @pytest.mark.parametrize(
        "name",
        [
            "mfa_index",
            "mfa_activate_totp",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_download_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_add_webauthn",
            "mfa_list_webauthn",
            "account_reauthenticate",
        ],
    )
    def test_a_stolen_password_does_not_touch_the_factor(self, editor, secret, client, settings, name, required):
        settings.STAFF_MFA_REQUIRED = required
        password_in(client, editor)
        for response in (client.get(reverse(name)), client.post(reverse(name), {"password": "x"})):
            assert response.status_code == 302
            assert response["Location"].startswith(reverse("mfa_reauthenticate"))
        assert Authenticator.objects.filter(user=editor, type=Authenticator.Type.TOTP).count() == 1

    def test_a_recovery_code_opens_once(self, editor, secret, gate):
        from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

        code = RecoveryCodes.activate(editor).get_unused_codes()[0]
        results = []
        for _time in range(2):
            client = password_in(Client(), editor)
            client.post(reverse("mfa_reauthenticate"), {"code": code})
            results.append(client.get(DESK).status_code)
        assert results == [200, 302]

    def test_guessing_codes_ends_in_words(self, editor, secret, client, gate):
        password_in(client, editor)
        answers = [client.post(reverse("mfa_reauthenticate"), {"code": f"{n:06d}"}) for n in range(12)]
        assert "试得太多了" in answers[7].content.decode()
        assert answers[-1].status_code == 429
        assert "请过一会儿再试" in page(answers[-1]).h1.get_text()
        assert client.get(DESK).status_code == 302

    def test_the_factor_can_be_taken_away_with_the_factor(self, editor, secret, client, gate):
        password_in(client, editor)
        client.post(reverse("mfa_reauthenticate"), {"code": code_for(secret)})
        assert client.get(reverse("mfa_deactivate_totp")).status_code == 200
        assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
        assert not Authenticator.objects.filter(user=editor).exists()

    def test_guessing_passwords_ends_in_words_and_does_not_lock_the_owner_out(self, editor, client):
        def attempt(password, address):
            data = {"username": editor.username, "password": password}
            return Client().post(reverse("wagtailadmin_login"), data, REMOTE_ADDR=address)

        for guess in range(10):
            assert "试错太多次" not in attempt(f"guess {guess}", "10.0.0.9").content.decode()
        assert "试错太多次" in attempt("x", "10.0.0.9").content.decode(), "the right one comes too late"
        assert attempt("x", "10.0.0.10").status_code == 302

    def test_who_lost_everything_binds_anew(self, editor, secret, client, gate, capsys):
        password_in(client, editor)
        client.post(reverse("mfa_reauthenticate"), {"code": code_for(secret)})
        colleague = Client()
        colleague.force_login(User.objects.create_superuser("guanli", password="x"))
        call_command("reset_second_factor", editor.username)
        assert "重新登录绑定" in capsys.readouterr().out
        assert client.get(DESK)["Location"].startswith(reverse("wagtailadmin_login")), "the old session is over"
        assert "_auth_user_id" in colleague.session, "nobody else's is"
        assert password_in(Client(), editor).get(DESK)["Location"].startswith(reverse("mfa_activate_totp"))
        with pytest.raises(CommandError, match="没有工作人员"):
            call_command("reset_second_factor", "nobody")

    def test_development_asks_for_a_password_only(self, editor, client, settings):
        settings.STAFF_MFA_REQUIRED = False
        assert password_in(client, editor).get(DESK).status_code == 200

    def test_leaving_needs_no_factor(self, editor, secret, client, gate):
        password_in(client, editor)
        assert client.post(reverse("wagtailadmin_logout")).status_code == 302
        assert "_auth_user_id" not in client.session

    def test_every_role_meets_the_gate(self, district, gate):
        places = {entry.key: place_of(entry, district) for entry in ROLES}
        sync_roles()
        for entry in ROLES:
            if entry.is_superuser:
                user = User.objects.create_superuser("guanli", password="x")
            else:
                user = member(entry.key, places[entry.key])
            assert password_in(Client(), user).get(DESK)["Location"].startswith(reverse("mfa_activate_totp")), entry.key


@REAL_COMMITS
def test_every_page_of_the_doors_is_chinese_and_has_one_heading(editor, client):
    """allauth's own templates have neither our language nor our layout."""
    seen = []
    password_in(client, editor)
    names = [
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "account_reauthenticate",
        "account_logout",
    ]
    for name in names:
        seen.append((name, client.get(reverse(name))))
    shown = page(client.get(reverse("mfa_activate_totp"))).select_one(".ask-key").get_text()
    client.post(reverse("mfa_activate_totp"), {"code": code_for(shown)})
    for name in (
        "mfa_list_webauthn",
        "mfa_index",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_deactivate_totp",
        "mfa_reauthenticate",
    ):
        seen.append((name, client.get(reverse(name))))
    for name, response in seen:
        assert response.status_code == 200, name
        soup = page(response)
        assert soup.html["lang"] == "zh-Hans"
        assert len(soup.find_all("h1")) == 1, name
        assert soup.find("link", href=lambda href: href and "site.css" in href), name
        assert not [
            tag for tag in soup.find_all("script") if tag.get("type") != "application/json" and not tag.get("src")
        ]
        assert "Authenticator" not in soup.main.get_text(), name
