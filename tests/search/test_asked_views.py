"""What people tell us: the opened result, and the wish, which loses nothing that was typed."""

import pytest
from django.test import Client
from django.urls import reverse

from search import asked, asked_views
from search.models import ClickedResult, LearningWish, SearchEntry
from tests.factories.learning import CoursePageFactory
from tests.factories.network import StreetPageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(district):
    course = CoursePageFactory(parent=district.street, title="太极拳")
    SearchEntry.objects.get_or_create(id=course.pk, defaults={"kind": "course", "title": "太极拳"})
    return course


@pytest.fixture(autouse=True)
def fresh_counters(settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "asked"}}
    from django.core.cache import cache

    cache.clear()


def test_an_opened_result_is_counted_without_a_cookie(course):
    client = Client(enforce_csrf_checks=True)
    response = client.post(reverse("search:clicked"), {"words": "太极拳", "page": course.pk})
    assert response.status_code == 204
    assert not response.cookies
    assert ClickedResult.objects.get().clicks == 1


@pytest.mark.parametrize("page", ["", "x", "²", "1e5", "-1", "9" * 30, "\x00"])
def test_a_page_that_is_none(client, course, page):
    assert client.post(reverse("search:clicked"), {"words": "太极拳", "page": page}).status_code == 204
    assert not ClickedResult.objects.exists()


def test_another_site_cannot_count(client, course):
    data = {"words": "太极拳", "page": course.pk}
    client.post(reverse("search:clicked"), data, headers={"sec-fetch-site": "cross-site"})
    assert not ClickedResult.objects.exists()
    client.post(reverse("search:clicked"), data, headers={"sec-fetch-site": "same-origin"})
    assert ClickedResult.objects.exists()


def test_one_address_does_not_count_for_ever(client, course, monkeypatch):
    monkeypatch.setattr(asked_views, "CLICKS", asked_views.Cap("search-clicked", 2, 3600))
    for _number in range(4):
        assert client.post(reverse("search:clicked"), {"words": "太极拳", "page": course.pk}).status_code == 204
    assert ClickedResult.objects.get().clicks == 2


def test_a_wish_is_kept_and_thanked_for(client, district):
    StreetPageFactory(parent=district.network, street_name="还没公布街道", live=False)
    page = client.get(reverse("search:wish"), {"q": "古琴"}).content.decode()
    assert 'value="古琴"' in page
    assert "南禅寺街道" in page
    assert "还没公布街道" not in page
    response = client.post(
        reverse("search:wish"), {"wish": "古琴入门", "street": district.street.pk, "searched": "古琴"}, follow=True
    )
    assert "记下了" in response.content.decode()
    wish = LearningWish.objects.get()
    assert (wish.wish, wish.street, wish.searched) == ("古琴入门", district.street, "古琴")


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ("", "请写出想学什么"),
        ("？！", "请用文字写出"),
        ("想" * 61, "最多 60 个字（现在 61 个）"),
        ("古琴，请打13812345678", "不要写电话"),
        ("我叫王小明，想学古琴", "不要写电话、姓名"),
    ],
)
def test_what_cannot_be_kept_is_said_and_stays_in_the_box(client, district, wish, sentence):
    response = client.post(reverse("search:wish"), {"wish": wish, "street": district.street.pk, "searched": "古琴"})
    page = response.content.decode()
    assert sentence in page
    assert response.context["wish_form"]["wish"].value() == wish
    assert f'<option value="{district.street.pk}" selected>' in page
    assert 'name="searched" value="古琴"' in page
    assert not LearningWish.objects.exists()


def test_a_street_that_is_none(client, district):
    page = client.post(reverse("search:wish"), {"wish": "古琴", "street": "x"}).content.decode()
    assert "请从列表里选一个街道" in page
    assert 'value="古琴"' in page


def test_a_search_that_tells_of_a_person_does_not_come_along(client, district):
    page = client.get(reverse("search:wish"), {"q": "13812345678"}).content.decode()
    assert 'name="wish" value=' not in page
    client.post(reverse("search:wish"), {"wish": "古琴", "searched": "13812345678"})
    assert LearningWish.objects.get().searched == ""


def test_too_many_wishes_lose_nothing(client, district, monkeypatch):
    monkeypatch.setattr(asked_views, "WISHES", asked_views.Cap("search-wish", 1, 3600))
    client.post(reverse("search:wish"), {"wish": "古琴"})
    response = client.post(reverse("search:wish"), {"wish": "古筝"})
    assert response.status_code == 429
    assert "分钟再试" in response.content.decode()
    assert 'value="古筝"' in response.content.decode()
    assert LearningWish.objects.count() == 1


def test_a_wish_that_could_not_be_written_is_not_thanked_for(client, district, monkeypatch):
    monkeypatch.setattr(asked, "_write", lambda *args: False)
    response = client.post(reverse("search:wish"), {"wish": "古琴"})
    assert response.status_code == 503
    assert "没有记下" in response.content.decode()
    assert 'value="古琴"' in response.content.decode()


def test_a_form_from_another_site_writes_nothing(district):
    assert Client(enforce_csrf_checks=True).post(reverse("search:wish"), {"wish": "古琴"}).status_code == 403
    assert not LearningWish.objects.exists()
