"""The page of a form that stood open too long, the people to ask about one's data, and the ways to both."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from wagtail.models import Site

from core.models import DistrictSettings

RULES, CHILDREN = "privacy:rules", "privacy:children"


@pytest.mark.parametrize("address", ["account_login", "accounts:people"])
def test_a_form_that_stood_open_too_long(district, address):
    answer = Client(enforce_csrf_checks=True).post(reverse(address), {"phone": "13811112222"})
    assert answer.status_code == 403
    assert "no-store" in answer["Cache-Control"]
    page = BeautifulSoup(answer.content, "html.parser")
    assert [heading.get_text() for heading in page.find_all("h1")] == ["这一页放久了，没有提交成功"]
    assert page.find("meta", {"name": "robots"})["content"] == "noindex"
    assert "返回" in page.main.get_text()
    assert "CSRF" not in page.get_text()
    assert "13811112222" not in answer.content.decode()


@pytest.mark.parametrize("address", [RULES, CHILDREN])
def test_whom_to_ask_is_named_or_said_to_be_missing(client, district, address):
    assert "尚未指定" in client.get(reverse(address)).content.decode()
    info = DistrictSettings.for_site(Site.objects.get())
    info.privacy_contact, info.privacy_phone = "办公室 示例老师", "051085012345"
    info.save()
    html = client.get(reverse(address)).content.decode()
    assert "尚未指定" not in html
    assert "办公室 示例老师" in html
    assert 'href="tel:' in html


def test_the_rules_are_one_step_from_every_page(client, district):
    footer = BeautifulSoup(client.get("/").content, "html.parser").find("footer")
    links = {link["href"] for link in footer.find_all("a")}
    assert {reverse(RULES), reverse(CHILDREN)} <= links
