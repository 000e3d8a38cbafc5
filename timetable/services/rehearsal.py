"""Do a change, listen to what it tells people, and take it back: the preview is the change itself, so it cannot differ."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction

from accounts.enums import NoticeKind
from accounts.services.notices import Reach, overhear, reach


@dataclass(frozen=True)
class Told:
    """One text that some people get: each of them once."""

    title: str
    text: str
    reach: Reach


@dataclass(frozen=True)
class Rehearsal:
    """``outcome``: what the change returned; ``told``: the Told; ``key``: changes when the words or the people do."""

    outcome: object
    told: list
    key: str

    @property
    def people(self):
        return sum(told.reach.people for told in self.told)


def rehearse(change):
    """Call ``change()``, take everything back and return its Rehearsal. Raises what ``change`` raises.

    ``change`` must return plain values: rows it has touched are not what they say any more.
    """
    with transaction.atomic():
        done = _listen(change)
        transaction.set_rollback(True)
    return done


def perform(change, key):
    """Call ``change()`` for good if it tells what the rehearsal with ``key`` told, else take it back.

    Return (done, Rehearsal): where it is not done, the Rehearsal is what would be told now.
    """
    with transaction.atomic():
        rehearsal = _listen(change)
        done = rehearsal.key == key
        transaction.set_rollback(not done)
    return done, rehearsal


def _listen(change):
    with overhear() as heard:
        outcome = change()
    texts = defaultdict(list)
    for said in heard:
        texts[said.title, said.text].append(said.resident)
    told = [Told(title, text, reach(people)) for (title, text), people in texts.items()]
    # The time that an offer stands is counted from when it is made: later now than when it was shown.
    said = sorted((one.title, "" if one.kind == NoticeKind.OFFERED else one.text, one.resident.pk) for one in heard)
    return Rehearsal(outcome, told, hashlib.sha256(repr(said).encode()).hexdigest())
