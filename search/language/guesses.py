"""What somebody meant who typed letters, or characters that make no word: by sound, by initials, by one slip."""

from dataclasses import dataclass

from search.language.pinyin import looks_like_pinyin, spellings
from search.language.sounds import SURE_CHARACTERS
from search.language.text import is_han

WHOLE, NEARLY, SPLIT, INITIALS, PREFIX, HEARD, SLIP = 0.95, 0.85, 0.95, 0.9, 0.7, 0.85, 0.75
#: As many words as one guess may bring in: more are noise.
MOST_GUESSES = 3
LONGEST_GUESS = 6
_LONGEST_INITIALS = 6
_LONGEST_SPELLING = 36


@dataclass(frozen=True)
class Guess:
    word: str
    weight: float
    how: str


def guess_letters(typed, lexicon):
    """Yield (letters, a list of guesses for each word meant, the words meant) for neighbouring runs of letters ``typed``."""
    at = 0
    while at < len(typed):
        for end in range(len(typed), at + 1, -1):  # tai ji quan: the longest that is one word
            together = "".join(typed[at:end])
            if guesses := _spelled(together, lexicon):
                yield " ".join(typed[at:end]), [guesses], guesses[0].word
                at = end
                break
        else:
            yield typed[at], *_one_run(typed[at], lexicon)
            at += 1


def _one_run(letters, lexicon):
    if letters in lexicon or not letters.isalpha() or not 2 <= len(letters) <= _LONGEST_SPELLING:
        return [[]], None
    if guesses := _spelled(letters, lexicon):
        return [guesses], guesses[0].word
    if pieces := lexicon.sounds.split(letters):
        return [[Guess(word, SPLIT, "pinyin")] for word in pieces], " ".join(pieces)
    if letters in lexicon.sounds.silent:
        return [], None
    guesses = _less_sure(letters, lexicon.sounds)
    return [guesses], guesses[0].word if guesses else None


def _spelled(letters, lexicon):
    if len(letters) > _LONGEST_SPELLING or not letters.isalpha():
        return []
    exact = [word for word in lexicon.sounds.whole(letters) if lexicon.sounds.spells(letters, word)]
    return [Guess(word, WHOLE, "pinyin") for word in exact[:MOST_GUESSES]]


def _less_sure(letters, sounds):
    """The first way of reading ``letters`` that gives words."""
    if len(letters) <= _LONGEST_INITIALS and (found := sounds.initials(letters)):
        return _first(found, INITIALS, "initials")
    if found := sounds.whole(letters):
        return _first(found, NEARLY, "sound")
    if looks_like_pinyin(letters[:2]) and (found := sounds.prefix(letters)):
        return _first(found, PREFIX, "pinyin")
    return _first(sounds.near(letters), SLIP, "typo")


def _first(found, weight, how):
    """The first words of ``found``, each a little lighter than the one before."""
    return [Guess(word, weight - 0.03 * place, how) for place, word in enumerate(found[:MOST_GUESSES])]


def guess_characters(pieces, lexicon):
    """Return [(first, last, [Guess])]: pieces [first, last) that some word sounds like, or is one slip from.

    Only a character that stands in no known word is taken for a mistake: without this
    家政服务 would become 政府, and 喜剧 锡剧.
    """
    found = []
    for way in (_heard, _slipped):  # what sounds the same is surer than what looks so
        at = 0
        while at < len(pieces):
            for end in range(_farthest(pieces, at), at, -1):
                window = pieces[at:end]
                if _is_free(at, end, found) and _is_doubtful(window) and (guesses := way(window, lexicon)):
                    found.append((at, end, guesses))
                    at = end - 1
                    break
            at += 1
    return found


def guess_mixed(pieces, lexicon):
    """Return [(first, last, [Guess])]: pieces [first, last) of characters and letters that spell a word: 太ji, shu法."""
    found, at = [], 0
    while at < len(pieces):
        for end in range(_end_of_stretch(pieces, at), at + 1, -1):
            if words := _spelled_partly([piece.word for piece in pieces[at:end]], lexicon):
                found.append((at, end, [Guess(word, WHOLE, "pinyin") for word in words[:MOST_GUESSES]]))
                at = end - 1
                break
        at += 1
    return found


def _end_of_stretch(pieces, at):
    end = at + 1
    while end < len(pieces) and end - at < LONGEST_GUESS and pieces[end].start == pieces[end - 1].end:
        end += 1
    return end


def _spelled_partly(written, lexicon):
    """Words that sound like ``written`` and have those of its characters that are Han."""
    characters = [character for word in written if is_han(word) for character in word]
    if not characters or all(map(is_han, written)) or not all(is_han(word) or word.isalpha() for word in written):
        return []
    for sounds in spellings("".join(characters)):
        rest = iter(sounds)
        spelled = "".join("".join(next(rest) for _ in word) if is_han(word) else word for word in written)
        words = [word for word in lexicon.sounds.whole(spelled) if lexicon.sounds.spells(spelled, word)]
        if words := [word for word in words if all(character in word for character in characters)]:
            return words
    return []


def _is_free(start, end, found):
    return all(end <= first or last <= start for first, last, _guesses in found)


def _is_doubtful(window):
    return sum(len(piece.word) for piece in window) > 1 and not all(piece.known for piece in window)


def _farthest(pieces, at):
    """The end of the longest window from ``at``: Chinese without a gap, LONGEST_GUESS characters at most."""
    end, length = at, 0
    while end < len(pieces) and is_han(pieces[end].word) and length + len(pieces[end].word) <= LONGEST_GUESS:
        if end > at and pieces[end].start != pieces[end - 1].end:
            break
        length += len(pieces[end].word)
        end += 1
    return end


def _heard(window, lexicon):
    written, doubtful = _written(window)
    heard = [word for word in lexicon.sounds.heard(written) if _only_doubtful_differ(written, word, doubtful)]
    return _first(heard, HEARD, "sound")


def _slipped(window, lexicon):
    written, doubtful = _written(window)
    if len(written) < SURE_CHARACTERS or lexicon.is_stop(window[0].word) or lexicon.is_stop(window[-1].word):
        return []
    slips = [word for word in lexicon.sounds.typo(written) if _believable(written, word, doubtful)]
    return _first(slips, SLIP, "typo")


def _written(window):
    """The characters of ``window``, and for each whether it may be a mistake."""
    doubtful = [not piece.known or len(piece.word) == 1 for piece in window for _character in piece.word]
    return "".join(piece.word for piece in window), doubtful


def _only_doubtful_differ(written, word, doubtful):
    return all(one == other or doubt for one, other, doubt in zip(written, word, doubtful, strict=True))


def _believable(written, word, doubtful):
    """One slip, in a character that was in doubt; a word with a stray character beside it is no slip."""
    if len(word) == len(written):
        return _only_doubtful_differ(written, word, doubtful)
    return word not in written and written not in word
