"""A small site for the tests of language: real course titles of the district's data, its synonyms, a few places."""

import csv
from collections import Counter
from functools import cache
from pathlib import Path

from search.language import words
from search.language.lexicon import Lexicon, terms_of
from search.language.text import normalise
from search.language.vocabulary import Vocabulary

ROOT = Path(__file__).resolve().parents[2]
PLACES = {
    "清名桥街道": ("street", "qingmingqiao"),
    "清名桥": ("street", "qingmingqiao"),
    "扬名": ("street", "yangming"),
    "芦庄第一社区": ("near", "community-1"),
    "芦庄": ("near", "community-1"),
    "五星家园": ("near", "community-2"),
    "五星": ("near", "community-3"),
    "南长街小学": ("near", "centre-1"),
    "中南": ("near", "community-4"),
}
AUDIENCES = {
    "长辈": "zhangbei",
    "老年人群": "zhangbei",
    "上班族": "shangbanzu",
    "找工作的人": "zhaogongzuo",
    "下岗失业人员": "zhaogongzuo",
    "0-3 岁宝宝和家长": "baobao",
    "青少年": "qingshaonian",
}


@cache
def courses(table="network/data/wuxi/courses.csv"):
    """[(id, title, subject, place, body)] of the 550 public course titles, or of another table."""
    with (ROOT / table).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [(at, normalise(row["title"]), normalise(row["subject"]), "", "") for at, row in enumerate(rows)]


@cache
def vocabulary(table="network/data/wuxi/courses.csv"):
    terms, kinds = Counter(), {}
    for _id, title, subject, _place, _body in courses(table):
        for text, kind in ((title, "title"), (subject, "subject")):
            for word in terms_of(text):
                terms[word] += 1
                kinds[word] = kind
    terms["太湖花园"], kinds["太湖花园"] = 900, "place"
    lexicon = Lexicon([(w, kinds[w], n) for w, n in terms.items()], words.synonyms(), words.stop_words())
    return Vocabulary(lexicon, PLACES, AUDIENCES)
