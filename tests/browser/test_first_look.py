"""The site answers a real browser: in Chinese, with its own files only, without a broken script."""

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("address", ["/", "/courses/", "/network/", "/events/"])
def test_public_pages_open_in_a_browser(live_page, district, address):
    response = live_page.goto(address)
    assert response.status == 200
    assert live_page.locator("html").get_attribute("lang") == "zh-Hans"
    assert live_page.locator("h1").count() == 1
    sheets = live_page.evaluate("[...document.styleSheets].map(sheet => sheet.cssRules.length)")
    assert sheets
    assert all(sheets), "a style sheet that did not load has no rules"


def test_an_editor_signs_in(live_page, district, django_user_model):
    django_user_model.objects.create_superuser("guanli", password="a-long-password")
    live_page.goto("/admin/")
    live_page.fill("[name=username]", "guanli")
    live_page.fill("[name=password]", "a-long-password")
    live_page.click("[type=submit]")
    live_page.wait_for_url("**/admin/")
    assert live_page.locator("html").get_attribute("lang") == "zh-hans"
