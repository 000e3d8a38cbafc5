"""Production: four variables, each of which stops start-up with one sentence when missing.

DATABASE_URL, CACHE_URL, SECRET_KEY, ALLOWED_HOSTS. See docs/operations.md.
"""

import os

from lifelong.settings.base import *  # noqa: F403  a settings module is its base plus a few lines
from lifelong.settings.base import TASKS, VAR_DIR, env
from lifelong.settings.databases import cache, database
from lifelong.settings.required import required


def host_list(text):
    """Split ``a.example,b.example``; an empty list is an error, not a site that answers nobody."""
    hosts = [host.strip() for host in text.split(",") if host.strip()]
    if not hosts:
        raise ValueError(text)
    return hosts


def https_address(text):
    """Return ``text`` if it is an https address: a code may not travel in the open."""
    if not text.startswith("https://"):
        raise ValueError(text)
    return text


DEBUG = False
SECRET_KEY = required("SECRET_KEY", "一段随机的长文字，用来给登录签名")
ALLOWED_HOSTS = required("ALLOWED_HOSTS", "网站域名，多个用逗号分开", host_list)
DATABASES = {"default": required("DATABASE_URL", "数据库地址，如 postgres://用户:密码@主机/库名", database)}
CACHES = {"default": required("CACHE_URL", "缓存地址，如 redis://127.0.0.1:6379/1", cache)}

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
MEDIA_ROOT = env("MEDIA_ROOT", default=str(VAR_DIR / "media"))
STATIC_ROOT = env("STATIC_ROOT", default=str(VAR_DIR / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WAGTAILADMIN_BASE_URL = env("BASE_URL", default=f"https://{ALLOWED_HOSTS[0].lstrip('.*')}")

# TLS ends at the proxy in front; it says so in this header (docs/operations.md).
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)  # one year
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [f"https://{'*' if host.startswith('.') else ''}{host}" for host in ALLOWED_HOSTS if host != "*"]

# The visitor's address, for the limits of the doors, is what this many proxies in front of us say it is.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1)

# Text messages: the district's gateway, or an honest refusal (docs/mechanisms/sign-in.md).
if os.environ.get("SMS_WEBHOOK_URL"):
    SMS_BACKEND = "accounts.sms.webhook"
    SMS_WEBHOOK_URL = required("SMS_WEBHOOK_URL", "短信网关的 https 地址", https_address)
    SMS_WEBHOOK_SECRET = required("SMS_WEBHOOK_SECRET", "和短信网关约定的签名密钥")

# Letters of the workflow to those who approve and who wrote (docs/mechanisms/help.md). Without a server none is sent.
vars().update(env.email_url("EMAIL_URL", default="dummymail://"))
DEFAULT_FROM_EMAIL = env("EMAIL_FROM", default=f"noreply@{ALLOWED_HOSTS[0].lstrip('.*') or 'localhost'}")

# One process more: manage.py db_worker (docs/operations.md, "Notices and background work").
TASKS = TASKS | {"background": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "sms"]}}

# Django's default shows nothing when DEBUG is off: an error would leave no trace.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {"handlers": ["stderr"], "propagate": False},
        "django_tasks": {"level": "WARNING"},  # four lines for every saved page otherwise
    },
}
