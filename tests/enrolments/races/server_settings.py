"""Production's settings for a server that tests start: files are not hashed, so nothing has to be collected first."""

from lifelong.settings.production import *  # noqa: F403  production plus one line
from lifelong.settings.production import STORAGES

STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
