"""Two hundred attempts of real processes to book one room and one teacher for one hour: one of them gets both."""

import contextlib
import itertools
import json
import os
import subprocess
import sys
from collections import Counter

import pytest
from django.db import connection

from tests.enrolments.races.house import ROOT, copy_of_the_test_database

pytestmark = [pytest.mark.race, pytest.mark.django_db]

PROCESSES, THREADS, ATTEMPTS = 4, 5, 10
days = itertools.count(400)  # beyond the hours that the classes begin with


class Bookers:
    def __init__(self, url, folder):
        contents = folder / "contents.json"
        contents.write_text(getattr(connection, "_test_serialized_contents", "[]"))
        settings = {"DJANGO_SETTINGS_MODULE": "lifelong.settings.test", "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}"}
        self.environment = {**os.environ, **settings, "DATABASE_URL": url}
        self.ask("found", contents=str(contents), runs=PROCESSES * THREADS, sessions=ATTEMPTS)

    def start(self, verb, **arguments):
        command = [sys.executable, "-m", "tests.timetable.booker", verb, json.dumps(arguments)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, **pipes)  # noqa: S603

    def ask(self, verb, **arguments):
        return self.answer(self.start(verb, **arguments))

    @staticmethod
    def answer(process):
        text, _errors = process.communicate(timeout=300)
        assert process.returncode == 0
        return json.loads(text)

    def race(self, careless=False):
        """Let everybody want the same hour; return what came of the attempts and the counts of what is stored."""
        day = next(days)
        shares = [list(range(first * THREADS, (first + 1) * THREADS)) for first in range(PROCESSES)]
        started = [self.start("book", day=day, runs=runs, careless=careless) for runs in shares]
        for process in started:
            assert process.stdout.readline() == "ready\n"
        for process in started:
            process.stdin.write("go\n")
            process.stdin.flush()
        answers = sum((Counter(self.answer(process)) for process in started), Counter())
        assert answers.total() == PROCESSES * THREADS * ATTEMPTS == 200
        return answers, self.ask("count", day=day)


@contextlib.contextmanager
def bookers_on_a_copy(blocker, factory, purpose):
    with blocker.unblock(), contextlib.ExitStack() as stack:
        folder = factory.mktemp(purpose)
        yield Bookers(stack.enter_context(copy_of_the_test_database(folder, purpose)), folder)


@pytest.fixture(scope="module")
def bookers(django_db_setup, django_db_blocker, tmp_path_factory):
    with bookers_on_a_copy(django_db_blocker, tmp_path_factory, "bookings") as bookers:
        yield bookers


@pytest.fixture(scope="module")
def unguarded(django_db_setup, django_db_blocker, tmp_path_factory):
    """The same with nothing forbidden by the database."""
    with bookers_on_a_copy(django_db_blocker, tmp_path_factory, "control") as bookers:
        bookers.ask("drop_guard")
        yield bookers


def test_one_of_two_hundred_books_the_hour(bookers):
    answers, stored = bookers.race()
    assert answers == {"booked": 1, "clash": 199}
    assert stored == [1, 1, 1]


def test_the_database_alone_holds(bookers):
    """Nobody asks and nobody locks: what the service forgets, the constraint or the trigger refuses."""
    answers, stored = bookers.race(careless=True)
    assert set(answers) <= {"booked", "database", "deadlock"}
    assert answers["booked"] == 1
    assert stored == [1, 1, 1]


def test_without_any_guard_many_book_it(unguarded):
    """What the two above rest on."""
    answers, stored = unguarded.race(careless=True)
    assert answers["booked"] > 1
    assert stored[0] == answers["booked"]
