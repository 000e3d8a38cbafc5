"""The arithmetic of a draw that anyone can repeat: rule version 1. No Django, no clock, no secret of its own.

Every byte that is hashed is said here and in docs/mechanisms/draw.md; check_draw.py and
check-draw.js (static/enrolments/) do the same from the published data alone.
"""

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass
from itertools import islice

RULE = "1"
SEED_BYTES = 32
#: Stands in the list where an entry has no flag.
NO_FLAGS = "-"
#: Published words, the same as enums.DrawResult.
SEATED, WAITING, LEFT = "seated", "waiting", "left"


@dataclass(frozen=True)
class Entry:
    """One line of the frozen list. ``flags``: letters of declared shares in alphabetical order, or ""."""

    receipt: str
    party: str
    flags: str = ""

    @property
    def line(self):
        return f"{self.receipt} {self.party} {self.flags or NO_FLAGS}"


@dataclass(frozen=True)
class Share:
    """``seats`` places kept for entries that carry the flag ``kind``."""

    kind: str
    seats: int


@dataclass(frozen=True)
class Place:
    """What the draw says of one entry. ``rank`` counts from 1 over the whole list."""

    rank: int
    receipt: str
    key: str
    result: str
    share: str = ""


def seed_hash(seed):
    """SHA-256 of the seed's bytes, not of the 64 letters that write it. ``seed`` and result are lower-case hex."""
    return hashlib.sha256(bytes.fromhex(seed)).hexdigest()


def entry_lines(entries):
    """The lines of the frozen list, sorted by receipt."""
    return [entry.line for entry in sorted(entries, key=lambda entry: entry.receipt)]


def entry_list(entries):
    """The frozen list as text: each line ends in a line feed, the last one too. No entry, no byte."""
    return "".join(f"{line}\n" for line in entry_lines(entries))


def read_list(text):
    """Return the entries of a frozen list."""
    rows = (line.split(" ") for line in text.splitlines())
    return [Entry(receipt, party, flags.replace(NO_FLAGS, "")) for receipt, party, flags in rows]


def list_hash(text):
    """SHA-256 of the list's UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def normalise(public_value):
    """The one form of a public value: NFKC, single spaces, nothing around it. ０３　１１ and "03 11" are the same."""
    return " ".join(unicodedata.normalize("NFKC", public_value).split())


def draw_key(seed, public_value):
    """SHA-256 of the seed's 32 bytes followed directly by the public value in UTF-8."""
    return hashlib.sha256(bytes.fromhex(seed) + public_value.encode()).digest()


def order_key(key, class_code, party):
    """HMAC-SHA256 under ``key`` of class code, "|", party code; a party code holds no "|", so the last one separates."""
    return hmac.new(key, f"{class_code}|{party}".encode(), hashlib.sha256).hexdigest()


def in_order(entries, seed, public_value, class_code):
    """Return ``[(key, entry)]`` in the drawn order: by key, inside a party by receipt."""
    secret = draw_key(seed, public_value)
    keyed = [(order_key(secret, class_code, entry.party), entry) for entry in entries]
    return sorted(keyed, key=lambda pair: (pair[0], pair[1].receipt))


def allot(entries, places, shares=(), left=()):
    """Return {receipt: kind of share or ""} for those who get one of ``places``, ``entries`` being in drawn order.

    Shares first, as declared; what a share leaves goes to everybody. Who is in ``left`` gets nothing.
    """
    seated = {}
    for share in (*shares, Share("", places)):
        able = (e for e in entries if share.kind in e.flags and e.receipt not in left and e.receipt not in seated)
        quota = min(share.seats, places - len(seated))
        seated |= {entry.receipt: share.kind for entry in islice(able, quota)}
    return seated


def draw(entries, places, seed, public_value, class_code, shares=(), left=()):
    """Hold the draw: the Place of every entry, in order. ``left``: receipts that withdrew after the freezing."""
    ordered = in_order(entries, seed, public_value, class_code)
    seated = allot([entry for _key, entry in ordered], places, shares, left)
    drawn = []
    for rank, (key, entry) in enumerate(ordered, start=1):
        result = LEFT if entry.receipt in left else SEATED if entry.receipt in seated else WAITING
        drawn.append(Place(rank, entry.receipt, key, result, seated.get(entry.receipt, "")))
    return drawn


def cut_offs(drawn):
    """Return {share kind or "": the last rank that got such a place}."""
    last = {}
    for place in drawn:
        if place.result == SEATED:
            last[place.share] = place.rank
    return last
