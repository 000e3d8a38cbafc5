"""The draw recomputed in the reader's own browser: it agrees with what was held, and finds what was changed."""

import json

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from enrolments.draw_views import published
from enrolments.services import draws
from tests.enrolments.drawing import draw_run, enter, freeze, hold

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draw(district):
    """Two shares, a family, somebody who left, a code with a slash: everything the checker must get right."""
    from enrolments.models import Enrolment
    from enrolments.services import places
    from enrolments.services.core import SYSTEM

    run = draw_run(district, capacity=4, code="书法/1|春")
    draws.describe_draw(run, "某期开奖号码", [{"kind": "A", "seats": 1}, {"kind": "N", "seats": 1}])
    for number in range(9):
        route = "counter" if number > 6 else "online"
        enter(run, receipt=f"R{number:07d}", party="R0000001" if number == 2 else "", route=route)
    freeze(run)
    places.withdraw(Enrolment.objects.get(receipt="R0000003"), SYSTEM)
    return hold(run, "红 03 11")


def recompute(page, draw):
    page.goto(reverse("draws:draw", args=[draw.class_run.code]))
    page.get_by_role("button", name="在我的浏览器里重算").click()
    page.locator(".draw-checks li").nth(3).wait_for()
    return [line.rsplit("：", 1)[1] for line in page.locator(".draw-checks li").all_inner_texts()]


def swap_results(data):
    one, other = data["results"][0], data["results"][-1]
    one["result"], other["result"] = other["result"], one["result"]


def swap_order(data):
    data["results"][0], data["results"][1] = data["results"][1], data["results"][0]


def test_it_agrees(live_page, draw):
    assert recompute(live_page, draw) == ["一致"] * 4


@pytest.mark.parametrize(
    ("tamper", "verdicts"),
    [
        (swap_results, ["一致", "一致", "一致", "不一致"]),
        (swap_order, ["一致", "一致", "不一致", "一致"]),
        (lambda data: data.update(public_value="红 03 12"), ["一致", "一致", "不一致", "不一致"]),
        (lambda data: data.update(seed="00" * 32), ["不一致", "一致", "不一致", "不一致"]),
        (lambda data: data["entries"].reverse(), ["一致", "不一致", "一致", "一致"]),
    ],
)
def test_it_finds_what_was_changed(live_page, draw, tamper, verdicts):
    data = published(draw)
    tamper(data)
    body = json.dumps(data)
    live_page.route("**/data.json", lambda route: route.fulfill(body=body, content_type="application/json"))
    assert recompute(live_page, draw) == verdicts


def test_data_that_does_not_come_is_said(live_page, draw):
    live_page.route("**/data.json", lambda route: route.fulfill(body="{", content_type="application/json"))
    live_page.goto(reverse("draws:draw", args=[draw.class_run.code]))
    live_page.get_by_role("button", name="在我的浏览器里重算").click()
    live_page.get_by_text("没有算成").wait_for()


def test_without_javascript_the_page_is_whole_and_has_no_dead_button(open_page, draw):
    page = open_page(java_script_enabled=False)
    page.goto(reverse("draws:draw", args=[draw.class_run.code]))
    assert not page.get_by_role("button", name="在我的浏览器里重算").is_visible()
    page.get_by_label("输入回执号").fill("r0000003")
    page.get_by_role("button", name="查一查").click()
    expect(page.get_by_text("在抽签前已经退出").first).to_be_visible()
