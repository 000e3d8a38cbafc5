"""Production's cache: Redis shared by all processes, sessions that survive without it."""

import os
import uuid

import pytest
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.cache import caches

from lifelong.settings.databases import cache

REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")


@pytest.fixture
def redis_cache(settings):
    """The cache that production makes from CACHE_URL, with keys of its own so that a shared server is not disturbed."""
    import redis

    try:
        with redis.Redis.from_url(REDIS) as client:
            client.ping()
    except redis.ConnectionError:
        pytest.skip(f"no Redis at {REDIS}: set TEST_REDIS_URL")
    settings.CACHES = {"default": {**cache(REDIS), "KEY_PREFIX": uuid.uuid4().hex}}
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
    yield caches["default"]
    caches["default"].close()


def test_redis_keeps_chinese_text_and_forgets_in_time(redis_cache):
    redis_cache.set("word", {"street": "清名桥街道"}, timeout=60)
    assert redis_cache.get("word") == {"street": "清名桥街道"}
    assert 0 < redis_cache._cache.get_client(None).ttl(redis_cache.make_key("word")) <= 60
    redis_cache.delete("word")
    assert redis_cache.get("word") is None


@pytest.mark.django_db
def test_a_session_is_read_from_redis_and_survives_its_loss(redis_cache, client, django_user_model):
    user = django_user_model.objects.create_superuser("guanli", password="a-long-password")
    client.force_login(user)
    key = SessionStore(client.session.session_key).cache_key
    assert redis_cache.get(key)["_auth_user_id"] == str(user.pk)
    redis_cache.delete(key)
    assert client.get("/admin/").status_code == 200, "the database still knows the session"
    assert redis_cache.get(key), "and it is in the cache again"


def test_a_cache_inside_one_process_is_refused():
    with pytest.raises(ValueError, match="one process"):
        cache("locmemcache://")
