"""Small text helpers: readable addresses for Chinese titles.

Search has its own, larger text rules (search/text.py); nothing of those belongs here.
"""

import re
from functools import cache
from pathlib import Path

from django.utils.text import slugify

HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
SLUG_LENGTH = 60  # a pinyin address longer than this helps nobody


@cache
def _words():
    """Return {word: reading or None} from the committed list, and the longest word's length."""
    words = {}
    for line in (Path(__file__).parent / "data" / "pinyin_words.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            word, _, reading = line.partition(" ")
            words[word] = reading or None
    return words, max(map(len, words))


def _syllables(han):
    # 57 MB with its phrase dictionary: loaded by the first page an editor names, not at start-up.
    from pypinyin import lazy_pinyin

    return [s for s in lazy_pinyin(han, errors="ignore") if s]


def pinyin_words(text):
    """Split ``text`` into address words: known Chinese words joined, other characters by syllable.

    >>> pinyin_words("南长街小学 2班")
    ['nanchangjie', 'xiaoxue', '2', 'ban']
    """
    words, longest = _words()
    out = []
    position = 0
    for run in HAN.finditer(text):
        out += slugify(text[position : run.start()]).split("-")
        position = run.end()
        han, rest = run.group(), ""
        while han:
            size = next((n for n in range(min(longest, len(han)), 1, -1) if han[:n] in words), 0)
            if size:
                out += _syllables(rest)
                rest = ""
                out.append(words[han[:size]] or "".join(_syllables(han[:size])))
            else:
                rest += han[0]
            han = han[size or 1 :]
        out += _syllables(rest)
    out += slugify(text[position:]).split("-")
    return [word for word in out if word]


def pinyin_slug(title):
    """Return a readable ASCII address for ``title``, at most SLUG_LENGTH characters, cut between words.

    A title with nothing to read (only symbols or rare characters) becomes ``ye`` (页).
    """
    slug = ""
    for word in pinyin_words(title):
        longer = f"{slug}-{word}" if slug else word
        if len(longer) > SLUG_LENGTH:
            break
        slug = longer
    return slug or slugify(title)[:SLUG_LENGTH] or "ye"


def unique_slug(base, taken):
    """Return ``base`` or ``base-2``, ``base-3`` … whichever is not in the container ``taken``."""
    candidate, number = base, 1
    while candidate in taken:
        number += 1
        candidate = f"{base}-{number}"
    return candidate


def sibling_slug(title, parent, page=None):
    """Return a pinyin slug for ``title`` that no child of ``parent`` other than ``page`` uses."""
    base = pinyin_slug(title)
    siblings = parent.get_children().filter(slug__startswith=base)
    if page and page.pk:
        siblings = siblings.exclude(pk=page.pk)
    return unique_slug(base, set(siblings.values_list("slug", flat=True)))
