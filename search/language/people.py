"""Words for who wants to learn and how far they have come: tables of their own, since they are conditions, not content."""

import csv
from dataclasses import dataclass
from functools import cache

from search.language.text import split_words
from search.language.words import lines

#: 零基础 钢琴 wants a piano class, and likes one for beginners: {word: words that say the same in a title}.
LEVELS = {
    word: group
    for group in (
        ("零基础", "入门", "初级", "初学", "初学者", "新手", "小白", "基础", "启蒙", "从头学", "不会"),
        ("提高", "提升", "进阶", "中级", "强化", "提优"),
        ("高级", "研修", "精进", "深造", "高阶"),
    )
    for word in group
}


@dataclass(frozen=True)
class People:
    """One line of data/audiences.csv."""

    key: str
    names: tuple
    titles: tuple
    seeks: tuple


@cache
def words():
    """Return {word: People}: what people say for those who want to learn."""
    found = {}
    for row in csv.DictReader(lines("audiences.csv")):
        people = People(row["key"], *(tuple(split_words(row[field] or "")) for field in ("names", "titles", "seeks")))
        for word in split_words(row["words"]):
            found.setdefault(word, people)
    return found


def codes(audiences):
    """Return {key: code} of the People a site knows, from ``audiences`` {name: code}: the best name wins.

    >>> codes({"长辈": "zhangbei"})["elders"]
    'zhangbei'
    """
    found = {}
    for people in set(words().values()):
        for name in people.names:
            if code := next((code for written, code in audiences.items() if name in written), None):
                found[people.key] = code
                break
    return found
