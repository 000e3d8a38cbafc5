"""Rules and fixtures of the whole suite: nothing is skipped in CI; a founded site with two streets."""

import os
from dataclasses import dataclass

import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections

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


@pytest.fixture(autouse=True)
def log_that_may_be_emptied(request):
    """SQLite's flush after a test with real commits deletes row by row, which the log of enrolments refuses.

    PostgreSQL truncates, which fires no row trigger. A test of the guard puts it back itself (append_only.install).
    """
    marker = request.node.get_closest_marker("django_db")
    if connection.vendor == "sqlite" and marker and marker.kwargs.get("transaction"):
        request.getfixturevalue("transactional_db")
        append_only.install(connection)
        yield
        append_only.remove(connection)
    else:
        yield


@pytest.fixture(autouse=True)
def nothing_kept():
    """What a process keeps of published content goes: a rollback at the end of the last test told nobody."""
    freshness.forget()


@dataclass
class District:
    """A small district: the ground floor, two streets and a sub-centre in the first."""

    home: HomePage
    network: NetworkIndexPage
    street: StreetPage
    other_street: StreetPage
    sub_centre: SubCentrePage
    news_index: NewsIndexPage


@pytest.fixture
def district(db):
    found_site()
    network = NetworkIndexPage.objects.get()
    street = StreetPageFactory(parent=network, street_name="清名桥街道", colour="jade")
    other = StreetPageFactory(parent=network, street_name="南禅寺街道", colour="plum")
    return District(
        home=HomePage.objects.get(),
        network=network,
        street=street,
        other_street=other,
        sub_centre=SubCentrePageFactory(parent=street),
        news_index=NewsIndexPage.objects.get(),
    )
