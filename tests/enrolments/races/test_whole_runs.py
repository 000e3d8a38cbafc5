"""Merges, splits, cancellations, moves and edits of the same few classes by real processes, while people enrol and leave.

Nobody is lost or doubled, figures and seats agree, and who came too late hears one sentence: no database error does.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections import Counter

import pytest
from django.db import connection

from tests.enrolments.races.house import ROOT, copy_of_the_test_database

pytestmark = [pytest.mark.race, pytest.mark.django_db]

PROCESSES, THREADS, ACTS = 4, 4, 12


class Changers:
    def __init__(self, url, folder):
        contents = folder / "contents.json"
        contents.write_text(getattr(connection, "_test_serialized_contents", "[]"))
        settings = {"DJANGO_SETTINGS_MODULE": "lifelong.settings.test", "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}"}
        self.environment = {**os.environ, **settings, "DATABASE_URL": url}
        self.ask("found", contents=str(contents))

    def start(self, verb, **arguments):
        command = [sys.executable, "-m", "tests.enrolments.races.changer", verb, json.dumps(arguments)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, **pipes)  # noqa: S603

    @staticmethod
    def answer(process):
        text, _errors = process.communicate(timeout=300)
        assert process.returncode == 0
        return json.loads(text)

    def ask(self, verb, **arguments):
        return self.answer(self.start(verb, **arguments))

    def race(self, seed):
        """Let everybody change new classes at once; return (what came of the acts, errors, findings)."""
        there = self.ask("prepare", seed=seed)
        shared = {"threads": THREADS, "times": ACTS, "runs": there["runs"], "come": there["come"]}
        started = [self.start("change", seed=f"{seed} {number}", **shared) for number in range(PROCESSES)]
        for process in started:
            assert process.stdout.readline() == "ready\n"
        for process in started:
            process.stdin.write("go\n")
            process.stdin.flush()
        came = [self.answer(process) for process in started]
        answers = sum((Counter(one["answers"]) for one in came), Counter())
        faults = [fault for one in came for fault in one["faults"]]
        assert answers.total() + len(faults) == PROCESSES * THREADS * ACTS
        return answers, faults, self.ask("findings", runs=there["runs"], stay=there["stay"])


@contextlib.contextmanager
def changers_on_a_copy(blocker, factory, purpose):
    with blocker.unblock(), contextlib.ExitStack() as stack:
        folder = factory.mktemp(purpose)
        yield Changers(stack.enter_context(copy_of_the_test_database(folder, purpose)), folder)


@pytest.fixture(scope="module")
def changers(django_db_setup, django_db_blocker, tmp_path_factory):
    with changers_on_a_copy(django_db_blocker, tmp_path_factory, "whole") as changers:
        yield changers


@pytest.mark.parametrize("seed", [1, 2])
def test_whole_classes_change_while_people_come_and_go(changers, seed):
    answers, faults, found = changers.race(seed)
    assert faults == [], faults[0]
    assert found["said"] == []
    assert found["carried"] > 0, answers
    assert not [kind for kind in answers if "without a sentence" in kind]
    for act in ("enrol", "edit"):
        assert answers[f"{act} done"] > 0, answers
