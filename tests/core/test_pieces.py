"""Kept pieces of pages: the same for everybody, gone with any change, never anything of a person."""

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import freshness
from core.templatetags.pieces import PieceNode, Pieces, pieces
from tests.factories.enrolments import enrol_someone, make_run
from tests.factories.learning import NewsPageFactory
from tests.factories.people import ResidentFactory

pytestmark = pytest.mark.django_db
MADE_FROM = ("content", "places")


@pytest.fixture
def run(district):
    return make_run(district, centre=district.sub_centre, capacity=5)


@pytest.fixture(autouse=True)
def clock():
    """Within one minute, in which nothing lapses by itself."""
    with time_machine.travel("2026-03-02T10:00:10+08:00", tick=False) as traveller:
        yield traveller


def asks(client, address):
    """Whether the class runs are asked of the database for ``address``."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return any('FROM "timetable_classrun"' in query["sql"] for query in queries)


@pytest.fixture(autouse=True)
def warm(client, run):
    """The first page ever makes the row of the settings: a change."""
    client.get("/")


@pytest.mark.parametrize("address", ["/", "/courses/", "course"])
def test_what_is_kept_is_not_asked_again(client, run, address):
    address = run.learning.url if address == "course" else address
    pieces.clear()
    assert asks(client, address)
    assert not asks(client, address)


def test_a_booking_shows_at_once(client, run):
    assert "余 5 名" in client.get(run.learning.url).content.decode()
    enrol_someone(run)
    for address in (run.learning.url, "/courses/", "/"):
        assert "余 4 名" in client.get(address).content.decode(), address


def test_so_does_what_is_published(client, run, district):
    client.get("/")
    NewsPageFactory(parent=district.news_index, title="刚刚发布的一条")
    assert "刚刚发布的一条" in client.get("/").content.decode()


def test_a_minute_later_it_is_made_anew(client, run, clock):
    client.get(run.learning.url)
    assert not asks(client, run.learning.url)
    clock.shift(60)
    assert asks(client, run.learning.url)


def test_what_changed_while_a_page_was_made_is_not_kept(client, run, monkeypatch):
    """Another thread publishes between the reading and the printing."""
    printed = PieceNode.render

    def late(self, context):
        if self.name == '"course"':
            freshness.changed(freshness.CONTENT)
        return printed(self, context)

    monkeypatch.setattr(PieceNode, "render", late)
    client.get(run.learning.url)
    monkeypatch.undo()
    assert asks(client, run.learning.url)


def test_the_elder_version_has_pieces_of_its_own(client, run):
    client.get(run.learning.url)
    client.cookies["look"] = "elder-2"
    assert "老师、报名时间和办法" in client.get(run.learning.url).content.decode()


def test_questions_do_not_answer_for_each_other(client, run):
    everything = client.get("/courses/").content.decode()
    assert run.learning.title in everything
    assert run.learning.title not in client.get("/courses/?q=潜水艇驾驶").content.decode()


def test_of_typed_words_nothing_is_kept(client, run):
    client.get("/courses/?q=只有我会这样写")
    assert not [key for key in pieces._held if "只有我会这样写" in str(key)]
    assert not [text for text, *_made in pieces._held.values() if "只有我会这样写" in text]


def test_nothing_of_a_person_is_in_a_piece(run):
    me = ResidentFactory(own=True, name="欧阳秀英")
    signed_in = Client()
    signed_in.force_login(me.user)
    for address in ("/", "/courses/", "/courses/?q=太极", run.learning.url):
        assert "我的学习" in signed_in.get(address).content.decode()
    for text, *_made in pieces._held.values():
        assert not [word for word in ("我的学习", "欧阳秀英", "csrfmiddlewaretoken") if word in text]
    assert "登录" in Client().get("/").content.decode()


def test_the_longest_unasked_goes_first():
    few = Pieces(most=2, most_characters=10)
    few.put("one", "1234", MADE_FROM, 0)
    few.put("two", "1234", MADE_FROM, 0)
    assert few.get("one", MADE_FROM, 0) == "1234"
    few.put("three", "1234", MADE_FROM, 0)
    assert few.get("two", MADE_FROM, 0) is None
    few.put("large", "1234567890", MADE_FROM, 0)
    assert few.get("one", MADE_FROM, 0) is few.get("three", MADE_FROM, 0) is None
    assert few.get("large", MADE_FROM, 59) == "1234567890"
    assert few.get("large", MADE_FROM, 60) is None
    assert few.get("large", ("content", "other places"), 0) is None
