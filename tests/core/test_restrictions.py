"""What is private is read once a request, and what changes in between is seen."""

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from core.restrictions import private_paths, public_pages
from network.models import StreetPage
from tests.factories.network import SubCentrePageFactory


@pytest.fixture
def in_a_request(db):
    # As Django's test client does: a request may not close the connection that holds the test's transaction.
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    request_started.send(sender=None)
    yield
    request_finished.send(sender=None)
    for signal in signals:
        signal.connect(close_old_connections)


def restrict(page):
    return PageViewRestriction.objects.create(page=page, restriction_type="login")


def test_nothing_at_or_below_a_restricted_page_is_public(district):
    restrict(district.street)
    public = set(public_pages().values_list("pk", flat=True))
    assert not {district.street.pk, district.sub_centre.pk} & public
    assert {district.home.pk, district.other_street.pk} <= public
    assert list(StreetPage.objects.live().public()) == [district.other_street]


@pytest.mark.usefixtures("in_a_request")
def test_a_request_asks_once(district, django_assert_num_queries):
    restrict(district.street)
    with django_assert_num_queries(2):  # the restrictions, their pages
        assert private_paths() == private_paths() == (district.street.path,)


@pytest.mark.usefixtures("in_a_request")
def test_a_change_within_the_request_is_seen(district):
    assert private_paths() == ()
    restriction = restrict(district.sub_centre)
    assert private_paths() == (district.sub_centre.path,)
    district.sub_centre.move(district.other_street, pos="last-child")
    district.sub_centre.refresh_from_db()
    assert private_paths() == (district.sub_centre.path,)
    restriction.delete()
    assert private_paths() == ()


@pytest.mark.usefixtures("in_a_request")
def test_whoever_writes_it_down_may_ask_anew(district):
    assert private_paths() == ()
    PageViewRestriction.objects.bulk_create([PageViewRestriction(page=district.street, restriction_type="login")])
    assert private_paths() == ()
    assert private_paths(fresh=True) == (district.street.path,)


def test_the_next_request_asks_again(district, client):
    assert client.get(district.sub_centre.url).status_code == 200
    restrict(district.sub_centre)
    page = client.get("/network/").content.decode()
    assert district.sub_centre.url not in page


def test_outside_a_request_nothing_is_kept(district):
    assert private_paths() == ()
    SubCentrePageFactory(parent=district.street)
    restrict(district.street)
    assert private_paths() == (district.street.path,)


def test_a_page_of_many_lists_asks_once(district, client):
    client.get("/courses/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/courses/")
    asked = [query["sql"] for query in queries if 'FROM "wagtailcore_pageviewrestriction"' in query["sql"]]
    own = [sql for sql in asked if "INNER JOIN" not in sql and "IN (" not in sql]
    assert len(own) == 1, asked
