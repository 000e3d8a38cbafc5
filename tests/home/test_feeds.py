"""News as RSS: what is in it, and that any reader can parse it."""

import datetime
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from home.feeds import AT_MOST
from tests.factories.learning import NewsPageFactory


@pytest.fixture
def read(client):
    def fetch():
        response = client.get(reverse("news_feed"))
        assert response.status_code == 200
        assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
        return ElementTree.fromstring(response.content).find("channel")  # noqa: S314  our own

    return fetch


def test_the_address_is_in_front_of_the_pages(district):
    assert reverse("news_feed") == "/news/feed/"


def test_a_piece_of_news(read, district):
    news = NewsPageFactory(
        parent=district.news_index, title="秋季班开始报名", summary="9 月 1 日起。", date=datetime.date(2026, 8, 20)
    )
    channel = read()
    assert channel.findtext("title") == "新闻"
    assert channel.findtext("language") == "zh-Hans"
    assert channel.findtext("link") == "http://testserver/news/"
    (item,) = channel.iter("item")
    assert item.findtext("title") == "秋季班开始报名"
    assert item.findtext("description") == "9 月 1 日起。"
    assert item.findtext("link") == f"http://testserver{news.url}"
    assert item.findtext("guid") == f"urn:uuid:{news.translation_key}"
    published = timezone.localtime(parsedate_to_datetime(item.findtext("pubDate")))
    assert published.date() == datetime.date(2026, 8, 20)


def test_only_live_public_news_newest_first(read, district):
    for day in (1, 3, 2):
        NewsPageFactory(parent=district.news_index, title=f"第{day}天", date=datetime.date(2026, 8, day))
    NewsPageFactory(parent=district.news_index, title="草稿", live=False)
    private = NewsPageFactory(parent=district.news_index, title="内部")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    assert [item.findtext("title") for item in read().iter("item")] == ["第3天", "第2天", "第1天"]


def test_nothing_an_editor_types_can_break_or_script_the_file(read, district):
    title = "<script>alert(1)</script> & \x07]]>\u000b“引号”"
    NewsPageFactory(parent=district.news_index, title=title, slug="x", summary="第一行\n<b>第二行</b>")
    (item,) = read().iter("item")
    assert item.findtext("title") == "&lt;script&gt;alert(1)&lt;/script&gt; &amp; ]]&gt;“引号”"
    assert item.findtext("description") == "第一行<br>&lt;b&gt;第二行&lt;/b&gt;"


def test_a_sample_says_so(read, district):
    NewsPageFactory(parent=district.news_index, title="开班", is_sample=True)
    assert next(read().iter("item")).findtext("title") == "开班（示例）"


def test_the_guid_outlives_a_new_title_and_address(read, district):
    news = NewsPageFactory(parent=district.news_index)
    before = next(read().iter("item")).findtext("guid")
    news.title, news.slug = "改了题目", "gaile"
    news.save()
    assert next(read().iter("item")).findtext("guid") == before


def test_no_news_page_no_feed(client, district):
    district.news_index.unpublish()
    assert client.get(reverse("news_feed")).status_code == 404


def test_a_feed_is_short_and_its_cost_does_not_grow(client, read, district):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("news_feed"))
        return len(captured)

    NewsPageFactory(parent=district.news_index)
    queries()
    few = queries()
    for _number in range(AT_MOST):
        NewsPageFactory(parent=district.news_index)
    queries()  # what is kept of the site is read once after a change
    assert queries() == few
    assert len(list(read().iter("item"))) == AT_MOST


def test_an_unchanged_feed_is_not_sent_again_and_news_with_an_old_date_is(client, district):
    NewsPageFactory(parent=district.news_index)
    first = client.get(reverse("news_feed"))
    again = {"if-none-match": first["ETag"]}
    assert client.get(reverse("news_feed"), headers=again).status_code == 304
    NewsPageFactory(parent=district.news_index, date=datetime.date(2020, 1, 1))
    assert client.get(reverse("news_feed"), headers=again).status_code == 200
