"""Words that are a filter become conditions; content stays content."""

from itertools import pairwise

import pytest

from search.language.analyse import analyse
from tests.search.language_samples import vocabulary


def conditions(text):
    return {(one.name, one.value) for one in analyse(text, vocabulary()).conditions}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("周三", {("weekday", "3")}),
        ("每星期三", {("weekday", "3")}),
        ("礼拜天", {("weekday", "7")}),
        ("周二周四", {("weekday", "2,4")}),
        ("周一到周五", {("weekday", "1,2,3,4,5")}),
        ("周末", {("weekday", "6,7")}),
        ("工作日", {("weekday", "1,2,3,4,5")}),
        ("周三下午", {("weekday", "3"), ("time", "afternoon")}),
        ("早上", {("time", "morning")}),
        ("下班后", {("time", "evening")}),
        ("夜校", {("time", "evening")}),
        ("免费", {("free", "on")}),
        ("不要钱的", {("free", "on")}),
        ("还有名额的", {("places", "on")}),
        ("没满的", {("places", "on")}),
        ("线上课", {("delivery", "online")}),
        ("網課", {("delivery", "online")}),
        ("老年人", {("audience", "zhangbei")}),
        ("60岁以上", {("audience", "zhangbei")}),
        ("0-3岁", {("audience", "baobao")}),
        ("小朋友", {("audience", "qingshaonian")}),
        ("8岁", {("audience", "qingshaonian")}),
        ("芦庄附近", {("near", "community-1")}),
        ("离芦庄近", {("near", "community-1")}),
        ("五星家园", {("near", "community-2")}),
        ("清名桥", {("street", "qingmingqiao")}),
        ("扬名街道", {("street", "yangming")}),
    ],
)
def test_said_so_and_understood(text, expected):
    query = analyse(text, vocabulary())
    assert conditions(text) == expected
    assert not any(not clause.optional for clause in query.clauses)


@pytest.mark.parametrize(
    "text",
    [
        "附近",
        "家门口",
        "网上购物",
        "直播带货",
        "周易养生",
        "老年大学",
        "公益岗位",
        "中南海",
        "亲子阅读",
        "书法",
        "课",
        "",
    ],
)
def test_what_is_content_is_no_condition(text):
    assert conditions(text) == set()


def test_a_whole_sentence_is_taken_apart():
    query = analyse("周三下午 免费 书法 芦庄附近", vocabulary())
    assert {(one.name, one.value) for one in query.conditions} == {
        ("weekday", "3"), ("time", "afternoon"), ("free", "on"), ("near", "community-1"),
    }  # fmt: skip
    assert [clause.word for clause in query.clauses] == ["书法"]


def test_words_run_together_keep_their_content():
    query = analyse("芦庄老年人智能手机免费课", vocabulary())
    assert [clause.word for clause in query.clauses if not clause.optional] == ["智能手机"]
    assert {one.name for one in query.conditions} == {"near", "audience", "free"}


def test_who_it_is_for_raises_titles_that_say_so():
    query = analyse("少儿编程", vocabulary())
    (child,) = [clause for clause in query.clauses if clause.optional]
    assert {"少儿", "儿童"} <= {one.word for one in child.alternatives}
    assert query.conditions[0].titles


def test_who_lost_a_job_alone_asks_for_what_helps():
    query = analyse("失业 培训", vocabulary())
    (clause,) = query.clauses
    assert not clause.optional
    assert {"就业", "家政", "育婴"} <= {one.word for one in clause.alternatives}


def test_an_audience_the_site_does_not_have_is_content():
    query = analyse("残疾人", vocabulary())
    assert query.conditions == ()
    assert query.clauses[0].word == "残疾人"
    assert not query.clauses[0].optional


def test_conditions_do_not_overlap_and_can_be_taken_away():
    query = analyse("每周三周五下午 老年人 芦庄附近的书法", vocabulary())
    spans = sorted((one.start, one.end) for one in query.conditions)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    for one in query.conditions:
        assert query.text[one.start : one.end] == one.words
        left = analyse(query.without(one), vocabulary())
        assert (one.name, one.value) not in {(other.name, other.value) for other in left.conditions}
        assert len(left.conditions) == len(query.conditions) - 1
