"""Gunicorn's settings: ``gunicorn -c site/lifelong/server.py``. Figures and reasons: docs/operations.md."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

wsgi_app = "lifelong.wsgi"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# Load once, before the processes part: they share memory, and a missing setting is said once.
preload_app = True
# A fresh process now and then keeps a slow leak from becoming an outage; the jitter keeps them from going together. Rarely: kept
# pages go with the process, and search takes a second to warm, which in a rush of thousands a second came every few seconds.
max_requests = 200_000
max_requests_jitter = 50_000
timeout = 60  # seconds without a sign of life from a process; a long import in one of its threads is not cut off
graceful_timeout = 30
keepalive = 5
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  a heartbeat file must not wait for a disk
control_socket_disable = True
accesslog = os.environ.get("ACCESS_LOG") or None
errorlog = "-"


def post_worker_init(worker):
    """What search keeps in memory is made before the process takes its first question.

    In each process and not once before they part: the pool of connections to PostgreSQL has threads, and a fork has none of them.
    """
    from search.engine import warm

    try:
        warm()
    except Exception:  # a database that is not there yet is no reason not to start: the first question makes it then
        worker.log.exception("search is not warm")
