"""Keep uploaded tables between preview and confirmation: what was shown is exactly what is applied.

The files lie in a folder outside the media root, named by chance and known only to the
uploader's session; their hashes are in the session. They go when they are applied or
given up, and any upload clears away what others left behind.
"""

import hashlib
import json
import secrets
import shutil
import time
from pathlib import Path

from django.conf import settings

from core.importing.report import Report
from core.importing.runner import Source

SESSION_KEY = "district_import"
REPORT = "report.json"
LIFETIME_S = 60 * 60  # seconds after which a forgotten upload is removed


def _root():
    return Path(settings.VAR_DIR) / "imports"


def _digest(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sweep():
    """Remove uploads older than LIFETIME_S."""
    if _root().is_dir():
        for folder in _root().iterdir():
            if time.time() - folder.stat().st_mtime > LIFETIME_S:
                shutil.rmtree(folder, ignore_errors=True)


def stage(session, uploads, kind=""):
    """Keep ``uploads`` (Django's UploadedFile) for this session, instead of what it kept before; return Sources.

    ``kind``: the stem of the table that all of them are, where somebody said so.
    """
    discard(session)
    _sweep()
    token = secrets.token_urlsafe(24)
    folder = _root() / token
    folder.mkdir(parents=True, mode=0o700)
    files = []
    for number, upload in enumerate(uploads):
        # The name people gave is only told back to them: on disk it could point elsewhere.
        path = folder / f"{number}{Path(upload.name).suffix.lower()[:6]}"
        with path.open("wb") as target:
            for chunk in upload.chunks():
                target.write(chunk)
        files.append({"name": Path(upload.name).name, "stored": path.name, "sha256": _digest(path)})
    session[SESSION_KEY] = {"token": token, "files": files, "kind": kind}
    return staged(session)


def staged(session):
    """Return the Sources this session has uploaded; [] when there are none, they expired or were changed on disk."""
    kept = session.get(SESSION_KEY)
    if not kept:
        return []
    folder = _root() / kept["token"]
    sources = []
    for file in kept["files"]:
        path = folder / file["stored"]
        if not path.is_file() or _digest(path) != file["sha256"]:
            return []
        sources.append(Source(file["name"], path, kept["kind"]))
    return sources


def remember(session, report):
    """Keep what the preview found beside the files: its pages are turned without another run."""
    path = _root() / session[SESSION_KEY]["token"] / REPORT
    path.write_text(json.dumps(report.as_data()), encoding="utf-8")


def remembered(session):
    """Return the Report that ``remember`` kept, or None."""
    kept = session.get(SESSION_KEY)
    path = _root() / kept["token"] / REPORT if kept else None
    if path is None or not path.is_file():
        return None
    return Report.from_data(json.loads(path.read_text(encoding="utf-8")))


def discard(session):
    """Remove this session's uploads."""
    kept = session.pop(SESSION_KEY, None)
    if kept:
        shutil.rmtree(_root() / kept["token"], ignore_errors=True)
