"""Nothing that somebody types can break a search: quotes, operators, NUL, emoji, rare Han, marks that turn the line round.

``SEARCH_STRINGS=10000`` asks for that many (docs/mechanisms/search.md); the suite asks fewer.
"""

import os
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.language.text import LONGEST_QUESTION
from tests.factories.learning import CoursePageFactory
from tests.factories.timetable import ClassRunFactory

STRINGS = int(os.environ.get("SEARCH_STRINGS", "150"))

PIECES = st.sampled_from(
    ['"', "'", "\\", "*", "(", ")", ":", "&", "|", "!", "<->", "NEAR(", " AND ", " OR ", " NOT ", "--", ";", "%", "_", "{",
     "\0", "\x1b", "\u202e", "\u200f", "\u200d", "\ufeff", "👩‍👩‍👧", "🀄", "\U00020000", "𪚥", "\ud800", "ﬁ", "ｱ", "Ⅷ", "㍿",
     "太极拳", "太級拳", "周三", "下午", "免费", "附近", "taiji", "lv", "ü", "0-3岁", "24式", "c++", "   ", "\n", "，"]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=40),
    st.lists(PIECES, max_size=12).map("".join),
    st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=8).map(" ".join),
    st.text(min_size=1, max_size=5).map(lambda text: (text * 5000)[:5000]),
)


@pytest.fixture
def courses(district):
    for title in ("太极拳", "24式太极拳", '书法 O\'Hara "引号"', "AI 与 C++"):
        ClassRunFactory(learning=CoursePageFactory(parent=district.street, title=title))


@settings(
    max_examples=STRINGS,
    deadline=None,
    derandomize=STRINGS < 1000,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=TEXTS, door=st.sampled_from(["/courses/", "/search/", "/search/suggest/"]))
def test_no_string_breaks_a_search(courses, client, text, door):
    query = urlencode({"q": text}, errors="surrogatepass")
    response = client.get(f"{door}?{query}")
    assert response.status_code == 200


@pytest.mark.parametrize("text", ["' OR 1=1 --", 'AND OR NOT "', '"', "\0", "太" * 5000, "*", "%", "()", "太极\0拳"])
def test_the_usual_suspects(courses, client, text):
    for door in ("/courses/", "/search/", "/search/suggest/"):
        assert client.get(door, {"q": text}).status_code == 200


@pytest.mark.parametrize("text", ["***", "%_%", "👩‍👩‍👧", "？！"])
def test_signs_that_say_nothing_find_nothing_and_the_page_goes_on(courses, client, text):
    page = client.get("/courses/", {"q": text}).content.decode()
    assert "没有找到" in page
    assert "接下来可以这样做" in page


def test_blanks_are_not_counted_and_signs_that_grow_are(courses, client):
    said = "您写得比较长"
    assert said not in client.get("/courses/", {"q": "书法" + " " * 500 + "太极拳"}).content.decode()
    assert said in client.get("/courses/", {"q": "㍿" * 30}).content.decode()
    assert said in client.get("/courses/", {"q": "书" * 5000}).content.decode()


def test_a_long_question_is_cut_and_the_reader_is_told(courses, client):
    page = client.get("/courses/", {"q": "太极拳" + "好" * LONGEST_QUESTION}).content.decode()
    assert f"只按前面 {LONGEST_QUESTION} 个字找" in page
    assert "您写得比较长" not in client.get("/courses/", {"q": "太极拳"}).content.decode()
