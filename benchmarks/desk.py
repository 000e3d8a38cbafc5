#!/usr/bin/env python
"""How long the screens of the desk take at 1,000 and at 100,000 class runs, with 1,000 and 30,000 enrolments, in one run.

    .venv/bin/python benchmarks/desk.py --database sqlite
    .venv/bin/python benchmarks/desk.py --database postgres --url postgres://postgres@127.0.0.1/

Databases are built as in pages.py, without people; then class runs are filled with sample
people until there are enough enrolments. One process keeps a connection to each size and
asks all sizes the same screen in turn, so that the machine's mood is the same for both.
Asked as the district's office, which sees every street, and the list of class runs as a
street's lead, too. There is no list of all enrolments at the desk (docs/mechanisms/people.md):
they are met class by class, at the roster and at the counter, and on the home of the desk.
Exit code 1 when a screen takes more than twice its time at the smallest size, or other queries.
"""

import argparse
import os
import random
import sys
import time
from pathlib import Path

from pages import Measured, PostgreSQL, SQLite, ask, lay_base, ratio, report, use

ROOT = Path(__file__).resolve().parents[1]
MOST_TIMES = 2.0
SEED = 20260901
BASE = "desk_base"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--url", default="postgres://postgres@127.0.0.1/", help="PostgreSQL server; databases are made")
    parser.add_argument("--sizes", default="1000,100000", help="class runs, separated by commas")
    parser.add_argument("--enrolments", default="1000,30000", help="enrolments at each size")
    parser.add_argument("--rounds", type=int, default=15, help="how often every screen is asked")
    parser.add_argument("--folder", help="keep the SQLite files here, and use those already there")
    parser.add_argument("--keep", action="store_true", help="keep the PostgreSQL databases, and use those there")
    return parser.parse_args()


# ---------------------------------------------------------------- databases


def name_of(size):
    return f"desk_{size}"


def databases(server, wanted):
    """Build what is missing. ``wanted``: {class runs: enrolments}."""
    from django.db import connection

    for name in [BASE, *map(name_of, wanted)]:
        if server.exists(name) and not server.kept:
            server.drop(name)
    if not server.exists(BASE):
        lay_base(server, BASE)
        hire()
    for size, enrolments in wanted.items():
        connection.close()  # PostgreSQL copies a database only when nobody is connected to it
        if not server.exists(name_of(size)):
            started = time.perf_counter()
            build(server, size, enrolments)
            print(f"{size} 个班：{time.perf_counter() - started:.0f} 秒", file=sys.stderr)


def hire():
    """An account of the office and one of a street's lead, in the database that the others are copied from."""
    from accounts.models import User
    from core.roles import role
    from core.services import find_group, sync_roles
    from network.models import StreetPage

    sync_roles()
    street = StreetPage.objects.order_by("path").first()
    for key, place in (("district_office", None), ("street_lead", street)):
        User.objects.create_user(key).groups.add(find_group(role(key), place))


def build(server, size, enrolments):
    from django.core.management import call_command
    from django.db import connection

    server.copy(BASE, name_of(size))
    use(server, name_of(size))
    call_command("seed_demo", size=size, seed=SEED, people=False, verbosity=0)
    put_people(enrolments)
    with connection.cursor() as cursor:
        server.settle(cursor)


def put_people(number):
    """Fill class runs that have begun with sample people, full ones first, until there are ``number`` enrolments."""
    from enrolments.models import Enrolment
    from enrolments.services.samples import fill_sample_runs
    from timetable.models import ClassRun

    rng, have = random.Random(SEED), 0
    empty = ClassRun.objects.published().current().filter(seats=None).exclude(capacity=None)
    runs = list(
        empty.order_by("places_left", "starts_on", "pk")[:number]
    )  # a run has at least one enrolment on average
    for at in range(0, len(runs), 20):
        fill_sample_runs(runs[at : at + 20], rng)
        have = Enrolment.objects.count()
        if have >= number:
            break
    print(f"{have} 份报名", file=sys.stderr)


# ---------------------------------------------------------------- screens


def screens():
    """{label: (account, address)} in the database in use: the same questions at every size."""
    from django.db.models import Count
    from django.urls import reverse

    from timetable.enums import ClassRunStatus
    from timetable.models import ClassRun, Term

    runs = reverse("runs:index")
    full = (
        ClassRun.objects.filter(seats__isnull=False, places_left=0, capacity__gte=15).order_by("capacity", "pk").first()
    )
    term = Term.objects.annotate(size=Count("class_runs")).order_by("-size", "pk").first()
    office = {
        "首页": reverse("wagtailadmin_home"),
        "班": runs,
        "班 第2页": f"{runs}?p=2",
        "班 末页": f"{runs}?p=99999",
        "班 筛选": f"{runs}?status={ClassRunStatus.PUBLISHED}&term={term.pk}",
        "班 搜“书法”": f"{runs}?q=书法",  # fills a page at every size
        "班 按开课日期倒排": f"{runs}?ordering=-starts_on",
        "课次": reverse("sessions:index"),
        "课程": reverse("course_list:index"),
        "点名": reverse("roster:index"),
        "名单（满班）": reverse("roster:run", args=[full.pk]),
        "窗口": reverse("counter:index"),
        "抽签": reverse("draw_desk:index"),
        "审核进度": reverse("wagtailadmin_reports:workflow"),
    }
    return {
        **{label: ("district_office", address) for label, address in office.items()},
        "班（街道）": ("street_lead", runs),
        "首页（街道）": ("street_lead", reverse("wagtailadmin_home")),
    }


def measure(server, sizes, rounds):
    """Return {size: {label: Measured}}; one open connection for each size, swapped before each request."""
    from django.db import connections
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User

    connected, asked, clients = {}, {}, {}
    for size in sizes:
        connected[size] = use(server, name_of(size))
        asked[size] = screens()
        for account in {account for account, _address in asked[size].values()}:
            clients[size, account] = Client(raise_request_exception=True)
            clients[size, account].force_login(User.objects.get(username=account))
    results = {size: {label: Measured() for label in asked[size]} for size in sizes}
    for label in asked[sizes[0]]:
        for number in range(rounds + 2):
            for size in sizes if number % 2 else sizes[::-1]:
                account, address = asked[size][label]
                connections["default"] = connected[size]
                with CaptureQueriesContext(connected[size]) as queries:
                    seconds = ask(clients[size, account], address)
                if number >= 2:  # two to warm what is kept
                    results[size][label].seconds.append(seconds)
                    fewest = results[size][label].queries or len(queries)
                    # What a process keeps for a minute is asked for anew in some round or other.
                    results[size][label].queries = min(fewest, len(queries))
        print(label, file=sys.stderr)
    for connection in connected.values():
        connection.close()
    return results


def broken_promises(results, sizes):
    """Yield a sentence for each promise that does not hold."""
    few, many = min(sizes), max(sizes)
    for label, there in results[many].items():
        here = results[few][label]
        if there.queries != here.queries:
            yield f"{label} 的查询数变了：{few:,} 个班 {here.queries} 次，{many:,} 个班 {there.queries} 次。"
        if (times := ratio(there, here)) > MOST_TIMES:
            yield f"{label} 在 {many:,} 个班时是 {few:,} 个班时的 {times:.2f} 倍，应不超过 {MOST_TIMES} 倍。"


def main():
    options = arguments()
    sizes = [int(size) for size in options.sizes.split(",")]
    wanted = dict(zip(sizes, (int(number) for number in options.enrolments.split(",")), strict=True))
    server = SQLite(options) if options.database == "sqlite" else PostgreSQL(options)
    sys.path[:0] = [str(ROOT), str(ROOT / "site")]
    os.environ["DATABASE_URL"] = server.url(BASE)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lifelong.settings.test")
    import django

    django.setup()
    from django.db import connection

    try:
        databases(server, wanted)
        results = measure(server, sorted(wanted), options.rounds)
    finally:
        connection.close()
        for name in [] if server.kept else [BASE, *map(name_of, wanted)]:
            server.drop(name)
        server.close()
    report(results, sorted(wanted), min(wanted))
    broken = list(broken_promises(results, sizes))
    print("\n".join(broken) or "承诺都守住了。")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
