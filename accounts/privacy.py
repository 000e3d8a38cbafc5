"""Who holds personal data: each floor registers its own, so that export and erase reach all of them.

An upper floor writes, in its AppConfig.ready():

    register(Holding("places", _("报名"), export=…, erase=…, kept=…))

`accounts` never imports what registers. The verbs are in services/privacy.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple


class Kept(NamedTuple):
    """What stays after erasing: shown before the resident confirms, stored in Erasure.kept."""

    what: str
    why: str
    until: str  # a day or a rule in words: 课程结束后 2 年


class Expiry(NamedTuple):
    """One row of accounts/retention.py carried out: what is due, and the service that ends it."""

    key: str
    label: str
    due: Callable[[Any], Any]  # (now) → a queryset
    carry_out: Callable[[list, Any], int]  # (primary keys, now) → how many; one transaction a call


@dataclass(frozen=True)
class Holding:
    """One floor's personal data.

    ``export(resident)`` returns what json.dumps can write. ``erase(resident, now)`` runs inside
    the transaction that holds the resident's row, before the row is blanked; it frees seats and
    removes every personal word. ``kept(resident)`` returns tuples (what, why, until).
    ``expiries``: what this floor ends by itself once its time is over, in that order.
    ``needed()`` returns the keys (a queryset) of residents who cannot go yet.
    """

    name: str
    label: str
    export: Callable[[Any], Any]
    erase: Callable[[Any, Any], None]
    kept: Callable[[Any], list]
    expiries: tuple[Expiry, ...] = ()
    needed: Callable[[], Any] | None = None


_holdings: dict[str, Holding] = {}
_figures: dict[str, tuple[Expiry, ...]] = {}


def register(holding):
    """Add a holding; a second one of the same name takes its place (a reloaded module registers once)."""
    _holdings[holding.name] = holding


def register_figures(name, expiries):
    """Add what a floor ends in time though it leads to nobody: nothing to export, nothing to erase with a person."""
    _figures[name] = expiries


def all_expiries():
    """Return what the upper floors end, in the order of registration."""
    return [*chain(*(holding.expiries for holding in holdings())), *chain(*_figures.values())]


def unregister(name):
    """Take a holding out again (tests)."""
    _holdings.pop(name, None)


def holdings():
    """Return the holdings in the order of registration."""
    return list(_holdings.values())
