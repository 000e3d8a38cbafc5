#!/usr/bin/env python
"""Make the screenshots of the editors' guide, by doing what the guide says on a copy of a demo database.

    .venv/bin/python docs/editors/make_screenshots.py                     # var/lifelong.sqlite3, made by `make run`
    .venv/bin/python docs/editors/make_screenshots.py --database FILE     # another SQLite file
    .venv/bin/python docs/editors/make_screenshots.py --desk FOLDER       # every screen of the desk at 390 and 1280 px, too

The database is copied, migrated and served on a port of its own; the original stays as it is.
Needs Chromium, Chinese fonts and requirements-dev.txt.
"""

import argparse
import contextlib
import datetime
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
PASSWORD = "shifan-2012"  # noqa: S105  of the demo accounts, printed by `make run`
STREET = "qingmingqiao"
EDITOR, LEAD = f"{STREET}-bianji", f"{STREET}-fuzeren"
NEW = "太极拳（第二期）"
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
MOST_BYTES = 100_000
#: what is no screen: files, what signs out, the pieces that other screens are made of
LEFT_OUT = re.compile(
    r"export=|logout|\.pdf|results|chooser|/api/|/preview|collect_|editing-sessions|/list/$|/bulk/|pages/usage"
)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", type=Path, default=ROOT / "var" / "lifelong.sqlite3")
    parser.add_argument("--desk", type=Path, help="also put every screen of the desk into this folder")
    return parser.parse_args()


@contextlib.contextmanager
def served(database):
    """Serve a migrated copy of ``database``; yields its address."""
    with tempfile.TemporaryDirectory(prefix="lifelong-guide-") as folder, socket.socket() as free:
        copy = Path(folder) / "demo.sqlite3"
        shutil.copy(database, copy)
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        environment = os.environ | {
            "DATABASE_URL": f"sqlite:///{copy}",
            "DJANGO_SETTINGS_MODULE": "lifelong.settings.dev",
            "BASE_URL": f"http://127.0.0.1:{port}",
        }
        manage = [sys.executable, str(ROOT / "manage.py")]
        for command in ("migrate", "sync_roles"):
            subprocess.run([*manage, command, "-v0"], check=True, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
        server = subprocess.Popen(  # noqa: S603
            [*manage, "runserver", "--noreload", f"127.0.0.1:{port}"],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            wait_for(f"http://127.0.0.1:{port}/robots.txt")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def wait_for(address):
    for _attempt in range(120):
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):  # noqa: S310  our own server
            return
        time.sleep(0.5)
    sys.exit("服务器没有启动。")


class Desk:
    """A browser at the served site, one page for each account."""

    def __init__(self, browser, address):
        self.browser, self.address = browser, address

    def sign_in(self, account, viewport=WIDE):
        context = self.browser.new_context(base_url=self.address, viewport=viewport, locale="zh-CN")
        page = context.new_page()
        page.goto("/admin/login/")
        page.fill("[name=username]", account)
        page.fill("[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_load_state()
        return page


def shoot(page, name, *, near=None):
    """Save what is on the screen as docs/editors/img/``name``.webp; ``near``: a locator to scroll to the middle."""
    if near is not None:
        near.evaluate("element => element.scrollIntoView({block: 'center'})")
    page.wait_for_timeout(600)  # menus slide, fonts load
    source, target = FOLDER / "img" / f"{name}.png", FOLDER / "img" / f"{name}.webp"
    page.screenshot(path=source)
    with Image.open(source) as image:
        image.convert("RGB").save(target, quality=80, method=6)
    source.unlink()
    if target.stat().st_size > MOST_BYTES:
        sys.exit(f"{target.name} 太大：{target.stat().st_size} 字节")
    print(target.name)  # noqa: T201


# ---------------------------------------------------------------- what the guide says


def signing_in(desk):
    page = desk.browser.new_context(base_url=desk.address, viewport=WIDE, locale="zh-CN").new_page()
    page.goto("/admin/login/")
    shoot(page, "login")


def a_course(desk):
    """Copy a course and submit it; return the address of its editor."""
    page = desk.sign_in(EDITOR)
    shoot(page, "home")
    page.goto("/admin/course_list/?q=太极拳")
    shoot(page, "course-list")
    page.locator("td.title a").first.click()
    menu = page.locator("header").get_by_role("button", name="动作").first
    menu.click()
    shoot(page, "course-menu")
    page.get_by_role("link", name="复制").first.click()
    page.fill("[name=new_title]", NEW)
    page.fill("[name=new_slug]", "taijiquan-di-er-qi")
    shoot(page, "course-copy")
    page.get_by_role("button", name="复制此页").click()
    page.locator("[name=summary]").wait_for()
    edit = page.url
    shoot(page, "course-edit")
    page.locator("footer").get_by_role("button", name="更多动作").click()
    shoot(page, "course-submit")
    page.locator("[name=action-submit]").click()
    page.wait_for_load_state()
    return page, edit


def a_class(desk, page, edit):
    """Plan a class into a room that is taken, mend it, save it."""
    page.goto(edit)
    page.locator("header").get_by_role("button", name="动作").first.click()
    page.get_by_role("link", name="开一个班").click()
    page.locator("[name=starts_on]").wait_for()
    shoot(page, "run-form")
    fill_until_it_clashes(page)
    preview = page.locator("[data-sessions-preview]")
    shoot(page, "run-clash", near=preview)
    page.select_option("[name=room]", "")
    page.get_by_text("没有冲突").wait_for()
    shoot(page, "run-clear", near=preview)
    page.get_by_role("button", name="创建").click()
    page.get_by_text("请负责人").wait_for()


def fill_until_it_clashes(page):
    """Fill the form in and try the rooms until one is taken at that hour."""
    start = datetime.date.today() + datetime.timedelta(days=7)  # noqa: DTZ011  a sample
    page.fill("[name=starts_on]", start.isoformat())
    for name, value in {"starts_at": "09:30", "ends_at": "11:00", "session_count": "4", "capacity": "20"}.items():
        page.fill(f"[name={name}]", value)
    page.fill("[name=enrol_opens_at]", f"{datetime.date.today()} 09:00")  # noqa: DTZ011
    for day in "1234567":
        page.check(f"[name=weekdays][value='{day}']")
    for room in page.locator("[name=room] option").all():
        if not room.get_attribute("value"):
            continue
        page.select_option("[name=centre]", label=room.inner_text().partition(" · ")[0])
        with page.expect_response(lambda answer: "/preview/" in answer.url):
            page.select_option("[name=room]", room.get_attribute("value"))
        page.wait_for_timeout(300)
        if "冲突：" in page.locator("[data-sessions-preview]").inner_text():
            return
    sys.exit("没有一间教室有冲突，示例数据太少。")


def link_to(page, pattern):
    """Return the first address on ``page`` that matches ``pattern``."""
    addresses = page.locator("main a").evaluate_all("links => links.map((link) => link.getAttribute('href') || '')")
    return next(address for address in addresses if re.search(pattern, address))


def a_roster(desk):
    page = desk.sign_in(LEAD)
    page.goto("/admin/roster/")
    shoot(page, "roster")
    session, run = (link_to(page, kind) for kind in (r"/admin/roster/\d+/$", r"/admin/roster/run/\d+/$"))
    page.goto(run)
    shoot(page, "roster-run")
    page.goto(session)
    shoot(page, "roster-session")


def a_review(desk, edit):
    page = desk.sign_in(LEAD)
    shoot(page, "review-home")
    page.goto(edit)
    page.locator("footer").get_by_role("button", name="更多动作").click()
    shoot(page, "review-approve")
    page.locator("footer").get_by_role("button", name="批准").first.click()
    page.wait_for_load_state()
    page.goto("/admin/runs/?q=第二期")
    page.get_by_role("link", name=NEW).first.click()
    page.get_by_role("link", name="公布").first.click()
    shoot(page, "run-publish")
    page.get_by_role("button", name="公布，让居民看到").click()
    page.wait_for_load_state()
    page.goto("/courses/?q=太极拳 第二期")
    shoot(page, "public")


# ---------------------------------------------------------------- every screen


def every_screen(desk, folder):
    """Put each kind of screen that an account reaches by links into ``folder``, on a desktop and on a phone."""
    folder.mkdir(parents=True, exist_ok=True)
    for account in (EDITOR, LEAD, "xueyuan", "qubangongshi"):
        wide, phone = desk.sign_in(account), desk.sign_in(account, PHONE)
        waiting, seen = ["/admin/"], {"/admin/"}
        while waiting:
            address = waiting.pop(0)
            for page, width in ((wide, WIDE["width"]), (phone, PHONE["width"])):
                answer = page.goto(address)
                page.wait_for_timeout(300)
                name = f"{account}{kind_of(address).replace('/', '_')}{width}.png"
                page.screenshot(path=folder / name)
                overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                if answer.status >= 400 or overflow > 1:
                    print(f"{account} {address} {width}: {answer.status}, {overflow} 像素超出")  # noqa: T201
            for link in wide.locator("a").evaluate_all("links => links.map((link) => link.getAttribute('href') || '')"):
                path = link.partition("#")[0]
                kind = kind_of(path)
                if path.startswith("/admin/") and kind not in seen and not LEFT_OUT.search(path):
                    seen.add(kind)
                    waiting.append(path)


def kind_of(address):
    """/admin/runs/edit/12/?next=… → /admin/runs/edit/N/: one screen for each is enough."""
    return re.sub(r"\d+", "N", address.partition("?")[0])


def main():
    options = arguments()
    (FOLDER / "img").mkdir(exist_ok=True)
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with served(options.database) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        desk = Desk(browser, address)
        signing_in(desk)
        page, edit = a_course(desk)
        a_class(desk, page, edit)
        a_roster(desk)
        a_review(desk, edit)
        if options.desk:
            every_screen(desk, options.desk)
        browser.close()


if __name__ == "__main__":
    main()
