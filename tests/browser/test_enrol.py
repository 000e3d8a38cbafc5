"""A stranger's way from the front page to a place, counted in taps; with the keyboard; without JavaScript."""

import re

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from accounts import sms
from enrolments.enums import Status
from enrolments.models import Enrolment
from tests.factories.enrolments import make_run

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
MOST_TAPS = 9


class Finger:
    """Taps and counts them."""

    def __init__(self, page):
        self.page, self.taps = page, 0

    def tap(self, selector):
        self.taps += 1
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state()


def code_of(page, phone):
    """The code of the message, once the page asks for it and its script is there to see the sixth digit."""
    page.wait_for_selector("input[name=code]")
    page.wait_for_load_state()
    to, _template, params = sms.outbox[-1]
    assert phone in to
    return params["code"]


@pytest.fixture(autouse=True)
def fresh_phone():
    """No message sent, no limit reached."""
    sms.outbox.clear()
    cache.clear()


@pytest.mark.parametrize("javascript", [True, False])
def test_nine_taps_and_one_code_from_the_front_page_to_a_place(open_page, district, javascript):
    run = make_run(district)
    page = open_page(viewport=PHONE, java_script_enabled=javascript, has_touch=True)
    page.goto("/")
    finger = Finger(page)
    finger.tap(f"a[href*='{run.learning.slug}']")
    finger.tap("a:has-text('我要报名')")
    finger.tap("input[name=phone]")
    page.keyboard.type("13800138000")
    finger.tap("button:has-text('发短信验证码')")
    page.locator("input[name=code]").fill(
        code_of(page, "13800138000")
    )  # autofill of the message, or typing: autofocused
    if not javascript:  # with it, the sixth digit sends the form off
        finger.tap("main button:has-text('登录')")
    page.locator("input[name=name]").fill("王秀英")  # autofocused
    finger.tap("input[name=consent]")
    finger.tap("button:has-text('下一步')")
    finger.tap("button:has-text('确认报名')")
    expect(page.locator("h1")).to_have_text(re.compile("报上了"))
    assert Enrolment.objects.get().status == Status.ENROLLED
    assert len(sms.outbox) == 1
    assert finger.taps <= MOST_TAPS, finger.taps


def test_the_same_by_keyboard_alone(open_page, district):
    run = make_run(district)
    page = open_page(viewport={"width": 1280, "height": 800})
    page.goto(run.learning.url)

    def go_to(selector):
        for _press in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"not reached by Tab: {selector}")

    def press_enter():
        with page.expect_navigation():
            page.keyboard.press("Enter")

    def type_into(field, words):
        # A busy machine focuses the page's first field a moment after the page is there.
        page.wait_for_function("field => document.activeElement.name === field", arg=field)
        page.keyboard.type(words)

    go_to(f"a[href='/enrol/{run.code}/']")
    press_enter()
    type_into("phone", "13800138000")
    press_enter()
    type_into("code", code_of(page, "13800138000"))  # the sixth digit sends the form off
    type_into("name", "王秀英")
    go_to("input[name=consent]")
    page.keyboard.press("Space")
    go_to("main button[type=submit]")
    press_enter()
    go_to("main button[type=submit]")
    press_enter()
    assert Enrolment.objects.get().status == Status.ENROLLED


def test_a_double_click_and_the_back_button_give_one_place(open_page, district):
    run = make_run(district, capacity=5)
    page = open_page(viewport=PHONE)
    page.goto(f"/enrol/{run.code}/")
    page.fill("input[name=phone]", "13800138000")
    page.click("button:has-text('发短信验证码')")
    page.fill("input[name=code]", code_of(page, "13800138000"))
    page.fill("input[name=name]", "王秀英")
    page.check("input[name=consent]")
    page.click("button:has-text('下一步')")
    page.dblclick("button:has-text('确认报名')")
    page.wait_for_url("**/me/enrolments/**")
    page.go_back()
    page.wait_for_load_state()
    if page.locator("button:has-text('确认报名')").count():
        page.click("button:has-text('确认报名')")
        page.wait_for_url("**/me/enrolments/**")
    assert Enrolment.objects.count() == 1
    run.refresh_from_db()
    assert run.places_left == 4
    assert timezone.now() >= Enrolment.objects.get().created_at
