"""Every page type, driven by get_page_models(): renders, one h1, Chinese, no picture without alt, no other host."""

import re

import pytest
from django.urls import reverse
from wagtail.models import PageViewRestriction, get_page_models

from core.models import BasePage
from home.models import HomePage, StandardPage
from network.models import AcademyPage
from tests.factories.house import furnish
from tests.factories.learning import (
    CoursePageFactory,
)
from tests.factories.network import (
    AcademyPageFactory,
)
from tests.factories.timetable import ClassRunFactory

PAGE_TYPES = [model for model in get_page_models() if issubclass(model, BasePage) and model.is_creatable]
# Words in Latin letters that Chinese readers use; anything else is English that leaked.
LATIN_ALLOWED = re.compile(r"\b(Chromium|WGS|GPS|ICP|PDF|DOCX|XLSX|AI|APP|T台)\b", re.IGNORECASE)


@pytest.fixture
def whole_district(district):
    """One live page of every type, with class runs, rooms and resources where they are shown."""
    return furnish(district)


def visible_text(html):
    html = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", " ", html)


@pytest.mark.parametrize("model", PAGE_TYPES, ids=lambda model: model.__name__)
def test_a_page_of_every_type_is_fit_for_residents(client, whole_district, model):
    page = model.objects.live().first()
    assert page is not None, f"whole_district has no {model.__name__}"
    response = client.get(page.url)
    html = response.content.decode()
    assert response.status_code == 200
    assert len(re.findall(r"<h1\b", html)) == 1
    assert '<html lang="zh-Hans">' in html
    assert re.search(r"[a-zA-Z]{3,}", LATIN_ALLOWED.sub(" ", visible_text(html))) is None
    assert not [tag for tag in re.findall(r"<img\b[^>]*>", html) if "alt=" not in tag]
    assert not re.findall(r'(?:src|srcset|action)="(?:https?:)?//', html)
    assert "<style" not in html
    assert not re.search(r'\sstyle="|\son[a-z]+="', html), "no inline style or script: a strict policy must hold"


LABELLED = [model for model in PAGE_TYPES if model is not HomePage]  # the front page speaks through the site's banner


@pytest.mark.parametrize("model", LABELLED, ids=lambda model: model.__name__)
def test_a_sample_page_says_so(client, whole_district, model):
    page = model.objects.live().first()
    model.objects.filter(pk=page.pk).update(is_sample=True)
    assert "示例</span>" in client.get(page.url).content.decode()


@pytest.mark.django_db
def test_a_missing_page_is_404_in_chinese(client, district):
    response = client.get("/mei-you-zhe-ye/")
    assert response.status_code == 404
    assert "没有找到这一页" in response.content.decode()


def test_drafts_and_private_pages_stay_out_of_every_listing(client, whole_district):
    street = whole_district.street
    draft = CoursePageFactory(parent=street, title="草稿课程甲", live=False)
    private = CoursePageFactory(parent=street, title="内部课程乙")
    for page in (draft, private):
        ClassRunFactory(learning=page)
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    for address in (
        "/",
        "/courses/",
        street.url,
        whole_district.sub_centre.url,
        reverse("events_feed"),
        "/sitemap.xml",
    ):
        html = client.get(address).content.decode()
        assert "草稿课程甲" not in html, address
        assert "内部课程乙" not in html, address
        assert draft.slug not in html, address


def test_an_academy_without_address_says_so(client, district):
    page = AcademyPageFactory(parent=district.network)
    assert "待核实" in client.get(page.url).content.decode()
    assert AcademyPage.objects.count() == 1


def test_plain_pages_list_their_children(client, district):
    about = StandardPage.objects.get(slug="about")
    about.add_child(instance=StandardPage(title="怎么报名"))
    assert "怎么报名" in client.get(about.url).content.decode()
