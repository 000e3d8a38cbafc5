"""The finder's answers: what is found, what is ignored, in what order and under which address."""

import datetime

import pytest
import time_machine
from django.http import QueryDict
from django.utils import timezone
from wagtail.models import PageViewRestriction

from search.finder import PAGE_SIZE, find
from search.results import RUNS_SHOWN
from tests.factories.learning import CoursePageFactory, EventPageFactory
from tests.factories.timetable import (
    AudienceFactory,
    ClassRunFactory,
    SubjectFactory,
    days_from_today,
)
from timetable.enums import ClassRunStatus


def ask(question=""):
    return find(QueryDict(question))


def titles(question=""):
    return [result.page.title for result in ask(question).page.object_list]


def course_with_run(street, title, *, subject=None, audience=None, live=True, run_status=None, **run):
    course = CoursePageFactory(parent=street, title=title, subject=subject, live=live)
    if audience:
        course.audiences = [audience]
        course.save()
    status = {"status": run_status} if run_status else {}
    ClassRunFactory(learning=course, **run, **status)
    return course


@pytest.fixture
def four(district):
    """Make, for the facts given, one live, one draft, one private and one foreign course: exactly one is an answer.

    The foreign one is a live course that differs in what is asked.
    """

    def make(facts, foreign, foreign_street=None):
        course_with_run(district.street, "要找的", **facts)
        course_with_run(district.street, "草稿页", live=False, **facts)
        course_with_run(district.street, "草稿班", run_status=ClassRunStatus.DRAFT, **facts)
        course_with_run(district.street, "取消班", run_status=ClassRunStatus.CANCELLED, **facts)
        private = course_with_run(district.street, "内部", **facts)
        PageViewRestriction.objects.create(page=private, restriction_type="login")
        course_with_run(foreign_street or district.street, "别的", **(facts | foreign))

    return make


# Each filter


@pytest.mark.parametrize(
    ("question", "facts", "foreign"),
    [
        ("weekday=3", {"weekdays": [1, 3]}, {"weekdays": [1, 5]}),
        (
            "time=morning",
            {"starts_at": datetime.time(9), "ends_at": datetime.time(10)},
            {"starts_at": datetime.time(12)},
        ),
        ("delivery=online", {"delivery": "online"}, {"delivery": "blended"}),
        ("free=on", {"fee_fen": 0}, {"fee_fen": 1}),
        ("free=on", {"fee_fen": 0}, {"fee_fen": None}),
        ("places=on", {"capacity": 1}, {"full": True}),
        ("places=on", {"capacity": 1}, {"capacity": None}),
    ],
)
def test_each_filter_of_class_runs_finds_exactly_one(four, question, facts, foreign):
    if "starts_at" in foreign:
        foreign = foreign | {"ends_at": datetime.time(13)}
    four(facts, foreign)
    assert titles(question) == ["要找的"]


def test_the_subject_finds_exactly_one_page_with_all_its_live_courses(district):
    subject, other = SubjectFactory(code="shuhua"), SubjectFactory(code="wudao")
    course_with_run(district.street, "要找的", subject=subject)
    course_with_run(district.street, "草稿页", subject=subject, live=False)
    private = course_with_run(district.street, "内部", subject=subject)
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    course_with_run(district.street, "别的", subject=other)
    assert titles("subject=shuhua") == ["要找的"]


def test_the_street_finds_exactly_one(district):
    course_with_run(district.street, "要找的")
    course_with_run(district.street, "草稿页", live=False)
    private = course_with_run(district.street, "内部")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    course_with_run(district.other_street, "别的")
    assert titles(f"street={district.street.slug}") == ["要找的"]


def test_an_audience_finds_its_own_and_what_is_for_everyone(district):
    elders, children = AudienceFactory(code="zhangbei"), AudienceFactory(code="ertong")
    everyone = AudienceFactory(code="renren", is_everyone=True)
    course_with_run(district.street, "长辈的", audience=elders)
    course_with_run(district.street, "人人的", audience=everyone)
    course_with_run(district.street, "孩子的", audience=children)
    course_with_run(district.street, "草稿", audience=elders, live=False)
    assert sorted(titles("audience=zhangbei")) == ["人人的", "长辈的"]


@pytest.mark.parametrize(
    ("starts", "word"),
    [
        (datetime.time(0), "morning"),
        (datetime.time(11, 59), "morning"),
        (datetime.time(12), "afternoon"),
        (datetime.time(17, 29), "afternoon"),
        (datetime.time(17, 30), "evening"),
        (datetime.time(23, 58), "evening"),
    ],
)
def test_every_hour_belongs_to_exactly_one_word(district, starts, word):
    course_with_run(district.street, "课", starts_at=starts, ends_at=datetime.time(23, 59))
    assert [time for time in ("morning", "afternoon", "evening") if titles(f"time={time}")] == [word]


def test_filters_must_meet_in_one_class_run(district):
    course = CoursePageFactory(parent=district.street, title="两个班")
    ClassRunFactory(learning=course, weekdays=[3], fee_fen=100)
    ClassRunFactory(learning=course, weekdays=[5], fee_fen=0)
    assert titles("weekday=3&free=on") == []
    assert titles("weekday=5&free=on") == ["两个班"]


def test_only_matching_runs_are_shown(district):
    course = CoursePageFactory(parent=district.street)
    ClassRunFactory(learning=course, weekdays=[3])
    friday = ClassRunFactory(learning=course, weekdays=[5])
    (found,) = ask("weekday=5").page.object_list
    assert [run.pk for run in found.runs] == [friday.pk]
    assert found.more_runs == 0


# The plain list


def test_a_course_without_a_timetable_is_listed_last(district):
    CoursePageFactory(parent=district.street, title="没有班")
    course_with_run(district.street, "下月", starts_on=days_from_today(30))
    course_with_run(district.street, "下周", starts_on=days_from_today(7))
    assert titles() == ["下周", "下月", "没有班"]


def test_a_filter_of_class_runs_leaves_out_courses_without_any(district):
    CoursePageFactory(parent=district.street, title="没有班")
    assert titles("delivery=onsite") == []


def test_an_event_is_no_course(district):
    ClassRunFactory(learning=EventPageFactory(parent=district.street))
    assert titles() == []


def test_a_run_that_is_over_is_no_longer_found(district):
    course_with_run(district.street, "结束了", over=True, weekdays=[3])
    assert titles("weekday=3") == []
    assert titles() == ["结束了"]


def test_a_run_ends_after_its_last_day(district):
    course_with_run(district.street, "只今天一次", single=True, starts_on=days_from_today(0))
    assert titles("time=afternoon") == ["只今天一次"]
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1)):
        assert titles("time=afternoon") == []


def test_more_runs_than_a_card_shows_are_counted(district):
    course = CoursePageFactory(parent=district.street)
    for _number in range(RUNS_SHOWN + 2):
        ClassRunFactory(learning=course)
    (found,) = ask().page.object_list
    assert (len(found.runs), found.more_runs) == (RUNS_SHOWN, 2)


def test_what_is_ticked_holds_before_what_is_said_of_the_same_thing(district):
    course_with_run(district.street, "周三的书法", weekdays=[3])
    course_with_run(district.street, "周五的书法", weekdays=[5])
    assert titles("q=书法 周五&weekday=3") == ["周三的书法"]
    assert [chip.words for chip in ask("q=书法 周五&weekday=3").chips] == ["周三"]
    assert titles("q=书法 周五") == ["周五的书法"]


def test_what_misses_a_condition_shows_the_run_that_meets_the_others(district):
    course = course_with_run(
        district.street, "书法", weekdays=[2], starts_at=datetime.time(9), ends_at=datetime.time(10)
    )
    evening = {"starts_at": datetime.time(19), "ends_at": datetime.time(20)}
    ClassRunFactory(learning=course, weekdays=[3], **evening)
    friday = ClassRunFactory(learning=course, weekdays=[5], **evening)
    finder = ask("q=书法 周五上午")
    assert len(finder.answer.found) == 0
    (below,) = finder.looser
    # A Tuesday morning and a Friday evening are no Friday morning, and one of the two is missed, not none.
    assert (below.missing, [run.pk for run in below.runs]) in (
        (["上午"], [friday.pk]),
        (["周五"], [course.class_runs.get(weekdays=[2]).pk]),
    )


def test_an_order_that_does_not_fit_the_question_is_not_claimed(district):
    course_with_run(district.street, "书法")
    finder = ask(f"sort=best&near=street-{district.street.slug}")
    assert finder.answer.sort == "nearest"
    assert ask("sort=nearest").answer.sort == "soonest"


# What is not understood


@pytest.mark.parametrize(
    "question",
    [
        "subject=none",
        "street=none",
        "audience=none",
        "weekday=8",
        "weekday=0",
        "weekday=-1",
        "weekday=x",
        "time=night",
        "delivery=pigeon",
        "free=0",
        "free=false",
        "places=no",
        "nonsense=1",
        "subject=%00",
        "street=' OR 1=1 --",
        "weekday=3%00",
        "subject=" + "x" * 5000,
        "page=x",
        "page=",
        "page=0",
        "page=-3",
        "page=999",
        "page=1e9",
        "page=" + "9" * 400,
        "page=٣",
    ],
)
def test_an_unknown_value_is_ignored(district, question):
    course_with_run(district.street, "课", full=True, fee_fen=100)
    answer = ask(question)
    assert [result.page.title for result in answer.page.object_list] == ["课"]
    assert answer.canonical == ""
    assert list(answer.chips) == []


def test_a_draft_streets_address_is_unknown(district):
    course_with_run(district.street, "课")
    district.other_street.unpublish()
    assert titles(f"street={district.other_street.slug}") == ["课"]


def test_options_come_from_values_that_the_public_can_find(district):
    used = SubjectFactory(name="书画")
    hidden = SubjectFactory(name="内部")
    SubjectFactory(name="没人用")
    course_with_run(district.street, "课", subject=used)
    course_with_run(district.street, "草稿", subject=hidden, live=False)
    private = course_with_run(district.other_street, "内部", subject=hidden)
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    PageViewRestriction.objects.create(page=district.other_street, restriction_type="login")
    form = ask().form
    assert [label for _code, label in form.fields["subject"].choices][1:] == ["书画"]
    assert [label for _code, label in form.fields["street"].choices][1:] == ["清名桥街道"]


def test_the_page_answers_whatever_is_asked(client, district):
    for question in ("weekday=x&page=x", "page=999", "subject=%00%ff", "street[]=1"):
        assert client.get(f"/courses/?{question}").status_code == 200


# Addresses


def test_the_same_question_has_one_address(district):
    course_with_run(district.street, "课")
    slug = district.street.slug
    one = ask(f"weekday=3&street={slug}&free=on&subject=&page=1&utm_source=x").canonical
    assert one == ask(f"free=on&street={slug}&time=&weekday=3").canonical == f"free=on&street={slug}&weekday=3"


def test_each_chip_leaves_the_rest_of_the_question(district):
    chips = list(ask("weekday=3&time=evening").chips)
    assert [(chip.words, chip.without) for chip in chips] == [("周三", "time=evening"), ("晚上", "weekday=3")]


def test_pages_hold_everything_once_and_have_addresses(district):
    made = {course_with_run(district.street, f"课{n}").title for n in range(PAGE_SIZE + 3)}
    first, second, beyond = ask("page=1"), ask("page=2"), ask("page=999")
    assert first.page.paginator.count == len(made)
    assert (len(first.page.object_list), len(second.page.object_list)) == (PAGE_SIZE, 3)
    assert {result.page.title for page in (first, second) for result in page.page.object_list} == made
    assert (first.canonical, second.canonical, beyond.canonical) == ("", "page=2", "page=2")


def test_the_order_is_the_same_each_time(district):
    for number in range(6):
        CoursePageFactory(parent=district.street, title=f"课{number}")
    # Equals take turns by a hash of page and day (search/board/order.py): which one is first is no promise.
    assert titles() == titles()
    assert sorted(titles()) == [f"课{number}" for number in range(6)]


def test_for_children_alone_a_title_that_says_so_comes_first(district):
    children = AudienceFactory(name="少儿", code="shaoer")
    for title, audience in (("书法", children), ("少儿舞蹈", None), ("国画", children), ("拳击", None)):
        course_with_run(district.street, title, audience=audience)
    found = titles("q=少儿")
    assert found[0] == "少儿舞蹈"
    assert set(found) == {"少儿舞蹈", "书法", "国画"}
