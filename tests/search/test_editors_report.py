"""大家搜什么: the figures of a period, what is rare summed, on the screen and in the spreadsheet."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import User
from search import report
from search.models import ClickedResult, SearchedWords
from tests.factories.learning import CoursePageFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 30)


def searched(words, searches, empty=0, days_ago=0, today=TODAY):
    SearchedWords.objects.create(words=words, searches=searches, empty=empty, day=today - timedelta(days=days_ago))


def lines(rows):
    return [(row.words, row.times, row.empty) for row in rows]


def test_most_searched_in_the_period_with_the_rare_in_one_line():
    searched("太极拳", 5)
    searched("太极拳", 4, 1, days_ago=6)
    searched("太极拳", 90, days_ago=7)
    searched("书法", 9)
    searched("王小明", 2, 2)
    searched("李大姐", 1, days_ago=3)
    searched("明天", 9, days_ago=-1)
    rest = ("其他（每个不到 3 次）", 3, 2)
    assert lines(report.searched(7, TODAY)) == [("书法", 9, 0), ("太极拳", 9, 1), rest]
    assert lines(report.searched(30, TODAY))[0] == ("太极拳", 99, 1)
    assert report.searched(7, date(2020, 1, 1)) == []


def test_once_a_day_for_three_days_is_three_times():
    for days_ago in range(3):
        searched("古琴", 1, 1, days_ago)
    assert lines(report.searched(7, TODAY)) == [("古琴", 3, 3)]


def test_not_found_is_ordered_by_how_often():
    searched("太极拳", 50, 3)
    searched("古琴", 8, 8)
    searched("书法", 20)
    searched("王小明", 2, 2)
    rows = report.not_found(30, TODAY)
    assert lines(rows) == [("古琴", 8, 8), ("太极拳", 50, 3), ("其他（每个不到 3 次）", 2, 2)]
    assert [row.empty_share for row in rows] == [100, 6, 100]


def test_most_opened_names_the_page(district):
    course = CoursePageFactory(parent=district.street, title="太极拳入门")
    for words, clicks, days_ago in [("太极拳", 2, 0), ("太极拳", 2, 1), ("打拳", 2, 0), ("太极拳", 9, 30)]:
        ClickedResult.objects.create(words=words, page=course, clicks=clicks, day=TODAY - timedelta(days=days_ago))
    rows = [(row.words, row.page, row.times) for row in report.opened(30, TODAY)]
    assert rows == [("太极拳", "太极拳入门", 4), ("其他（每个不到 3 次）", "", 2)]


@pytest.fixture
def full(district, client):
    today = timezone.localdate()
    searched("太极拳", 5, today=today)
    searched("=1+1", 4, 4, today=today)
    searched("王小明", 2, 2, today=today)
    searched("三个月前", 7, days_ago=40, today=today)
    course = CoursePageFactory(parent=district.street, title="太极拳入门")
    ClickedResult.objects.create(words="太极拳", page=course, clicks=3, day=today)
    client.force_login(User.objects.create_superuser("guanliyuan"))
    return client


def test_the_screen_has_three_parts_and_a_choice_of_period(full):
    page = full.get(reverse("asked:index")).content.decode()
    for words in ("搜得最多的", "搜了没找到的", "打开最多的结果", "太极拳入门", "其他（每个不到 3 次）", "加近义词"):
        assert words in page
    assert "王小明" not in page
    assert "三个月前" not in page
    assert "三个月前" in full.get(reverse("asked:index"), {"days": "90"}).content.decode()
    assert full.get(reverse("asked:index"), {"days": "x", "part": "y", "export": "z"}).status_code == 200


def test_an_empty_report_says_so(client, district):
    client.force_login(User.objects.create_superuser("guanliyuan"))
    assert client.get(reverse("asked:index")).content.decode().count("这段时间没有") == 3


def test_exports_have_the_same_rows_and_run_nothing(full):
    url = reverse("asked:index")
    response = full.get(url, {"export": "csv", "part": "not-found", "days": "7"})
    text = b"".join(response.streaming_content).decode()
    assert "sousuo-not-found-7.csv" in response["Content-Disposition"]
    assert "搜的词,次数,没找到,没找到的占（%）" in text
    assert "'=1+1,4,4,100" in text
    assert "其他" in text
    assert "王小明" not in text
    book = load_workbook(BytesIO(b"".join(full.get(url, {"export": "xlsx", "part": "opened"}).streaming_content)))
    assert list(book.active.values) == [("搜的词", "打开的页面", "次数"), ("太极拳", "太极拳入门", 3)]


def test_the_screen_asks_a_fixed_number_of_queries(full, district, django_assert_max_num_queries):
    url = reverse("asked:index")
    full.get(url)
    with django_assert_max_num_queries(99) as few:
        full.get(url)
    for number in range(9):
        searched(f"词{number}", 9, 9, today=timezone.localdate())
        course = CoursePageFactory(parent=district.street)
        ClickedResult.objects.create(words=f"词{number}", page=course, clicks=3, day=timezone.localdate())
    full.get(url)  # what is kept of the site is read once after a change
    with django_assert_max_num_queries(99) as many:
        full.get(url)
    assert len(many) == len(few)
