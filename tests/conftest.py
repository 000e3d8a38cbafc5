"""Rules and fixtures of the whole suite: nothing is skipped in CI; a founded site with two streets."""

import os
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from accounts import append_only as access_only
from core import freshness
from enrolments import append_only
from home.models import HomePage, NewsIndexPage
from home.services import found_site
from network.models import NetworkIndexPage, StreetPage, SubCentrePage
from tests.factories.network import StreetPageFactory, SubCentrePageFactory

CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def pytest_collection_modifyitems(config, items):
    """Leave what only PostgreSQL can prove to the run on PostgreSQL; give tests with real commits their rows back."""
    if connection.vendor != "postgresql":
        elsewhere = [item for item in items if item.get_closest_marker("postgres_only")]
        items[:] = [item for item in items if item not in elsewhere]
        config.hook.pytest_deselected(items=elsewhere)
    for item in items:
        marker = item.get_closest_marker("django_db")
        rules = dict(marker.kwargs) if marker else {}
        if rules.get("transaction") or {"transactional_db", "live_server"} & set(item.fixturenames):
            # Such a test empties the tables when it ends; the next one needs the root page from the migrations again.
            rules |= {"transaction": True, "serialized_rollback": True}
            item.add_marker(pytest.mark.django_db(**rules), append=False)
    items.sort(key=lambda item: (_commits(item), _wants_ground(item)))  # stable: those on one ground stand together


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """In CI a skipped test is a failed one: what does not run proves nothing."""
    report = yield
    if CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"skipped in CI: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """The same for a module that skips itself."""
    report = yield
    if CI and report.skipped:
        report.outcome, report.longrepr = "failed", f"skipped in CI: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """Let every connection know the rows from the migrations.

    While Playwright's loop runs, Django hands out other connection objects to this thread
    than those which set the database up; only the latter remember the rows.
    """
    if contents := getattr(connection, "_test_serialized_contents", None):
        type(connections[DEFAULT_DB_ALIAS])._test_serialized_contents = contents


def rows_deleted(_operations, style, tables, **_options):
    """Return the SQL that empties ``tables`` without firing a trigger, for PostgreSQL's ``sql_flush``.

    TRUNCATE makes new files for each of 135 tables and their indexes: a hundred times as long after every test that commits.
    """
    quoted = map(connection.ops.quote_name, tables)
    return ["SET LOCAL session_replication_role = replica", *(f"DELETE FROM {table}" for table in quoted)]  # noqa: S608  names of our own


@pytest.fixture(scope="session", autouse=True)
def quick_flush(request):
    """Only where the role may turn triggers off; any other truncates as Django does."""
    if connection.vendor != "postgresql":
        yield
        return
    request.getfixturevalue("django_db_setup")
    with request.getfixturevalue("django_db_blocker").unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        (may,) = cursor.fetchone()
    with pytest.MonkeyPatch.context() as patch:
        if may:
            patch.setattr(type(connection.ops), "sql_flush", rows_deleted)
        yield


@pytest.fixture(autouse=True)
def log_that_may_be_emptied(request):
    """SQLite's flush after a test with real commits deletes row by row, which the logs refuse.

    PostgreSQL truncates, which fires no row trigger. A test of the guard puts it back itself (append_only.install).
    """
    marker = request.node.get_closest_marker("django_db")
    if connection.vendor == "sqlite" and marker and marker.kwargs.get("transaction"):
        request.getfixturevalue("transactional_db")
        for log in (append_only, access_only):
            log.install(connection)
        yield
        for log in (append_only, access_only):
            log.remove(connection)
    else:
        yield


def forget():
    """What a process keeps goes: a rollback at the end of the last test told nobody, and keys of rows are given again."""
    cache.clear()
    freshness.forget()


@pytest.fixture(autouse=True)
def nothing_kept():
    forget()


@dataclass
class District:
    """A small district: the ground floor, two streets and a sub-centre in the first."""

    home: HomePage
    network: NetworkIndexPage
    street: StreetPage
    other_street: StreetPage
    sub_centre: SubCentrePage
    news_index: NewsIndexPage


def found_district():
    found_site()
    network = NetworkIndexPage.objects.get()
    street = StreetPageFactory(parent=network, street_name="清名桥街道", colour="jade")
    StreetPageFactory(parent=network, street_name="南禅寺街道", colour="plum")
    SubCentrePageFactory(parent=street)


class Ground:
    """The small district, founded once for many tests: each works on it in a transaction within this one.

    To found it takes as long as most tests do. It is rolled back before a test that wants an empty database or commits
    of its own, and now and then, so that PostgreSQL may forget the rows of all the tests that are over.
    """

    MOST_TESTS = 150

    def __init__(self):
        self._transaction, self._connection, self._tests = None, None, 0

    @property
    def is_there(self):
        here = connections[DEFAULT_DB_ALIAS]
        return self._connection is here and here.in_atomic_block

    def lay(self):
        self._tests += 1
        if self.is_there and self._tests < self.MOST_TESTS:
            return
        self.clear()
        self._transaction, self._connection, self._tests = transaction.atomic(), connections[DEFAULT_DB_ALIAS], 0
        self._transaction.__enter__()
        found_district()

    def clear(self):
        """Roll it back on the connection it was laid on: since Playwright's loop runs, this thread has another one."""
        if self._connection is None:
            return
        here = connections[DEFAULT_DB_ALIAS]
        connections[DEFAULT_DB_ALIAS] = self._connection
        try:
            if self._connection.in_atomic_block:
                transaction.set_rollback(True)
                self._transaction.__exit__(None, None, None)
        finally:
            connections[DEFAULT_DB_ALIAS] = here
        self._transaction = self._connection = None


def _wants_ground(item):
    return "district" in item.fixturenames and not _commits(item)


def _commits(item):
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture(scope="session")
def ground(django_db_setup, django_db_blocker):
    ground = Ground()
    yield ground
    with django_db_blocker.unblock():
        ground.clear()


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef, request):
    """Before pytest-django opens the transaction of a test, there is a district or there is none."""
    if fixturedef.argname == "_django_db_helper":
        ground, blocker = request.getfixturevalue("ground"), request.getfixturevalue("django_db_blocker")
        with blocker.unblock():
            forget()
            (ground.lay if _wants_ground(request.node) else ground.clear)()
    return (yield)


@pytest.fixture
def district(db, ground):
    if not ground.is_there:
        found_district()
    first, second = StreetPage.objects.order_by("path")
    return District(
        home=HomePage.objects.get(),
        network=NetworkIndexPage.objects.get(),
        street=first,
        other_street=second,
        sub_centre=SubCentrePage.objects.get(),
        news_index=NewsIndexPage.objects.get(),
    )
