"""The map of the streets and the plots of the week: what they say is what the finder finds behind their links."""

import datetime
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from core.models import DistrictSettings
from network.models import StreetPage
from search.finder import find
from search.index.services import rebuild
from tests.factories.learning import CoursePageFactory
from tests.factories.network import AcademyPageFactory, StreetPageFactory, SubCentrePageFactory
from tests.factories.timetable import ClassRunFactory, SubjectFactory

SIX = {
    "yinglongqiao": "迎龙桥街道",
    "nanchansi": "南禅寺街道",
    "qingmingqiao": "清名桥街道",
    "jinxing": "金星街道",
    "jinkui": "金匮街道",
    "yangming": "扬名街道",
}
MORNING, EVENING = datetime.time(9), datetime.time(19)


@pytest.fixture
def taught(district):
    """Two streets and the academy with courses on different days, one of them full."""
    subject = SubjectFactory(code="shuhua", name="书画")
    academy = AcademyPageFactory(parent=district.network)
    plan = [
        (district.street, 3, MORNING, {}),
        (district.street, 3, EVENING, {"fee_fen": 10000}),
        (district.street, 5, MORNING, {"full": True}),
        (district.other_street, 3, MORNING, {}),
        (district.other_street, 6, EVENING, {}),
        (academy, 3, EVENING, {}),
    ]
    for parent, day, at, how in plan:
        course = CoursePageFactory(parent=parent, subject=subject)
        ends = datetime.time(at.hour + 1)
        ClassRunFactory(learning=course, centre=district.sub_centre, weekdays=[day], starts_at=at, ends_at=ends, **how)
    rebuild()
    return district


@pytest.fixture
def read(client, db):
    def read(address, **question):
        response = client.get(address, question)
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    return read


def question(link):
    return dict(parse_qsl(urlsplit(link["href"]).query))


def streets_on(soup, where=".map-beside"):
    return {link["data-street"]: link for link in soup.select(f"{where} .map-street")}


def number_in(text):
    return int(re.search(r"(\d+) 门课", text)[1])


def found(soup):
    said = soup.select_one(".result-count strong")
    return int(said.get_text()) if said else 0


def test_every_street_of_the_map_says_what_the_finder_finds_there_and_keeps_the_conditions(taught, read):
    for asked in ({}, {"weekday": "3"}, {"weekday": "3", "free": "on", "sort": "soonest"}, {"q": "周三"}):
        links = streets_on(read("/courses/", **asked))
        assert set(links) == {taught.street.slug, taught.other_street.slug}
        for slug, link in links.items():
            assert question(link) == asked | {"street": slug}
            assert number_in(link["aria-label"]) == found(read(link["href"]))
    facets = {
        option.words: option.count
        for f in find(QueryDict("weekday=3")).facets
        if f.name == "street"
        for option in f.options
    }
    assert {spot.street.name: spot.count for spot in find(QueryDict("weekday=3")).map.spots} == {
        name.removesuffix("街道"): count for name, count in facets.items()
    }


def test_the_chosen_street_is_said_and_its_link_leads_back(taught, read):
    soup = read("/courses/", street=taught.street.slug, free="on")
    links = streets_on(soup)
    assert links[taught.street.slug]["aria-current"] == "true"
    assert question(links[taught.street.slug]) == {"free": "on"}
    assert "aria-current" not in links[taught.other_street.slug].attrs
    assert question(links[taught.other_street.slug]) == {"free": "on", "street": taught.other_street.slug}


def test_the_folded_map_of_a_phone_is_the_same_map(taught, read):
    soup = read("/courses/", weekday="3")
    assert [link["href"] for link in soup.select(".map-fold .map-street")] == [
        link["href"] for link in soup.select(".map-beside .map-street")
    ]


def test_where_somebody_asks_from_is_marked_in_words_without_metres(taught, read):
    soup = read("/courses/", near=f"street-{taught.street.slug}")
    links = streets_on(soup)
    assert links[taught.street.slug].select_one(".map-here")
    assert "在这里" in links[taught.street.slug]["aria-label"]
    assert not links[taught.other_street.slug].select(".map-here")
    assert taught.street.street_name in soup.select_one(".map-words").get_text()
    assert "米" not in soup.select_one(".map-beside").get_text()


def test_the_six_streets_are_drawn_with_their_canal(district, read):
    StreetPage.objects.get(pk=district.street.pk).delete()
    StreetPage.objects.get(pk=district.other_street.pk).delete()
    for slug, name in SIX.items():
        SubCentrePageFactory(parent=StreetPageFactory(parent=district.network, slug=slug, street_name=name))
    rebuild()
    for soup in (read("/courses/"), read("/")):
        drawing = soup.select_one(".map-drawing")
        assert {link["data-street"] for link in drawing.select(".map-street")} == set(SIX)
        assert drawing.select_one(".map-canal")
        assert len(drawing.select(".map-dot")) == 6
        assert "示意图，不按比例" in soup.select_one(".map-words").get_text()


def test_another_districts_streets_are_drawn_too(district, read):
    slugs = {StreetPageFactory(parent=district.network).slug for _time in range(5)}
    rebuild()
    soup = read("/courses/")
    assert slugs < set(streets_on(soup))
    assert not soup.select(".map-canal")


def test_a_private_or_unpublished_street_is_on_no_map(taught, read):
    taught.other_street.unpublish()
    assert set(streets_on(read("/courses/"))) == {taught.street.slug}
    assert set(streets_on(read("/"), ".map-front")) == {taught.street.slug}


def test_results_name_their_street_for_the_map(taught, read):
    soup = read("/courses/", street=taught.street.slug)
    assert {item["data-street"] for item in soup.select(".result[data-street]")} == {taught.street.slug}


# ---------------------------------------------------------------- the week


def test_every_cell_of_the_week_says_what_the_finder_finds_behind_it(taught, read):
    for asked in ({}, {"free": "on"}, {"q": "周三 免费"}, {"street": taught.street.slug}):
        soup = read("/courses/", **asked)
        cells = soup.select("#week td a")
        assert cells
        for link in cells:
            assert number_in(link.get_text()) == found(read(link["href"])), link["href"]
            assert question(link)["places"] == "on"


def test_the_week_counts_what_has_places_and_says_the_most_in_words(taught, read):
    soup = read("/courses/")
    rows = {row.th.get_text(): [cell.get_text() for cell in row.select("td")] for row in soup.select("#week tbody tr")}
    assert [re.findall(r"\d+ ?门课|0", cell)[-1].split()[0] for cell in rows["清名桥"]] == [
        "0",
        "0",
        "2",
        "0",
        "0",
        "0",
        "0",
    ]
    assert number_in(rows["全区"][2]) == 4, "with the academy's, which belongs to no street"
    assert soup.select_one("#week .plot-said").get_text().startswith("周三最多，有 4 门课还有名额。")
    assert not soup.select("#week .label-sample")
    info = DistrictSettings.for_site(Site.objects.get())
    info.is_sample = True
    info.save()
    assert read("/courses/").select("#week .label-sample")


def test_no_week_where_nothing_has_places(district, read):
    ClassRunFactory(learning=CoursePageFactory(parent=district.street), full=True)
    rebuild()
    assert not read("/courses/").select("#week")


def test_a_streets_week_in_dots_is_the_same_as_its_table(taught, read):
    soup = read(taught.street.url)
    section = soup.select_one("#week-plot")
    links = {link["aria-label"]: link for link in section.select("svg a")}
    assert set(links) == {"周三上午 1 门课", "周三晚上 1 门课", "周五上午 1 门课"}
    for label, link in links.items():
        assert number_in(label) == found(read(link["href"]))
    table = {
        row.th.get_text(): [int(cell.get_text()) for cell in row.select("td")] for row in section.select("tbody tr")
    }
    assert table == {"上午": [0, 0, 1, 0, 1, 0, 0], "下午": [0] * 7, "晚上": [0, 0, 1, 0, 0, 0, 0]}
    assert section.select_one(".plot-said").get_text() == "周三上午、周五上午、周三晚上最多，有 1 门课。"
    empty = StreetPageFactory(parent=taught.network)
    assert not read(empty.url).select("#week-plot")


def test_map_and_week_ask_the_database_nothing_of_their_own(taught):
    find(QueryDict("")).map  # noqa: B018  makes what a worker keeps
    finder = find(QueryDict("weekday=3"))
    assert finder.facets  # written out when asked for
    with CaptureQueriesContext(connection) as captured:
        assert finder.map.spots
        assert finder.week.plot.rows
    assert len(captured) == 0
