"""Searching in a real browser: any way people write Chinese, chips one by one, suggestions by keyboard, a position on tap.

The journeys that need no script run with JavaScript off as well.
"""

import datetime

import pytest
from playwright.sync_api import expect

from network.models import Landmark
from search.index.services import rebuild
from tests.factories.learning import CoursePageFactory
from tests.factories.network import SubCentrePageFactory
from tests.factories.timetable import ClassRunFactory, SubjectFactory

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}}
QUESTION = "周三下午 免费 书法 芦庄附近"
BESIDE_LUZHUANG = {"latitude": 31.53, "longitude": 120.31}


@pytest.fixture
def taught(district):
    """太极拳, 书法 and 摄影 in a sub-centre at 芦庄; the index as any page's publication leaves it."""
    martial, writing = SubjectFactory(code="taiji", name="武术太极"), SubjectFactory(code="shuhua", name="书画")
    centre = SubCentrePageFactory(parent=district.street, title="芦庄分中心", latitude=31.535, longitude=120.31)
    Landmark.objects.create(name="芦庄", street=district.street, **BESIDE_LUZHUANG, accuracy_m=300)
    for title, subject, hour in [("太极拳入门", martial, 9), ("书法入门", writing, 14), ("手机摄影", None, 19)]:
        course = CoursePageFactory(parent=district.street, title=title, subject=subject)
        ClassRunFactory(
            learning=course, centre=centre, starts_at=datetime.time(hour), ends_at=datetime.time(hour + 1, 30)
        )
    rebuild()
    return district


def found(page):
    return page.locator(".results .result-link").all_inner_texts()


def search_for(page, words, address="/courses/"):
    page.goto(address)
    page.get_by_label("想学什么").fill(words)
    page.get_by_label("想学什么").press("Enter")
    page.wait_for_url("**/courses/?*q=*")


@pytest.mark.parametrize("scripts", [True, False])
def test_taijiquan_is_found_however_it_is_written(open_page, taught, scripts):
    page = open_page(java_script_enabled=scripts, **PHONE)
    for words in ("taijiquan", "tjq", "太级拳", "太極拳"):
        search_for(page, words, "/")
        assert found(page)[:1] == ["太极拳入门"], words
    search_for(page, "太级拳")
    said = page.locator(".said")
    assert "已为您找“太极拳”，您写的是“太级拳”。" in said.inner_text()
    said.get_by_role("link", name="只按我写的字找").click()
    page.wait_for_url("**exact=on**")
    assert "太极拳入门" not in found(page)
    assert "只按您写的字找。" in said.inner_text()


@pytest.mark.parametrize("scripts", [True, False])
def test_conditions_in_words_are_chips_that_go_one_by_one(open_page, taught, scripts):
    page = open_page(java_script_enabled=scripts, **PHONE)
    search_for(page, QUESTION)
    assert found(page)[:1] == ["书法入门"]
    chips = page.locator(".chip")
    left = ["周三", "下午", "免费", "芦庄附近"]
    assert sorted(name(chip) for chip in chips.all()) == sorted(left)
    while left:
        going = left.pop(0)
        chips.filter(has_text=going).click()
        expect(chips).to_have_count(len(left))
        assert sorted(name(chip) for chip in chips.all()) == sorted(left)
        assert found(page)[:1] == ["书法入门"]
    assert page.get_by_label("想学什么").input_value() == "书法"


def name(chip):
    return chip.inner_text().removeprefix("去掉条件：").strip()


def test_suggestions_are_chosen_by_arrow_keys(open_page, taught):
    page = open_page(viewport={"width": 1280, "height": 800})
    page.goto("/courses/")
    box = page.get_by_role("combobox", name="想学什么")
    box.press_sequentially("周三 taiji", delay=30)
    options = page.get_by_role("option")
    options.first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    words = [option.get_attribute("data-word") for option in options.all()]
    box.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    box.press("Escape")
    assert (box.get_attribute("aria-expanded"), box.input_value()) == ("false", "周三 taiji")
    box.press("ArrowDown")
    options.first.wait_for()
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/courses/?*q=*")
    assert page.get_by_label("想学什么").input_value() == f"周三 {words[0]}"
    assert found(page)[:1] == ["太极拳入门"]


def test_an_input_method_is_not_disturbed(open_page, taught):
    page = open_page(**PHONE)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/suggest/" in request.url else None)
    page.goto("/courses/")
    box = page.get_by_role("combobox", name="想学什么")
    box.dispatch_event("compositionstart")
    box.press_sequentially("tai", delay=30)
    page.wait_for_timeout(300)
    assert asked == []
    box.dispatch_event("compositionend")
    page.get_by_role("option").first.wait_for()
    assert len(asked) == 1


def test_my_position_chooses_the_place_nearest_to_me(open_page, taught):
    page = open_page(geolocation=BESIDE_LUZHUANG, permissions=["geolocation"], **PHONE)
    page.goto("/courses/?q=书法")
    page.get_by_role("button", name="用我的位置").click()
    page.wait_for_url("**/courses/?*near=*")
    assert "31.5" not in page.url, "a position is in no address"
    page.locator(".chip", has_text="芦庄附近").wait_for()
    assert page.locator(".label-near").first.text_content() == "离芦庄：约 1 公里内"
    assert found(page)[:1] == ["书法入门"]


def test_a_position_that_is_refused_leaves_the_list_of_places(open_page, taught):
    page = open_page(permissions=[], **PHONE)
    page.goto("/courses/")
    page.get_by_role("button", name="用我的位置").click()
    page.locator(".near-answer", has_text="请从列表里选一个地方").wait_for()
    page.get_by_label("在哪儿附近").select_option(label="芦庄")
    page.get_by_role("button", name="找课").click()
    page.wait_for_url("**/courses/?*near=*")
    assert len(found(page)) == 3


def test_without_a_script_nothing_promises_what_it_cannot_do(open_page, taught):
    page = open_page(java_script_enabled=False, **PHONE)
    page.goto("/courses/")
    assert not page.get_by_role("button", name="用我的位置").is_visible()
    page.get_by_text("更多条件").click()
    page.locator("summary", has_text="学什么").click()
    page.get_by_role("link", name="书画 1").click()
    page.wait_for_url("**subject=**")
    assert found(page) == ["书法入门"]


@pytest.mark.parametrize("width", [320, 1280])
def test_no_answer_scrolls_sideways(open_page, taught, width):
    page = open_page(viewport={"width": width, "height": 844})
    for address in (f"/courses/?q={QUESTION}", "/courses/?q=xyz不存在的东西", "/search/?q=书法", "/search/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
