"""Which state of the published content a kept thing was made from: two tokens, changed by every write to the database.

``content`` changes with every row that a page for everybody may be made of; ``places`` with the figures of class runs that
a booking changes. Writes are seen where all of them pass, at the connection: a bulk update, a move in the tree and an
import tell of themselves like a save, and no one can forget to. A table that nobody named counts as content.

A change is told twice: to this process at once, because the transaction's own next read must see it, and to all others
after the commit. The tokens are random and live in Django's cache. What must not enter: what is kept (``Kept`` below,
core/page_cache.py), and what a table means (settings: TABLES_OF_NO_PAGE, PLACES).
"""

import logging
import re
import secrets
import time
from contextvars import ContextVar
from threading import Lock
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import connections, transaction
from django.db.backends.signals import connection_created

logger = logging.getLogger(__name__)

CONTENT, PLACES = "content", "places"
#: How long a process may go on without asking whether another one changed something, in seconds.
LOOK_AGAIN = 0.5
#: A kept thing is made anew after this long even if nobody told of a change (a row changed by hand), in seconds.
OLDEST = 60

_KEYS = {name: f"freshness:{name}" for name in (CONTENT, PLACES)}
_READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", "BEGIN")
_WRITE = re.compile(r"(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+(?:ONLY\s+)?\"?(\w+)\"?", re.I)
_OTHER_WRITE = re.compile(
    r"(?:TRUNCATE|REPLACE|COPY|MERGE|ALTER|DROP|WITH\b.*\b(?:INSERT|UPDATE|DELETE)\b)", re.I | re.S
)
_SET = re.compile(r"\sSET\s(.*?)(?:\sWHERE\s|\sFROM\s|$)", re.S)
_COLUMN = re.compile(r"\"(\w+)\" = ")


class State(NamedTuple):
    """What was current at one moment. None: nobody knows (the cache does not answer), so nothing may be kept."""

    content: tuple | None
    places: tuple | None


class _Known:
    """What this process knows: the shared tokens as last read, and how often it changed something itself."""

    def __init__(self):
        self.lock = Lock()
        self.shared = dict.fromkeys(_KEYS)
        self.own = dict.fromkeys(_KEYS, 0)
        self.read_at = None

    def state(self):
        parts = {name: (token, self.own[name]) if token else None for name, token in self.shared.items()}
        return State(parts[CONTENT], parts[PLACES])

    def is_recent(self):
        return self.read_at is not None and time.monotonic() - self.read_at < LOOK_AGAIN


_known = _Known()
#: None outside a request; inside one a list: empty until the shared tokens were read for it.
_request = ContextVar("freshness", default=None)


# ---------------------------------------------------------------- asking


def glance():
    """Return the State as this process knows it, at most LOOK_AGAIN seconds old. Costs nothing: for what is already kept."""
    if not _known.is_recent():
        _read()
    return _known.state()


def current():
    """Return the State now: the shared tokens are read once a request. To be asked *before* reading what is to be kept."""
    asked = _request.get()
    if not asked:
        _read()
        if asked is not None:
            asked.append(True)
    return _known.state()


def _read():
    try:
        found = cache.get_many(_KEYS.values())
        for key in _KEYS.values():
            if key not in found:
                cache.add(key, _token(), timeout=None)
                found[key] = cache.get(key)
    except Exception:  # any cache has errors of its own; a page without a cache is slower, not broken
        logger.warning("the cache does not answer: nothing is kept", exc_info=True)
        found = {}
    with _known.lock:
        _known.shared = {name: found.get(key) for name, key in _KEYS.items()}
        _known.read_at = time.monotonic()


def _token():
    return secrets.randbits(62) or 1  # whole numbers travel as they are, without pickle


# ---------------------------------------------------------------- telling


def changed(name, using="default"):
    """Tell that rows behind ``name`` were written: this process now, everybody once the transaction is committed."""
    _note(name)
    connection = connections[using]
    if not connection.in_atomic_block:
        _TELL[name]()
    elif not _is_told(connection, name):
        transaction.on_commit(_TELL[name], using=using)


def _is_told(connection, name):
    """Whether what is waiting for the commit tells it already, and is undone only where this would be too."""
    here = set(connection.savepoint_ids)
    return any(call is _TELL[name] and sids <= here for sids, call, _robust in connection.run_on_commit)


def _note(name):
    with _known.lock:
        _known.own[name] += 1


def _teller(name):
    def tell():
        _note(name)
        try:
            cache.set(_KEYS[name], _token(), timeout=None)
        except Exception:  # the change itself is committed: it must not look as if it had failed
            logger.exception("the cache does not answer: other processes learn of a change within a minute")

    return tell


_TELL = {name: _teller(name) for name in _KEYS}


def what_changes(sql):
    """Return CONTENT, PLACES or None: what a statement writes.

    >>> what_changes('INSERT INTO "django_session" VALUES (1)') is None
    True
    """
    if not isinstance(sql, str):
        return CONTENT  # composed by psycopg: nobody looks inside
    if sql.startswith(_READS):
        return None
    written = _WRITE.match(sql := sql.lstrip())
    if written is None:
        return CONTENT if _OTHER_WRITE.match(sql) else None
    table = written[1]
    if table.startswith(settings.TABLES_OF_NO_PAGE):
        return None
    if columns := settings.PLACES.get(table):
        values = _SET.search(sql) if sql[:6].upper() == "UPDATE" else None
        if values and set(_COLUMN.findall(values[1])) <= columns:
            return PLACES
    return CONTENT


def _watch(execute, sql, params, many, context):
    result = execute(sql, params, many, context)
    if name := what_changes(sql):
        changed(name, context["connection"].alias)
    return result


# ---------------------------------------------------------------- keeping


class Kept:
    """Something made from published content, one for each key, kept in this process until the content changes.

    ``make(*key)``; what it returns is shared by all threads and must not be changed. Tests in a transaction too see
    what they wrote: see ``changed``.
    """

    def __init__(self, make, most=32):
        self._make, self._most, self._held = make, most, {}
        _everything.append(self)

    def __call__(self, *key):
        state = current().content
        held = self._held.get(key)
        if held and held[0] == state and state and time.monotonic() - held[1] < OLDEST:
            return held[2]
        thing = self._make(*key)
        if state:
            if len(self._held) >= self._most:
                self._held.clear()
            self._held[key] = (state, time.monotonic(), thing)
        return thing

    def forget(self):
        self._held.clear()


_everything = []
_others = []


def forget():
    """Let everything go that this process keeps: for tests, whose rollback tells nobody."""
    _note(CONTENT)
    _note(PLACES)
    for kept in _everything:
        kept.forget()
    for let_go in _others:
        let_go()


def forget_too(let_go):
    """``let_go()`` is called whenever this process forgets."""
    _others.append(let_go)


def connect():
    """Called once, when the apps are ready."""
    connection_created.connect(_watch_connection, dispatch_uid="core.freshness")
    request_started.connect(_begin, dispatch_uid="core.freshness")
    request_finished.connect(_end, dispatch_uid="core.freshness")


def _watch_connection(connection, **kwargs):
    # PostgreSQL's creating and dropping of whole databases goes through a connection that stands in no settings.
    if connection.alias in connections.settings and _watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(_watch)


def _begin(**kwargs):
    _request.set([])


def _end(**kwargs):
    _request.set(None)
