"""The counter by keyboard alone, in a real browser: from the class to the printed slip, well under a minute."""

import time

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from core.services import sync_roles
from enrolments.enums import Route, Status
from enrolments.models import Enrolment
from tests.factories.accounts import member
from tests.factories.enrolments import make_run
from tests.factories.learning import CoursePageFactory
from tests.factories.timetable import ClassRunFactory

pytestmark = pytest.mark.browser

#: A practised typist, in milliseconds a key.
DELAY = 120
MOST_SECONDS = 60
WATCH_THE_MOUSE = (
    "for (const kind of ['pointerdown', 'mousedown']) addEventListener(kind, () => console.error('mouse used'), true);"
)
PRINTED = "window.printed = 0; window.print = () => { window.printed += 1; };"


@pytest.fixture
def run(district):
    sync_roles()
    make_run(district, learning=CoursePageFactory(parent=district.street, title="书法入门"))
    course = CoursePageFactory(parent=district.street, title="太极拳入门")
    return ClassRunFactory(learning=course, name="周三班", capacity=3, counter_quota=1)


@pytest.fixture
def at_the_counter(open_page, run, district, live_server):
    """Return ``at_the_counter(**context)``: a page of a clerk who has signed in."""
    clerk = member("counter_clerk", district.street)
    session = SessionStore()
    session[SESSION_KEY] = str(clerk.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = clerk.get_session_auth_hash()
    session.save()

    def make(**options):
        page = open_page(**options)
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": live_server.url}]
        )
        page.add_init_script(WATCH_THE_MOUSE + PRINTED)
        page.goto("/admin/counter/")
        return page

    return make


def focused(page, what="name"):
    return page.evaluate(f"document.activeElement.{what}")


def register(page, name, phone):
    """Type one adult with a telephone; the cursor stands in the first box. Enter sends it."""
    assert focused(page) == "name"
    page.keyboard.insert_text(name)  # an input method puts in whole words
    page.keyboard.press("Tab")
    page.keyboard.type(phone, delay=DELAY)
    page.keyboard.press("Tab")
    assert focused(page) == "born"
    page.keyboard.press("Tab")
    assert focused(page) == "adult"
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    assert focused(page) == "consent"
    page.keyboard.press("Space")
    page.keyboard.press("Enter")


def test_from_the_class_to_the_slip_by_keyboard(at_the_counter, run):
    page = at_the_counter(viewport={"width": 1280, "height": 800})
    started = time.monotonic()
    assert focused(page) == "q"
    page.keyboard.insert_text("太极")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/counter/?run={run.code}")
    register(page, "王秀英", "13900001111")
    page.wait_for_url("**/counter/slip/**")
    assert focused(page, "textContent") == "打印回执"
    page.keyboard.press("Enter")
    assert page.evaluate("window.printed") == 1
    seconds = time.monotonic() - started
    claim = Enrolment.objects.get()
    assert (claim.status, claim.route, claim.resident.name) == (Status.ENROLLED, Route.COUNTER, "王秀英")
    assert claim.receipt in page.locator(".counter-slip").inner_text()
    assert seconds < MOST_SECONDS
    # The next one of the queue, without leaving the keys.
    page.keyboard.press("Tab")
    assert focused(page, "textContent") == "再登记一位"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/counter/?run={run.code}")
    register(page, "李建国", "13900002222")
    page.wait_for_url("**/counter/slip/**")
    assert Enrolment.objects.enrolled().count() == 2


def test_a_full_class_says_so_and_the_list_is_joined(at_the_counter, district, run):
    near = ClassRunFactory(learning=run.learning, name="晚班")
    full = make_run(district, learning=run.learning, capacity=1, seated=1, name="满班")
    page = at_the_counter(viewport={"width": 1280, "height": 800})
    page.goto(f"/admin/counter/?run={full.code}")
    assert page.get_by_role("button", name="登记候补").is_visible()
    assert page.locator(f"button[value='{near.code}']").is_visible()
    register(page, "王秀英", "13900001111")
    page.wait_for_url("**/counter/slip/**")
    assert "候补中第 1 位" in page.locator(".counter-slip").inner_text()


@pytest.mark.parametrize(("width", "scripts"), [(390, True), (1280, False)])
def test_it_fits_and_needs_no_script(at_the_counter, run, width, scripts):
    """Without scripts on a wide screen only: Wagtail's own menu covers a telephone then."""
    page = at_the_counter(viewport={"width": width, "height": 844}, java_script_enabled=scripts)
    for address in ("/admin/counter/", f"/admin/counter/?run={run.code}", "/admin/counter/find/"):
        page.goto(address)
        box = page.locator(".counter").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        for element in page.locator(".counter input:visible, .counter select:visible, .counter .button").all():
            edges = element.bounding_box()
            assert edges["x"] + edges["width"] <= width
    page.goto(f"/admin/counter/?run={run.code}")
    page.fill("[name=name]", "王秀英")
    page.fill("[name=phone]", "13900001111")
    for box in ("adult", "consent"):
        page.focus(f"[name={box}]")
        page.keyboard.press("Space")
    page.press("[name=phone]", "Enter")
    page.wait_for_url("**/counter/slip/**")
    assert Enrolment.objects.get().status == Status.ENROLLED
