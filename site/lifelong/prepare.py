"""What ``make run`` does before it serves: database, district, roles, demo accounts, a demo term and what waits at their desks.

Every step can be repeated and a step with nothing to do costs nothing, so that a second start
takes seconds. It fills a *demonstration*; a production site runs the commands it wants itself
(docs/operations.md).
"""

import hashlib
import os
import sys
import time

import django
from django.conf import settings
from django.core.management import call_command

#: Class runs in the demo term: enough for every list to have several pages.
DEMO_SIZE = 600
DEMO_SEED = 1


def say(text):
    print(text, flush=True)  # noqa: T201  a program of the command line


def migrate():
    try:
        call_command("migrate", check_unapplied=True, verbosity=0)
    except SystemExit:
        say("· 建数据库（约十秒）……")
        call_command("migrate", verbosity=0)


def district_fingerprint():
    """One hash of the district's files: a changed file is loaded again."""
    digest = hashlib.sha256()
    for path in sorted(settings.DISTRICT_DATA.rglob("*")):
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def load_district():
    """Load the district's files where they or the database are new. What an editor changed since then is left alone."""
    from network.models import StreetPage

    stamp = settings.VAR_DIR / "district.sha256"
    fingerprint = district_fingerprint()
    loaded = StreetPage.objects.exists() and stamp.exists() and stamp.read_text() == fingerprint
    if not loaded:
        say("· 载入街道、分中心、社区和课程 ……")
        call_command("load_district")
        stamp.write_text(fingerprint)


def seed_demo():
    """Make a term around today; when the last one is over, a new one takes its place."""
    from django.utils import timezone

    from home.seeding.marks import TERM_CODE
    from timetable.models import Term

    if not Term.objects.filter(code__startswith=TERM_CODE, ends_on__gte=timezone.localdate()).exists():
        say("· 编一个演示学期 ……")
        call_command("create_demo_accounts", verbosity=0)  # there is work for them in the term
        call_command("seed_demo", size=DEMO_SIZE, seed=DEMO_SEED)


def addresses(base):
    from network.models import StreetPage

    street = StreetPage.objects.live().order_by("path").first()
    lines = [
        ("首页", "/"),
        ("找课", "/courses/"),
        ("学习网络", "/network/"),
        ("活动", "/events/"),
        *([(street.street_name, street.url)] if street else []),
        ("管理后台", "/admin/"),
    ]
    return [f"  {name}  {base}{path}" for name, path in lines]


def main(base):
    started = time.monotonic()
    django.setup()
    migrate()
    load_district()
    seed_demo()
    say("")
    # It brings the roles up to date first (sync_roles).
    call_command("create_demo_accounts")
    say("\n网址：\n" + "\n".join(addresses(base)))
    say(f"\n准备好了，用了 {time.monotonic() - started:.0f} 秒。按 Ctrl+C 停止。\n")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lifelong.settings.dev")
    main(sys.argv[1].rstrip("/"))
