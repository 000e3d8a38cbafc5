"""What was just changed is what the next search shows; what is not public shows nowhere."""

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from core.models import CustomDocument
from search.engine import Question, search
from search.finder import find
from search.models import StopWord, SynonymGroup
from search.suggest import suggestions
from tests.factories.enrolments import enrol_someone
from tests.factories.learning import CoursePageFactory, NewsPageFactory
from tests.factories.timetable import ClassRunFactory, SubjectFactory
from timetable.services import cancel_class_run


def titles(question):
    return [result.page.title for result in find(QueryDict(question)).page.object_list]


def site_titles(text):
    return [result.page.title for result in find(QueryDict(f"q={text}"), kinds=None).page.object_list]


def everything_shown(text):
    """All that a stranger can see of a search for ``text``: results, counts, suggestions, words of the box."""
    finder = find(QueryDict(f"q={text}"), kinds=None)
    return (
        [result.page.title for result in [*finder.page.object_list, *finder.looser, *finder.pinned]],
        finder.page.paginator.count,
        [option.count for facet in finder.facets for option in facet.options if option.count],
        [one["word"] for one in suggestions(text)],
    )


@pytest.fixture
def course(district):
    course = CoursePageFactory(parent=district.street, title="昆曲身段")
    ClassRunFactory(learning=course)
    return course


def test_publishing_and_unpublishing_is_seen_by_the_next_search(district):
    course = CoursePageFactory(parent=district.street, title="昆曲身段", live=False)
    assert titles("q=昆曲") == []
    course.save_revision().publish()
    assert titles("q=昆曲") == ["昆曲身段"]
    course.refresh_from_db()
    course.unpublish()
    assert titles("q=昆曲") == []


def test_a_new_title_is_found_and_the_old_one_is_not(course):
    course.title = "锡绣入门"
    course.save_revision()
    assert titles("q=锡绣") == []  # a draft of a live page
    course.get_latest_revision().publish()
    assert titles("q=锡绣") == ["锡绣入门"]
    assert titles("q=昆曲") == []


def test_a_page_that_moves_is_found_at_its_new_street(district, course):
    assert titles(f"q=昆曲&street={district.street.slug}") == ["昆曲身段"]
    course.move(district.other_street, pos="last-child")
    assert titles(f"q=昆曲&street={district.street.slug}") == []
    assert titles(f"q=昆曲&street={district.other_street.slug}") == ["昆曲身段"]


def test_a_page_that_moves_below_a_private_one_is_gone(district, course):
    PageViewRestriction.objects.create(page=district.other_street, restriction_type="login")
    assert titles("q=昆曲") == ["昆曲身段"]
    course.move(district.other_street, pos="last-child")
    assert titles("q=昆曲") == []


def test_the_last_place_taken_is_seen_by_the_next_search(district):
    course = CoursePageFactory(parent=district.street, title="昆曲身段")
    run = ClassRunFactory(learning=course, capacity=1)
    finder = find(QueryDict("q=昆曲&places=on"))
    assert [result.page.title for result in finder.page.object_list] == ["昆曲身段"]
    enrol_someone(run)
    assert titles("q=昆曲&places=on") == []
    (places,) = [f for f in find(QueryDict("q=昆曲&places=on")).facets if f.name == "places"]
    assert [option.count for option in places.options] == [0]


def test_a_booking_writes_nothing_of_search(district):
    course = CoursePageFactory(parent=district.street, title="昆曲身段")
    run = ClassRunFactory(learning=course, capacity=1)
    with CaptureQueriesContext(connection) as queries:
        enrol_someone(run)  # the last place: also the flip from free to full
    writes = [q["sql"] for q in queries if q["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert writes
    assert not [sql for sql in writes if "search_" in sql]


def test_a_class_run_cancelled_no_longer_answers_a_filter(district, course):
    assert titles("q=昆曲&weekday=3") == ["昆曲身段"]
    cancel_class_run(course.class_runs.get(), "老师生病")
    assert titles("q=昆曲&weekday=3") == []


def test_a_synonym_is_in_force_at_once_and_goes_at_once(course):
    assert titles("q=兰苑雅集") == []
    group = SynonymGroup.objects.create(words="昆曲、兰苑雅集")
    assert titles("q=兰苑雅集") == ["昆曲身段"]
    group.delete()
    assert titles("q=兰苑雅集") == []


def test_a_stop_word_is_in_force_at_once(course):
    def said(text):
        return [clause.word for clause in search(Question(text=text)).query.clauses if not clause.optional]

    assert "乐呵" in "".join(said("昆曲乐呵乐呵"))
    StopWord.objects.create(word="乐呵乐呵")
    assert said("昆曲乐呵乐呵") == ["昆曲"]


def test_a_renamed_subject_is_found_by_its_new_name(district):
    subject = SubjectFactory(name="水墨丹青")
    course = CoursePageFactory(parent=district.street, title="入门课", subject=subject)
    ClassRunFactory(learning=course)
    assert titles("q=水墨丹青") == ["入门课"]
    subject.name = "笔墨纸砚"
    subject.save()
    assert titles("q=水墨丹青") == []
    assert titles("q=笔墨纸砚") == ["入门课"]


def test_what_is_rolled_back_was_never_found(district):
    with transaction.atomic():
        CoursePageFactory(parent=district.street, title="昆曲身段")
        assert titles("q=昆曲") == ["昆曲身段"]
        transaction.set_rollback(True)
    assert titles("q=昆曲") == []


def test_the_whole_site_is_searched(district, course):
    NewsPageFactory(parent=district.news_index, title="昆曲展演通知")
    CustomDocument.objects.create(title="昆曲唱词", file="x.pdf")
    assert set(site_titles("昆曲")) == {"昆曲身段", "昆曲展演通知", "昆曲唱词"}
    tabs = {option.words: option.count for option in find(QueryDict("q=昆曲"), kinds=None).tabs}
    assert tabs == {"全部": 3, "课程": 1, "新闻": 1, "文件": 1}
    assert [r.page.title for r in find(QueryDict("q=昆曲&kind=news"), kinds=None).page.object_list] == ["昆曲展演通知"]


@pytest.mark.parametrize("hidden", ["draft", "private", "private parent", "document"])
def test_what_is_not_public_appears_nowhere(district, hidden):
    """One word that only the hidden thing has: not in results, counts, facets or suggestions."""
    if hidden == "document":
        closed = Collection.get_first_root_node().add_child(name="内部")
        CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
        CustomDocument.objects.create(title="梅兰竹菊绘", file="x.pdf", collection=closed)
    else:
        page = CoursePageFactory(parent=district.street, title="梅兰竹菊绘", live=hidden != "draft")
        ClassRunFactory(learning=page)
        if hidden != "draft":
            above = district.street if hidden == "private parent" else page
            PageViewRestriction.objects.create(page=above, restriction_type="login")
    assert everything_shown("梅兰竹菊绘") == ([], 0, [], [])


def test_a_restriction_taken_away_brings_the_page_back(course):
    restriction = PageViewRestriction.objects.create(page=course, restriction_type="login")
    assert titles("q=昆曲") == []
    restriction.delete()
    assert titles("q=昆曲") == ["昆曲身段"]
