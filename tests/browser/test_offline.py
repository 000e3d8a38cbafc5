"""On a phone without network: the timetable of one's classes, and a page that says what happened."""

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from tests.factories.enrolments import enrol_someone, make_run
from tests.factories.learning import CoursePageFactory
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: What the site has put by under this name, or null.
KEPT = "caches.open('mine').then(box => box.match('/me/timetable/kept/')).then(found => found ? found.text() : null)"


@pytest.fixture
def phone(chromium, live_server, district):
    """Return ``phone(hand=True)``: somebody with a class, signed in, with the worker at work. ``hand``: held, not a desk's."""
    contexts = []

    def make(hand=True):
        user = UserFactory()
        run = make_run(district, learning=CoursePageFactory(parent=district.street, title="太极拳入门"))
        enrol_someone(run, name="王秀英", user=user)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        touch = {"has_touch": True, "is_mobile": True} if hand else {}
        context = chromium.new_context(
            base_url=live_server.url, viewport={"width": 390, "height": 844}, service_workers="allow", **touch
        )
        contexts.append(context)
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": live_server.url}]
        )
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


def settle(page):
    """Until the worker is in charge of the page and what is to be kept is kept."""
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def test_the_timetable_without_network_and_gone_after_signing_out(phone):
    page = phone()
    page.goto("/me/timetable/")
    settle(page)
    page.wait_for_selector("[data-kept]:not([hidden])")
    page.context.set_offline(True)
    page.reload()
    words = page.locator("main").inner_text()
    assert "太极拳入门" in words
    assert "离线看到的是" in words
    assert page.locator("form").count() == 0
    assert page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") != "none", "its styles are there"
    page.goto("/me/")
    assert "离线看到的是" in page.locator("main").inner_text(), "whatever of one's own pages is asked for"
    page.goto("/courses/")
    assert page.locator("h1").inner_text() == "手机现在没有网络"
    page.context.set_offline(False)
    page.goto("/sign-out/")
    page.locator("main").get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/")
    assert page.evaluate(KEPT) is None
    settle(page)
    page.context.set_offline(True)
    page.goto("/me/timetable/")
    assert "太极拳入门" not in page.locator("body").inner_text()


def test_it_is_kept_from_the_page_of_ones_classes_and_not_on_a_desk(phone):
    page = phone()
    page.goto("/me/")
    page.wait_for_function(f"{KEPT}.then(text => text && text.includes('太极拳入门'))")
    desk = phone(hand=False)
    desk.goto("/me/timetable/")
    settle(desk)
    desk.wait_for_timeout(300)
    assert desk.evaluate(KEPT) is None
    assert not desk.locator("[data-kept]").is_visible()


def test_a_lost_session_takes_the_copy_along(phone):
    page = phone()
    page.goto("/me/timetable/")
    settle(page)
    page.wait_for_selector("[data-kept]:not([hidden])")
    page.context.clear_cookies()
    page.goto("/me/timetable/")  # leads to the door
    assert "/sign-in/" in page.url
    page.wait_for_function(f"{KEPT}.then(text => text === null)")


def test_without_network_it_looks_as_the_visitor_chose(phone):
    page = phone()
    page.goto("/look/")
    settle(page)
    page.locator("main").get_by_role("button", name="长辈版").click()
    page.wait_for_url("**/")
    page.wait_for_function(
        "caches.match('/offline/').then(found => found.text()).then(text => text.includes('elder size-1'))"
    )
    page.context.set_offline(True)
    page.goto("/courses/")
    assert page.locator("html.elder h1").inner_text() == "手机现在没有网络"
