"""A real browser: Debian's Chromium, driven by Playwright. Nothing leaves this machine.

``live_page`` is a page on ``live_server`` that fails its test for a request to another host,
an error in the console or a script that broke.
"""

import os
import shutil
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections

from tests.run import BROWSERS

# Playwright's loop makes Django think that a test's own database calls are asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

#: An address that has no page, for those who want to see how that looks.
MISSING = "/mei-you/"
OPTIONS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"]


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests of this process."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("no Chromium: apt-get install chromium-headless-shell fonts-noto-cjk")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def closed_connections(chromium):
    """Close what a test opened while the browser's loop ran: PostgreSQL drops no database that is in use."""
    yield
    connections.close_all()


@pytest.fixture
def open_page(chromium, live_server):
    """Return ``open_page(**context_options)``: a new page of a fresh visitor, watched for outside requests and errors."""
    complaints, contexts = [], []
    own_host = urlsplit(live_server.url).netloc

    def watch(route):
        parts = urlsplit(route.request.url)
        if parts.scheme in {"http", "https"} and parts.netloc != own_host:
            complaints.append(f"request to another host: {route.request.url}")
            route.abort()
        else:
            route.continue_()

    def note(message):
        if message.type == "error" and MISSING not in message.location.get("url", ""):
            complaints.append(f"console: {message.text}")

    def make(**options):
        # A service worker would answer past ``watch``, and ask the server on its own: only tests of it have one.
        options.setdefault("service_workers", "block")
        context = chromium.new_context(base_url=live_server.url, locale="zh-CN", **options)
        contexts.append(context)
        context.route("**/*", watch)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints, complaints


@pytest.fixture
def live_page(open_page):
    return open_page(viewport={"width": 1280, "height": 800})


@pytest.fixture
def signed_in(open_page, live_server):
    """Return ``signed_in(user, **context_options)``: a page of somebody who has come through their door already."""

    def make(user, **options):
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        page = open_page(**options)
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": live_server.url}]
        )
        return page

    return make
