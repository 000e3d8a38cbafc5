"""Cutting into words, what a title gives to the lexicon, how words sound, what is offered while typing."""

import pytest

from search.language import analyse as analyse_module
from search.language import pinyin
from search.language.lexicon import Lexicon, terms_of
from search.language.people import codes
from search.language.sounds import one_slip
from search.language.text import normalise
from tests.search.language_samples import vocabulary


@pytest.mark.parametrize(
    ("title", "terms"),
    [
        ("太极拳班", ["太极拳"]),
        ("书法培训班", ["书法"]),
        ("手机摄影与视频剪辑班", ["手机摄影", "视频剪辑"]),
        ("老年电脑培训班", ["老年", "电脑", "老年电脑"]),
        ("舞蹈1班", ["舞蹈"]),
        ("零基础钢琴", ["钢琴"]),
        ("课程", []),
        ("", []),
    ],
)
def test_what_a_title_gives_to_the_lexicon(title, terms):
    assert [word for word in terms_of(normalise(title)) if word in terms] == terms
    if not terms:
        assert terms_of(normalise(title)) == []


def test_a_span_that_no_dictionary_knows_is_kept_whole():
    assert "堃喆" in terms_of("堃喆书法")


def test_words_are_cut_where_people_cut_them():
    lexicon = vocabulary().lexicon
    assert [piece.word for piece in lexicon.cut("我想学智能手机和太极拳24式")] == [
        "我", "想学", "智能手机", "和", "太极拳", "24式",
    ]  # fmt: skip


def test_pieces_say_where_they_stand():
    text = "学 二胡, ai"
    for piece in vocabulary().lexicon.cut(text):
        assert text[piece.start : piece.end] == piece.word


def test_a_child_and_a_subject_are_two_words_and_a_school_for_elders_is_one():
    lexicon = vocabulary().lexicon
    assert [piece.word for piece in lexicon.cut("少儿编程")] == ["少儿", "编程"]
    assert [piece.word for piece in lexicon.cut("老年大学")] == ["老年大学"]


def test_narrower_words_go_one_way():
    lexicon = Lexicon([], [(["画画", "绘画"], ["素描"])])
    assert lexicon.narrower("画画") == ("素描",)
    assert lexicon.same("画画") == ("绘画",)
    assert lexicon.same("素描") == lexicon.narrower("素描") == ()


@pytest.mark.parametrize(
    ("typed", "first"),
    [("太", "太极"), ("taiji", "太极"), ("tjq", "太极拳"), ("shouji", "手机"), ("sf", "书法"), ("葫芦", "葫芦丝")],
)
def test_suggestions_by_characters_pinyin_and_initials(typed, first):
    assert vocabulary().lexicon.complete(typed)[0][0] == first


def test_what_is_taught_is_suggested_before_places():
    found = vocabulary().lexicon.complete("太", limit=40)
    assert found[-1] == ("太湖花园", "place")
    assert len(found) > 2


def test_suggestions_find_inside_words_too_and_nothing_for_nothing():
    assert "手机摄影" in dict(vocabulary().lexicon.complete("机摄"))
    assert vocabulary().lexicon.complete("  ") == []
    assert vocabulary().lexicon.complete("\U00020000") == []


def test_every_reading_of_a_character_counts():
    assert ("yin", "yue") in pinyin.spellings("音乐")
    assert ("nv", "gong") in pinyin.spellings("女红")
    assert pinyin.spellings("☃") == []


def test_the_ear_of_the_south():
    assert pinyin.fold("zhongguohua") == pinyin.fold("zongguohua")
    assert pinyin.fold("nvlao") == pinyin.fold("lulao")


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [("ab", "ab", False), ("abc", "abd", True), ("abc", "ab", True), ("ab", "abc", True), ("abc", "acb", True),
     ("abcd", "badc", False), ("abc", "xyz", False), ("abcd", "ab", False)],
)  # fmt: skip
def test_one_slip(one, other, slip):
    assert one_slip(one, other) is slip


def test_the_best_name_of_an_audience_wins():
    found = codes({"孩子们(品德与成长)": "haizimen", "青少年": "qingshaonian", "老年人群": "zhangbei"})
    assert found["children"] == "qingshaonian"
    assert found["elders"] == "zhangbei"
    assert "jobless" not in found


@pytest.mark.parametrize(
    ("numerals", "number"), [("二十四", 24), ("十", 10), ("一百零八", 108), ("八", 8), ("四十二", 42)]
)
def test_numerals_both_ways(numerals, number):
    assert analyse_module._number(numerals) == number
    assert analyse_module._in_words(number) == numerals
