"""A database of its own, the production server on it, and hands beside it: what every race starts from."""

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from django.db import connection

ROOT = Path(__file__).resolve().parents[3]
HERE = "tests.enrolments.races"
WORKERS, THREADS = 2, 4


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def copy_of_the_test_database(folder, purpose):
    """Copy the migrated test database; yield the copy's DATABASE_URL. Call it outside any test's transaction."""
    if connection.vendor == "sqlite":
        path = folder / f"{purpose}.sqlite3"
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)
        yield f"sqlite:///{path}"
        return
    template = connection.settings_dict["NAME"]
    name = f"{template}_{purpose}_{os.getpid()}"
    connection.close()  # PostgreSQL copies only what nobody uses
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


class Hand:
    """A process of hand.py. ``hand.claims(code=…)`` calls and waits; ``start`` and ``finish`` leave it to its work."""

    def __init__(self, environment):
        command = [sys.executable, "-m", f"{HERE}.hand"]
        self.process = subprocess.Popen(  # noqa: S603  our own program
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def start(self, name, **arguments):
        self.process.stdin.write(json.dumps([name, arguments]) + "\n")
        self.process.stdin.flush()

    def finish(self):
        line = self.process.stdout.readline()
        assert line, "the hand died: see its words above"
        return json.loads(line)

    def __getattr__(self, name):
        def call(**arguments):
            self.start(name, **arguments)
            return self.finish()

        return call

    def close(self):
        self.process.kill()
        self.process.wait(30)
        self.process.stdin.close()
        self.process.stdout.close()


class House:
    """Ask it for a ``server()`` and for ``hand()``s; ``race(jobs)`` lets one process per job go at once."""

    def __init__(self, url, folder, contents):
        self.url, self.folder, self.contents, self.port = url, folder, contents, free_port()
        self.stack = contextlib.ExitStack()
        self.environment = {
            **os.environ,
            "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
            "DJANGO_SETTINGS_MODULE": f"{HERE}.server_settings",
            "SECRET_KEY": "for-this-run-only-" * 4,
            "ALLOWED_HOSTS": "127.0.0.1",
            "DATABASE_URL": url,
            "CACHE_URL": f"filecache://{folder / 'cache'}",
            "STATIC_ROOT": str(folder / "static"),
            "MEDIA_ROOT": str(folder / "media"),
            "SECURE_SSL_REDIRECT": "0",
            "LOG_LEVEL": "ERROR",
            "WEB_CONCURRENCY": str(WORKERS),
            "WEB_THREADS": str(THREADS),
        }

    def hand(self):
        hand = Hand(self.environment)
        self.stack.callback(hand.close)
        return hand

    def serve(self, application="lifelong.wsgi"):
        """Start gunicorn in a process group of its own; call ``wait_for_server`` before asking it."""
        command = [sys.executable, "-m", "gunicorn", "-c", "site/lifelong/server.py", "--log-level", "warning"]
        command += ["--bind", f"127.0.0.1:{self.port}", application]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, start_new_session=True)  # noqa: S603
        self.stack.callback(self.end_server, signal.SIGKILL)  # its database goes with it

    def wait_for_server(self, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process.poll() is None, "the server did not start: see its words above"
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            time.sleep(0.05)
        raise TimeoutError("the server did not answer")

    def end_server(self, how=signal.SIGTERM):
        if self.process.returncode is None:
            os.killpg(self.process.pid, how)
            self.process.wait(30)

    def race(self, jobs):
        """Let one process per job go at the same moment; return the answers in the order of the jobs."""
        return finish_race(self.start_race(jobs))

    def start_race(self, jobs):
        script = Path(__file__).with_name("clients.py")
        command = [sys.executable, "-S", "-E", str(script), "127.0.0.1", str(self.port)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
        process.stdin.write(json.dumps(jobs))
        process.stdin.close()
        return process


def finish_race(process):
    answers = [json.loads(line) for line in process.stdout]
    process.stdout.close()
    assert process.wait(30) == 0
    return sorted(answers, key=lambda answer: answer["job"])


def enrol_job(code, person, key=None):
    """The POST of the page that confirms; the same ``key`` twice is a double click."""
    key = key or uuid.uuid4()
    return _post(f"/enrol/{code}/", person, question="confirm", person=person["pk"], key=str(key), wait="on")


def leave_job(receipt, person):
    return _post(f"/me/enrolments/{receipt}/leave/", person)


def answer_job(receipt, person, answer):
    return _post(f"/me/enrolments/{receipt}/answer/", person, answer=answer)


def _post(path, somebody, **fields):
    return {"path": path, "cookie": somebody["cookie"], "body": urlencode(fields | {"csrfmiddlewaretoken": "c" * 32})}


def receipt_of(answer):
    """The receipt a confirmed enrolment was redirected to; None for anything else."""
    path = answer["location"]
    confirmed = answer["status"] == 302 and path.startswith("/me/enrolments/")
    return path.split("/")[3] if confirmed else None
