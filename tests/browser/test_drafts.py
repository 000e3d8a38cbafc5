"""What was typed survives WeChat's reload, and nothing more than that."""

import pytest

from tests.factories.enrolments import make_run
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STORED = "JSON.stringify([Object.entries(sessionStorage), Object.entries(localStorage)])"


def test_the_number_survives_a_reload_and_goes_when_sent(open_page, district):
    page = open_page()
    page.goto("/sign-in/")
    page.fill("[name=phone]", "13800138000")
    page.reload()
    assert page.input_value("[name=phone]") == "13800138000"
    again = page.context.new_page()  # WeChat's new view has no memory of the tab
    again.goto("/sign-in/")
    assert again.input_value("[name=phone]") == "13800138000"
    again.close()
    page.get_by_role("button", name="发短信验证码").click()
    page.wait_for_selector("[name=code]")
    assert "13800138000" not in page.evaluate(STORED)
    page.fill("[name=code]", "12345")
    assert "12345" not in page.evaluate(STORED), "a code is never kept"
    page.reload()
    assert page.input_value("[name=code]") == ""


def test_a_name_on_the_way_to_a_place_stays_in_this_tab_only(signed_in, district):
    run = make_run(district)
    page = signed_in(UserFactory())
    page.goto(f"/enrol/{run.code}/")
    page.fill("[name=name]", "王秀英")
    page.check("[name=consent]")
    page.reload()
    assert page.input_value("[name=name]") == "王秀英"
    assert not page.is_checked("[name=consent]"), "a consent is given each time"
    assert "王秀英" not in page.evaluate("JSON.stringify(localStorage)")
    page.check("[name=consent]")
    page.get_by_role("button", name="下一步").click()
    page.wait_for_selector("h1:has-text('确认报名')")
    assert "王秀英" not in page.evaluate(STORED)


def test_a_child_and_its_birthday_come_back_and_signing_out_clears_all(signed_in, district):
    page = signed_in(UserFactory())
    page.goto("/me/people/add/?who=child")
    page.fill("[name=name]", "小明")
    page.fill("[name=birth_year]", "2018")
    page.select_option("[name=birth_month]", index=5)
    month = page.input_value("[name=birth_month]")
    page.reload()
    assert page.input_value("[name=name]") == "小明"
    assert page.input_value("[name=birth_year]") == "2018"
    assert page.input_value("[name=birth_month]") == month
    assert "小明" not in page.evaluate("JSON.stringify(localStorage)")
    page.goto("/sign-out/")
    page.locator("main").get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/")
    assert "小明" not in page.evaluate(STORED)


def test_what_the_server_gives_back_is_not_written_over(open_page, district):
    page = open_page()
    page.goto("/sign-in/")
    for typed in ("123", "1380013800"):
        page.fill("[name=phone]", typed)
        with page.expect_navigation():
            page.get_by_role("button", name="发短信验证码").click()
        assert page.locator(".ask-error").count()
        assert page.input_value("[name=phone]") == typed


def test_a_wish_survives(open_page, district):
    page = open_page()
    page.goto("/search/wish/")
    page.fill("[name=wish]", "锡剧")
    page.reload()
    assert page.input_value("[name=wish]") == "锡剧"
