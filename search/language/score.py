"""Which candidates fit a question, best first, and which words of a title to mark."""

import math
import re
from functools import lru_cache

from search.language.text import is_han, normalise

TITLE, PLACE, SUBJECT, BODY = 1.0, 0.8, 0.6, 0.5
#: What the title says is borne out where the subject or the text says it too: 早教 stands in the
#: name of the subject 家庭教育早教, and there a title of 亲子 is nearer than one of 隔代.
BORNE_OUT = 0.15
#: Fields but the title, as they stand in a candidate after its id, with their weights, the heaviest first.
_FIELDS = ((3, PLACE), (2, SUBJECT), (4, BODY))
#: A kind of it or a part of it says little in a long text,
_BRIEF_FIELDS = _FIELDS[:2]
_BRIEF = {"narrower", "broader", "part", "pair", "character"}
#: and one character says little in a name of a place, too.
_FIELDS_OF_ONE = ((2, SUBJECT),)
WHOLE_QUESTION = 0.15
NEARLY_THE_TITLE = 0.05
STARTS_THE_TITLE = 0.02
#: A title is near to the question only by the question's own words.
SURE = 0.9
OPTIONAL = 0.12
#: What scores less than this part of the best is not an answer; what the best has on top does not raise the bar.
CUT_OFF = 0.36
#: With fewer entries than this, how rare a word is among them says little.
FEW = 200
_GUESSES = {"pair", "character"}


def rank(query, candidates):
    """Return [(id, score)] of the candidates that answer ``query``, best first.

    ``candidates``: (id, title, subject, place, body), texts normalised.
    """
    candidates = list(candidates)
    count = len(candidates)
    table = []
    for clause in query.clauses:
        alternatives = _prepared(clause)
        hits = [_hit(alternatives, candidate) for candidate in candidates]
        table.append((clause, hits, _rarity(hits, count)))
    asked = [(hits, weight) for clause, hits, weight in table if not clause.optional and weight]
    liked = [hits for clause, hits, _weight in table if clause.optional]
    total = sum(weight for _hits, weight in asked)
    if any(not clause.optional for clause in query.clauses) and not total:
        return []
    whole = "".join(query.text.split())
    scored = []
    for at, candidate in enumerate(candidates):
        score = sum(hits[at][0] * weight for hits, weight in asked) / total if total else 0.0
        if score or not total:
            score += sum(OPTIONAL * hits[at][0] for hits in liked)
            score += _title_bonus(candidate[1], whole, [hits[at] for hits, _weight in asked])
            scored.append((candidate[0], round(score, 4)))
    scored.sort(key=lambda pair: -pair[1])
    if not total or not scored:
        return scored
    least = CUT_OFF * min(1.0, scored[0][1])
    return [pair for pair in scored if pair[1] >= least]


def _prepared(clause):
    """The alternatives as (word, its pattern or None, weight, fields), the heaviest first."""
    return [
        (one.word, None if is_han(one.word) else _word_pattern(one.word), one.weight, _fields(one))
        for one in sorted(clause.alternatives, key=lambda one: -one.weight)
    ]


def _fields(alternative):
    if len(alternative.word) == 1:
        return _FIELDS_OF_ONE
    return _BRIEF_FIELDS if alternative.how in _BRIEF else _FIELDS


@lru_cache(maxsize=512)
def _word_pattern(word):
    """ai stands in AI绘画, not in air."""
    return re.compile(f"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])")


def _hit(alternatives, candidate):
    """Return (how well the best alternative stands in the best field, the question's own word in the title or "")."""
    in_title, word = _title_hit(alternatives, candidate[1])
    elsewhere = _hit_elsewhere(alternatives, candidate)
    return max(in_title, elsewhere) + BORNE_OUT * min(in_title, elsewhere), word if in_title >= SURE else ""


def _title_hit(alternatives, title):
    for word, pattern, weight, _fields in alternatives:
        if word in title and (pattern is None or pattern.search(title)):
            return weight * TITLE, word
    return 0.0, ""


def _hit_elsewhere(alternatives, candidate):
    best = 0.0
    for word, pattern, weight, fields in alternatives:
        if weight <= best:
            break
        for at, field in fields:
            if weight * field <= best:
                break
            if word in candidate[at] and (pattern is None or pattern.search(candidate[at])):
                best = weight * field
                break
    return best


def _rarity(hits, count):
    """How much a word says: 0 where no candidate has it, so that it neither helps nor harms.

    The rarest word does not outweigh the others altogether: who asks for 国画 山水 and finds
    one class in both wants to see the other classes of 国画 below it.
    """
    have = sum(1 for best, _title in hits if best)
    return 1 + math.log(1 + max(count, FEW) / have) if have else 0.0


def _title_bonus(title, whole, hits):
    bonus = WHOLE_QUESTION if whole and whole in title.replace(" ", "") else 0.0
    words = [word for _best, word in hits if word]
    if words and title:
        bonus += NEARLY_THE_TITLE * min(1.0, sum(map(len, words)) / len(title))
        if title.startswith(words[0]):
            bonus += STARTS_THE_TITLE
    return bonus


# ---------------------------------------------------------------- marks


def highlight(original, query):
    """Cut ``original`` into [(text, is_hit)]: where the words of ``query`` stand in it, the longest first."""
    text, origins = _mapped(original)
    marked = bytearray(len(original))
    for word in _marks(query):
        pattern = re.compile(re.escape(word)) if is_han(word) else _word_pattern(word)
        for match in pattern.finditer(text):
            for at in origins[match.start() : match.end()]:
                marked[at] = 1
    pieces, start = [], 0
    for at in range(1, len(original) + 1):
        if at == len(original) or marked[at] != marked[start]:
            pieces.append((original[start:at], bool(marked[start])))
            start = at
    return pieces


def _marks(query):
    """The words to mark: what was said or meant; no pairs, no single character out of a word."""
    return {
        one.word
        for clause in query.clauses
        for one in clause.alternatives
        if one.how not in _GUESSES and (len(one.word) > 1 or one.how == "said" or not is_han(one.word))
    }


def _mapped(original):
    """Return the normal form of ``original`` and, for each of its characters, the position it came from."""
    text = normalise(original)
    if len(text) == len(original):
        return text, range(len(original))
    parts = [normalise(character) for character in original]
    return "".join(parts), [at for at, part in enumerate(parts) for _character in part]
