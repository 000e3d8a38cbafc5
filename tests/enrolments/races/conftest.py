"""Houses for the races, each with a copy of the test database. Made once per kind and run."""

import contextlib

import pytest
from django.db import connection

from tests.enrolments.races.house import House, copy_of_the_test_database


def pytest_collection_modifyitems(items):
    """Tell tests/run.py through the JUnit file which tests are races: without one it fails."""
    for item in items:
        if item.get_closest_marker("race"):
            item.user_properties.append(("race", "yes"))


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker, tmp_path_factory):
    """A function that makes a house with a founded site: ``house("races")``."""
    with django_db_blocker.unblock(), contextlib.ExitStack() as stack:

        def build(purpose):
            folder = tmp_path_factory.mktemp(purpose)
            contents = folder / "contents.json"
            contents.write_text(getattr(connection, "_test_serialized_contents", "[]"))
            url = stack.enter_context(copy_of_the_test_database(folder, purpose))
            house = House(url, folder, contents)
            stack.callback(house.stack.close)
            return house

        yield build
