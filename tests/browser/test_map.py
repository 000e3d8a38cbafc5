"""The map of the streets in a real browser: by keyboard, in step with the list, without scripts, legible, never under the list."""

import pytest
from playwright.sync_api import expect

from search.index.services import rebuild
from tests.factories.learning import CoursePageFactory
from tests.factories.network import StreetPageFactory
from tests.factories.timetable import ClassRunFactory

pytestmark = pytest.mark.browser
SIX = [
    ("yinglongqiao", "迎龙桥", "indigo"),
    ("nanchansi", "南禅寺", "plum"),
    ("qingmingqiao", "清名桥", "jade"),
    ("jinxing", "金星", "ochre"),
    ("jinkui", "金匮", "moss"),
    ("yangming", "扬名", "rust"),
]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


@pytest.fixture
def six(district):
    """The six streets with one course each, and a second free one in 扬名."""
    district.street.delete()
    district.other_street.delete()
    for slug, name, colour in SIX:
        street = StreetPageFactory(parent=district.network, slug=slug, street_name=f"{name}街道", colour=colour)
        ClassRunFactory(learning=CoursePageFactory(parent=street, title=f"{name}书法"), centre=street, weekdays=[3])
    ClassRunFactory(learning=CoursePageFactory(parent=street, title="茶艺"), centre=street, weekdays=[5], fee_fen=9900)
    rebuild()
    return district


def titles(page):
    return page.locator(".results .result-link").all_inner_texts()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_street_is_chosen_by_keyboard_and_let_go_again(open_page, six, scripts):
    page = open_page(viewport=DESK, java_script_enabled=scripts)
    page.goto("/courses/?free=on")
    spot = page.locator(".map-beside .map-street[data-street=jinkui]")
    page.locator(".map-beside .map-street").first.focus()
    for _press in range(4):
        page.keyboard.press("Tab")
    assert spot.evaluate("one => one === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_url("**/courses/?free=on&street=jinkui")
    assert titles(page) == ["金匮书法"]
    chosen = page.locator(".map-beside .map-street[aria-current]")
    assert chosen.get_attribute("aria-label") == "已选，点一下去掉：金匮 1 门课"
    chosen.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/courses/?free=on")


def test_list_and_map_are_in_step(open_page, six):
    page = open_page(viewport=DESK)
    page.goto("/courses/")
    marked = page.locator(".map-beside .map-street.is-marked")
    page.locator(".result", has_text="清名桥书法").hover()
    expect(marked).to_have_attribute("data-street", "qingmingqiao")
    page.locator(".map-beside .map-street[data-street=jinxing] .map-shape").hover()
    expect(page.locator(".result.is-marked .result-link")).to_have_text(["金星书法"])
    page.mouse.move(0, 0)  # where no scrolling brings a result under it
    expect(page.locator(".is-marked")).to_have_count(0)
    page.get_by_role("link", name="茶艺", exact=True).focus()
    expect(marked).to_have_attribute("data-street", "yangming")
    page.mouse.move(1, 1)  # a mouse that rests elsewhere takes nothing from the keyboard
    expect(marked).to_have_attribute("data-street", "yangming")


@pytest.mark.parametrize(("look", "least"), [("", 14), ("elder-1", 22)])
@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_phone_the_map_is_folded_legible_and_within_the_page(open_page, six, look, least, scripts):
    page = open_page(viewport=PHONE, java_script_enabled=scripts)
    if look:
        page.context.set_extra_http_headers({"Cookie": f"look={look}"})
    page.goto("/courses/")
    assert not page.locator(".map-beside").is_visible()
    page.get_by_text("看地图").click()
    drawing = page.locator(".map-fold .map-drawing")
    box = drawing.bounding_box()
    scale = box["width"] / 360
    for text in drawing.locator("text").all():
        size = float(text.evaluate("one => parseFloat(getComputedStyle(one).fontSize)"))
        assert size * scale >= least, text.text_content()
        words = text.bounding_box()
        assert words["x"] >= box["x"] - 1
        assert words["x"] + words["width"] <= box["x"] + box["width"] + 1
    for spot in drawing.locator(".map-street").all():
        shape, name = spot.locator(".map-shape").bounding_box(), spot.locator(".map-name").bounding_box()
        assert shape["x"] <= name["x"], "a name stands in its street"
        assert name["x"] + name["width"] <= shape["x"] + shape["width"]
        assert min(shape["width"], shape["height"]) >= 60
    drawing.locator(".map-street[data-street=yangming] .map-name").click()
    page.wait_for_url("**/courses/?street=yangming")
    assert set(titles(page)) == {"扬名书法", "茶艺"}


@pytest.mark.parametrize("width", [960, 1100, 1280])
def test_the_map_stays_beside_the_list_and_covers_nothing(open_page, six, width):
    page = open_page(viewport={"width": width, "height": 700})
    page.goto("/courses/")
    page.mouse.wheel(0, 700)
    page.wait_for_timeout(200)
    beside, found = page.locator(".map-beside").bounding_box(), page.locator(".found-list").bounding_box()
    assert found["x"] + found["width"] <= beside["x"]
    assert beside["x"] + beside["width"] <= width
    assert beside["y"] + beside["height"] > 0, "sticky: still in sight"


def test_a_phone_shows_two_results_on_one_screen(open_page, six):
    page = open_page(viewport=PHONE)
    page.goto("/courses/")
    first, second = (
        page.locator(".results > .result").nth(0).bounding_box(),
        page.locator(".results > .result").nth(1).bounding_box(),
    )
    assert second["y"] + second["height"] - first["y"] <= 844
