"""Four strangers who have never seen the site (docs/design.md, "The six journeys"): each ends with a place and its slip.

A choice in a select counts two taps: one opens it, one picks. Typing is not a tap, the field that is typed into is,
unless the page has put the cursor there.
"""

import re

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from accounts import sms
from enrolments.enums import Status
from enrolments.models import Enrolment
from network.models import Landmark
from search.index.services import rebuild
from tests.factories.enrolments import make_run
from tests.factories.learning import CoursePageFactory
from tests.factories.network import SubCentrePageFactory
from tests.factories.timetable import SubjectFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
MOST_TAPS = 9
NUMBER = "13800138000"


class Finger:
    """Taps and counts them; a page that follows is waited for."""

    def __init__(self, page):
        self.page, self.taps = page, 0

    def tap(self, selector):
        self.taps += 1
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state()

    def write(self, selector, words, focused=False):
        if focused:
            self.page.wait_for_function("selector => document.activeElement.matches(selector)", arg=selector)
        else:
            self.tap(selector)
        self.page.keyboard.insert_text(words)

    def choose(self, selector, label):
        self.taps += 2
        self.page.locator(selector).select_option(label=label)


@pytest.fixture(autouse=True)
def fresh_phone():
    sms.outbox.clear()
    cache.clear()


@pytest.fixture
def near_home(district):
    """A centre at 芦庄 with a course of its own, and the subject."""
    centre = SubCentrePageFactory(parent=district.street, title="芦庄分中心", latitude=31.535, longitude=120.31)
    Landmark.objects.create(name="芦庄", street=district.street, latitude=31.53, longitude=120.31, accuracy_m=300)
    subject = SubjectFactory(code="taiji", name="武术太极")
    return centre, CoursePageFactory(parent=district.street, title="太极拳入门", subject=subject)


@pytest.fixture
def taught(district, near_home):
    """A class with places."""
    centre, course = near_home
    run = make_run(district, learning=course, centre=centre, capacity=5)
    rebuild()
    return run


@pytest.fixture
def full_and_other(district, near_home):
    """The class near home is full; another course of the subject in the other street has places."""
    centre, course = near_home
    full = make_run(district, learning=course, centre=centre, capacity=1, seated=1)
    sword = CoursePageFactory(parent=district.other_street, title="太极剑", subject=course.subject)
    farther = SubCentrePageFactory(parent=district.other_street, title="向阳分中心", latitude=31.56, longitude=120.31)
    other = make_run(district, learning=sword, centre=farther, capacity=5)
    rebuild()
    return full, other


def code_for(page):
    page.wait_for_selector("input[name=code]")
    return sms.outbox[-1][2]["code"]


def identify(page, finger, scripts=True):
    """From the door to the page that says what one is about to confirm."""
    finger.write("input[name=phone]", NUMBER, focused=True)
    finger.tap("button:has-text('发短信验证码')")
    page.locator("input[name=code]").fill(code_for(page))  # the keyboard offers it from the message
    if not scripts:
        finger.tap("main button:has-text('登录')")
    page.wait_for_selector("input[name=name]")
    finger.write("input[name=name]", "王秀英", focused=True)
    finger.tap("input[name=consent]")
    finger.tap("button:has-text('下一步')")


def has_slip(page, run):
    page.wait_for_url("**/me/enrolments/**")
    enrolment = Enrolment.objects.get(status=Status.ENROLLED, class_run=run, resident__name="王秀英")
    expect(page.locator("h1")).to_have_text(re.compile("报上了"))
    assert enrolment.receipt in page.locator("main").inner_text()
    return enrolment


def test_in_the_elder_version_nine_taps_from_the_front_page_to_the_slip(open_page, taught):
    page = open_page(**PHONE)
    page.goto("/")
    page.get_by_role("button", name="长辈版").first.click()  # once in a year, not each time: not counted
    expect(page.locator("html.elder")).to_have_count(1)
    finger = Finger(page)
    finger.write("input[name=q]", "太极")
    finger.choose("select[name=near]", "芦庄")
    finger.tap("main form button:has-text('找课')")
    page.wait_for_url("**/courses/?*near=*")
    assert "太极拳入门" in page.locator(".results").inner_text()
    finger.tap(f"a[href='/enrol/{taught.code}/']")
    identify(page, finger)
    finger.tap("button:has-text('确认报名')")
    has_slip(page, taught)
    assert finger.taps <= MOST_TAPS, finger.taps


def test_a_full_class_leads_to_the_nearest_with_places(open_page, full_and_other):
    full, other = full_and_other
    page = open_page(**PHONE)
    page.goto("/")
    finger = Finger(page)
    finger.write("input[name=q]", "太极拳入门")
    finger.tap("main form button:has-text('找课')")
    page.wait_for_url("**/courses/?*q=*")
    result = page.locator(".result", has_text="太极拳入门").first.inner_text()
    assert "已满" in result
    assert "最近还有名额" in result
    finger.tap(".run-other a:has-text('太极剑')")
    finger.tap(f"a[href='/enrol/{other.code}/']")
    identify(page, finger)
    finger.tap("button:has-text('确认报名')")
    has_slip(page, other)
    assert not full.enrolments.filter(resident__name="王秀英").exists()
    assert finger.taps <= MOST_TAPS + 1, finger.taps  # one more: the full class was looked at first


def test_with_the_keyboard_alone(open_page, taught):
    page = open_page(viewport={"width": 1280, "height": 800})
    page.goto("/")

    def go_to(selector):
        for _press in range(120):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"not reached by Tab: {selector}")

    def enter():
        with page.expect_navigation():
            page.keyboard.press("Enter")

    def type_into(field, words):
        page.wait_for_function("field => document.activeElement.name === field", arg=field)
        page.keyboard.type(words)

    go_to("input[name=q]")
    page.keyboard.insert_text("太极")
    enter()
    go_to(f"a[href='/enrol/{taught.code}/']")
    enter()
    type_into("phone", NUMBER)
    enter()
    code = code_for(page)
    page.wait_for_function("document.activeElement.name === 'code'")
    with page.expect_navigation():
        page.keyboard.type(code)
    type_into("name", "王秀英")
    go_to("input[name=consent]")
    page.keyboard.press("Space")
    go_to("main button[type=submit]")
    enter()
    go_to("main button[type=submit]")
    enter()
    has_slip(page, taught)


def test_without_javascript(open_page, taught):
    page = open_page(java_script_enabled=False, **PHONE)
    page.goto("/")
    page.locator("input[name=q]").fill("太极")
    page.locator("select[name=near]").select_option(label="芦庄")
    page.get_by_role("button", name="找课").click()
    page.wait_for_url("**/courses/?*near=*")
    page.locator(f"a[href='/enrol/{taught.code}/']").first.click()
    page.locator("input[name=phone]").fill(NUMBER)
    page.get_by_role("button", name="发短信验证码").click()
    page.locator("input[name=code]").fill(code_for(page))
    page.locator("main button:has-text('登录')").click()
    page.locator("input[name=name]").fill("王秀英")
    page.locator("input[name=consent]").check()
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="确认报名").click()
    enrolment = has_slip(page, taught)
    page.goto(f"/me/enrolments/{enrolment.receipt}/slip/")
    assert enrolment.receipt in page.locator(".slip").inner_text()
