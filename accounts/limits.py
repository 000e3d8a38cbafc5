"""How often something may be asked for. Counters in the cache: nothing here says who asked.

Keys are hashes made with the site's secret, so that neither the cache nor a dump of it holds a telephone number.
"""

import time
from dataclasses import dataclass

from django.core.cache import cache
from django.utils import timezone
from django.utils.crypto import salted_hmac

DAY = 24 * 3600


@dataclass(frozen=True)
class Cap:
    """At most ``amount`` in each window of ``seconds``; windows begin at whole multiples of local time."""

    name: str
    amount: int
    seconds: int

    def take(self, who):
        """Count one for ``who``; return 0, or the seconds until it is allowed again."""
        key, left = self._window(who)
        return left if count(key, left) > self.amount else 0

    def used_up(self, who):
        """Return what ``take`` would, without counting."""
        key, left = self._window(who)
        return left if cache.get(key, 0) >= self.amount else 0

    def _window(self, who):
        now = time.time()
        local = now + timezone.localtime().utcoffset().total_seconds()  # a day ends at midnight here, not in Greenwich
        window, passed = divmod(local, self.seconds)
        return f"{_key(self.name, who)}:{int(window)}", int(self.seconds - passed) + 1


@dataclass(frozen=True)
class Pause:
    """At least ``seconds`` between two."""

    name: str
    seconds: int

    def take(self, who):
        """Begin the pause for ``who``; return 0, or the seconds that are left of the one that runs."""
        now = time.time()
        if cache.add(_key(self.name, who), now, self.seconds):
            return 0
        return max(1, int(self.seconds - (now - cache.get(_key(self.name, who), now))) + 1)

    def release(self, who):
        """What was asked for did not happen: the pause is over."""
        cache.delete(_key(self.name, who))


def count(key, seconds):
    """Add one to ``key``, which lives for ``seconds``, and return the sum. Atomic where the cache is (Redis)."""
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key)
    except ValueError:  # it ran out between the two lines
        cache.set(key, 1, seconds)
        return 1


def _key(name, who):
    return f"limit:{name}:{salted_hmac('accounts.limits', who).hexdigest()}"
