"""Pages for everybody, kept as they were sent (docs/mechanisms/page-cache.md). The outermost middleware.

A kept page is good while the content it was made from is current, while the places are current or it is younger than
five seconds, and within the whole minute it was made in (enrolment opens and closes at whole minutes). It is kept
compressed, in this process only; core/freshness.py says what is current.

Nothing personal can enter: only an answer of Wagtail's ``serve`` to somebody without any cookie but the allowed ones,
that sets no cookie, made no CSRF token, and says nothing itself about being kept. In doubt a page is not kept.
"""

import gzip
import hashlib
import time
from collections import OrderedDict
from threading import Lock
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers

from core import freshness
from core.look import COOKIE as LOOK
from core.look import Look

MOST_ENTRIES, MOST_BYTES = 128, 3_000_000
#: How old a page may be, in seconds, once the places have changed.
PLACES_MAY_LAG = 5
#: A visitor with any other cookie may be somebody.
HARMLESS_COOKIES = {LOOK, settings.CSRF_COOKIE_NAME}
#: The answers that may be kept, by the name of their address.
KEPT_VIEWS = {"wagtail_serve"}
#: Makes a page in 1 ms that 9 would make 2 % smaller in 4.
COMPRESSION = 6
_LONGEST_QUERY = 300
_VARIES = ["Cookie", "Accept-Encoding"]


class Page:
    """One answer as it was sent, compressed."""

    __slots__ = ("body", "etag", "headers", "made_at", "renewing", "state")

    def __init__(self, response, body, state, made_at):
        self.body, self.state, self.made_at, self.renewing = body, state, made_at, Lock()
        self.etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
        self.headers = dict(response.items())
        self.headers.pop("Content-Length", None)
        self.headers |= {"Cache-Control": "no-cache", "ETag": self.etag}

    def is_good(self, state, now):
        if self.state.content != state.content or state.content is None or int(now // 60) != int(self.made_at // 60):
            return False
        return self.state.places == state.places or now - self.made_at < PLACES_MAY_LAG

    def answer(self, request):
        if self.etag in request.META.get("HTTP_IF_NONE_MATCH", ""):
            response = HttpResponse(status=304)
            del response.headers["Content-Type"]
            for name in ("Cache-Control", "ETag", "Vary"):
                response.headers[name] = self.headers[name]
            return response
        if "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
            response = HttpResponse(self.body)
            response.headers["Content-Encoding"] = "gzip"
        else:
            response = HttpResponse(gzip.decompress(self.body))
        for name, value in self.headers.items():
            response.headers[name] = value
        response.headers["Content-Length"] = str(len(response.content))
        return response


class Shelf:
    """The kept pages of this process, the longest unasked going first. Bounded in number and in bytes."""

    def __init__(self, most=MOST_ENTRIES, most_bytes=MOST_BYTES):
        self._most, self._most_bytes = most, most_bytes
        self._pages, self._bytes, self._lock = OrderedDict(), 0, Lock()

    def get(self, key):
        with self._lock:
            if page := self._pages.get(key):
                self._pages.move_to_end(key)
            return page

    def put(self, key, page):
        with self._lock:
            self._drop(key)
            self._pages[key] = page
            self._bytes += len(page.body)
            while len(self._pages) > self._most or self._bytes > self._most_bytes:
                self._drop(next(iter(self._pages)))

    def _drop(self, key):
        if page := self._pages.pop(key, None):
            self._bytes -= len(page.body)

    def clear(self):
        with self._lock:
            self._pages.clear()
            self._bytes = 0

    def __len__(self):
        return len(self._pages)


shelf = Shelf()


class PageCache:
    """``pages``: the Shelf; two of them over one cache are what two processes are."""

    def __init__(self, get_response, pages=None):
        self.get_response, self.pages = get_response, shelf if pages is None else pages

    def __call__(self, request):
        key = key_of(request)
        if key is None:
            return self.get_response(request)
        page = self.pages.get(key)
        if page is None:
            return self._make(request, key)
        if page.is_good(freshness.glance(), time.time()):
            return page.answer(request)
        with page.renewing:  # when enrolment opens, all ask at once: one makes the page, the others wait for it
            newer = self.pages.get(key)
            if newer and newer.is_good(freshness.glance(), time.time()):
                return newer.answer(request)
            return self._make(request, key)

    def _make(self, request, key):
        state, made_at = freshness.current(), time.time()  # before the page reads anything
        response = self.get_response(request)
        if request.method != "GET" or state.content is None or not is_for_everybody(request, response):
            return response
        page = Page(response, gzip.compress(response.content, COMPRESSION, mtime=0), state, made_at)
        self.pages.put(key, page)
        return page.answer(request)


def key_of(request):
    """Return what tells this request's page from others; None where no page may be kept or taken."""
    if request.method not in {"GET", "HEAD"} or getattr(request, "is_dummy", False) or in_transaction():
        return None  # is_dummy: a preview of Wagtail's
    look = ""
    if request.META.get("HTTP_COOKIE"):
        cookies = request.COOKIES
        if not cookies.keys() <= HARMLESS_COOKIES:
            return None
        look = str(Look.from_text(cookies.get(LOOK)))
    if "HTTP_AUTHORIZATION" in request.META:
        return None
    query = request.META.get("QUERY_STRING", "")
    if query and (query := _one_spelling(query)) is None:
        return None
    # An unknown host has no entry: it was refused when its page was asked for first.
    return request.scheme, request.META.get("HTTP_HOST"), request.path_info, query, look


def in_transaction():
    """Whether this request sees what nobody else may see yet: a test's that will be rolled back."""
    return connection.in_atomic_block


def _one_spelling(query):
    """The same query always written alike; None for one that is not kept: an unknown name or words that somebody typed.

    What was typed is counted at each search (search/asked.py) and is rarely asked twice within a minute.
    """
    if len(query) > _LONGEST_QUERY:
        return None
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    names = [name for name, _value in pairs]
    if len(set(names)) != len(names) or not settings.KEPT_PARAMETERS.issuperset(names):
        return None
    return urlencode(pairs)


def is_for_everybody(request, response):
    """Whether ``response`` may be given to anybody who asks the same."""
    match = request.resolver_match
    return (
        response.status_code == 200
        and match is not None
        and match.view_name in KEPT_VIEWS
        and not response.streaming
        and not response.cookies
        and not response.has_header("Cache-Control")
        and not response.has_header("Content-Encoding")
        and response.get("Content-Type", "").startswith("text/html")
        and "CSRF_COOKIE_NEEDS_UPDATE" not in request.META
        and not getattr(request, "is_preview", False)
        and not getattr(getattr(request, "user", None), "is_authenticated", False)
        and patch_vary_headers(response, _VARIES) is None
    )
