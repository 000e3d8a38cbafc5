"""Development: `make run`. SQLite unless DATABASE_URL says otherwise."""

from lifelong.settings.base import *  # noqa: F403  a settings module is its base plus a few lines
from lifelong.settings.base import DEVELOPMENT_DATABASE_URL, VAR_DIR, env
from lifelong.settings.databases import database

VAR_DIR.mkdir(exist_ok=True)

DATABASES = {"default": database(env("DATABASE_URL", default=DEVELOPMENT_DATABASE_URL))}

DEBUG = True
SECRET_KEY = "development-only-never-in-production"  # noqa: S105  production.py refuses to start without its own
ALLOWED_HOSTS = ["*"]
INTERNAL_IPS = ["127.0.0.1"]
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
SMS_BACKEND = "accounts.sms.console"
STAFF_MFA_REQUIRED = False  # the demo accounts' passwords are printed anyway
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # http://localhost
