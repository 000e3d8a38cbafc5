"""Two production servers on our own pages, in one run: gunicorn (threads) and granian (WSGI).

    python benchmarks/servers.py [--database postgres://postgres@127.0.0.1/] [--rounds 3] [--seconds 6]

Builds a database of its own with the district and a demo term, runs production settings, and takes
the servers in turns, round after round, so that a drift of the machine strikes both. Load comes from
``wrk`` where installed (apt-get install wrk), else from Python threads. Figures are the median of the
rounds; only their ratio means something on another machine. granian is not a dependency of the
project: pip install granian==2.8.7.
"""

import argparse
import contextlib
import http.client
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORKERS, THREADS, CONNECTIONS = 2, 4, 8
PAGES = {"home": "/", "courses": "/courses/", "course": None, "street": "/network/qingmingqiao/"}


def servers(port):
    """The commands under test: the same number of processes and of threads in each."""
    python = [sys.executable, "-m"]
    return {
        "gunicorn": [*python, "gunicorn", "-c", "site/lifelong/server.py", "--bind", f"127.0.0.1:{port}"],
        "granian": [
            *python,
            "granian",
            *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws"),
            *("--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--backpressure", str(THREADS)),
            *("--log-level", "warning"),
            "lifelong.wsgi:application",
        ],
    }


def manage(environment, *arguments):
    command = [sys.executable, "manage.py", *arguments]
    result = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(arguments)}: {result.stderr[-2000:]}")
    return result.stdout


@contextlib.contextmanager
def database(server_url):
    """Make an empty database on the server, yield its URL, drop it."""
    import psycopg

    name = f"bench_servers_{os.getpid()}"
    with psycopg.connect(f"{server_url.rstrip('/')}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server_url.rstrip('/')}/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def running(command, environment, port):
    """Start a server in a process group of its own; yield when it answers; stop all of it."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            if process.poll() is not None:
                sys.exit(f"{command} ended with {process.returncode}")
            time.sleep(0.1)
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def memory_mb(group):
    """Proportional memory of a process group in MB (Linux), shared pages counted once."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.getpgid(int(folder.name)) == group:
                total += int(re.search(r"^Pss:\s+(\d+)", (folder / "smaps_rollup").read_text(), re.M)[1])
    return total / 1024


def load_with_wrk(url, seconds, header):
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "20s", "--latency", "-H", header, url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"{url}: {said}")

    def milliseconds(share):
        number, unit = re.search(rf"^\s+{share}%\s+([\d.]+)(us|ms|s)", said, re.M).groups()
        return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]

    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]), milliseconds(50), milliseconds(99)


def load_with_threads(url, seconds, header):
    host, path = re.match(r"http://([^/]+)(/.*)", url).groups()
    times, stop = [], time.monotonic() + seconds

    def visit():
        connection = http.client.HTTPConnection(host, timeout=30)
        while time.monotonic() < stop:
            started = time.perf_counter()
            connection.request("GET", path, headers=dict([header.split(": ")]))
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                raise RuntimeError(f"{path}: {response.status}")
            times.append((time.perf_counter() - started) * 1000)

    threads = [threading.Thread(target=visit) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cuts = statistics.quantiles(times, n=100)
    return len(times) / seconds, cuts[49], cuts[98]


def prepare(environment):
    """Fill the database; return the address of a course page that has class runs."""
    manage(environment, "migrate", "-v", "0")
    manage(environment, "load_district", "-v", "0")
    manage(environment, "seed_demo", "--size", "600", "--seed", "1", "-v", "0")
    manage(environment, "collectstatic", "--noinput", "-v", "0")
    code = (
        "from courses.models import CoursePage; from timetable.models import ClassRun; "
        "print(CoursePage.objects.live().filter(pk__in=ClassRun.objects.values('learning_id')).first().url)"
    )
    return manage(environment, "shell", "-v", "0", "-c", code).strip().splitlines()[-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--database", default="postgres://postgres@127.0.0.1", help="a PostgreSQL server, without a name"
    )
    parser.add_argument("--cache", default="redis://127.0.0.1:6379/14")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--port", type=int, default=8990)
    parser.add_argument("--keep-alive", action="store_true", help="visitors keep their connections")
    options = parser.parse_args()
    # The proxy of docs/operations.md opens a connection for each request; kept ones stick to one process each.
    header = "Connection: keep-alive" if options.keep_alive else "Connection: close"
    load = load_with_wrk if shutil.which("wrk") else load_with_threads
    figures, memory = {}, {}
    with tempfile.TemporaryDirectory() as static, database(options.database) as url:
        environment = {
            **os.environ,
            "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
            "DJANGO_SETTINGS_MODULE": "lifelong.settings.production",
            "SECRET_KEY": "a-key-for-this-run-only-" * 4,
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "DATABASE_URL": url,
            "CACHE_URL": options.cache,
            "SECURE_SSL_REDIRECT": "0",
            "STATIC_ROOT": static,
            "WEB_CONCURRENCY": str(WORKERS),
            "WEB_THREADS": str(THREADS),
        }
        pages = {**PAGES, "course": prepare(environment)}
        for round_number in range(options.rounds):
            names = list(servers(options.port).items())
            for name, command in names if round_number % 2 == 0 else reversed(names):
                with running(command, environment, options.port) as process:
                    for page, path in pages.items():
                        address = f"http://127.0.0.1:{options.port}{path}"
                        load(address, 2, header)  # warm
                        figures.setdefault((page, name), []).append(load(address, options.seconds, header))
                    memory.setdefault(name, []).append(memory_mb(process.pid))
    print(
        f"{load.__name__}, {CONNECTIONS} visitors, {header}, {WORKERS} processes x {THREADS} threads, {os.cpu_count()} cores"
    )
    print("| page | server | requests/s | p50 ms | p99 ms |\n|---|---|---|---|---|")
    for (page, name), rounds in sorted(figures.items()):
        rate, middle, slow = (statistics.median(column) for column in zip(*rounds, strict=True))
        spread = "–".join(f"{edge(rate for rate, _, _ in rounds):.0f}" for edge in (min, max))
        print(f"| {page} | {name} | {rate:.0f} ({spread}) | {middle:.0f} | {slow:.0f} |")
    for name, values in memory.items():
        print(f"memory of {name}: {statistics.median(values):.0f} MB")


if __name__ == "__main__":
    main()
