"""What workers keep in memory, and the tokens (SearchState) that say when it is old: one query a request."""

import ctypes
import threading

from django.db import connection

from search.models import SearchState


def tokens():
    """Return {name: token}. To be read *before* what they stand for: a change in between is loaded again, never missed."""
    with connection.cursor() as cursor:  # asked by every page with a search box: past the making of a statement
        cursor.execute(f"SELECT name, token FROM {SearchState._meta.db_table}")  # noqa: S608
        return dict(cursor.fetchall())


class Kept:
    """Something that is made once in a worker and made again when one of its tokens is another: swapped whole.

    ``make`` is called with what is given besides the tokens. One thread makes it; without a token nothing is kept,
    because nobody would tell of a change.
    """

    def __init__(self, make, *names):
        self._make, self._names = make, names
        self._lock = threading.Lock()
        self.held = (None, None)  # (what it was made for, the thing)

    def __call__(self, now=None, *given):
        """Return the thing as it stands. ``now``: tokens() just read."""
        now = tokens() if now is None else now
        wanted = (*(now.get(name) for name in self._names), *given)
        known, thing = self.held
        if known == wanted:
            return thing
        if None in wanted:
            return self._make(*given)
        with self._lock:
            if self.held[0] != wanted:
                self.held = (wanted, self._make(*given))
                give_back()
            return self.held[1]


def give_back():
    """Give the system back what making needed: glibc would keep four times what is left (22 of 28 MB at 100,000 runs)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # other libraries have none, and need none
    if trim:
        trim(0)
