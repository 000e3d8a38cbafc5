"""The editors' tables of search: who may, what it says, in force with the next search."""

import datetime
import re

import pytest
from django.urls import reverse

from core.services import sync_roles
from search.models import LearningWish, PinnedResult, SearchedWords, SearchEntry, SearchState, StopWord, SynonymGroup
from search.trial_view import CONDITIONS, HOW
from tests.factories.accounts import member
from tests.factories.learning import CoursePageFactory

pytestmark = pytest.mark.django_db
TABLES = ("synonym_groups", "stop_words", "pinned_results")


@pytest.fixture
def roles(district):
    sync_roles()
    return district


@pytest.fixture
def office(roles, client):
    client.force_login(member("district_office"))
    return client


def token():
    return SearchState.objects.filter(name="words").values_list("token", flat=True).first()


def said(response):
    return "".join(str(message) for message in response.context["messages"])


def menu(client):
    return client.get(reverse("wagtailadmin_home")).content.decode()


@pytest.mark.parametrize(
    ("key", "reads", "writes"),
    [
        ("district_office", True, True),
        ("college", True, True),
        ("street_lead", True, False),
        ("street_editor", False, False),
        ("counter_clerk", False, False),
        ("auditor", True, False),
    ],
)
def test_who_reads_and_who_writes(roles, client, key, reads, writes):
    page = roles.street if key in {"street_lead", "street_editor", "counter_clerk"} else None
    client.force_login(member(key, page))
    for table in (*TABLES, "asked", "learning_wishes", "search_trial"):
        assert (client.get(reverse(f"{table}:index")).status_code == 200) == reads, table
    for table in TABLES:
        assert (client.get(reverse(f"{table}:add")).status_code == 200) == writes, table
    before = StopWord.objects.count()
    client.post(reverse("stop_words:add"), {"word": "请问一下"})
    assert StopWord.objects.count() - before == writes
    assert (reverse("asked:index") in menu(client)) == reads


def test_a_visitor_sees_none_of_it(roles, client):
    for table in (*TABLES, "asked", "learning_wishes", "search_trial"):
        assert client.get(reverse(f"{table}:index")).status_code == 302


def test_every_change_of_the_words_is_in_force_at_once(office, roles):
    course = CoursePageFactory(parent=roles.street)
    rows = {
        "synonym_groups": (SynonymGroup, {"words": "抖音、短视频号", "is_active": "on"}, {"words": "抖音、快手号"}),
        "stop_words": (StopWord, {"word": "请问一下"}, {"word": "请问一声"}),
        "pinned_results": (
            PinnedResult,
            {"words": "怎么报名", "page": course.pk, "sort_order": "10"},
            {"words": "报名办法", "page": course.pk, "sort_order": "10"},
        ),
    }
    for table, (model, data, changed) in rows.items():
        tokens = [token()]
        response = office.post(reverse(f"{table}:add"), data)
        assert response.status_code == 302, response.context["form"].errors
        tokens.append(token())
        row = model.objects.latest("pk")
        office.post(reverse(f"{table}:edit", args=[row.pk]), changed)
        tokens.append(token())
        office.post(reverse(f"{table}:delete", args=[row.pk]))
        tokens.append(token())
        assert not model.objects.filter(pk=row.pk).exists()
        assert len(set(tokens)) == 4, table


def test_a_group_of_one_word_is_no_group(office):
    response = office.post(reverse("synonym_groups:add"), {"words": " 电脑 ，", "is_active": "on"})
    assert "只有一个词" in response.content.decode()
    response = office.post(reverse("synonym_groups:add"), {"words": "、", "is_active": "on"})
    assert "请写至少一个词" in response.content.decode()


def test_a_stop_word_is_kept_as_search_reads_it_and_once(office):
    office.post(reverse("stop_words:add"), {"word": "請問一下"})
    assert StopWord.objects.filter(word="请问一下").exists()
    response = office.post(reverse("stop_words:add"), {"word": "请问一下"})
    assert response.context["form"].errors["word"]


def test_lists_find_chinese(office):
    SynonymGroup.objects.create(words="抖音、短视频号", note="示例")
    StopWord.objects.create(word="请问一下")
    text = office.get(reverse("synonym_groups:index"), {"q": "短视频号"}).content.decode()
    assert "抖音、短视频号" in text
    assert "抖音、短视频号" not in office.get(reverse("synonym_groups:index"), {"is_active": "false"}).content.decode()
    rows = office.get(reverse("stop_words:index"), {"q": "问一"}).context["object_list"]
    assert [row.word for row in rows] == ["请问一下"]


def test_the_report_leads_to_a_group_with_the_words_in_it(office):
    assert 'value="广场舞教学"' in office.get(reverse("synonym_groups:add"), {"words": "广场舞教学"}).content.decode()


def test_a_pinned_page_that_nobody_can_see_is_told_of(office, roles):
    draft = CoursePageFactory(parent=roles.street, title="草稿课", live=False)
    live = CoursePageFactory(parent=roles.street, title="公开课")
    SearchEntry.objects.get_or_create(id=live.pk, defaults={"kind": "course", "title": "公开课"})
    for page, warned in [(draft, True), (live, False)]:
        data = {"words": "报名办法", "page": page.pk, "sort_order": "10"}
        response = office.post(reverse("pinned_results:add"), data, follow=True)
        assert ("大家现在看不到它" in said(response)) == warned
        pin = PinnedResult.objects.latest("pk")
        response = office.post(reverse("pinned_results:edit", args=[pin.pk]), data, follow=True)
        assert ("大家现在看不到它" in said(response)) == warned
    PinnedResult.objects.create(words="旧的", page=live, until=datetime.date(2020, 1, 1))
    text = office.get(reverse("pinned_results:index")).content.decode()
    for words in ("不显示：页面没有公开", "已过期", "显示"):
        assert words in text
    export = b"".join(office.get(reverse("pinned_results:index"), {"export": "csv"}).streaming_content).decode()
    assert "报名办法,草稿课,10,,不显示：页面没有公开" in export


@pytest.mark.parametrize("table", TABLES)
def test_a_list_asks_the_same_number_of_queries_at_any_length(office, roles, table, django_assert_max_num_queries):
    courses = [CoursePageFactory(parent=roles.street) for _number in range(6)]

    def fill(numbers):
        for number in numbers:
            SynonymGroup.objects.create(words=f"词{number}、字{number}")
            StopWord.objects.create(word=f"词{number}")
            PinnedResult.objects.create(words=f"词{number}", page=courses[number])

    url = reverse(f"{table}:index")
    fill(range(2))
    office.get(url)
    with django_assert_max_num_queries(99) as few:
        office.get(url)
    fill(range(2, 6))
    office.get(url)  # what is kept of the site is read once after a change
    with django_assert_max_num_queries(99) as many:
        office.get(url)
    assert len(many) <= len(few)


def test_wishes_are_read_exported_and_deleted_but_never_written_here(office, roles):
    LearningWish.objects.create(wish="古琴", street=roles.street, searched="古琴课")
    other = LearningWish.objects.create(wish="乱写的", day=datetime.date(2020, 1, 1))
    text = b"".join(office.get(reverse("learning_wishes:index"), {"export": "csv"}).streaming_content).decode()
    assert "古琴,清名桥街道,古琴课" in text
    rows = office.get(reverse("learning_wishes:index"), {"street": roles.street.pk}).context["object_list"]
    assert [row.wish for row in rows] == ["古琴"]
    office.post(reverse("learning_wishes:delete", args=[other.pk]))
    assert LearningWish.objects.get().wish == "古琴"
    assert "learning_wishes/add" not in office.get(reverse("learning_wishes:index")).content.decode()


def test_the_college_reads_wishes_and_deletes_none(roles, client):
    client.force_login(member("college"))
    wish = LearningWish.objects.create(wish="古琴")
    client.post(reverse("learning_wishes:delete", args=[wish.pk]))
    assert LearningWish.objects.exists()


def test_a_question_is_tried_with_the_words_as_they_are_now(office):
    url = reverse("search_trial:index")
    assert "短视频号" not in office.get(url, {"q": "抖音号"}).content.decode()
    office.post(reverse("synonym_groups:add"), {"words": "抖音号、短视频号", "is_active": "on"})
    page = office.get(url, {"q": "周三下午 抖音号"}).content.decode()
    for words in ("短视频号", "近义词", "星期几", "周三", "下午"):
        assert words in page
    assert not SearchedWords.objects.exists()


@pytest.mark.parametrize("typed", ["", " ", '"', "\ud800", "太" * 500, "<script>", "\x00"])
def test_nothing_typed_breaks_the_trial(office, typed):
    response = office.get(reverse("search_trial:index"), {"q": typed.encode("utf-8", "surrogatepass")})
    assert response.status_code == 200
    assert "<script>" not in response.content.decode().split("<main")[1]


def test_what_is_shown_of_a_way_has_a_chinese_name(office):
    """A new way of the language room to come by a word has its label here."""
    page = office.get(reverse("search_trial:index"), {"q": "taijiquan tjq 太级拳 太极拳入门"}).content.decode()
    ways = set(re.findall(r"<dt>(.*?)</dt>", page))
    assert ways <= {str(label) for label in (*HOW.values(), *CONDITIONS.values())}
