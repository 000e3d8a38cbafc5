"""What people search is counted by day, without the person, and never at the page's cost."""

import sqlite3
import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import ConnectionHandler, connection
from django.utils import timezone

from lifelong.settings.databases import database
from search import asked
from search.models import ClickedResult, LearningWish, SearchedWords, SearchEntry
from tests.factories.learning import CoursePageFactory

pytestmark = pytest.mark.django_db


def test_one_row_a_day_for_one_question_however_it_is_written():
    for words, found in [("太极拳", 3), (" 太極拳 ", 0), ("太极拳", 1), ("书法", 0)]:
        asked.note_search(words, found)
    rows = {row.words: (row.day, row.searches, row.empty) for row in SearchedWords.objects.all()}
    today = timezone.localdate()
    assert rows == {"太极拳": (today, 3, 1), "书法": (today, 1, 1)}


def test_counting_takes_one_statement(django_assert_num_queries):
    connection.ensure_connection()
    asked.note_search("太极拳", 1)
    with django_assert_num_queries(3):  # and the savepoint of this test's own transaction
        asked.note_search("太极拳", 1)


@pytest.mark.parametrize(
    "words",
    [
        "13812345678",
        "138 1234 5678",
        "１３８１２３４５６７８",
        "138-1234",
        "一三八零零一二三",
        "32020219520101123X",
        "报名 wang@example.com",
        "王某＠example.com",
        "wxid_a1b2c3",
        "abc12345",
        "http://x.cn",
        "芦庄三区12号302",
        "3幢",
        "我叫王小明",
        "我想给我八十岁的母亲找一个离家近一点的太极拳班",
        "a" * 41,
        "太极" * 2500,
        "",
        "  \x00 ",
    ],
)
def test_what_may_lead_to_somebody_is_not_kept(words):
    assert asked.kept_form(words) == ""
    asked.note_search(words, 0)
    assert not SearchedWords.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        "24式太极拳",
        "二十四式",
        "周三下午 免费 书法 芦庄附近",
        "taijiquan",
        "photoshop",
        "office 2010",
        "3d打印",
        "0-3岁",
        "2012年",
        "c++",
    ],
)
def test_what_people_want_to_learn_is_kept(words):
    asked.note_search(words, 1)
    assert SearchedWords.objects.get().searches == 1


@pytest.mark.parametrize("words", ['"', "' OR 1=1 --", "%s", "\ud800", "😀", "𠮷", "\u202e太极"])
def test_no_string_breaks_it(words):
    asked.note_search(words, 1)
    asked.note_click(words, 1)
    asked.note_wish(words, None, words)


def test_clicks_count_for_pages_that_search_knows(district):
    course, draft = (CoursePageFactory(parent=district.street, live=live) for live in (True, False))
    SearchEntry.objects.all().delete()
    SearchEntry.objects.create(id=course.pk, kind="course", title="太极拳")
    for _number in range(2):
        asked.note_click("太极拳", course.pk)
    for page_pk in (draft.pk, 10**9, -1, 0):
        asked.note_click("太极拳", page_pk)
    click = ClickedResult.objects.get()
    assert (click.day, click.words, click.page_id, click.clicks) == (timezone.localdate(), "太极拳", course.pk, 2)


def test_a_wish_keeps_the_street_and_no_person(district):
    assert asked.note_wish(" 想学  二胡 ", district.street, "二胡 13812345678")
    wish = LearningWish.objects.get()
    assert (wish.wish, wish.street, wish.searched) == ("想学 二胡", district.street, "")
    for refused in ("请打13812345678", "", "想" * 61):
        assert not asked.note_wish(refused)
    assert LearningWish.objects.count() == 1


def test_a_broken_table_costs_no_page(monkeypatch):
    monkeypatch.setattr(SearchedWords._meta, "db_table", "no_such_table")
    asked.note_search("太极拳", 1)
    with connection.cursor() as cursor:  # the transaction around goes on
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_a_busy_sqlite_is_not_waited_for(tmp_path, monkeypatch, caplog):
    """The other writer holds the file: the count is given up after a blink, and the usual patience is back."""
    path = str(tmp_path / "busy.sqlite3")
    ours = ConnectionHandler({"default": database(f"sqlite:///{path}")})["default"]
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TABLE search_searchedwords (day, words, searches, empty, UNIQUE (day, words))")
    monkeypatch.setattr(asked, "connection", ours)
    with ours.cursor() as cursor:
        before = cursor.execute("PRAGMA busy_timeout").fetchone()
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    asked.note_search("太极拳", 1)
    assert time.monotonic() - began < 1
    assert "locked" in caplog.text
    other.execute("COMMIT")
    asked.note_search("太极拳", 1)
    assert other.execute("SELECT words, searches FROM search_searchedwords").fetchall() == [("太极拳", 1)]
    with ours.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == before == (20_000,)
    ours.close()
    other.close()


def test_what_was_asked_goes_after_400_days_and_not_before(district, capsys):
    course = CoursePageFactory(parent=district.street)
    today = timezone.localdate()
    for days in (400, 401):
        day = today - timedelta(days=days)
        SearchedWords.objects.create(words="太极拳", searches=1, day=day)
        ClickedResult.objects.create(words="太极拳", page=course, clicks=1, day=day)
        LearningWish.objects.create(wish="古琴", day=day)
    call_command("apply_retention")
    assert "删除的搜索计数：1" in capsys.readouterr().out
    for model in (SearchedWords, ClickedResult, LearningWish):
        assert model.objects.get().day == today - timedelta(days=400)


def test_the_privacy_page_says_so(client, district):
    page = client.get("/privacy/").content.decode()
    assert "搜索的词" in page
    assert "400 天" in page


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_counted_at_once_and_later_commits_wait_for_the_disk_again():
    asked.note_search("太极拳", 1)
    assert not connection.in_atomic_block
    assert SearchedWords.objects.get().searches == 1
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == ("on",)
