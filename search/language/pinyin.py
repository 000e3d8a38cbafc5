"""How a word sounds: its spellings without tones, its initials, and what people confuse."""

import re
from functools import cache
from itertools import islice, product

from search.language.words import lines

#: 乐 has two readings, 音乐行 would have eight: as many ways to read one word as we keep.
MOST_SPELLINGS = 8
_SYLLABLE = re.compile("[bpmfdtnlgkhjqxrzcsyw]?h?[aeiouv]+(?:ng|n|r)?")


@cache
def readings():
    """Return {character: its readings, the usual one first}; ü is v."""
    found = {}
    for line in lines("pinyin.txt"):
        characters, *spellings = line.split(" ")
        found.update(dict.fromkeys(characters, tuple(spellings)))
    return found


def spellings(word):
    """Return the ways to spell ``word``, each a tuple of syllables; none where a character is unknown.

    >>> spellings("书法")
    [('shu', 'fa')]
    """
    known = readings()
    options = []
    for character in word:
        if character.isascii() and character.isalnum():
            options.append((character,))
        elif character in known:
            options.append(known[character])
        else:
            return []
    return list(islice(product(*options), MOST_SPELLINGS))


def fold(spelling):
    """Return ``spelling`` as it is told from others by ear in the south: zh = z, ng = n, l = n; ü however it is typed.

    >>> fold("changjiang"), fold("nvgong")
    ('canjian', 'nugon')
    """
    for heard, kept in (("v", "u"), ("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n")):
        spelling = spelling.replace(heard, kept)
    return spelling


def same_spelling(typed, spelling):
    """Whether ``typed`` is the spelling itself, ü typed as v or as u."""
    return typed in (spelling, spelling.replace("v", "u"))


def looks_like_pinyin(typed):
    """Whether a run of Latin letters could be syllables of Chinese."""
    return bool(re.fullmatch(f"(?:{_SYLLABLE.pattern})+", typed))
