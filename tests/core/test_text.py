"""Readable addresses for Chinese titles."""

import pytest

from core.text import SLUG_LENGTH, pinyin_slug, pinyin_words, unique_slug


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("南长街小学", "nanchangjie-xiaoxue"),  # 长 is chang here, not zhang
        ("Python 入门", "python-rumen"),
        ("2026 秋 A班", "2026-qiu-a-ban"),
        ("a/b?c#d", "abcd"),
        ("  书法  ", "shufa"),
    ],
)
def test_a_title_is_read_aloud(title, slug):
    assert pinyin_slug(title) == slug


@pytest.mark.parametrize("title", ["！！！", "🎈", "", "———"])
def test_a_title_with_nothing_to_read_still_has_an_address(title):
    assert pinyin_slug(title) == "ye"


def test_an_address_is_ascii_and_cut_between_words():
    title = "中华民族优秀传统文化进社区系列公益讲座之江南丝竹音乐欣赏与体验活动第十二期报名通知"
    slug, words = pinyin_slug(title), pinyin_words(title)
    assert slug.isascii()
    assert len(slug) <= SLUG_LENGTH
    kept = slug.split("-")
    assert kept == words[: len(kept)]
    assert len(kept) < len(words)


def test_one_endless_word_does_not_fail():
    assert len(pinyin_slug("x" * 300)) <= SLUG_LENGTH


def test_the_next_free_address():
    assert unique_slug("shufa", set()) == "shufa"
    assert unique_slug("shufa", {"shufa"}) == "shufa-2"
    assert unique_slug("shufa", {"shufa", "shufa-2", "shufa-4"}) == "shufa-3"
