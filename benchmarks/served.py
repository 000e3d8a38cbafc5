"""Our pages beside a bare Django view under the same server, in turns: the second half of pages.py.

Gunicorn with the production settings (site/lifelong/server.py), two processes, Redis where it answers and files where it
does not; the same gunicorn settings with ``hello.py``. Each visitor makes a new connection, as the proxy of
docs/operations.md does. *Kept* is what an anonymous reader gets; *made* carries a cookie that the page cache does not know,
so that each page is made anew.
"""

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
import time
from multiprocessing import Pool
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORKERS, CONNECTIONS, PORT = 2, 8, 8960
REDIS = ("127.0.0.1", 6379, 14)
PAGES = ("首页", "找课", "课程")
PAST_THE_CACHE = "bench=1"
#: The promises: share of hello's requests a second, queries, MB a process.
LEAST_KEPT, LEAST_MADE, MOST_QUERIES, MOST_MB = 0.70, 0.05, 12, 140


# ---------------------------------------------------------------- servers


def _redis_answers():
    with contextlib.suppress(OSError), socket.create_connection(REDIS[:2], timeout=1) as connection:
        connection.sendall(b"PING\r\n")
        return connection.recv(16).startswith(b"+PONG")
    return False


def environment(database, folder):
    return {
        **os.environ,
        "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
        "DJANGO_SETTINGS_MODULE": "lifelong.settings.production",
        "SECRET_KEY": "a-key-for-this-run-only-" * 4,
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": database,
        "CACHE_URL": "redis://{}:{}/{}".format(*REDIS) if _redis_answers() else f"filecache://{folder}/cache",
        "STATIC_ROOT": f"{folder}/static",
        "MEDIA_ROOT": f"{folder}/media",
        "SECURE_SSL_REDIRECT": "0",
        "LOG_LEVEL": "ERROR",
        "WEB_CONCURRENCY": str(WORKERS),
        "PYTHONWARNINGS": "ignore",
    }


@contextlib.contextmanager
def running(config, port, variables):
    """Start gunicorn with ``config`` in a process group of its own; yield its pid when it answers."""
    command = [sys.executable, "-m", "gunicorn", "-c", config, "--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    process = subprocess.Popen(command, cwd=ROOT, env=variables, start_new_session=True)
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if process.poll() is not None:
                sys.exit(f"{config} 没有启动：{process.returncode}")
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            time.sleep(0.2)
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(40)


def memory_mb(master):
    """[(Rss, Pss)] in MB of each worker of ``master`` (Linux). Pss counts a page that is shared once."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == master:
                said = (folder / "smaps_rollup").read_text()
                found.append(
                    tuple(int(re.search(rf"^{kind}:\s+(\d+)", said, re.M)[1]) / 1024 for kind in ("Rss", "Pss"))
                )
    return found


# ---------------------------------------------------------------- visitors


def _visit(job):
    port, path, cookie, seconds = job
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nAccept-Encoding: gzip\r\n"
    request = (request + (f"Cookie: {cookie}\r\n" if cookie else "") + "\r\n").encode()
    answered, stop = 0, time.monotonic() + seconds
    while time.monotonic() < stop:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(request)
            first = connection.recv(65536)
            if b" 200 " not in first[:20]:
                raise RuntimeError(f"{path}: {first[:80]}")
            while connection.recv(65536):
                pass
        answered += 1
    return answered


def rate(port, path, cookie, seconds):
    """Requests a second that CONNECTIONS visitors get answered: from wrk where it is installed, else from processes."""
    if not shutil.which("wrk"):
        with Pool(CONNECTIONS) as visitors:
            return sum(visitors.map(_visit, [(port, path, cookie, seconds)] * CONNECTIONS, chunksize=1)) / seconds
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s"]
    command += [
        "-H",
        "Connection: close",
        "-H",
        "Accept-Encoding: gzip",
        *(["-H", f"Cookie: {cookie}"] if cookie else []),
    ]
    said = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{path}"], check=True, capture_output=True, text=True
    ).stdout
    if "Non-2xx" in said:
        sys.exit(f"{path}: {said}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


def _is_kept(port, path, cookie):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"} | ({"Cookie": cookie} if cookie else {}))
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        sys.exit(f"{path} 回答 {response.status}，不能测。")
    return response.getheader("Cache-Control") == "no-cache"


# ---------------------------------------------------------------- the run


def serve_and_measure(database, addresses, rounds, seconds):
    """Return ({(label, kept): [share of hello of each round]}, {…: [requests a second]}, [(Rss, Pss)])."""
    asked = {
        (label, kept): (addresses[label], "" if kept else PAST_THE_CACHE) for kept in (True, False) for label in PAGES
    }
    shares, rates, hellos = {key: [] for key in asked}, {key: [] for key in asked}, []
    with tempfile.TemporaryDirectory(prefix="lifelong-served-") as folder:
        variables = environment(database, folder)
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
        subprocess.run(collect, cwd=ROOT, env=variables, check=True)
        with (
            running("site/lifelong/server.py", PORT, variables) as master,
            running("benchmarks/hello_server.py", PORT + 1, variables),
        ):
            for (label, kept), (path, cookie) in asked.items():
                for _time in range(2 * WORKERS):
                    if _is_kept(PORT, path, cookie) != kept:
                        sys.exit(f"{label}：{'应该' if kept else '不该'}进页面缓存。")
                rate(PORT, path, cookie, 1)
            rate(PORT + 1, "/", "", 1)
            for number in range(rounds):
                for key in list(asked) if number % 2 == 0 else list(asked)[::-1]:
                    path, cookie = asked[key]
                    before = rate(PORT + 1, "/", "", seconds)
                    mine = rate(PORT, path, cookie, seconds)
                    after = rate(PORT + 1, "/", "", seconds)
                    hellos += [before, after]
                    rates[key].append(mine)
                    shares[key].append(mine / statistics.mean((before, after)))
                print(f"第 {number + 1} 轮", file=sys.stderr)
            memory = memory_mb(master)
    rates["hello"] = hellos
    return shares, rates, memory


def report(shares, rates, memory, queries):
    """Print the table; return the sentences of the promises that are broken."""
    broken = []
    tool = "wrk" if shutil.which("wrk") else "Python"
    print(
        f"\n{WORKERS} 个进程，{CONNECTIONS} 个读者（{tool}），{os.cpu_count()} 核；hello 每秒 {statistics.median(rates['hello']):.0f} 次"
    )
    print("| 页面 | 缓存 次/秒 | 占 hello | 现做 次/秒 | 占 hello | 查询 |\n|---|---|---|---|---|---|")
    for label in PAGES:
        cells = []
        for kept, least in ((True, LEAST_KEPT), (False, LEAST_MADE)):
            share = statistics.median(shares[label, kept])
            low, high = min(shares[label, kept]), max(shares[label, kept])
            cells.append(f"{statistics.median(rates[label, kept]):.0f} | {share:.1%}（{low:.1%}–{high:.1%}）")
            if share < least:
                broken.append(f"{label}{'缓存' if kept else '现做'}只有 hello 的 {share:.1%}，应不低于 {least:.0%}。")
        if queries[label] > MOST_QUERIES:
            broken.append(f"{label}现做要 {queries[label]} 次查询，应不超过 {MOST_QUERIES} 次。")
        print(f"| {label} | {' | '.join(cells)} | {queries[label]} |")
    print("每个进程内存（RSS/PSS，MB）：" + "，".join(f"{rss:.0f}/{pss:.0f}" for rss, pss in memory))
    most = max((pss for _rss, pss in memory), default=0)
    if most > MOST_MB:
        broken.append(f"有进程用了 {most:.0f} MB（PSS），应不超过 {MOST_MB} MB。")
    return broken
