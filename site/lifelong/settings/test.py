"""Tests: quick hashes, no disk cache, files in a folder of their own. The database is DATABASE_URL's."""

import tempfile

from lifelong.settings.base import *  # noqa: F403  a settings module is its base plus a few lines
from lifelong.settings.base import DEVELOPMENT_DATABASE_URL, VAR_DIR, env
from lifelong.settings.databases import database

VAR_DIR.mkdir(exist_ok=True)

DATABASES = {"default": database(env("DATABASE_URL", default=DEVELOPMENT_DATABASE_URL))}

DEBUG = False
SECRET_KEY = "tests-only"  # noqa: S105  signs nothing that leaves the test
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SMS_BACKEND = "accounts.sms.memory"
STAFF_MFA_REQUIRED = False  # the tests of the gate turn it on
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MEDIA_ROOT = tempfile.mkdtemp(prefix="lifelong-media-")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True

# A pool keeps connections open and the test database could not be dropped.
DATABASES["default"].get("OPTIONS", {}).pop("pool", None)
