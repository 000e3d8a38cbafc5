"""What a resident reads on /courses/ and /search/: the question said back, what is missing, what to do next."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Site

from core.models import DistrictSettings
from network.models import Landmark
from search.index.services import rebuild
from search.models import PinnedResult
from tests.factories.learning import CoursePageFactory, EventPageFactory, NewsPageFactory
from tests.factories.network import SubCentrePageFactory
from tests.factories.timetable import ClassRunFactory, SubjectFactory

WHOLE_SITE = "/search/"


@pytest.fixture
def taught(district):
    """书法 on Wednesdays at 芦庄, 国画 on Fridays, an event and a piece of news about 手机."""
    subject = SubjectFactory(code="shuhua", name="书画")
    place = {"latitude": 31.53, "longitude": 120.31, "accuracy_m": 100}
    district.luzhuang = SubCentrePageFactory(
        parent=district.street, title="芦庄分中心", phone="0510-1234 5678", **place
    )
    Landmark.objects.create(name="芦庄", street=district.street, **place)
    district.writing = CoursePageFactory(parent=district.street, title="书法入门", subject=subject)
    district.painting = CoursePageFactory(parent=district.other_street, title="国画入门", subject=subject)
    ClassRunFactory(learning=district.writing, centre=district.luzhuang, weekdays=[3])
    ClassRunFactory(learning=district.painting, weekdays=[5], fee_fen=10000)
    ClassRunFactory(learning=EventPageFactory(parent=district.street, title="手机摄影比赛"), single=True)
    NewsPageFactory(parent=district.news_index, title="长辈学手机")
    rebuild()
    return district


@pytest.fixture
def read(client, db):
    def read(address, **question):
        response = client.get(address, question)
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    return read


def words(element):
    return " ".join(element.get_text(" ", strip=True).split())


def links(soup, selector):
    return {words(link): link["href"] for link in soup.select(selector)}


def test_the_box_keeps_the_question_and_what_was_ticked(taught, read):
    soup = read("/courses/", q="书法", weekday="3", free="on", exact="on")
    form = soup.select_one("form.ask-box")
    assert form.select_one("input[name=q]")["value"] == "书法"
    kept = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    assert kept == {"weekday": "3", "free": "on"}, "another question is corrected again"


def test_a_chip_is_a_link_that_takes_its_condition_away(taught, read):
    soup = read("/courses/", q="周三 书法", free="on")
    assert {name: read_back(address) for name, address in links(soup, ".chip").items()} == {
        "去掉条件： 周三": {"free": "on", "q": "书法"},
        "去掉条件： 免费": {"q": "周三 书法"},
    }


def read_back(address):
    return dict(parse_qsl(urlsplit(address).query))


def test_a_correction_is_said_and_can_be_undone(taught, read):
    soup = read("/courses/", q="书发")
    said = soup.select_one(".said[role=status]")
    assert "已为您找“ 书法 ”，您写的是“书发”。" in words(said)
    literal = said.select_one("a")["href"]
    assert read_back(literal) == {"q": "书发", "exact": "on"}
    again = read("/courses/", q="书发", exact="on").select_one(".said a")
    assert read_back(again["href"]) == {"q": "书发"}


def test_a_question_that_is_too_long_is_cut_with_a_sentence(taught, read):
    soup = read("/courses/", q="书法" * 60)
    assert "只按前面 60 个字找" in words(soup.select_one(".said"))


def test_what_was_searched_is_marked_and_nothing_typed_becomes_markup(taught, read):
    assert [words(mark) for mark in read("/courses/", q="书法").select(".result-title mark")] == ["书法"]
    CoursePageFactory(parent=taught.street, title="书法<b>甲</b>")
    rebuild()
    soup = read("/courses/", q="书法 <script>alert(1)</script>")
    assert not soup.select(".result-title b")
    assert not [script for script in soup.select("script") if "alert" in script.get_text()]


def test_the_number_is_a_sentence(taught, read):
    assert words(read("/courses/").select_one(".result-count")) == "找到 2 门课，还能报名、开课早的在前"
    assert words(read("/courses/", q="芦庄附近").select_one(".result-count")) == "找到 2 门课，离芦庄近的在前"


def test_facets_are_links_with_numbers_and_words_for_the_chosen(taught, read):
    soup = read("/courses/", weekday="3")
    values = links(soup, ".facet-value")
    assert read_back(values["书画 1 门课"]) == {"weekday": "3", "subject": "shuhua"}
    assert values["✓ 已选，点一下去掉： 周三 1 门课"] == "/courses/"
    assert read_back(values["周五 1 门课"]) == {"weekday": "5"}
    assert all(link["rel"] == ["nofollow"] for link in soup.select(".facet-value"))


def test_what_misses_a_condition_stands_below_and_says_which(taught, read):
    soup = read("/courses/", q="周三 国画")
    assert words(soup.select_one(".result-count")) == "还没有样样都符合的"
    (near_miss,) = soup.select(".looser .result")
    assert words(near_miss.select_one("h3")).replace(" ", "") == "国画入门"
    assert words(near_miss.select_one(".result-missing")) == "差一点：不是“周三”"


def test_a_full_class_names_the_nearest_with_places(taught, read):
    full = CoursePageFactory(parent=taught.street, title="篆刻入门", subject=taught.writing.subject)
    ClassRunFactory(learning=full, centre=taught.luzhuang, full=True)
    rebuild()
    soup = read("/courses/", q="篆刻")
    other = soup.select_one(".run-other")
    assert words(other).startswith("最近还有名额： 书法入门，每周三")
    assert other.select_one("a")["href"] == taught.writing.url
    assert not read("/courses/", q="书法").select(".run-other")


def test_nothing_found_says_where_to_ask(taught, read):
    info = DistrictSettings.for_site(Site.objects.get())
    info.phone = "0510-8765 4321"
    info.save()
    soup = read("/courses/", q="qqzzxx")
    steps = soup.select_one(".next-steps")
    asked_at = links(steps, ".ask-streets a")
    assert {"清名桥街道", "南禅寺街道"} <= set(asked_at)
    assert "tel:0510-87654321".replace("-", "") in steps.decode().replace("-", "")
    assert links(steps, ".facet-value") == {"书画 2 门课": "/courses/?subject=shuhua"}
    assert steps.select_one("form [name=wish]")


def test_what_nobody_teaches_brings_its_kind_and_the_reader_is_told(taught, read):
    soup = read("/courses/", q="篆书")
    assert words(soup.select_one(".result-title")).replace(" ", "") == "书法入门"
    assert "现在没有教“ 篆书 ”的，下面是相近的。" in words(soup.select_one(".said"))
    assert "现在没有教" not in words(read("/courses/", q="书法").select_one(".said"))


def test_nothing_found_among_courses_leads_to_the_whole_site(taught, read):
    steps = read("/courses/", q="怎么报名").select_one(".next-steps")
    assert steps.select_one(".more")["href"] == f"{WHOLE_SITE}?q=%E6%80%8E%E4%B9%88%E6%8A%A5%E5%90%8D"
    assert not read(WHOLE_SITE, q="xxqqzz").select(".next-steps > p .more")


def test_nothing_found_near_a_place_names_the_nearest_centre(taught, read):
    place = Landmark.objects.get()
    steps = read("/courses/", q="qqzzxx", near=f"landmark-{place.pk}").select_one(".next-steps")
    assert "离芦庄最近：" in words(steps)
    assert not steps.select(".ask-streets")
    assert "看看清名桥街道现在有哪些课" in words(steps)
    assert read_back(links(steps, ".facet-value")["书画 1 门课"]) == {
        "subject": "shuhua",
        "near": f"landmark-{place.pk}",
    }


def test_a_pinned_page_stands_first_and_says_so(taught, read):
    PinnedResult.objects.create(words="怎么报名", page=taught.painting)
    PinnedResult.objects.create(words="书法", page=taught.painting, until=timezone.localdate().replace(year=2020))
    first = read("/courses/", q="怎么报名").select_one(".result")
    assert "推荐" in words(first)
    assert "国画" in words(first).replace(" ", "")
    assert not read("/courses/", q="书法").select(".label-pinned")


def test_taps_are_counted_only_for_a_question(taught, read):
    (results,) = read("/courses/", q="书法").select(".results")
    assert (results["data-words"], results["data-clicked"]) == ("书法", reverse("search:clicked"))
    assert results.select_one(".result-link")["data-page"] == str(taught.writing.pk)
    assert not read("/courses/").select("[data-clicked]")


def test_the_whole_site_has_tabs_and_stays_out_of_search_engines(taught, read):
    soup = read(WHOLE_SITE, q="手机")
    assert {name.split()[0] for name in links(soup, ".tabs a")} == {"全部", "活动", "新闻"}
    assert {words(label) for label in soup.select(".label-kind")} == {"活动", "新闻"}
    assert soup.select_one("meta[name=robots]")["content"] == "noindex, follow"
    only = read(WHOLE_SITE, q="手机", kind="news")
    assert [words(title).replace(" ", "") for title in only.select(".result-title")] == ["长辈学手机"]
    assert words(only.select_one(".tabs [aria-current]")) == "新闻 1"


def test_a_place_is_found_by_its_name_with_what_is_written_of_it(taught, read):
    NewsPageFactory(parent=taught.news_index, title="芦庄分中心装修")
    taught.street.refresh_from_db()
    rebuild()
    found = [words(title).replace(" ", "") for title in read(WHOLE_SITE, q="芦庄分中心").select(".result-title")]
    assert set(found[:2]) == {"芦庄分中心", "芦庄分中心装修"}
    assert found[0] == "芦庄分中心"
    street = read(WHOLE_SITE, q=taught.street.street_name).select_one(".result-title a")
    assert street["href"] == taught.street.url
    assert links(read("/courses/", q="芦庄分中心"), ".chip")  # among courses it says where


def test_a_kind_alone_is_no_question(taught, read):
    assert "拼音" in words(read(WHOLE_SITE, kind="news").select_one("main"))


def test_an_empty_search_of_the_site_invites(taught, read):
    soup = read(WHOLE_SITE)
    assert not soup.select(".result")
    assert "拼音" in words(soup.select_one("main"))


@pytest.mark.parametrize("address", ["/", "/courses/", "/network/", "/nowhere/"])
def test_every_page_leads_to_the_search(client, district, address):
    soup = BeautifulSoup(client.get(address).content, "html.parser")
    assert words(soup.select_one(f"header a[href='{WHOLE_SITE}']")) == "搜索"


def test_the_script_is_small():
    with open(finders.find("lifelong/js/finder.js"), "rb") as script:
        assert len(script.read()) < 6 * 1024
