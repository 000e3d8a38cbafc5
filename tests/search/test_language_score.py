"""Ranking and marks; and a floor under both on questions of our own over the district's 550 course titles."""

import csv
import math
import re
from pathlib import Path

import pytest

from search.language.analyse import analyse
from search.language.query import Alternative, Clause, Query
from search.language.score import highlight, rank
from tests.search.language_samples import courses, vocabulary

DATA = Path(__file__).parent / "data"
DISTRICT, ELSEWHERE = "network/data/wuxi/courses.csv", "tests/search/data/other_courses.csv"
RECALL_FLOOR, GAIN_FLOOR = 0.95, 0.95


def asked(text):
    return analyse(text, vocabulary())


def ranked(text, candidates):
    return [pk for pk, _score in rank(asked(text), candidates)]


def test_title_before_place_before_subject_before_text():
    candidates = [
        (1, "别的", "", "", "这里教书法"),
        (2, "别的", "书法", "", ""),
        (3, "别的", "", "书法小学", ""),
        (4, "书法", "", "", ""),
        (5, "别的", "", "", ""),
    ]
    assert ranked("书法", candidates) == [4, 3, 2, 1]


def test_what_is_far_below_the_best_is_no_answer():
    candidates = [(1, "太极拳", "", "", ""), (2, "极拳", "", "", "")]
    assert ranked("太极拳", candidates) == [1]
    assert ranked("太极拳", candidates[1:]) == [2]


def test_a_word_said_beats_a_synonym_and_what_has_both_words_beats_one():
    assert ranked("唱歌", [(1, "声乐", "", "", ""), (2, "唱歌", "", "", "")]) == [2, 1]
    both = [(1, "书法", "", "", ""), (2, "国画", "", "", ""), (3, "书法国画", "", "", "")]
    assert ranked("书法 国画", both)[0] == 3


def test_the_whole_question_in_the_title_comes_first():
    assert ranked("古筝演奏", [(1, "演奏古筝", "", "", ""), (2, "古筝演奏班", "", "", "")])[0] == 2


def test_what_sounds_the_same_stands_below_what_is_written_so():
    query = analyse("西剧", vocabulary())
    assert [pk for pk, _ in rank(query, [(1, "锡剧", "", "", ""), (2, "西剧", "", "", "")])] == [2, 1]


def test_optional_clauses_add_and_never_find():
    candidates = [(1, "钢琴", "", "", ""), (2, "钢琴入门", "", "", ""), (3, "书法入门", "", "", "")]
    assert ranked("零基础 钢琴", candidates) == [2, 1]


def test_a_word_nobody_has_neither_helps_nor_harms():
    clauses = (Clause("甲", (Alternative("没有的", 1.0),)), Clause("乙", (Alternative("书法", 1.0),)))
    assert rank(Query("没有的书法", clauses), [(1, "书法", "", "", "")])[0][1] >= 1.0


def test_a_title_and_its_subject_together_are_more_than_the_subject_alone():
    candidates = [(1, "隔代教养", "早教", "", ""), (2, "亲子", "早教", "", ""), (3, "亲子", "", "", "")]
    assert ranked("早教", candidates)[:2] == [2, 3]


def test_the_rarest_word_does_not_push_the_others_out():
    candidates = [(1, "国画山水", "", "", ""), *((at, "国画", "", "", "") for at in range(2, 9))]
    assert ranked("国画 山水", candidates) == list(range(1, 9))


def test_latin_words_are_whole_words():
    assert ranked("AI", [(1, "ai绘画", "", "", ""), (2, "air", "", "", ""), (3, "学ai", "", "", "")]) == [1, 3]


def test_nothing_asked_keeps_everything_and_nothing_found_is_empty():
    assert len(rank(asked("免费"), courses())) == len(courses())
    assert rank(asked("书法"), [(1, "别的", "", "", "")]) == []


def test_marks_stand_on_the_original_text():
    assert highlight("社区太極拳（初级）", asked("太极拳")) == [("社区", False), ("太極拳", True), ("（初级）", False)]
    assert highlight("ＡＩ繪畫", asked("ai")) == [("ＡＩ", True), ("繪畫", False)]
    assert highlight("", asked("ai")) == []


def test_marks_survive_characters_that_grow():
    assert ("太极拳", True) in highlight("㈱ﷺ太极拳", asked("太极拳"))


def test_single_characters_out_of_a_word_are_not_marked():
    assert highlight("中国舞", asked("舞蹈")) == [("中国舞", True)]  # the whole dance is a kind of dancing
    assert highlight("舞台灯光", asked("舞蹈")) == [("舞台灯光", False)]
    assert highlight("拳击", asked("拳")) == [("拳", True), ("击", False)]


@pytest.mark.parametrize(
    ("questions", "table"), [("questions.csv", DISTRICT), ("other_questions.csv", ELSEWHERE)], ids=["here", "elsewhere"]
)
def test_our_own_questions_find_what_they_ask(questions, table):
    """Over the district's titles, and over other titles of the same kinds of schools."""
    recalls, gains = [], []
    with (DATA / questions).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            wanted = {pk for pk, title, *_rest in courses(table) if _fits(row, title)}
            found = rank(analyse(row["query"], vocabulary(table)), courses(table))
            hits = [pk in wanted for pk, _score in found[:10]]
            most = min(10, len(wanted))
            ideal = sum(1 / math.log2(at + 2) for at in range(most))
            recalls.append(sum(hits) / most)
            gains.append(sum(hit / math.log2(at + 2) for at, hit in enumerate(hits)) / ideal)
    assert len(recalls) > 80
    assert sum(recalls) / len(recalls) >= RECALL_FLOOR
    assert sum(gains) / len(gains) >= GAIN_FLOOR


def _fits(row, title):
    no = row["must_not"]
    return re.search(row["must_match"], title, re.I) and not (no and re.search(no, title, re.I))
