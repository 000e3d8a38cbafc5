"""Journeys of a stranger through a real browser: with the mouse, with the keyboard only, without JavaScript, on a phone."""

import pytest
from playwright.sync_api import expect
from wagtail.models import Site

from core.models import DistrictSettings
from home.models import HomePage
from tests.factories.learning import CoursePageFactory, EventPageFactory
from tests.factories.network import NeighbourhoodFactory
from tests.factories.timetable import ClassRunFactory, SubjectFactory

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def taught(district):
    """Two courses of two subjects, one with a Wednesday afternoon run, and an event."""
    martial = SubjectFactory(code="taiji", name="武术太极")
    course = CoursePageFactory(parent=district.street, title="太极拳入门", subject=martial)
    ClassRunFactory(learning=course, centre=district.sub_centre)
    CoursePageFactory(parent=district.other_street, title="剪纸", subject=SubjectFactory(code="shougong", name="手工"))
    ClassRunFactory(learning=EventPageFactory(parent=district.street, title="古运河人文行走"), single=True)
    NeighbourhoodFactory(street=district.street, name="运河社区")
    return course


def choose_and_find(page):
    """From the front page to the course, as a resident does."""
    page.goto("/")
    page.get_by_label("想学什么").fill("太极拳")
    page.get_by_label("星期几").select_option(label="周三")
    page.get_by_role("button", name="找课").click()
    page.wait_for_url("**/courses/?*")
    expect(page.locator(".result")).to_have_count(1)
    page.get_by_role("link", name="太极拳入门", exact=True).click()
    expect(page.locator("h1")).to_have_text("太极拳入门")
    assert "每周三 14:00—15:30" in page.locator(".class-run").inner_text()


def test_a_stranger_finds_a_class(open_page, taught):
    choose_and_find(open_page(**PHONE))


def test_the_same_without_javascript(open_page, taught):
    choose_and_find(open_page(java_script_enabled=False, **PHONE))


def test_the_same_with_the_keyboard_alone(open_page, taught):
    page = open_page(viewport={"width": 1280, "height": 800})
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.insert_text("太极拳")  # an input method puts in whole words
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "找课"
    page.keyboard.press("Enter")
    page.wait_for_url("**/courses/?*q=*")
    link = page.get_by_role("link", name="太极拳入门", exact=True)
    for _step in range(40):
        page.keyboard.press("Tab")
        if link.evaluate("element => element === document.activeElement"):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none", "what has the focus must be seen to have it"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{taught.url}")


def test_a_chip_takes_its_filter_away(open_page, taught):
    page = open_page(**PHONE)
    page.goto("/courses/?subject=taiji&weekday=3")
    page.locator(".chip", has_text="周三").click()
    page.wait_for_url("**/courses/?subject=taiji")
    expect(page.locator(".chip")).to_have_count(1)


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_page_scrolls_sideways(open_page, taught, district, width):
    settings = DistrictSettings.for_site(Site.objects.get())
    settings.is_sample = True
    settings.save()
    HomePage.objects.update(question="想学什么？在哪儿附近？什么时候？")
    page = open_page(viewport={"width": width, "height": 844})
    for address in [
        "/",
        "/courses/",
        "/network/",
        "/events/",
        district.street.url,
        district.sub_centre.url,
        taught.url,
    ]:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_the_network_drawing_leads_to_a_street(open_page, taught, district):
    page = open_page(viewport={"width": 1280, "height": 800})
    page.goto("/network/")
    page.locator("svg.diagram-wide a", has_text="清名桥").first.click()
    page.wait_for_url(f"**{district.street.url}")
    assert "运河社区" in page.locator("main").inner_text()
