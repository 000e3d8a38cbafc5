"""The seam for a city, without a server: modelsearch's own database backend stands in for one, and a stub of OpenSearch's client.

The stub (``OpenSearch`` below) is what a server would have to do with what we send: it keeps a mapping, shows a document
after a refresh, and reads the few words of the query language that modelsearch compiles. It proves our side of the wire.
"""

import sys
from types import ModuleType

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from modelsearch.abstract_models import TextIDGenericRelation
from modelsearch.conf import get_app_config
from modelsearch.index import get_indexed_models
from wagtail.models import PageViewRestriction

from search import index
from search.engine import Question, search
from search.index import modelsearch as city
from search.index import services
from search.index.documents import Document
from search.language.text import normalise, query_tokens
from search.models import SearchEntry
from tests.factories.learning import CoursePageFactory
from tests.factories.timetable import ClassRunFactory

pytestmark = pytest.mark.django_db

QUESTIONS = ["太极拳", "tjq", "琴", "书法 免费", "书法 钢琴", "太極拳 清名桥街道", "不会有的东西", "AI"]
NAME = "city_search_searchentry"
WORDS = "search_searchedentry__words"


# ---------------------------------------------------------------- a server of fifty lines


class NotFoundError(Exception):
    pass


class Indices:
    def __init__(self, server):
        self.server = server

    def create(self, *, index, body):
        assert index not in self.server.mappings
        self.server.mappings[index], self.server.stored[index], self.server.shown[index] = None, {}, {}

    def put_mapping(self, *, index, body):
        self.server.mappings[index] = body["properties"]

    def exists(self, *, index):
        return index in self.server.mappings

    def refresh(self, *, index):
        self.server.shown[index] = dict(self.server.stored[index])


class OpenSearch:
    """One client is one server here."""

    def __init__(self, hosts, **options):
        self.mappings, self.stored, self.shown, self.asked = {}, {}, {}, []
        self.indices = Indices(self)

    def delete(self, *, index, id):
        if self.stored[index].pop(id, None) is None:
            raise NotFoundError

    def search(self, *, index, body, size, _source):
        self.asked.append(dict(body))
        assert size <= 10_000
        assert words_in(body["query"]) <= 1024, "too_many_clauses"
        assert body["sort"] == [{"pk": "asc"}]
        (after,) = body.get("search_after", [""])
        found = sorted(pk for pk, document in self.shown[index].items() if self.has(index, document, body["query"]))
        return {"hits": {"hits": [{"_id": pk, "sort": [pk]} for pk in found if pk > after][:size]}}

    def has(self, index, document, query):
        ((kind, inner),) = query.items()
        if kind == "match":
            return self.matches(index, document, inner)
        assert kind == "bool"
        assert set(inner) <= {"must", "filter", "should"}
        must = [self.has(index, document, one) for name in ("must", "filter") for one in listed(inner.get(name))]
        should = [self.has(index, document, one) for one in listed(inner.get("should"))]
        return all(must) and (any(should) or not should)

    def matches(self, index, document, inner):
        ((field, asked),) = inner.items()
        if self.mappings[index][field]["type"] == "keyword":
            return asked in document[field]
        assert self.mappings[index][field]["analyzer"] == "whitespace"
        there = set(document[field].split())
        found = [word in there for word in asked["query"].split()]
        return all(found) if asked.get("operator") == "and" else any(found)


def words_in(query):
    if isinstance(query, list):
        return sum(map(words_in, query))
    return (
        sum(len(one.split()) if name == "query" else words_in(one) for name, one in query.items())
        if isinstance(query, dict)
        else 0
    )


def listed(value):
    return value if isinstance(value, list) else [value] if value else []


def bulk(server, actions, *, index):
    server.stored[index] |= {action["_id"]: action for action in actions}


@pytest.fixture
def opensearch(monkeypatch, settings):
    """``SEARCH_INDEX`` on modelsearch's backend for OpenSearch 3, whose client is the stub; its client."""
    client, helpers = ModuleType("opensearchpy"), ModuleType("opensearchpy.helpers")
    client.NotFoundError, client.OpenSearch, helpers.bulk = NotFoundError, OpenSearch, bulk
    monkeypatch.setitem(sys.modules, "opensearchpy", client)
    monkeypatch.setitem(sys.modules, "opensearchpy.helpers", helpers)
    use(settings, {"BACKEND": "modelsearch.backends.opensearch3", "INDEX_PREFIX": "city_"})
    yield city._backend().es
    forget()


@pytest.fixture
def database(settings):
    """``SEARCH_INDEX`` on modelsearch's own database backend, as it is."""
    if not hasattr(city.SearchedEntry, "index_entries"):  # what modelsearch gives each model that an app lists
        relation = TextIDGenericRelation(get_app_config().get_model("IndexEntry"))
        relation.contribute_to_class(city.SearchedEntry, "index_entries")
    use(settings, {"BACKEND": "modelsearch.backends.database", "SEARCH_CONFIG": "simple"})
    yield
    forget()


def use(settings, backend):
    settings.WAGTAILSEARCH_BACKENDS = settings.WAGTAILSEARCH_BACKENDS | {"city": backend | {"AUTO_UPDATE": False}}
    settings.SEARCH_INDEX = "search.index.modelsearch"
    city._connected.cache_clear()


def forget():
    city._connected.cache_clear()
    for name in [name for name in sys.modules if name.startswith("modelsearch.backends.opensearch")]:
        del sys.modules[name]


@pytest.fixture(params=["opensearch", "database"])
def server(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """A block after which the server has been told and shows it."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def entries(*rows):
    rows = [
        {"id": pk, "kind": "course", "title": title, "body": "", "subject": "", "place": ""} | more
        for pk, title, more in rows
    ]
    SearchEntry.objects.bulk_create([SearchEntry(**row) for row in rows])
    return [Document(**row) for row in rows]


def find(*words, **options):
    index.ids()  # a server shows what it was told after a refresh
    return list(index.match([[query_tokens(normalise(word))] for word in words], **options))


# ---------------------------------------------------------------- the interface


def test_an_entry_is_found_by_its_words_and_only_by_them(server, committed):
    with committed():
        index.write(entries((1, "太极拳入门", {}), (2, "书法零基础", {"body": "ai 平板"}), (-3, "书法 pdf", {})))
        assert index.ids() == set(), "nothing goes out before the commit"
    assert index.ids() == {1, 2, -3}
    assert find("太极") == find("太极拳") == find("拳") == find("极") == [1]
    assert find("极太") == find("钢琴") == []
    assert find("ai") == [2]
    assert set(find("书法")) == {2, -3}
    assert find("书法", "零基础") == [2], "a clause in one text and a clause in another are no less"
    assert find("书法", "平板") == [2]
    assert find("书法", "太极") == []
    assert set(find("书法", "太极", require_all=False)) == {1, 2, -3}
    assert index.match([[query_tokens("毛笔"), query_tokens("太极")]]) == [1]


def test_a_star_is_a_beginning(opensearch, committed):
    with committed():
        index.write(entries((1, "photoshop 入门", {}), (2, "photo", {}), (3, "太极", {})))
    index.ids()
    assert index.match([[["photos*"]]]) == [1]
    assert set(index.match([[["photo*"]]])) == {1, 2}
    assert index.match([[["photo"]]]) == [2]
    assert index.match([[["太*"]]]) == index.match([[["太极*"]]]) == [3]


def test_the_title_comes_before_the_rest(server, committed):
    with committed():
        rows = [(1, "body"), (2, "place"), (3, "subject"), (4, "title")]
        named = [(5, "太极拳", {}), (6, "太极拳 ai", {}), (7, "书法", {"body": "ai"})]
        index.write(entries(*((pk, "剪纸", {column: "学太极拳"}) for pk, column in rows), *named))
    found = find("太极拳", whole="太极拳")
    assert found[0] == 5
    assert set(found[1:3]) == {4, 6}
    assert set(found[3:]) == {1, 2, 3}
    assert set(find("太极拳")[:3]) == {4, 5, 6}
    assert set(index.having([query_tokens("太极拳")])) == {4, 5, 6}
    assert set(index.having([query_tokens("ai"), query_tokens("法")])) == {6, 7}
    assert index.having([["ai"]]) == [6]


def test_writing_again_replaces_and_deleting_takes_away(server, committed):
    with committed():
        index.write(entries((1, "太极拳", {}), (2, "太极拳", {})))
    with committed():
        SearchEntry.objects.filter(pk=1).update(title="书法")
        index.write([Document(id=1, kind="course", title="书法")])
        SearchEntry.objects.filter(pk=2).delete()
        index.delete([2, 99])
    assert index.ids() == {1}
    assert find("太极拳") == []
    assert find("书法") == [1]


@pytest.mark.parametrize(
    "token", ['"', "'", "\\", "a\0b", ") OR (", "a:*", "NEAR(a b)", "%s", " ", "太 极", "x" * 5000]
)
def test_no_token_breaks_a_question(server, committed, token):
    with committed():
        index.write(entries((1, "太极拳", {})))
    index.ids()
    for clauses in ([[[token]]], [[[token, "太极"], [token + "*"]]], [[[token]], [["太极"]]]):
        assert index.match(clauses) == []
    assert index.match([[[token], ["太极"]]]) == index.match([[[token]], [["太极"]]], require_all=False) == [1]


def test_a_question_of_any_length_is_no_longer_than_a_server_takes(opensearch, committed):
    with committed():
        index.write(entries((1, "太极拳", {})))
    index.ids()
    words = [f"x{number}" for number in range(3000)]
    assert index.match([[["太极"]], [words]], require_all=False) == [1]
    assert index.match([[["太极"], *[[word, "拳*", "法*", "琴*", "棋*", "书*"] for word in words]]]) == [1]
    assert index.match([[words]]) == []


@pytest.mark.parametrize("hits", [8, 9])
def test_many_hits_are_read_page_by_page(opensearch, committed, monkeypatch, hits):
    monkeypatch.setattr(city, "_PAGE", 3)
    with committed():
        index.write(entries(*((number, "太极", {}) for number in range(1, hits + 1))))
    assert index.ids() == set(range(1, hits + 1))
    assert sorted(index.having([["太极"]])) == list(range(1, hits + 1))
    assert len(opensearch.asked) == 2 * (hits // 3 + 1)


def test_damage_is_seen(server, committed):
    documents = entries((1, "太极拳", {}), (2, "书法", {"body": "行书"}), (3, "合唱", {}))
    with committed():
        index.write(documents)
    assert index.damaged(documents) == []
    with committed():
        index.delete([3])
        SearchEntry.objects.filter(pk=2).update(body="楷书")
        index.write([documents[1]])
        SearchEntry.objects.filter(pk=3).delete()
    assert index.damaged(documents) == [2, 3]


# ---------------------------------------------------------------- commits


def test_what_is_rolled_back_never_reaches_the_server(opensearch, committed):
    with committed(), transaction.atomic():
        index.write(entries((1, "太极拳", {})))
        transaction.set_rollback(True)
    assert index.ids() == set()
    assert opensearch.stored[NAME] == {}


def test_a_server_that_is_down_refuses_no_save_and_is_told_of(opensearch, committed, district, monkeypatch, caplog):
    with committed():
        services.rebuild()
    with monkeypatch.context() as down, committed():
        down.setattr(Indices, "exists", lambda self, *, index: 1 / 0)
        course = CoursePageFactory(parent=district.street, title="锡绣入门")
    assert "division by zero" in caplog.text
    assert any(str(course.pk) in problem for problem in services.verify())
    with committed():
        call_command("rebuild_search", verbosity=0)
    assert services.verify() == []


def test_what_nobody_may_read_any_more_leaves_the_server(opensearch, committed, district):
    with committed():
        services.rebuild()
        course = CoursePageFactory(parent=district.street, title="锡绣入门")
    assert str(course.pk) in opensearch.stored[NAME]
    with committed():
        PageViewRestriction.objects.create(page=course, restriction_type="login")
    assert str(course.pk) not in opensearch.stored[NAME]
    assert services.verify() == []


def test_a_rebuild_takes_out_what_the_server_should_not_have(opensearch, committed, district):
    with committed():
        services.rebuild()
    opensearch.stored[NAME]["-77"] = opensearch.stored[NAME][str(district.street.pk)] | {"pk": "-77"}
    assert any("-77" in problem for problem in services.verify())
    with committed():
        services.rebuild()
    assert "-77" not in opensearch.stored[NAME]
    assert services.verify() == []


# ---------------------------------------------------------------- the engine


def test_the_engine_finds_what_it_finds_with_the_database_index(request, settings, committed, district):
    fees = {"太极拳入门": 0, "古琴": 0, "钢琴陪练": 3000, "书法": 0, "书法提高": 9900, "AI 绘画": 0}
    for title, fee in fees.items():
        ClassRunFactory(learning=CoursePageFactory(parent=district.street, title=title), fee_fen=fee)
    answers = {}
    for name in ("", "opensearch", "database"):
        if name:
            request.getfixturevalue(name)
            with committed():
                services.rebuild()
            assert services.verify() == []
        for text in QUESTIONS:
            answer = search(Question(text=text))
            answers.setdefault(text, []).append((list(answer.found), list(answer.looser), answer.facets))
    for text, (first, *others) in answers.items():
        assert others == [first, first], text
    assert all(answers[text][0][0] for text in QUESTIONS[:4]), "the questions find something"
    assert answers["书法 免费"][0][1], "and something that misses a condition"


# ---------------------------------------------------------------- what goes over the wire


def test_what_is_asked_of_opensearch(opensearch):
    index.ids()  # makes the index
    assert index.match([[["太极", "极拳"], ["tjq"]], [["琴*"]]]) == []
    assert opensearch.asked[-1] == {
        "query": {
            "bool": {
                "must": {
                    "bool": {
                        "must": [
                            {
                                "bool": {
                                    "should": [
                                        {"match": {WORDS: {"query": "太极 极拳", "operator": "and"}}},
                                        {"match": {WORDS: {"query": "tjq", "operator": "and"}}},
                                    ]
                                }
                            },
                            {"bool": {"should": [{"match": {WORDS: {"query": "琴*", "operator": "and"}}}]}},
                        ]
                    }
                },
                "filter": {"match": {"_django_content_type": "search.SearchedEntry"}},
            }
        },
        "sort": [{"pk": "asc"}],
    }
    in_title = str(opensearch.asked[-2]["query"])
    assert all(word in in_title for word in ("'t太极 t极拳'", "'题tjq'", "'t琴*'"))


def test_what_is_put_into_opensearch(opensearch, committed):
    with committed():
        index.write(entries((1, "太极 ai", {"body": "拳"})))
    field = {"type": "text", "analyzer": "whitespace", "index_options": "docs", "norms": False}
    assert opensearch.mappings[NAME][WORDS] == field
    document = opensearch.stored[NAME]["1"]
    first, checksum, *words, whole = document[WORDS].split()
    assert (first, checksum[0], whole[0], document["pk"]) == ("any条", "条", "全", "1")
    assert len(checksum) == len(whole) == 21
    assert " ".join(words) == "太极 太* 极 极* ai a* ai* 拳 拳* t太极 t太* t极 t极* 题ai 题a* 题ai*"
    assert set(document) == {"_id", "pk", "_django_content_type", "_edgengrams", WORDS}


def test_nobody_else_indexes_our_entries(opensearch, committed, district):
    with committed():
        CoursePageFactory(parent=district.street, title="锡绣入门")
    assert list(opensearch.mappings) == [NAME], "Wagtail puts no page there: AUTO_UPDATE"
    assert city.SearchedEntry not in get_indexed_models()
    assert city.SearchedEntry not in apps.get_models(), "no migration, no content type"


def test_the_client_of_opensearch_can_be_imported_beside_our_app_of_events(opensearch):
    from events import Events  # what opensearch-py says, and means another package

    assert Events is None
