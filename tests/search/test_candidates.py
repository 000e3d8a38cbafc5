"""More answers than are ranked: all of them are counted, listed once, filtered and put in order."""

import datetime
from dataclasses import replace

import pytest

from search import candidates, engine, index
from search.engine import Question, search
from search.enums import Kind
from search.nearby import geography
from tests.factories.learning import CoursePageFactory, EventPageFactory, NewsPageFactory
from tests.factories.network import SubCentrePageFactory
from tests.factories.timetable import ClassRunFactory, days_from_today

COURSES = Question("太极拳", kinds=(Kind.COURSE,))


@pytest.fixture
def many(district, monkeypatch):
    """Nine courses in 太极拳 where three are ranked: the fifth is near, the ninth starts first and is free on Fridays."""
    monkeypatch.setattr(candidates, "AS_SAID", 3)
    monkeypatch.setattr(candidates, "PLENTY", 3)
    far = SubCentrePageFactory(parent=district.other_street, latitude=31.60, longitude=120.40)
    pages = []
    for number in range(9):
        page = CoursePageFactory(parent=district.street, title="太极拳" if number % 2 else f"太极拳{number}段")
        run = {"learning": page, "centre": far, "starts_on": days_from_today(20), "fee_fen": 100}
        if number == 4:
            run["centre"] = district.sub_centre
        if number == 8:
            run |= {"starts_on": days_from_today(3), "weekdays": [5], "fee_fen": 0}
        ClassRunFactory(**run)
        pages.append(page.pk)
    CoursePageFactory(parent=district.street, title="书法")
    CoursePageFactory(parent=district.street, title="太极拳旧班", live=False)
    return pages


def test_all_are_counted_and_listed_once(many):
    found = search(COURSES).found
    assert len(found) == 9
    parts = [found[start : start + 4] for start in (0, 4, 8)]
    assert sorted(pk for part in parts for pk in part) == sorted(many)
    assert list(found) == [pk for part in parts for pk in part]


def test_where_titles_are_enough_the_rest_is_asked_for_by_who_counts(many, monkeypatch):
    asked = []
    anywhere = index._implementation().anywhere
    monkeypatch.setattr(index._implementation(), "anywhere", lambda *given: asked.append(given) or anywhere(*given))
    found = search(COURSES).found
    assert len(found[:3]) == 3
    assert asked == []
    assert len(found) == 9
    assert len(asked) == 1


def test_facets_are_over_all(many):
    facets = search(COURSES).facets
    assert facets["free"] == {True: 1}
    assert facets["weekday"]["5"] == 1


def test_a_filter_is_over_all(many):
    assert list(search(replace(COURSES, chosen={"free": True})).found) == [many[8]]
    assert len(search(replace(COURSES, chosen={"weekday": "3"})).found) == 8


def test_the_soonest_and_the_nearest_are_of_all(district, many):
    assert search(replace(COURSES, sort="soonest")).found[0] == many[8]
    near = replace(COURSES, near=f"centre-{district.sub_centre.pk}")
    assert search(replace(near, sort="nearest")).found[0] == many[4]
    assert geography().origin(near.near) is not None
    assert search(near).found[0] == many[4]  # the best of all is looked for where somebody is


def test_conditions_read_from_words_hold_for_all(many):
    answer = search(replace(COURSES, text="太极拳 免费"))
    assert list(answer.found) == [many[8]]
    assert answer.looser
    assert set(answer.looser) <= set(many) - {many[8]}


def test_many_answers_of_which_none_meets_a_condition_are_shown_below(many):
    answer = search(replace(COURSES, text="太极拳 周日"))
    assert len(answer.found) == 0
    assert answer.looser
    assert {one.name for pk in answer.looser for one in answer.misses[pk]} == {"weekday"}


def test_what_is_gone_since_it_was_found_is_left_out(many, monkeypatch):
    all_kinds = engine._kinds
    gone = []

    def without_one(board, ids):
        kinds = all_kinds(board, ids)
        gone.append(kinds.popitem()[0])
        return kinds

    monkeypatch.setattr(engine, "_kinds", without_one)
    answer = search(Question("太极拳"))
    assert len(answer.found) == 8
    assert gone[0] not in list(answer.found)


def test_the_whole_site_counts_every_kind_and_a_tab_shows_one(district, many):
    ClassRunFactory(learning=EventPageFactory(parent=district.street, title="太极拳展演"), single=True)
    news = NewsPageFactory(parent=district.news_index, title="太极拳通知", date=datetime.date(2026, 1, 5))
    whole = Question("太极拳")
    answer = search(whole)
    assert (len(answer.found), dict(answer.kinds)) == (11, {"course": 9, "event": 1, "news": 1})
    only = search(replace(whole, tab="news"))
    assert (list(only.found), dict(only.kinds)) == ([news.pk], {"course": 9, "event": 1, "news": 1})
    assert len(search(replace(whole, tab="course")).found) == 9
