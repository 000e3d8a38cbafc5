"""Lighthouse on the four pages residents meet first, against the production server: ``make lighthouse``.

Lighthouse comes from npm into ``var/lighthouse`` with ``--ignore-scripts`` (so that no browser is downloaded) and
drives the machine's own Chromium with its mobile profile: a mid-range phone, slow 4G. Exit code 1 when a promise of
docs/design.md is broken. The environment is that of ``make serve``.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / "var" / "lighthouse"
VERSION = "13.5.0"
PORT = 8077
CATEGORIES = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
MOST_KB, MOST_SCRIPT_KB, MOST_SHIFT = 100, 20, 0.02
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def install():
    """Bring Lighthouse; return the program."""
    program = HOME / "node_modules" / ".bin" / "lighthouse"
    if not program.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", f"lighthouse@{VERSION}"]
        subprocess.run(command, cwd=HOME, check=True, stdout=subprocess.DEVNULL)
    return program


def addresses():
    """(name, path) of the four pages; the course and the street are the first with a class run."""
    import django

    django.setup()
    from courses.models import CoursePage
    from network.models import StreetPage

    course = CoursePage.objects.live().filter(class_runs__isnull=False).order_by("path").first()
    street = StreetPage.objects.live().order_by("path").first()
    return [("首页", "/"), ("找课", "/courses/"), ("课程", course.url), ("街道", street.url)]


def server():
    """Start gunicorn as in production and wait until it answers."""
    command = [sys.executable, "-m", "gunicorn", "-c", "site/lifelong/server.py", "--bind", f"127.0.0.1:{PORT}"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    for _second in range(60):
        try:
            with urllib.request.urlopen(f"http://localhost:{PORT}/", timeout=5):
                return process
        except OSError:
            time.sleep(1)
    process.terminate()
    raise SystemExit("the server did not start")


def measure(program, path):
    """Return Lighthouse's report of ``path`` on a throttled phone."""
    chromium = next(filter(None, map(shutil.which, BROWSERS)))
    environment = {**os.environ, "CHROME_PATH": os.environ.get("CHROME_PATH", chromium)}
    command = [
        str(program),
        f"http://localhost:{PORT}{path}",
        "--quiet",
        "--output=json",
        "--form-factor=mobile",
        "--chrome-flags=--headless=new --no-sandbox --disable-background-networking",
    ]
    return json.loads(subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE).stdout)


def row_of(report):
    """Scores, kB over the wire of HTML, CSS and JavaScript, of JavaScript alone, and the layout shift."""
    items = report["audits"]["network-requests"]["details"]["items"]
    sizes = {}
    for item in items:
        sizes[item["resourceType"]] = sizes.get(item["resourceType"], 0) + item["transferSize"] / 1000
    audits = report["audits"]
    return {
        **{name: round(100 * report["categories"][name]["score"]) for name in CATEGORIES},
        "kB": sum(sizes.get(kind, 0) for kind in ("Document", "Stylesheet", "Script")),
        "script kB": sizes.get("Script", 0),
        "CLS": audits["cumulative-layout-shift"]["numericValue"],
        "LCP s": audits["largest-contentful-paint"]["numericValue"] / 1000,
    }


def failures(row):
    bad = [name for name, least in CATEGORIES.items() if row[name] < least]
    bad += ["kB"] if row["kB"] > MOST_KB else []
    bad += ["script kB"] if row["script kB"] > MOST_SCRIPT_KB else []
    return bad + (["CLS"] if row["CLS"] > MOST_SHIFT else [])


def main():
    program, pages, broken = install(), addresses(), []
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"], cwd=ROOT, check=True)
    process = server()
    try:
        print(
            "| page | perf. | access. | best pr. | SEO | kB | script kB | CLS | LCP s |\n|---|---|---|---|---|---|---|---|---|"
        )
        for name, path in pages:
            report = measure(program, path)
            row = row_of(report)
            cells = [f"{value:.0f}" for value in list(row.values())[:4]]
            cells += [f"{row['kB']:.1f}", f"{row['script kB']:.1f}", f"{row['CLS']:.3f}", f"{row['LCP s']:.2f}"]
            print(f"| {name} | {' | '.join(cells)} |", flush=True)
            (HOME / f"{name}.json").write_text(json.dumps(report))
            for what in failures(row):
                broken.append(f"{name}: {what}")
                audits = [ref["id"] for ref in report["categories"].get(what, {}).get("auditRefs", []) if ref["weight"]]
                low = [each for each in audits if (report["audits"][each]["score"] or 0) < 0.9]
                print(f"  {what}: {', '.join(low)}")
    finally:
        process.terminate()
        process.wait()
    print("；".join(broken) or "四个页面都达到 docs/design.md 的数。")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "site")]
    sys.exit(main())
