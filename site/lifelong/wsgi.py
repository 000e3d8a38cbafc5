"""WSGI entry point: ``PYTHONPATH=.:site gunicorn lifelong.wsgi``."""

import os
import sys
from pathlib import Path

# The apps stand beside site/, so a server started inside site/ finds them too.
ROOT = str(Path(__file__).resolve().parents[2])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lifelong.settings.production")

from django.core.wsgi import get_wsgi_application  # noqa: E402  settings must be named first

application = get_wsgi_application()
