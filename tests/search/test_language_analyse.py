"""Any way people write Chinese: traditional, pinyin, initials, slips, synonyms; and strings that are no Chinese at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.language import words
from search.language.analyse import MOST_ALTERNATIVES, analyse
from search.language.lexicon import Lexicon
from search.language.score import highlight, rank
from search.language.text import LONGEST_QUESTION
from search.language.vocabulary import Vocabulary
from tests.search.language_samples import courses, vocabulary


def meant(text, **kwargs):
    return {one.word for clause in analyse(text, vocabulary(), **kwargs).clauses for one in clause.alternatives}


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("太極拳", "太极拳"),
        ("ＡＩ", "ai"),
        ("智慧型手機", "智能手机"),
        ("taijiquan", "太极拳"),
        ("tai ji quan", "太极拳"),
        ("tjq", "太极拳"),
        ("taijiqan", "太极拳"),
        ("nvgong", "女红"),
        ("nugong", "女红"),
        ("zongyi", "中医"),
        ("太级拳", "太极拳"),
        ("太板拳", "太极拳"),
        ("葫芦斯", "葫芦丝"),
        ("书发班", "书法"),
        ("瑜珈", "瑜伽"),
        ("毛笔字", "书法"),
        ("二十四式", "24式"),
        ("24式", "二十四式"),
        ("电脑、", "电脑"),
        ("太 极 拳", "太极拳"),
        ("taijiquanban", "太极拳"),
        ("C++", "cpp"),
    ],
)
def test_what_was_meant(typed, word):
    assert word in meant(typed)


def test_what_was_corrected_is_said_and_can_be_refused():
    query = analyse("太级拳", vocabulary())
    assert [(one.typed, one.meant) for one in query.corrections] == [("太级拳", "太极拳")]
    literal = analyse("太级拳", vocabulary(), literal=True)
    assert literal.corrections == ()
    assert "太极拳" not in {one.word for clause in literal.clauses for one in clause.alternatives}
    assert analyse("taijiquan", vocabulary(), literal=True).corrections == ()


def test_a_word_of_the_dictionary_is_never_corrected():
    for word in ("喜剧", "家政服务", "政府", "法律", "理财"):
        assert analyse(word, vocabulary()).corrections == ()
    assert "锡剧" not in meant("喜剧")


def test_a_stray_character_beside_a_word_is_no_slip():
    for text in ("拉小提琴", "吹葫芦丝", "唱越剧", "傣族舞"):
        assert analyse(text, vocabulary()).corrections == ()


def test_pinyin_of_several_words_is_several_clauses():
    query = analyse("yuejuyujia", vocabulary())
    assert [clause.word for clause in query.clauses] == ["越剧", "瑜伽"]
    assert query.corrections[0].meant == "越剧 瑜伽"


def test_stop_words_go_in_pinyin_too():
    assert [clause.word for clause in analyse("shu fa ban", vocabulary()).clauses] == ["书法"]
    assert analyse("ban", vocabulary()).clauses


def test_stop_words_go_unless_nothing_is_left():
    assert [clause.word for clause in analyse("我想学二胡的课程", vocabulary()).clauses] == ["二胡"]
    assert analyse("有什么课", vocabulary()).clauses


def test_levels_are_liked_and_not_asked():
    query = analyse("零基础 钢琴", vocabulary())
    assert [(clause.word, clause.optional) for clause in query.clauses] == [("零基础", True), ("钢琴", False)]
    assert not any(clause.optional for clause in analyse("零基础", vocabulary()).clauses)


def test_single_characters_count_only_where_there_is_nothing_else():
    assert "法" not in meant("法律")
    assert analyse("拳", vocabulary()).clauses[0].word == "拳"
    assert [clause.optional for clause in analyse("敲 古筝", vocabulary()).clauses] == [False, True]


def test_a_word_that_is_typed_counts_more_than_all_it_may_also_be_called():
    for text in ("画画", "唱歌", "太极拳", "手机"):
        first, *others = analyse(text, vocabulary()).clauses[0].alternatives
        assert first.word == text
        assert all(other.weight < first.weight for other in others)
        assert len(others) < MOST_ALTERNATIVES


def test_a_long_question_is_cut_and_says_so():
    query = analyse("太极" * 3000, vocabulary())
    assert query.cut
    assert len(query.text) == LONGEST_QUESTION
    assert not analyse("太极" * (LONGEST_QUESTION // 2), vocabulary()).cut


HOSTILE = st.one_of(
    st.text(max_size=80),
    st.text(
        st.sampled_from(
            "太极拳书法班课周三一下午免费老年人芦庄附近岁0-3aijq\"'*:()|&!%\\\x00\u202e\ud800😀𠮷〇０３岁至"
        ),
        max_size=80,
    ),
)


@settings(max_examples=400, deadline=None)
@given(HOSTILE, st.booleans())
def test_no_string_breaks_it(text, literal):
    query = analyse(text, vocabulary(), literal=literal)
    assert len(query.text) <= LONGEST_QUESTION
    for one in query.conditions:
        assert query.text[one.start : one.end] == one.words
    for clause in query.clauses:
        assert clause.alternatives
        assert all(0 < one.weight <= 1 and one.word.strip() for one in clause.alternatives)
    rank(query, courses()[:20])
    assert "".join(part for part, _hit in highlight(text, query)) == text


@pytest.mark.parametrize("text", ["\ud800", "\x00", "ﷺ" * 200, "😀" * 5000, "\u202e太极", '"', "' OR 1=1 --", None])
def test_strings_that_broke_others(text):
    analyse(text, vocabulary())


@pytest.mark.parametrize("typed", ["xyz", "xyzabc", "qwerty", "asdfgh", "阿波罗登月", "nihao", "核反应堆"])
def test_nonsense_finds_nothing_and_is_not_corrected(typed):
    query = analyse(typed, vocabulary())
    assert query.corrections == ()
    assert rank(query, courses()) == []


def test_initials_are_of_words_that_are_taught():
    assert "书法" in meant("sf")
    assert "小语种" not in meant("xyz")  # an editor's word, but nobody here teaches it


def test_initials_find_a_word_that_stands_only_within_another():
    lexicon = Lexicon([("中国象棋", "title", 1)], words.synonyms(), words.stop_words())
    assert "象棋" in {one.word for one in analyse("xq", Vocabulary(lexicon)).clauses[0].alternatives}


@pytest.mark.parametrize("typed", ["太ji", "tai极", "太ji拳", "shu法"])
def test_characters_and_letters_mixed(typed):
    assert {"太极", "太极拳", "书法"} & meant(typed)
    assert len(analyse(typed, vocabulary()).corrections) == 1


def test_letters_that_are_a_word_are_not_spelled():
    for text in ("ai绘画", "24式太极拳", "做ppt"):
        assert analyse(text, vocabulary()).corrections == ()


def test_a_word_said_answers_its_own_clause_only():
    _computer, office = analyse("电脑 办公", vocabulary()).clauses
    assert "电脑" not in {one.word for one in office.alternatives}
    assert "电脑" in meant("办公")


def test_what_holds_a_heavier_way_is_left_out():
    ways = [one.word for one in analyse("电脑", vocabulary()).clauses[0].alternatives]
    assert "计算机" in ways
    assert not [word for word in ways if "电脑" in word and word != "电脑"]


def test_kinds_that_nobody_teaches_are_not_asked_for():
    ways = {one.word for one in analyse("舞蹈", vocabulary()).clauses[0].alternatives}
    assert "拉丁舞" in ways
    assert "探戈" not in ways


def test_what_nobody_teaches_is_answered_by_what_it_is_a_kind_of():
    synonyms = [(["绘画", "画画"], ["素描", "版画"])]
    here = Vocabulary(Lexicon([("绘画", "title", 3), ("素描", "title", 1)], synonyms))
    assert "绘画" not in {one.word for one in analyse("素描", here).clauses[0].alternatives}
    assert {"绘画", "素描"} <= {one.word for one in analyse("版画", here).clauses[0].alternatives}


def test_one_character_for_all_kinds_comes_after_the_kinds():
    weights = {one.word: one.weight for one in analyse("舞蹈", vocabulary()).clauses[0].alternatives}
    assert weights["舞"] < min(weights["拉丁舞"], weights["街舞"])
