"""The look: a cookie anybody may write anything into, and what the pages make of it."""

import pytest

from accounts.models import User
from core.look import SIZES, Look


@pytest.mark.parametrize(
    ("text", "look"),
    [
        ("", Look()),
        (None, Look()),
        ("elder", Look(size=1)),
        ("elder-3", Look(size=3)),
        ("elder-9", Look(size=1)),
        ("dark", Look(tone="dark")),
        ("elder-4.contrast", Look(size=4, tone="contrast")),
        ('"><script>.dark', Look(tone="dark")),
        ("x" * 5000, Look()),
    ],
)
def test_reading(text, look):
    assert Look.from_text(text) == look
    assert Look.from_text(str(look)) == look


def test_the_largest_text_is_thirty_and_every_step_is_one_tap_away():
    look, seen = Look().as_elder, []
    while look:
        seen.append(look.size)
        look = look.larger
    assert seen == [1, 2, 3, 4]
    assert SIZES[-1] == 30
    assert Look().smaller is Look().larger is Look(size=1).smaller is None


def test_one_tap_and_back_to_the_same_page(client, district):
    page = client.get("/network/")
    assert 'value="elder-1"' in page.content.decode()
    answer = client.post("/look/", {"look": "elder-1", "next": "/network/"})
    assert (answer.status_code, answer["Location"]) == (302, "/network/")
    page = client.get("/network/").content.decode()
    assert 'class="elder size-1"' in page
    assert "普通版" in page
    assert 'class="elder' not in client.get("/network/", headers={"cookie": ""}).content.decode()


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_never_to_another_site(client, district, address):
    assert client.post("/look/", {"look": "dark", "next": address})["Location"] == "/"


def test_it_comes_along_to_another_phone(client, district):
    user = User.objects.create(username="w", phone="+8613800138000", look="elder-2")
    client.force_login(user)
    client.get("/look/")
    client.post("/look/", {"look": "elder-3.dark"})
    user.refresh_from_db()
    assert user.look == "elder-3.dark"


def test_signing_in_brings_it(rf, client, district):
    from accounts.services.looks import bring_look

    user = User.objects.create(username="w", phone="+8613800138000", look="elder-2")
    request = rf.get("/")
    bring_look(None, request, user)
    assert request.look_to_keep == Look(size=2)
    request = rf.get("/", headers={"cookie": "look=dark"})
    bring_look(None, request, user)
    user.refresh_from_db()
    assert (user.look, hasattr(request, "look_to_keep")) == ("dark", False)


def test_the_page_of_all_choices_marks_the_present_ones(client, district):
    client.cookies["look"] = "elder-2.dark"
    page = client.get("/look/?next=/network/").content.decode()
    assert page.count('aria-pressed="true"') == 3  # version, size, colour
    assert 'href="/network/"' in page


def test_pages_say_that_they_differ_by_cookie(client, district):
    assert "Cookie" in client.get("/network/")["Vary"]


def test_residents_pages_allow_nothing_inline(client, district, admin_client):
    policy = client.get("/network/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "'unsafe-inline'" in admin_client.get("/admin/")["Content-Security-Policy"]
