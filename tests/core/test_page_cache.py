"""Kept pages: never stale, never personal, never what somebody else may not see.

In a transaction nothing is kept; most tests here say that theirs is none, and what is told at the commit is told by
``another_process`` and by the tests with real commits.
"""

import gzip
import secrets
import time
from threading import Barrier, Thread

import pytest
import time_machine
from django.core.cache import cache
from django.core.handlers.base import BaseHandler
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from wagtail.models import PageViewRestriction, Site

from core import freshness, page_cache
from core.models import DistrictSettings
from core.page_cache import PageCache, Shelf
from network.models import Landmark
from tests.factories.enrolments import enrol_someone, make_run
from tests.factories.learning import NewsPageFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def district(district):
    """With a course, so that the finder finds something, and as the first page ever has left it: its settings are a row."""
    make_run(district, centre=district.sub_centre)
    DistrictSettings.objects.get_or_create(site=Site.objects.get())
    return district


@pytest.fixture(autouse=True)
def empty_shelf(monkeypatch):
    page_cache.shelf.clear()
    monkeypatch.setattr(page_cache, "in_transaction", lambda: False)
    yield
    page_cache.shelf.clear()


@pytest.fixture
def clock():
    with time_machine.travel("2026-03-02T10:00:00+08:00", tick=False) as traveller:
        yield traveller


def text(response):
    body = response.content
    return (gzip.decompress(body) if response.get("Content-Encoding") == "gzip" else body).decode()


def is_kept(address, client=None, **headers):
    """Whether a request for ``address`` is answered without a question to the database."""
    with CaptureQueriesContext(connection) as queries:
        assert (client or Client()).get(address, **headers).status_code in {200, 304}
    return not queries


def another_process(call, committing):
    """Let ``call`` change something as another process would: this one hears of it from the shared cache only."""
    own = dict(freshness._known.own)
    with committing(execute=True):
        call()
    freshness._known.own.update(own)


# ---------------------------------------------------------------- kept, and what lets it go


@pytest.mark.parametrize(
    "address", ["/", "/courses/", "/courses/?free=on&weekday=3", "/network/", "/events/", "/news/"]
)
def test_the_second_reader_costs_no_query(district, clock, address):
    first = Client().get(address)
    assert is_kept(address)
    again = Client().get(address)
    assert text(again) == text(first)
    assert again["Cache-Control"] == "no-cache"
    assert {"Cookie", "Accept-Encoding"} <= set(again["Vary"].replace(" ", "").split(","))
    assert again["Content-Security-Policy"] == first["Content-Security-Policy"]


def test_what_is_published_is_in_the_next_answer(district, clock):
    page = NewsPageFactory(parent=district.news_index, title="旧题目")
    assert "旧题目" in text(Client().get("/news/"))
    page.title = "新题目"
    page.save_revision().publish()
    assert "新题目" in text(Client().get("/news/"))
    page.unpublish()
    assert "新题目" not in text(Client().get("/news/"))
    page.refresh_from_db()
    page.save_revision().publish()
    page.move(district.home, pos="last-child")
    assert "新题目" not in text(Client().get("/news/"))


@pytest.mark.parametrize(
    "change",
    [
        lambda district: DistrictSettings.objects.update(slogan="改过了"),
        lambda district: Landmark.objects.create(street=district.street, name="南禅寺"),
        lambda district: type(district.street).objects.filter(pk=district.street.pk).update(phone="1"),
        lambda district: PageViewRestriction.objects.create(page=district.street, restriction_type="login"),
        lambda district: district.other_street.delete(),
    ],
)
def test_what_a_page_may_show_lets_pages_go(district, clock, change):
    Client().get("/courses/")
    assert is_kept("/courses/")
    change(district)
    assert not is_kept("/courses/")


def test_what_no_page_shows_leaves_them(district, clock):
    Client().get("/courses/")
    UserFactory()
    Client().get("/search/?q=太极")  # counted
    assert is_kept("/courses/")


def test_what_is_rolled_back_changes_nothing_for_others(district, clock):
    told = cache.get_many(freshness._KEYS.values())
    with transaction.atomic():
        DistrictSettings.objects.update(slogan="没有发生")
        transaction.set_rollback(True)
    assert cache.get_many(freshness._KEYS.values()) == told


def test_a_page_made_during_a_change_is_not_kept_as_the_new_one(district, clock, rf):
    """Rendered before the commit, stored after it: the state was asked for before the page read anything."""

    def slow(request):
        answer = Client().get("/news/", HTTP_COOKIE="sessionid=x")
        NewsPageFactory(parent=district.news_index, title="同时发布")
        request.resolver_match = resolve("/news/")
        return HttpResponse(answer.content)

    shelf = Shelf()
    old = PageCache(slow, shelf)(rf.get("/news/"))
    assert "同时发布" not in text(old)
    assert len(shelf) == 1
    page = shelf.get(page_cache.key_of(rf.get("/news/")))
    assert not page.is_good(freshness.current(), page.made_at)


@pytest.mark.django_db(transaction=True)
def test_with_real_commits(district, clock, monkeypatch):
    """The whole way once: nothing kept in a transaction, a publication and a booking told after theirs."""
    monkeypatch.undo()
    with transaction.atomic():
        Client().get("/news/")
    assert len(page_cache.shelf) == 0
    run = make_run(district, capacity=3)
    Client().get("/news/")
    assert is_kept("/news/")
    told = cache.get_many(freshness._KEYS.values())
    enrol_someone(run)
    after = cache.get_many(freshness._KEYS.values())
    assert {key for key in told if told[key] != after[key]} == {freshness._KEYS["places"]}
    NewsPageFactory(parent=district.news_index, title="刚刚发布")
    assert "刚刚发布" in text(Client().get("/news/"))
    assert cache.get_many(freshness._KEYS.values())[freshness._KEYS["content"]] != after[freshness._KEYS["content"]]


def test_places_are_at_most_five_seconds_late(district, clock):
    run = make_run(district, capacity=3)
    address = run.learning.url
    before = text(Client().get(address))
    enrol_someone(run)
    assert is_kept(address)
    clock.shift(4.9)
    assert text(Client().get(address)) == before
    clock.shift(0.2)
    after = text(Client().get(address))
    assert after != before
    assert "2" in after
    assert is_kept(address)


def test_a_booking_is_told_as_places_only(district, clock):
    run = make_run(district, capacity=1)
    before = freshness.current()
    enrol_someone(run)
    enrol_someone(run)
    after = freshness.current()
    assert after.content == before.content
    assert after.places != before.places


def test_a_page_holds_for_its_own_minute(district, clock):
    clock.move_to("2026-03-02T10:00:59+08:00")
    Client().get("/courses/")
    assert is_kept("/courses/")
    clock.shift(1)
    assert not is_kept("/courses/")


def test_one_makes_a_page_anew_and_the_others_wait_for_it(district, clock, rf):
    """When enrolment opens everybody asks in the same second."""
    made, going_on = [], Barrier(2)

    def slow(request):
        made.append(request)
        if len(made) > 1:
            going_on.wait(10)
            time.sleep(0.05)  # the others are at the door
        request.resolver_match = resolve("/news/")
        return HttpResponse(f"{len(made)}", content_type="text/html")

    answers = []
    process = PageCache(slow, Shelf())
    process(rf.get("/news/"))
    clock.shift(60)
    readers = [Thread(target=lambda: answers.append(text(process(rf.get("/news/"))))) for _number in range(5)]
    for reader in readers:
        reader.start()
    going_on.wait(10)
    for reader in readers:
        reader.join()
    assert answers == ["2"] * 5
    assert len(made) == 2


def test_another_process_learns_of_a_change(district, clock, django_capture_on_commit_callbacks):
    Client().get("/news/")
    another_process(
        lambda: NewsPageFactory(parent=district.news_index, title="别处发布"), django_capture_on_commit_callbacks
    )
    assert "别处发布" not in text(Client().get("/news/"))  # not yet
    freshness._known.read_at = None  # half a second later
    assert "别处发布" in text(Client().get("/news/"))


def test_two_processes_over_one_cache(district, clock, rf, settings):
    """Each keeps its own pages; the token in the shared cache lets both go."""
    shelves = [Shelf(), Shelf()]
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != "core.page_cache.PageCache"]
    handler = BaseHandler()
    handler.load_middleware()
    processes = [PageCache(handler.get_response, shelf) for shelf in shelves]
    for process in processes:
        process(rf.get("/news/"))
    assert [len(shelf) for shelf in shelves] == [1, 1]
    cache.set(freshness._KEYS["content"], secrets.randbits(60), timeout=None)
    freshness._known.read_at = None
    state = freshness.glance()
    assert not any(
        shelf.get(page_cache.key_of(rf.get("/news/"))).is_good(state, page_cache.time.time()) for shelf in shelves
    )


def test_without_a_cache_nothing_is_kept_and_nothing_fails(monkeypatch):
    def gone(*args, **kwargs):
        raise ConnectionError

    for name in ("get_many", "get", "set", "add"):
        monkeypatch.setattr(type(cache._connections["default"]), name, gone)
    freshness._known.read_at = None
    assert freshness.current() == freshness.glance() == (None, None)
    made = []
    kept = freshness.Kept(lambda: made.append(1))
    kept(), kept()
    assert len(made) == 2
    for tell in freshness._TELL.values():
        tell()  # the change itself is committed


# ---------------------------------------------------------------- whose page it is


def test_any_other_cookie_goes_past(district, clock):
    Client().get("/")
    assert is_kept("/", HTTP_COOKIE="csrftoken=abc")
    assert not is_kept("/", HTTP_COOKIE="sessionid=abc")
    assert not is_kept("/", HTTP_COOKIE="look=dark; messages=abc")


def test_a_signed_in_persons_page_is_neither_kept_nor_taken(district, clock):
    client = Client()
    client.force_login(UserFactory(is_staff=True))
    assert "登录" not in text(client.get("/")).split("</header>")[0].split("site-me")[-1][:80]
    assert len(page_cache.shelf) == 0
    Client().get("/")
    assert not is_kept("/", client)


def test_each_look_has_its_own_page(district, clock):
    plain = text(Client().get("/"))
    elder = text(Client().get("/", HTTP_COOKIE="look=elder-2"))
    assert is_kept("/", HTTP_COOKIE="look=elder-2")
    assert len(page_cache.shelf) == 2
    assert text(Client().get("/", HTTP_COOKIE="look=nonsense")) == plain
    assert text(Client().get("/", HTTP_COOKIE="look=elder-2")) == elder
    assert len(page_cache.shelf) == 2


def test_a_private_page_is_never_kept(district, clock):
    page = NewsPageFactory(parent=district.news_index)
    Client().get(page.url)
    PageViewRestriction.objects.create(page=page, restriction_type="password", password="x")
    asked = Client().get(page.url)
    assert "password" in text(asked)
    assert not is_kept(page.url)
    passed = Client()
    restriction = PageViewRestriction.objects.get()
    passed.post(
        f"/_util/authenticate_with_password/{restriction.pk}/{page.pk}/", {"password": "x", "return_url": page.url}
    )
    assert passed.get(page.url).status_code == 200
    assert "password" in text(Client().get(page.url))


def test_a_page_with_a_token_is_never_kept(district, clock):
    nothing = "/courses/?subject=&weekday=7&time=evening&delivery=online&free=on"
    assert "csrfmiddlewaretoken" in text(Client().get(nothing))
    assert not is_kept(nothing)
    assert len(page_cache.shelf) == 0


def test_a_draft_is_seen_in_its_preview_only(district, clock):
    page = NewsPageFactory(parent=district.news_index, title="已经发布")
    Client().get(page.url)
    page.title = "还是草稿"
    page.save_revision()
    draft = page.get_latest_revision_as_object()
    assert "还是草稿" in text(draft.make_preview_request())
    assert "已经发布" in text(Client().get(page.url))


def test_a_host_nobody_knows_is_refused_although_the_page_is_kept(district, clock):
    Client().get("/")
    assert Client().get("/", HTTP_HOST="evil.example").status_code == 400
    assert "evil" not in text(Client().get("/"))


def test_http_and_https_are_two_pages(district, clock):
    Client().get("/")
    assert not is_kept("/", **{"wsgi.url_scheme": "https"})


# ---------------------------------------------------------------- how it is answered


def test_head_is_answered_and_does_not_fill(district, clock):
    assert Client().head("/").status_code == 200
    assert len(page_cache.shelf) == 0
    body = Client().get("/")
    head = Client().head("/")
    assert head.content == b""
    assert head["ETag"] == body["ETag"]


def test_compressed_for_whoever_takes_it_and_not_sent_twice(district, clock):
    plain = Client().get("/")
    packed = Client().get("/", HTTP_ACCEPT_ENCODING="br, gzip")
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content) / 2
    same = Client().get("/", HTTP_IF_NONE_MATCH=packed["ETag"])
    assert (same.status_code, same.content) == (304, b"")


@pytest.mark.parametrize("query", ["?q=太极", "?utm_source=x", "?page=1&page=2", "?near=" + "x" * 400])
def test_other_questions_make_no_entry(district, clock, query):
    assert Client().get(f"/courses/{query}").status_code == 200
    assert len(page_cache.shelf) == 0


def test_one_question_in_two_spellings_is_one_page(district, clock):
    Client().get("/courses/?free=on&weekday=3")
    assert is_kept("/courses/?weekday=3&free=on")


def test_the_shelf_is_bounded():
    class Sheet:
        body = b"x" * 100

    shelf = Shelf(most=3, most_bytes=1000)
    for key in "abc":
        shelf.put(key, Sheet())
    assert shelf.get("a")
    shelf.put("d", Sheet())
    assert shelf.get("b") is None
    assert shelf.get("a")
    shelf._most_bytes = 150
    shelf.put("e", Sheet())
    assert len(shelf) == 1


# ---------------------------------------------------------------- what a statement writes


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ('SELECT "x" FROM "home_homepage" FOR UPDATE', None),
        ('INSERT INTO "accounts_notice" ("id") VALUES (%s)', None),
        ('INSERT OR IGNORE INTO "timetable_classrun_teachers" VALUES (%s)', "content"),
        ('UPDATE "timetable_classrun" SET "waiting" = ("timetable_classrun"."waiting" + %s) WHERE "id" = %s', "places"),
        ('UPDATE "timetable_classrun" SET "places_left" = %s, "waiting" = %s WHERE "status" = %s', "places"),
        ('UPDATE "timetable_classrun" SET "places_left" = %s, "status" = %s WHERE "id" = %s', "content"),
        ('DELETE FROM "timetable_classrun" WHERE "id" IN (%s)', "content"),
        ("UPDATE wagtailcore_page SET path = %s", "content"),
        ('TRUNCATE "home_homepage", "django_session"', "content"),
        ("WITH gone AS (DELETE FROM x RETURNING id) SELECT 1", "content"),
        ("WITH packed(part) AS (SELECT updated_at FROM x) SELECT 1", None),
        ("SAVEPOINT s1", None),
        ("CREATE INDEX i ON t (x)", None),
        (object(), "content"),
    ],
)
def test_what_a_statement_writes(sql, name):
    assert freshness.what_changes(sql) == name


def test_the_tables_that_no_page_shows_exist(settings):
    tables = connection.introspection.table_names()
    for prefix in settings.TABLES_OF_NO_PAGE:
        assert any(table.startswith(prefix) for table in tables), prefix
