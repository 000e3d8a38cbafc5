"""Words by how they sound: pinyin, initials, and what is one slip away. Made only when somebody needs it (Lexicon.sounds)."""

from bisect import bisect_left

from search.language.pinyin import fold, same_spelling, spellings

#: A slip of one letter is believed in this many letters and more; one character in this many characters.
SURE_LETTERS = 5
SURE_CHARACTERS = 3
_AFTER_ALL = "\uffff"


class Sounds:
    """``taught``: {word: entries}, the words worth guessing; ``silent``: words that say nothing (班, 想学)."""

    def __init__(self, taught, silent=()):
        self._taught = taught
        self.silent = {"".join(one) for word in silent for one in spellings(word)[:1] if not word.isascii()}
        by_sound, by_initials = set(), set()
        for word in taught:
            for syllables in spellings(word):
                by_sound.add((fold("".join(syllables)), word))
                by_initials.add(("".join(syllable[0] for syllable in syllables), word))
        self._sounds = _Table(by_sound)
        self._initials = _Table(by_initials)

    def whole(self, typed):
        """Words spelled like ``typed``, those spelled so exactly first, then those that only sound so."""
        return self._exact_first(typed, self._sounds.equal(fold(typed)))

    def prefix(self, typed):
        """Words whose spelling begins like ``typed``."""
        found = self._sounds.starting(fold(typed))
        return self._best(word for word in found if any(_begins("".join(one), typed) for one in spellings(word)))

    def initials(self, typed):
        """Words that begin so, each with its character; only what the site teaches: three letters can stand for anything."""
        return self._best(word for word in self._initials.equal(typed) if self._taught[word])

    def near(self, typed):
        """Words whose spelling is one letter away."""
        if len(typed) < SURE_LETTERS:
            return []
        folded = fold(typed)
        return self._best(word for key, word in self._sounds if key[0] == folded[0] and one_slip(folded, key))

    def split(self, typed):
        """The fewest words that spell ``typed`` one after the other, [] where it cannot be so cut; silent ones left out."""
        best = [(0, [])] + [None] * len(typed)
        for end in range(2, len(typed) + 1):
            for start in range(end - 1):
                if best[start] is None or (best[end] and best[end][0] <= best[start][0] + 1):
                    continue
                piece = typed[start:end]
                found = next((word for word in self.whole(piece) if self.spells(piece, word)), None)
                if found or piece in self.silent:
                    best[end] = (best[start][0] + 1, [*best[start][1], *([found] if found else [])])
        return best[-1][1] if best[-1] else []

    def heard(self, written):
        """Words of the same length that sound like the characters ``written``."""
        found = {}
        for syllables in spellings(written):
            for word in self._sounds.equal(fold("".join(syllables))):
                if len(word) == len(written) and word != written:
                    found[word] = None
        return self._best(found)

    def typo(self, written):
        """Words one character away from ``written``: another, one missing, one too many."""
        if len(written) < SURE_CHARACTERS:
            return []
        return self._best(
            word
            for word in self._taught
            if len(word) >= SURE_CHARACTERS and word != written and one_slip(written, word)
        )

    def beginning(self, typed):
        """[(tier, word)] for suggestions: whole spelling, initials, beginning of a spelling."""
        found = [(0, word) for word in self._sounds.equal(fold(typed))]
        found += [(1, word) for word in self._initials.starting(typed)]
        found += [(2, word) for word in self._sounds.starting(fold(typed))]
        return sorted(found, reverse=True)  # the best tier of a word is read last

    def spells(self, typed, word):
        """Whether ``typed`` is a spelling of ``word`` and not only near one."""
        return any(same_spelling(typed, "".join(syllables)) for syllables in spellings(word))

    def _exact_first(self, typed, found):
        return sorted(self._best(found), key=lambda word: not self.spells(typed, word))

    def _best(self, found):
        return sorted(dict.fromkeys(found), key=lambda word: (-self._taught[word], len(word), word))


class _Table:
    """Pairs (key, word) in order, found by the key or by its beginning."""

    def __init__(self, pairs):
        ordered = sorted(pairs)
        self._keys = [key for key, _word in ordered]
        self._words = [word for _key, word in ordered]

    def __iter__(self):
        return zip(self._keys, self._words, strict=True)

    def equal(self, key):
        at, found = bisect_left(self._keys, key), []
        while at < len(self._keys) and self._keys[at] == key:
            found.append(self._words[at])
            at += 1
        return found

    def starting(self, key):
        return self._words[bisect_left(self._keys, key) : bisect_left(self._keys, key + _AFTER_ALL)]


def _begins(spelling, typed):
    return spelling.startswith(typed) or spelling.replace("v", "u").startswith(typed)


def one_slip(one, other):
    """Whether one letter changed, added, left out or two neighbours swapped makes ``other`` of ``one``."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    tail, other_tail = one[start:], other[start:]
    return (
        tail[1:] == other_tail[1:]
        or tail[1:] == other_tail
        or tail == other_tail[1:]
        or (tail[:2] == other_tail[:2][::-1] and tail[2:] == other_tail[2:])
    )
