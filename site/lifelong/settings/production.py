"""Production: four variables, each of which stops start-up with one sentence when missing.

DATABASE_URL, CACHE_URL, SECRET_KEY, ALLOWED_HOSTS. See docs/operations.md.
"""

from lifelong.settings.base import *  # noqa: F403  a settings module is its base plus a few lines
from lifelong.settings.base import env, environ
from lifelong.settings.databases import database
from lifelong.settings.required import required

DEBUG = False
SECRET_KEY = required("SECRET_KEY", "一段随机的长文字，用来给登录签名")
ALLOWED_HOSTS = required("ALLOWED_HOSTS", "网站域名，多个用逗号分开").split(",")
DATABASES = {"default": database(required("DATABASE_URL", "数据库地址，如 postgres://用户:密码@主机/库名"))}
CACHES = {
    "default": environ.Env.cache_url_config(
        required("CACHE_URL", "缓存地址，如 redis://127.0.0.1:6379/1")
    )
}

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# TLS ends at the proxy in front; it says so in this header (docs/operations.md).
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS if host != "*"]
