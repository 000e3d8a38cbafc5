"""What workers keep in memory, and the tokens (SearchState) that say when it is old: one query a request."""

import ctypes
import hashlib
import threading
from functools import cache as once
from pathlib import Path

import django
from django.core.cache import cache
from django.db import connection

from search.models import SearchState

_A_DAY = 24 * 3600  # nothing kept outlives the day it was made for


def tokens():
    """Return {name: token}. To be read *before* what they stand for: a change in between is loaded again, never missed."""
    with connection.cursor() as cursor:  # asked by every page with a search box: past the making of a statement
        cursor.execute(f"SELECT name, token FROM {SearchState._meta.db_table}")  # noqa: S608
        return dict(cursor.fetchall())


class Kept:
    """Something that is made once in a worker and made again when one of its tokens is another: swapped whole.

    ``make`` is called with what is given besides the tokens. One thread makes it; without a token nothing is kept,
    because nobody would tell of a change. With a ``shelf`` (a name) the first worker to make it puts it into Django's
    cache for the others: to fetch the board takes a tenth of the time of making it.
    """

    def __init__(self, make, *names, shelf=""):
        self._make, self._names, self._shelf = make, names, shelf
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
                self.held = (wanted, self._fetched_or_made(wanted, given))
                give_back()
            return self.held[1]

    def _fetched_or_made(self, wanted, given):
        if not self._shelf or connection.in_atomic_block:  # what an open transaction sees is nobody else's
            return self._make(*given)
        key = ":".join(map(str, ("search", self._shelf, _this_code(), *wanted)))
        thing = cache.get(key)
        if thing is None:
            thing = self._make(*given)
            cache.set(key, thing, _A_DAY)
        return thing


@once
def _this_code():
    """A mark of this version of what is put on a shelf: another release, of ours or of Django, does not take what this one has made."""
    sources = sorted(Path(__file__).parent.glob("**/*.py"))
    parts = [source.read_bytes() for source in sources]
    return hashlib.sha256(b"".join([django.get_version().encode(), *parts])).hexdigest()[:16]


def give_back():
    """Give the system back what making needed: glibc would keep four times what is left (22 of 28 MB at 100,000 runs)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # other libraries have none, and need none
    if trim:
        trim(0)
