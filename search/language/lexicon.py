"""The words a question can be made of: the site's own, the editors' and general Chinese. Cutting, synonyms, suggestions.

Nothing here knows where the words come from; ``search/vocabulary.py`` fills it from the
database, ``terms_of`` needs only what comes with the software.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache, cached_property

from search.language import people, words
from search.language.sounds import Sounds
from search.language.text import is_han, runs

LONGEST_WORD = 8  # units: a Han character or a run of letters and digits
_STRETCH = re.compile(r"[\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffffa-z0-9]+")
_UNIT = re.compile("[a-z0-9]+|.", re.DOTALL)
_COUNTED = re.compile("[0-9〇零一二三四五六七八九十百]{1,4}[式步路段]")
#: So many of the first words of a group stand for it.
HEADS = 3
#: The rank of a kind of term among suggestions: what is taught before where.
_KINDS = {"subject": 0, "tag": 0, "title": 1, "place": 2}


@dataclass(frozen=True)
class Piece:
    """A word of a text at [start, end). ``known``: it stands in a dictionary."""

    word: str
    start: int
    end: int
    known: bool


class Lexicon:
    """``terms``: (word, kind, entries) of the site's pages; ``synonyms``: (words, narrower); ``stop_words``."""

    def __init__(self, terms, synonyms=(), stop_words=()):
        self._base = words.base_words()
        self.terms = {word: (str(kind), entries) for word, kind, entries in terms}
        self.stop_words = frozenset(stop_words)
        self._groups, self._above = _groups(synonyms)
        self._own = set(self._groups).union(words.regional(), people.words())
        self._own.update(narrow for narrow in self._above if len(narrow) > 1 and not self._is_two(narrow))
        # 少儿编程 is a question of children and of programming, not a word of its own.
        self._own = {word for word in self._own if not self._names_people(word)}
        # A title that is two known words (手机摄影) is cut into them: each then counts by itself.
        self._own.update(
            word
            for word, (kind, _n) in self.terms.items()
            if kind == "place" or not (self._is_two(word) or self._names_people(word))
        )

    # ------------------------------------------------------------ words

    def __contains__(self, word):
        return word in self._own or word in self._base or word in self.terms

    def entries(self, word):
        """How many entries of the site have ``word``."""
        return self.terms.get(word, ("", 0))[1]

    def is_taught(self, word):
        """Whether the site or an editor knows ``word``, more than the dictionary does."""
        return word in self.terms or word in self._groups

    def is_stop(self, word):
        return word in self.stop_words

    def same(self, word):
        """The words of an editor's group that mean the same."""
        return _others(word, (group for group, _narrow in self._groups.get(word, ())))

    def narrower(self, word):
        return _others(word, (narrow for _group, narrow in self._groups.get(word, ())))

    def broader(self, word):
        """What ``word`` is a kind of, as an editor says it: for what nobody teaches."""
        return _others(word, (group[:HEADS] for group, _narrow in self._above.get(word, ())))

    def occurs(self, word):
        """Whether a title, a subject or a tag of the site has ``word`` of the editors, alone or within another."""
        return word in self._written or (word.isascii() and all(run in self.terms for run in runs(word)))

    @cached_property
    def _written(self):
        """{word of the editors: in how many words of the site it stands}: 象棋 stands in 中国象棋, and nowhere alone."""
        editors, found = self._groups.keys() | self._above.keys(), Counter()
        for term in self.terms:
            parts = {term[start:end] for start in range(len(term)) for end in range(start + 1, len(term) + 1)}
            found.update(parts & editors)
        return found

    def parts(self, word):
        """The words of two and more characters inside ``word`` that the site teaches, longest first."""
        inside = {
            word[start:end]
            for start in range(len(word))
            for end in range(start + 2, len(word) + 1)
            if end - start < len(word)
        }
        return sorted((part for part in inside if self.is_taught(part) and part not in self.stop_words), key=_longest)

    # ------------------------------------------------------------ cutting

    def cut(self, text):
        """Cut normalised ``text`` into Pieces: the cheapest way through, known words before single characters."""
        return [
            piece
            for stretch in _STRETCH.finditer(text)
            for piece in self._cut_stretch(stretch.group(), stretch.start())
        ]

    def _cut_stretch(self, stretch, offset):
        units = [(match.start(), match.end()) for match in _UNIT.finditer(stretch)]
        best = [(0, -1)] + [None] * len(units)
        for end in range(1, len(units) + 1):
            options = []
            for start in range(max(0, end - LONGEST_WORD), end):
                word = stretch[units[start][0] : units[end - 1][1]]
                cost = self._cost(word, end - start)
                if cost is not None:
                    options.append((best[start][0] + cost, start))
            best[end] = min(options)
        cuts, at = [], len(units)
        while at:
            cuts.append((best[at][1], at))
            at = best[at][1]
        return [
            Piece(word, offset + units[start][0], offset + units[end - 1][1], self._is_known(word))
            for start, end in reversed(cuts)
            for word in [stretch[units[start][0] : units[end - 1][1]]]
        ]

    def _cost(self, word, units):
        if word in self._own or _COUNTED.fullmatch(word):
            return min(words.OWN, self._base.get(word, words.OWN))
        cost = self._base.get(word)
        if cost is None and word in self.stop_words:
            return words.OWN if units > 1 else words.OWN + 10
        if cost is None and units == 1:
            return words.UNKNOWN if is_han(word) else words.OWN
        return cost

    def _is_known(self, word):
        return word in self or word in self.stop_words or bool(_COUNTED.fullmatch(word))

    def _is_two(self, word):
        return len(word) > 3 and any(
            word[:at] in self._base and word[at:] in self._base for at in range(2, len(word) - 1)
        )

    def _names_people(self, word):
        """Whether ``word`` is somebody and a subject: 少儿编程."""
        known = people.words()
        return word not in known and any(
            word[:at] in known and (word[at:] in self._groups or word[at:] in self._base)
            for at in range(2, len(word) - 1)
        )

    # ------------------------------------------------------------ sounds and suggestions

    @cached_property
    def sounds(self):
        """How the words sound; made when somebody first types Latin letters or a word nobody knows."""
        taught = {word: entries for word, (_kind, entries) in self.terms.items() if len(word) > 1}
        for word in self._groups:
            if len(word) > 1:
                taught.setdefault(word, self._written[word])
        return Sounds(taught, self.stop_words)

    def complete(self, prefix, limit=8):
        """Return [(word, kind)] for what was typed so far, best first: what is taught before places, more entries first."""
        if not prefix.strip():
            return []
        typed = "".join(prefix.split())
        if typed.isascii():
            found = {word: tier for tier, word in self.sounds.beginning(typed) if word in self.terms}
            found |= dict.fromkeys(self._starting(typed), 0)
        else:
            found = dict.fromkeys(self._starting(typed), 0)
            if len(found) < limit:
                found |= {word: 1 for word in self.terms if typed in word and word not in found}
        ordered = sorted(found, key=lambda word: (self._rank(word), found[word], -self.terms[word][1], len(word), word))
        return [(word, self.terms[word][0]) for word in ordered if word not in self.stop_words][:limit]

    def _starting(self, typed):
        return [word for word in self.terms if word.startswith(typed)]

    def _rank(self, word):
        return _KINDS.get(self.terms[word][0], 1) > 1


def _longest(word):
    return -len(word), word


def _groups(synonyms):
    """Return {word: the groups it is in} and {word: the groups it is narrower than}; a group is (words, narrower).

    The shortest group comes first: who made a group of three words meant them closely.
    """
    groups, above = defaultdict(list), defaultdict(list)
    for one in sorted(synonyms, key=lambda one: len(one[0])):
        for word in one[0]:
            groups[word].append(one)
        for word in one[1]:
            above[word].append(one)
    return dict(groups), dict(above)


def _others(word, lists):
    return tuple(dict.fromkeys(other for one in lists for other in one if other != word))


# ---------------------------------------------------------------- what a title gives to the lexicon

LONGEST_TERM = 6
_TAIL = re.compile("(?:[0-9]*班|培训班|兴趣班|体验班|培训|课程|课|体验课|[0-9]+)$")


@cache
def _software():
    """A lexicon of only what comes with the software."""
    return Lexicon((), words.synonyms(), words.stop_words())


def terms_of(text):
    """Return the words that ``text`` (normalised: a title, a subject) gives to the lexicon, each once.

    Known words of two to six characters that say something; what no dictionary knows is
    kept whole; and the text itself where it is short enough to be a word people type.

    >>> terms_of("太极拳初级班")
    ['太极拳', '太极拳初级']
    """
    lexicon, found, unknown = _software(), [], []
    for piece in [*lexicon.cut(text), None]:
        if piece and not piece.known and is_han(piece.word) and (not unknown or unknown[-1].end == piece.start):
            unknown.append(piece)
            continue
        if unknown:
            found.append("".join(one.word for one in unknown))
            unknown = [piece] if piece and not piece.known and is_han(piece.word) else []
            if unknown:
                continue
        if piece and piece.known:
            found.append(piece.word)
    short = _TAIL.sub("", text.strip())
    if _STRETCH.fullmatch(short) and not short.isdigit():
        found.append(short)
    return [
        word
        for word in dict.fromkeys(found)
        if 2 <= len(word) <= LONGEST_TERM
        and not lexicon.is_stop(word)
        and word not in people.LEVELS
        and not word.isdigit()
    ]
