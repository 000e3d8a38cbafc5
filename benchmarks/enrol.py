"""What taking a place costs, all in one run: our services, the production server, and bare PostgreSQL beside them.

    python benchmarks/enrol.py [--database postgres|sqlite] [--seconds 5] [--clients 1 8 32] [--cache redis://…]
        [--loads a b c d]

Builds a database of its own. (a) service calls from client *processes*; (b) POSTs of the confirm page
to the production server from client processes, a new connection each; (c) pgbench, one locked update
and one insert per transaction; (d) pgbench replaying the SQL of one of our own enrol calls. Each on one
hot class and on 100 classes. (a) and (b) take seats, and separately join waiting lists. The audit runs after
every load. Only ratios mean something on another machine.
"""

import argparse
import contextlib
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
PGBENCH = shutil.which("pgbench") or "/usr/lib/postgresql/15/bin/pgbench"
CLASSES = 100


@contextlib.contextmanager
def database(kind, server, folder):
    """Yield the URL of an empty database."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/bench.sqlite3"
        return
    import psycopg

    name = f"bench_enrol_{os.getpid()}"
    with psycopg.connect(f"{server.rstrip('/')}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server.rstrip('/')}/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def environment(url, cache, folder, port):
    return {
        "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
        "DJANGO_SETTINGS_MODULE": "tests.enrolments.races.server_settings",  # production, without hashed file names
        "SECRET_KEY": "a-key-for-this-run-only-" * 4,
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": url,
        "CACHE_URL": cache or f"filecache://{folder}/cache",
        "STATIC_ROOT": f"{folder}/static",
        "MEDIA_ROOT": f"{folder}/media",
        "SECURE_SSL_REDIRECT": "0",
        "LOG_LEVEL": "ERROR",
        "PORT": str(port),
        "PYTHONWARNINGS": "ignore",
    }


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def pgbench(script, url, clients, seconds, *more):
    """Run a script of pgbench; return transactions per second and the mean latency in ms."""
    command = [PGBENCH, "-n", "-c", str(clients), "-j", str(min(2, clients)), "-T", str(seconds), "-f", str(script)]
    said = subprocess.run([*command, *more, url], capture_output=True, text=True, check=False)
    if said.returncode or "tps = " not in said.stdout:
        sys.exit(f"pgbench: {said.stderr[-1500:]}")
    tps = float(said.stdout.split("tps = ")[1].split()[0])
    return tps, float(said.stdout.split("latency average = ")[1].split()[0])


@contextlib.contextmanager
def server():
    """The production server with the environment's database, in a process group of its own."""
    command = [sys.executable, "-m", "gunicorn", "-c", "site/lifelong/server.py", "--log-level", "warning"]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


class Load:
    """Everything that is measured, with its figures: {(what, kind, clients, classes): rate}."""

    def __init__(self, options, url, folder, bench):
        self.options, self.url, self.folder, self.bench = options, url, Path(folder), bench
        self.rates, self.slow = {}, {}

    def measure(self, what, kind, call):
        for clients in self.options.clients:
            for classes in (1, CLASSES):
                work = self.bench.prepare(kind, clients, classes, self.options.seconds)
                times, seconds = call(work, clients)
                broken = self.bench.check(work)
                cuts = statistics.quantiles(times, n=100)
                rate = self.rates[what, kind, clients, classes] = len(times) / seconds
                self.slow[what, kind, clients, classes] = cuts[94] * 1000
                row(
                    what,
                    kind,
                    clients,
                    classes,
                    f"{rate:.0f}",
                    f"{cuts[49] * 1000:.0f}",
                    f"{cuts[94] * 1000:.0f}",
                    broken,
                )

    def bare(self):
        plain, replay = self.bench.scripts(self.folder)
        for clients in self.options.clients:
            for classes in (1, CLASSES):
                more = ["-D", f"classes={classes}"]
                tps, mean = pgbench(plain, self.url, clients, self.options.seconds, *more)
                self.rates["c", "seat", clients, classes] = tps
                row("(c) pgbench, 1 update + 1 insert", "", clients, classes, f"{tps:.0f}", f"{mean:.1f} mean", "", "")
                more += self.bench.prepare_replay(clients, classes, self.options.seconds)
                tps, mean = pgbench(replay, self.url, clients, self.options.seconds, *more)
                self.rates["d", "seat", clients, classes] = tps
                broken = self.bench.check_replay()
                row("(d) pgbench, our SQL", "seat", clients, classes, f"{tps:.0f}", f"{mean:.1f} mean", "", broken)

    def summary(self):
        rate, most = self.rates, max(self.options.clients)
        print(
            f"\nstatements of one enrolment: {self.bench.counted('seat')}; of joining the list: {self.bench.counted('list')}"
        )
        for what in ("a", "b", "c", "d"):
            for kind in ("seat", "list"):
                if (what, kind, most, 1) in rate:
                    ratios = [rate[what, kind, n, CLASSES] / rate[what, kind, n, 1] for n in self.options.clients]
                    print(f"({what}) {kind}: {CLASSES} classes / one: {', '.join(f'{ratio:.2f}' for ratio in ratios)}")
        for one, other in (("a", "d"), ("a", "c"), ("d", "c"), ("b", "a")):
            for classes in (1, CLASSES):
                if (one, "seat", most, classes) in rate and (other, "seat", most, classes) in rate:
                    share = [
                        100 * rate[one, "seat", n, classes] / rate[other, "seat", n, classes]
                        for n in self.options.clients
                    ]
                    print(f"({one}) / ({other}) on {classes}: {', '.join(f'{part:.0f} %' for part in share)}")
        for kind in ("seat", "list"):
            if ("b", kind, most, 1) in self.slow:
                print(f"p95 over HTTP, {most} clients, one class, {kind}: {self.slow['b', kind, most, 1]:.0f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    parser.add_argument("--server", default="postgres://postgres@127.0.0.1", help="a PostgreSQL server, without a name")
    parser.add_argument("--cache", default="redis://127.0.0.1:6379/14", help="empty: files")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--loads", nargs="+", choices="abcd", default=list("abcd"))
    parser.add_argument("--port", type=int, default=8105)
    options = parser.parse_args()
    if options.database == "postgres" and not Path(PGBENCH).exists():
        sys.exit("pgbench is missing: apt-get install postgresql-contrib, or run with --database sqlite")
    with tempfile.TemporaryDirectory() as folder, database(options.database, options.server, folder) as url:
        os.environ.update(environment(url, options.cache, folder, options.port))
        subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, check=True)
        import enrol_bench as bench  # needs the variables above

        bench.found()
        load = Load(options, url, folder, bench)
        print(f"{options.database}, {os.cpu_count()} cores, {options.seconds} s each, clients are processes\n")
        row("load", "what", "clients", "classes", "per second", "p50 ms", "p95 ms", "audit")
        row(*["---"] * 8)
        if "a" in options.loads:
            for kind in ("seat", "list"):
                load.measure("a", kind, bench.call_services)
        if "b" in options.loads:
            with server():
                for kind in ("seat", "list"):
                    load.measure("b", kind, lambda work, clients: bench.post(work, clients, options.port))
        if options.database == "postgres" and {"c", "d"} & set(options.loads):
            load.bare()
        load.summary()


if __name__ == "__main__":
    main()
