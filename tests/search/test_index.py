"""The index on both databases: what is written is found, best first, and no string breaks it."""

import pytest

from search import index
from search.index.documents import Document
from search.language.text import normalise, query_tokens

pytestmark = pytest.mark.django_db


def entry(pk, title, subject="", place="", body=""):
    return Document(id=pk, kind="course", title=title, subject=subject, place=place, body=body)


def find(*words, **options):
    return list(index.match([[query_tokens(normalise(word))] for word in words], **options))


def test_an_entry_is_found_by_its_words_and_only_by_them():
    index.write([entry(1, "太极拳入门"), entry(2, "书法"), entry(3, "极太")])
    assert find("太极") == [1]
    assert find("太极拳") == [1]
    assert find("拳") == [1]
    assert find("钢琴") == []


def test_where_a_word_stands_decides_the_order():
    other = "剪纸班"
    index.write(
        [
            entry(4, other, body="太极拳"),
            entry(3, other, place="太极拳"),
            entry(2, other, subject="太极拳"),
            entry(1, "太极拳"),
        ]
    )
    assert find("太极拳")[0] == 1
    assert set(find("太极拳")) == {1, 2, 3, 4}


def test_what_is_titled_just_so_stands_first_and_alike_ones_take_turns():
    index.write([entry(1, "太极拳进阶"), entry(2, "太极拳"), entry(3, "剪纸", body="太极拳"), entry(4, "太极拳")])
    orders = [find("太极拳", whole="太极拳", turn=turn) for turn in range(4)]
    assert {tuple(order) for order in orders} == {(2, 4, 1, 3), (4, 2, 1, 3)}
    assert set(index.having([query_tokens("太极拳")])) == {1, 2, 4}
    assert index.having([]) == []


def test_every_clause_or_any():
    index.write([entry(1, "书法零基础"), entry(2, "书法"), entry(3, "合唱")])
    assert find("书法", "零基础") == [1]
    assert set(find("书法", "零基础", require_all=False)) == {1, 2}
    alternatives = [[query_tokens("毛笔"), query_tokens("合唱")]]
    assert index.match(alternatives) == [3]


def test_writing_again_replaces_and_deleting_takes_away():
    index.write([entry(1, "太极拳"), entry(2, "太极拳")])
    index.write([entry(1, "书法")])
    assert find("太极拳") == [2]
    assert find("书法") == [1]
    index.delete([1, 99])
    assert index.ids() == {2}


def test_rare_characters_are_tokens_like_any_other():
    rare = "𠮷𫝀𬺰"
    index.write([entry(1, f"{rare}班"), entry(2, "々〇")])
    assert find("𠮷𫝀") == [1]
    assert find("𬺰") == [1]
    assert find("々〇") == [2]


@pytest.mark.parametrize(
    "token",
    ['"', "'", "\\", "\\'", "''", '""', "a\0b", "\0", "*", "**", "(", ") OR (", "a:*", "!x", "NEAR(a b)", "%", "%s", "-",
     "^a", "{title}:x", "\ud800", "👨‍👩‍👧", "\u202e", "x" * 5000, " ", "\n", "太:A", "$1", ":1A,2B"],
)  # fmt: skip
def test_no_token_breaks_a_question_or_an_entry(token):
    # Past the cutting into tokens, which would leave letters and digits only.
    index.write([entry(1, "太极拳")])
    for clauses in ([[[token]]], [[[token, "太极"], [token + "*"]]], [[[token]], [["太极"]]]):
        assert len(list(index.match(clauses))) <= 1
    assert index.match([[[token], ["太极"]]]) == [1]


def test_a_question_of_any_length_is_answered():
    index.write([entry(1, "太极拳")])
    words = [f"字{number}" for number in range(3000)]
    assert index.match([[["太极"]], *[[[word]] for word in words]], require_all=False) == [1]
    assert index.match([[["太极"], *[[word] for word in words]]]) == [1]
    assert index.match([[["太极", *words]]]) == []
    assert index.match([]) == index.match([[]]) == index.match([[[]]]) == index.match([[[""]]]) == []


def test_a_long_text_is_taken():
    body = "".join(chr(0x4E00 + number % 20000) for number in range(20_000))
    index.write([entry(1, "长", body=body), entry(2, "重复", body="太极" * 2000)])
    assert find(body[:6]) == [1]
    assert find("太极") == [2]


def test_damage_is_seen():
    documents = [entry(1, "太极拳"), entry(2, "书法", body="行书"), entry(3, "合唱")]
    index.write(documents)
    assert index.damaged(documents) == []
    index.write([entry(2, "书法", body="楷书")])
    index.delete([3])
    assert index.damaged(documents) == [2, 3]
