#!/usr/bin/env python
"""How long the public pages take at 600 and at 100,000 class runs, on one database, in one process.

    .venv/bin/python benchmarks/pages.py --database sqlite
    .venv/bin/python benchmarks/pages.py --database postgres --url postgres://postgres@127.0.0.1/

Builds one database for each size (the committed district, plus `seed_demo`), keeps a
connection to each, and asks every one of them for a page, one request each, round after
round, so that a busy machine slows all sizes alike. A ratio is the median of the ratios
within a round. Exit code 1 when a promise of docs/mechanisms/finder.md is broken. How to
read the table: benchmarks/README.md. Then the second half, served.py: our pages beside a bare Django
view under the production server (``--only served`` runs it alone).
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[1]
SIZES = [600, 1_000, 6_000, 20_000, 100_000]
SEED = 1
SERVED_SIZE = 600  # the second half's
BASE = 1_000  # ratios are against this size
MOST_SECONDS = 90  # for one page, all sizes and rounds together
LEAST_ROUNDS = 5
#: The promises: the finder at the largest size, and constant queries between two sizes.
MOST_TIMES, PROMISED_PAGE = 3.0, "找课"
SAME_QUERIES, QUERY_PAGES = (600, 6_000), ("首页", "找课", "街道")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--url", default="postgres://postgres@127.0.0.1/", help="PostgreSQL server; databases are made")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="class runs, separated by commas")
    parser.add_argument("--rounds", type=int, default=40, help="requests for each page and size")
    parser.add_argument("--folder", help="keep the SQLite files here, and use those already there")
    parser.add_argument(
        "--keep", action="store_true", help="keep the PostgreSQL databases, and use those already there"
    )
    parser.add_argument("--only", choices=["sizes", "served"], help="one half of the run")
    parser.add_argument("--turns", type=int, default=5, help="rounds of the second half")
    parser.add_argument("--seconds", type=int, default=4, help="of each load of the second half")
    parser.add_argument("--json", help="also write every number to this file")
    return parser.parse_args()


@dataclass
class Measured:
    """One page at one size: seconds of the request of each round, and the number of queries."""

    seconds: list = field(default_factory=list)
    queries: int = 0

    def percentile(self, percent):
        times = sorted(self.seconds)
        return times[min(len(times) - 1, int(len(times) * percent / 100))]


# ---------------------------------------------------------------- databases


class SQLite:
    """One file for each size."""

    def __init__(self, options):
        self.kept = bool(options.folder)
        self.temporary = None if self.kept else tempfile.TemporaryDirectory(prefix="lifelong-bench-")
        self.folder = Path(options.folder or self.temporary.name)
        self.folder.mkdir(parents=True, exist_ok=True)

    def url(self, name):
        return f"sqlite:///{self.folder / name}.sqlite3"

    def name(self, name):
        return str(self.folder / f"{name}.sqlite3")

    def exists(self, name):
        return Path(self.name(name)).exists()

    def create(self, name):
        Path(self.name(name)).touch()

    def copy(self, source, name):
        import sqlite3

        with sqlite3.connect(self.name(source)) as there, sqlite3.connect(self.name(name)) as here:
            there.backup(here)

    def drop(self, name):
        for suffix in ("", "-wal", "-shm"):
            Path(self.name(name) + suffix).unlink(missing_ok=True)

    def settle(self, cursor):
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self):
        if self.temporary:
            self.temporary.cleanup()


class PostgreSQL:
    """One database for each size, on a server that may create them."""

    def __init__(self, options):
        self.server, self.kept = options.url, options.keep

    def name(self, name):
        return f"lifelong_{name}"

    def url(self, name):
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{self.name(name)}"))

    def run(self, sql, *parameters):
        import psycopg

        address = urlunsplit(urlsplit(self.server)._replace(path="/postgres"))
        with psycopg.connect(address, autocommit=True) as server:
            cursor = server.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []

    def exists(self, name):
        return bool(self.run("SELECT 1 FROM pg_database WHERE datname = %s", self.name(name)))

    def create(self, name):
        self.run(f'CREATE DATABASE "{self.name(name)}"')

    def copy(self, source, name):
        self.run(f'CREATE DATABASE "{self.name(name)}" TEMPLATE "{self.name(source)}"')

    def drop(self, name):
        self.run(f'DROP DATABASE IF EXISTS "{self.name(name)}" WITH (FORCE)')

    def settle(self, cursor):
        cursor.execute("VACUUM ANALYZE")  # what autovacuum does within a minute of such a load

    def close(self):
        pass


def use(server, name):
    """Point Django at database ``name``. All are copies of one base, so what is cached holds for each."""
    from django.db import connections

    connection = connections.create_connection("default")
    connection.settings_dict = {**connection.settings_dict, "NAME": server.name(name)}
    connections["default"].close()
    connections["default"] = connection
    return connection


def lay_base(server, name="bench_base"):
    """Migrate and load the committed district into the database that the others are copied from."""
    from django.core.management import call_command

    server.create(name)
    use(server, name)
    call_command("migrate", verbosity=0)
    call_command("load_district", verbosity=0)


def build(server, size):
    """Copy the base and add a demo term of ``size`` runs; return seconds."""
    from django.core.management import call_command
    from django.db import connection

    server.copy("bench_base", f"bench_{size}")
    use(server, f"bench_{size}")
    started = time.perf_counter()
    call_command("seed_demo", size=size, seed=SEED, verbosity=0)
    seconds = time.perf_counter() - started
    with connection.cursor() as cursor:
        server.settle(cursor)
    return seconds


def databases(server, sizes):
    """Build what is missing; return {size: seconds it took}."""
    from django.db import connection

    took = {}
    for name in ["bench_base", *(f"bench_{size}" for size in sizes)]:
        if server.exists(name) and not server.kept:
            server.drop(name)
    if not server.exists("bench_base"):
        print("准备街道和课程……", file=sys.stderr)
        lay_base(server)
    for size in sizes:
        connection.close()  # PostgreSQL copies a database only when nobody is connected to it
        if not server.exists(f"bench_{size}"):
            took[size] = build(server, size)
            print(f"{size} 个班：{took[size]:.0f} 秒", file=sys.stderr)
    return took


# ---------------------------------------------------------------- measuring


def pages():
    """{label: address} in the database in use: the same questions at every size."""
    from django.db.models import Count

    from courses.models import CoursePage
    from network.models import StreetPage, SubCentrePage
    from timetable.models import ClassRun, Subject

    subject = (
        Subject.objects.filter(learning_pages__coursepage__live=True)
        .annotate(number=Count("learning_pages"))
        .order_by("-number", "pk")
        .first()
    )
    # a course with three runs: its page is as long at every size
    course = (
        CoursePage.objects.filter(class_runs__in=ClassRun.objects.published())
        .annotate(number=Count("class_runs"))
        .filter(number=3)
        .order_by("path")
        .first()
    )
    return {
        "首页": "/",
        PROMISED_PAGE: "/courses/",
        "找课 第2页": "/courses/?page=2",
        "找课 末页": "/courses/?page=99999",
        "找课 周三晚上": "/courses/?weekday=3&time=evening",
        "找课 类别": f"/courses/?subject={subject.code}" if subject else "/courses/",
        "找课 免费有名额": "/courses/?free=on&places=on",
        "街道": StreetPage.objects.order_by("path").first().url,
        "分中心": SubCentrePage.objects.order_by("path").first().url,
        "活动": "/events/",
        "课程": course.url if course else "/courses/",
    }


def ask(client, address):
    """Return the seconds that one request takes; anything but 200 ends the benchmark."""
    started = time.perf_counter()
    response = client.get(address)
    seconds = time.perf_counter() - started
    if response.status_code != 200:
        sys.exit(f"{address} 回答 {response.status_code}，不能测。")
    return seconds


def measure(server, sizes, rounds):
    """Return {size: {label: Measured}}; one open connection for each size, swapped before each request."""
    from django.db import connections
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client, connected, addresses = Client(), {}, {}
    for size in sizes:
        connected[size] = use(server, f"bench_{size}")
        addresses[size] = pages()
    results = {size: {label: Measured() for label in addresses[size]} for size in sizes}
    for label in addresses[sizes[0]]:
        for size in sizes:
            connections["default"] = connected[size]
            ask(client, addresses[size][label])  # warms the caches of the site and of the database alike
            with CaptureQueriesContext(connected[size]) as queries:
                ask(client, addresses[size][label])
            results[size][label].queries = len(queries)
        started = time.perf_counter()
        for number in range(rounds):
            for size in sizes if number % 2 else sizes[::-1]:
                connections["default"] = connected[size]
                results[size][label].seconds.append(ask(client, addresses[size][label]))
            if number + 1 >= LEAST_ROUNDS and time.perf_counter() - started > MOST_SECONDS:
                break
        print(label, file=sys.stderr)
    for connection in connected.values():
        connection.close()
    return results


def ratio(many, few):
    """Median over the rounds of how many times longer ``many`` takes than ``few``."""
    return statistics.median(there / here for there, here in zip(many.seconds, few.seconds, strict=True))


def served(server, options):
    """Run the second half on the smallest database; return the sentences of broken promises."""
    import served as half
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    name = f"bench_{SERVED_SIZE}"
    here, client, queries = use(server, name), Client(), {}
    client.cookies.load(half.PAST_THE_CACHE)
    addresses = {label: address for label, address in pages().items() if label in half.PAGES}
    for label, address in addresses.items():
        for _time in range(2):
            ask(client, address)
        with CaptureQueriesContext(here) as captured:
            ask(client, address)
        queries[label] = len(captured)
    connection.close()
    return half.report(*half.serve_and_measure(server.url(name), addresses, options.turns, options.seconds), queries)


# ---------------------------------------------------------------- reporting


def report(results, sizes, base):
    """Print one line for each page: p50/p95 in milliseconds, times longer than at ``base``, queries."""
    print(f"| 页面 | {' | '.join(f'{size:,}' for size in sizes)} |")
    print(f"|---|{'---|' * len(sizes)}")
    for label in results[sizes[0]]:
        cells = []
        for size in sizes:
            measured = results[size][label]
            p50, p95 = (1000 * measured.percentile(percent) for percent in (50, 95))
            times = f" ×{ratio(measured, results[base][label]):.2f}" if size != base else ""
            cells.append(f"{p50:.0f}/{p95:.0f} ms{times} q{measured.queries}")
        print(f"| {label} | {' | '.join(cells)} |")


def broken_promises(results, sizes, base):
    """Yield a sentence for each promise that does not hold."""
    largest = max(sizes)
    if largest > base:
        times = ratio(results[largest][PROMISED_PAGE], results[base][PROMISED_PAGE])
        if times > MOST_TIMES:
            yield f"{PROMISED_PAGE} 在 {largest:,} 个班时是 {base:,} 个班时的 {times:.2f} 倍，应不超过 {MOST_TIMES} 倍。"
    few, many = SAME_QUERIES
    if few in results and many in results:
        for label in QUERY_PAGES:
            here, there = results[few][label].queries, results[many][label].queries
            if here != there:
                yield f"{label} 的查询数变了：{few:,} 个班 {here} 次，{many:,} 个班 {there} 次。"


def main():
    options = arguments()
    sizes = sorted({int(size) for size in options.sizes.split(",")})
    sizes = [SERVED_SIZE] if options.only == "served" else sizes
    server = SQLite(options) if options.database == "sqlite" else PostgreSQL(options)
    sys.path[:0] = [str(ROOT), str(ROOT / "site")]
    os.environ["DATABASE_URL"] = server.url("bench_base")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lifelong.settings.test")
    import django

    django.setup()
    from django.db import connection

    try:
        took = databases(server, sorted({*sizes, SERVED_SIZE} if options.only != "sizes" else sizes))
        results = measure(server, sizes, options.rounds) if options.only != "served" else None
        broken = served(server, options) if options.only != "sizes" else []
    finally:
        connection.close()
        for name in [] if server.kept else ["bench_base", *(f"bench_{size}" for size in {*sizes, SERVED_SIZE})]:
            server.drop(name)
        server.close()
    if results:
        base = BASE if BASE in sizes else sizes[0]
        report(results, sizes, base)
        broken += broken_promises(results, sizes, base)
    print("\n".join(broken) or "承诺都守住了。")
    if options.json and results:
        numbers = {
            size: {label: {"seconds": m.seconds, "queries": m.queries} for label, m in of_size.items()}
            for size, of_size in results.items()
        }
        Path(options.json).write_text(
            json.dumps({"database": options.database, "seeding_seconds": took, "sizes": numbers}, ensure_ascii=False),
            "utf-8",
        )
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
