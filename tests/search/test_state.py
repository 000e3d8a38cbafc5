"""What workers keep: made once, fetched by the others, and never what only an open transaction has seen."""

import datetime

import pytest

from search.state import Kept

TODAY = datetime.date(2026, 9, 1)


class Worker:
    """A worker's own Kept of one thing, and how often this worker had to make it."""

    def __init__(self, shelf="thing"):
        self.made = 0
        self._kept = Kept(self._make, "timetable", shelf=shelf)

    def _make(self, today):
        self.made += 1
        return {"rows": [1, 2, 3], "today": today}

    def look(self, token=7, today=TODAY):
        return self._kept({"timetable": token}, today)


@pytest.mark.django_db(transaction=True)
def test_the_second_worker_fetches_what_the_first_has_made():
    first, second = Worker(), Worker()
    assert first.look() == second.look() == {"rows": [1, 2, 3], "today": TODAY}
    assert (first.made, second.made) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_another_token_another_day_and_another_shelf_are_made_anew():
    Worker().look()
    for again, given in (
        (Worker(), {"token": 8}),
        (Worker(), {"today": TODAY + datetime.timedelta(days=1)}),
        (Worker(shelf="other"), {}),
        (Worker(shelf=""), {}),
    ):
        again.look(**given)
        assert again.made == 1


@pytest.mark.django_db(transaction=True)
def test_another_release_does_not_take_what_this_one_has_made(monkeypatch):
    Worker().look()
    monkeypatch.setattr("search.state._this_code", lambda: "another")
    again = Worker()
    again.look()
    assert again.made == 1


def test_what_an_open_transaction_sees_is_shared_with_nobody(db):
    first, second = Worker(), Worker()
    first.look()
    second.look()
    assert (first.made, second.made) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_without_a_token_nothing_is_kept():
    worker = Worker()
    worker.look(token=None)
    worker.look(token=None)
    assert worker.made == 2
