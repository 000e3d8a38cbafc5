"""Gunicorn's settings of the real site (site/lifelong/server.py) with hello.py behind them."""

import runpy
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
globals().update(
    {
        name: value
        for name, value in runpy.run_path(str(HERE.parent / "site" / "lifelong" / "server.py")).items()
        if name.islower() and name not in {"os", "sys", "post_worker_init"} and not name.startswith("_")
    }
)
sys.path.insert(0, str(HERE))
wsgi_app = "hello:application"
