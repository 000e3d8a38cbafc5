"""The editors' search finds Chinese and survives any question, on both databases; and modelsearch still passes through it."""

import pytest
from modelsearch.index import SearchField
from modelsearch.query import And, Boost, Fuzzy, Not, Or, Phrase, PlainText
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.search.backends import get_search_backend
from wagtail.search.utils import parse_query_string

from search.admin_backend.cutting import CutBackend, CutObject, cut
from tests.factories.learning import NewsPageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(district):
    NewsPageFactory(parent=district.news_index, title="书法展开幕", summary="欢迎")
    return NewsPageFactory(parent=district.news_index, title="社区太极拳活动通知", summary="请带 AI 平板")


@pytest.mark.parametrize("words", ["太极拳", "拳", "活动", "太極拳", "太极拳 活动", "社区太极拳活动通知", "通知", "ai"])
def test_a_page_is_found_by_any_of_its_words(notice, words):
    others = {"通知": {"新闻"}, "活动": {"活动"}}.get(words, set())  # pages of the ground floor
    for found in (Page.objects.search(words), Page.objects.autocomplete(words)):
        assert {page.title for page in found} - others == {notice.title}


@pytest.mark.parametrize("words", ["拳太", "书法 太极", "极活", "钢琴", "", " ", "《》", '"', "\0"])
def test_what_is_not_there_is_not_found(notice, words):
    assert list(Page.objects.search(words)) == []
    assert list(Page.objects.autocomplete(words)) == []


def test_a_latin_word_is_found_by_its_beginning_while_typing(district):
    page = NewsPageFactory(parent=district.news_index, title="Photoshop 入门")
    assert list(Page.objects.autocomplete("photo")) == [page.page_ptr]


@pytest.mark.parametrize(
    "words",
    [
        'c"d',
        '太极"',
        '"',
        "a\0b",
        "AND OR NOT",
        "NEAR(太极)",
        "太极* OR",
        "'",
        "\\",
        "%s",
        "{title}:太",
        "-",
        "x" * 5000,
        "\ud800",
    ],
)
def test_no_question_is_an_error(notice, words):
    for asked in (words, Phrase(words), PlainText(words, operator="or"), parse_query_string(words, operator="and")[1]):
        assert list(Page.objects.search(asked)) is not None
    assert list(Page.objects.autocomplete(words)) is not None


def test_questions_put_together(notice):
    taiji, calligraphy = PlainText("太极"), PlainText("书法")
    assert list(Page.objects.search(And([taiji, Phrase("活动")]))) == [notice.page_ptr]
    assert list(Page.objects.search(And([taiji, calligraphy]))) == []
    assert Page.objects.search(Or([taiji, calligraphy])).count() == 2
    assert Page.objects.search(And([Or([taiji, calligraphy]), Not(calligraphy)])).count() == 1
    assert list(Page.objects.search(Boost(taiji, 2))) == list(Page.objects.search(Fuzzy("太极"))) == [notice.page_ptr]
    assert list(Page.objects.search(And([taiji, PlainText('"')]))) == [notice.page_ptr]


def test_the_better_match_comes_first(district):
    in_body = NewsPageFactory(parent=district.news_index, title="消息", summary="锡绣泥人")
    in_title = NewsPageFactory(parent=district.news_index, title="锡绣泥人")
    for asked in ("锡绣泥人", And([PlainText("锡绣"), PlainText("泥人")])):
        assert [page.pk for page in Page.objects.search(asked)] == [in_title.pk, in_body.pk]


def test_a_field_can_be_chosen(notice):
    assert list(Page.objects.search("太极拳", fields=["title"])) == [notice.page_ptr]
    assert list(notice.__class__.objects.search("平板", fields=["title"])) == []


def test_other_things_are_found_too(db):
    image = get_image_model()(title="运河夜景", width=1, height=1, file="x.png", file_size=1)
    image.save()
    assert list(get_image_model().objects.search("夜景")) == [image]


def test_the_explorer_and_the_chooser_find_chinese(notice, admin_client):
    for address in ("/admin/pages/search/?q=太極拳", "/admin/choose-page/search/?q=拳", '/admin/pages/search/?q=c"d'):
        answer = admin_client.get(address)
        assert answer.status_code == 200
        assert ("社区太极拳活动通知" in answer.content.decode()) is ("q=c" not in address)


def test_modelsearch_still_passes_through_our_cutting(notice):
    backend = get_search_backend()
    assert isinstance(backend, CutBackend)
    seen = []

    class Spied(SearchField):
        def get_value(self, obj):
            seen.append(obj)
            return "太极拳"

    class Thing:
        pk = 1

        def get_search_fields(self):
            return [Spied("title")]

    thing = Thing()
    (field,) = CutObject(thing).get_search_fields()
    assert isinstance(field, SearchField)
    assert field.get_value(CutObject(thing)) == cut("太极拳") == "太极 极拳 拳"
    assert seen == [thing]
    entry = notice.index_entries.get()
    assert "太极" in str(entry.title)
    assert "社区太极拳" not in str(entry.title)
