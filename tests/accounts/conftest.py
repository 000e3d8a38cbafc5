"""Each test begins with an empty telephone and no limit used up."""

import pytest
from django.core.cache import cache

from accounts import sms


@pytest.fixture(autouse=True)
def fresh_doors():
    cache.clear()
    sms.outbox.clear()
