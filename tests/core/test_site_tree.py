"""The page at an address is read once while the content stays, and each reader gets one of their own."""

import pytest

from core.site_tree import page_at
from tests.factories.learning import CoursePageFactory


@pytest.fixture
def course(district):
    return CoursePageFactory(parent=district.street, title="太极拳入门")


def test_known_content_asks_nothing_and_lends_no_object(course, django_assert_num_queries):
    first = page_at(course.url_path)
    first.title = "改过的题目"
    first.looked_at = True
    with django_assert_num_queries(0):
        second = page_at(course.url_path)
    assert (second.title, hasattr(second, "looked_at")) == ("太极拳入门", False)


def test_a_change_and_an_end_are_seen_at_once(course):
    page_at(course.url_path)
    course.title = "太极拳提高"
    course.save()
    assert page_at(course.url_path).title == "太极拳提高"
    course.unpublish()
    assert page_at(course.url_path) is None
    assert page_at("/nowhere/") is None
