"""Pages of the desk's lists: the same rows as Django's, and a list without a total is never counted."""

import pytest
from django.core.paginator import EmptyPage, Paginator
from django.db import connection
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from core.pagination import KeysFirstPaginator, UncountedPaginator
from tests.factories.timetable import SubjectFactory
from timetable.models import Subject

pytestmark = pytest.mark.django_db
PER_PAGE = 3


@pytest.fixture
def subjects():
    for number in range(7):
        SubjectFactory(code=f"s{number}", name=f"学科{number}", sort_order=number % 2)
    return Subject.objects.order_by("-sort_order", "pk")


def turning(page):
    return render_to_string("core/admin/previous_next.html", {"page": page, "request": RequestFactory().get("/?q=茶")})


def test_the_rows_are_those_of_the_plain_paginator(subjects):
    plain = Paginator(subjects, PER_PAGE)
    for paginator in (KeysFirstPaginator(subjects, PER_PAGE), UncountedPaginator(subjects, PER_PAGE)):
        assert [list(paginator.get_page(n)) for n in (1, 2, 3)] == [list(plain.page(n)) for n in (1, 2, 3)]


def test_the_last_page_where_the_number_is_too_high(subjects):
    paginator = KeysFirstPaginator(subjects, PER_PAGE)
    assert len(paginator.get_page("99")) == 1
    with pytest.raises(EmptyPage):
        paginator.page(99)


class TestUncounted:
    def test_it_is_never_counted(self, subjects):
        with CaptureQueriesContext(connection) as queries:
            page = UncountedPaginator(subjects, PER_PAGE).get_page("2")
            shown = turning(page)
            assert len(page) == PER_PAGE
        assert len(queries) == 2
        assert not any("COUNT(" in query["sql"] for query in queries)
        assert "第 2 页" in shown

    @pytest.mark.parametrize(
        ("number", "previous", "following"), [("1", False, True), ("2", True, True), ("3", True, False)]
    )
    def test_ways_to_other_pages(self, subjects, number, previous, following):
        page = UncountedPaginator(subjects, PER_PAGE).get_page(number)
        assert (page.has_previous(), page.has_next()) == (previous, following)
        shown = turning(page)
        assert ("上一页" in shown, "下一页" in shown) == (previous, following)
        assert "q=%E8%8C%B6&amp;p=" in shown, "what was looked for stays"

    @pytest.mark.parametrize("number", [None, "", "x", "0", "-1", "4", "99999999999999999999"])
    def test_what_is_no_page_is_the_first(self, subjects, number):
        assert UncountedPaginator(subjects, PER_PAGE).get_page(number).number == 1

    def test_a_list_of_one_page_has_no_ways(self, subjects):
        page = UncountedPaginator(subjects, 7).get_page(None)
        assert (len(page), page.has_other_pages()) == (7, False)
        assert turning(page).strip() == ""
