"""A question understood: conditions out, the rest cut into words, each word with what else it may be called."""

import re
from dataclasses import replace

from search.language import people, words
from search.language.conditions import find_conditions
from search.language.guesses import guess_characters, guess_letters, guess_mixed
from search.language.query import Alternative, Clause, Correction, Query
from search.language.text import LONGEST_QUESTION, is_han, normalise

SAID, SYNONYM, NARROWER, CATCH_ALL, PART, BROADER, PAIR = 1.0, 0.8, 0.7, 0.62, 0.6, 0.5, 0.35
#: A word of the same characters is nearer: who asks for 画画 means 绘画 before 美术.
KIN = 0.07
#: An editor lists the nearest first.
LATER, MUCH_LATER = 0.004, 0.01
#: … down to here: the rest of a long list is equal.
MOST_LATER = 25
#: More ways than this to satisfy one clause help nobody and cost the database.
MOST_ALTERNATIVES = 32
_NUMERALS = dict(zip("〇零一二三四五六七八九两", "001234567892", strict=True))
#: Ways that are looked for in every field.
_ANYWHERE = {"said", "synonym"}
#: 太 极 拳, as some keyboards leave it.
_SPACED = re.compile("(?:[\u4e00-\u9fff] )+[\u4e00-\u9fff]")
_COUNTED = re.compile("([〇零一二三四五六七八九十百两]+)(?=[式岁级步路段])")
_FIGURES = re.compile("([0-9]+)(?=[式岁级步路段])")


def analyse(text, vocabulary, literal=False):
    """Return the Query for ``text``. Never raises; ``literal``: only what was typed: nothing corrected, no other words."""
    typed = " ".join((text or "").split())
    text = " ".join(normalise(typed[: 4 * LONGEST_QUESTION]).split())
    if _SPACED.fullmatch(text):
        text = text.replace(" ", "")
    cut = len(text) > LONGEST_QUESTION or len(typed) > 4 * LONGEST_QUESTION
    text = text[:LONGEST_QUESTION].strip()
    conditions = find_conditions(text, vocabulary)
    rest = text
    for one in conditions:
        rest = rest[: one.start] + " " * (one.end - one.start) + rest[one.end :]
    reader = _Reader(vocabulary, literal)
    clauses = reader.read(rest, bool(conditions))
    clauses += [clause for one in conditions if (clause := reader.people_clause(one, alone=not clauses))]
    return Query(text, tuple(clauses), tuple(conditions), tuple(reader.corrections), cut)


class _Reader:
    """Makes the clauses of one question and keeps what it corrected."""

    def __init__(self, vocabulary, literal):
        self.vocabulary, self.lexicon, self.literal = vocabulary, vocabulary.lexicon, literal
        self.corrections = []

    def read(self, text, has_conditions):
        """Return the clauses of ``text``: at least one is not optional, unless the text says nothing."""
        pieces = self.lexicon.cut(text)
        meant = {} if self.literal else {first: (last, guesses) for first, last, guesses in self._guess(pieces)}
        said = [piece for piece in pieces if not self.lexicon.is_stop(piece.word)]
        if not said and not has_conditions:
            said = [piece for piece in pieces if len(piece.word) > 1] or pieces
        said = set(said)
        clauses, spare, at = [], [], 0
        while at < len(pieces):
            if at in meant:
                last, guesses = meant[at]
                clauses.append(self._guessed("".join(piece.word for piece in pieces[at:last]), guesses))
                at = last
                continue
            end = self._end_of_run(pieces, at, meant, said)
            if pieces[at] in said:
                made, left = self._read_run(pieces[at:end])
                clauses, spare = clauses + made, spare + left
            at = end
        if all(clause.optional for clause in clauses):
            clauses = [replace(clause, optional=False) for clause in clauses]
        alone = not clauses
        clauses += [
            self._clause_of(one.word) if alone else _clause(one.word, [Alternative(one.word, PAIR, "character")], True)
            for one in spare
        ]
        return _each_its_own(list({clause.word: clause for clause in reversed(clauses)}.values())[::-1])

    def _guess(self, pieces):
        han = [is_han(piece.word) for piece in pieces]
        foreign = any(not piece.known and not one for piece, one in zip(pieces, han, strict=True))
        mixed = guess_mixed(pieces, self.lexicon) if foreign and any(han) else []
        if mixed or all(piece.known or not one for piece, one in zip(pieces, han, strict=True)):
            return mixed
        return guess_characters(pieces, self.lexicon)

    def _end_of_run(self, pieces, at, meant, said):
        """Where the run of pieces ends that are read together: unknown characters side by side, letters in a row."""
        end = at + 1
        han = is_han(pieces[at].word[0])
        if (han and pieces[at].known) or pieces[at] not in said:
            return end
        while end < len(pieces) and end not in meant and pieces[end] in said and is_han(pieces[end].word[0]) == han:
            if han and (pieces[end].known or pieces[end].start != pieces[end - 1].end):
                break
            end += 1
        return end

    def _read_run(self, run):
        """Return (clauses, pieces that say little by themselves)."""
        if not is_han(run[0].word[0]):
            return self._latin([piece.word for piece in run]), []
        if run[0].known:
            return [self._clause_of(run[0].word)], []
        word = "".join(piece.word for piece in run)
        return ([self._clause_of(word)], []) if len(word) > 1 else ([], run)

    def _clause_of(self, word):
        """The clause for a word as typed; how far and for whom are only liked, not asked."""
        if word in people.LEVELS:
            return _clause(word, [Alternative(other, SAID) for other in people.LEVELS[word]], optional=True)
        if one := people.words().get(word):
            return _clause(word, [Alternative(other, SAID) for other in (word, *one.titles)], optional=True)
        return _clause(word, self._ways(words.regional().get(word, word)))

    def _ways(self, word, weight=SAID, how="said"):
        """What satisfies a clause for ``word``: itself, its synonyms, its parts, its pairs."""
        lexicon = self.lexicon
        ways = [Alternative(word, weight, how)]
        if self.literal:
            return ways
        ways += [Alternative(other, weight * 0.95, how) for other in _other_numerals(word)]
        ways += [
            Alternative(other, weight * (_kin(SYNONYM, word, other) - LATER * min(place, MOST_LATER)), "synonym")
            for place, other in enumerate(lexicon.same(word))
        ]
        ways += [
            Alternative(other, weight * (_narrower(word, other) - LATER * min(place, MOST_LATER)), "narrower")
            for place, other in enumerate(self._taught(word))
        ]
        if not lexicon.occurs(word):  # nobody teaches it: what it is a kind of is the nearest there is
            broader = lexicon.broader(word)
            ways += [Alternative(other, weight * PART, "broader") for other in broader]
            ways += [Alternative(other, weight * BROADER, "broader") for one in broader for other in self._taught(one)]
        ways += [Alternative(part, weight * PART, "part") for part in lexicon.parts(word) if is_han(word[0])]
        if is_han(word) and len(word) > 2:
            pairs = (word[at : at + 2] for at in range(len(word) - 1))
            ways += [Alternative(pair, weight * PAIR, "pair") for pair in pairs if not lexicon.is_stop(pair)]
        return ways

    def _taught(self, word):
        """The kinds of ``word`` that somebody teaches: others would only cost."""
        return [other for other in self.lexicon.narrower(word) if self.lexicon.occurs(other)]

    def _latin(self, run):
        """Letters: a word the site knows, or pinyin, or initials. Neighbours may be one word: tai ji."""
        if self.literal:
            return [_clause(word, self._ways(word)) for word in run]
        read = [
            self._guessed(typed, guesses, corrected)
            for typed, groups, corrected in guess_letters(run, self.lexicon)
            for guesses in groups
        ]
        return read or [_clause(word, self._ways(word)) for word in run]

    def _guessed(self, typed, guesses, corrected=None):
        """The clause for what was guessed; what was typed stays a way to satisfy it."""
        ways = self._ways(typed)
        for guess in guesses:
            ways += self._ways(guess.word, guess.weight, guess.how)
        if guesses:
            correction = Correction(typed, corrected or guesses[0].word)
            if correction not in self.corrections:
                self.corrections.append(correction)
        return _clause(guesses[0].word if corrected and guesses else typed, ways)

    def people_clause(self, condition, alone):
        """Who a class is for raises what says so in its title; alone, it asks for what such people look for."""
        if condition.name != "audience":
            return None
        one = people.words().get(condition.words)
        if one is None:
            return None
        names = self.vocabulary.audience_names.get(condition.value, ())
        ways = [Alternative(word, SAID) for word in (condition.words, *one.titles)]
        if not (alone and one.seeks):
            ways += [Alternative(name, SAID) for name in names]
            return _clause(condition.words, ways, optional=True)
        # Every class for them is a way, but a class in what they look for is nearer.
        ways += [Alternative(name, PART, "part") for name in names]
        ways += [Alternative(word, SYNONYM - MUCH_LATER * place, "synonym") for place, word in enumerate(one.seeks)]
        return _clause(condition.words, ways)


def _each_its_own(clauses):
    """A word that was said answers its own clause only: 电脑 办公 wants both, though 办公 alone would take 电脑 too."""
    said = {clause.word for clause in clauses}
    return [
        replace(
            clause,
            alternatives=tuple(one for one in clause.alternatives if one.word == clause.word or one.word not in said),
        )
        for clause in clauses
    ]


def _narrower(word, other):
    """舞 finds every dance, so whoever asks for 广场舞 is told of 排舞 first."""
    return CATCH_ALL if len(other) == 1 else _kin(NARROWER, word, other)


def _kin(weight, word, other):
    return weight + (KIN if is_han(word) and not set(word).isdisjoint(other) else 0)


def _clause(word, ways, optional=False):
    """A Clause with each alternative once, the heaviest of its kind, and none that another makes needless."""
    kept = {}
    for way in sorted(ways, key=lambda way: -way.weight):
        if way.word not in kept and not _needless(way.word, kept.values()):
            kept[way.word] = way
    return Clause(word, tuple(kept.values())[:MOST_ALTERNATIVES], optional)


def _needless(word, kept):
    """What has 学电脑 has 电脑 too, and that counts for more."""
    return any(len(one.word) > 1 and one.word in word and one.how in _ANYWHERE and is_han(one.word) for one in kept)


def _other_numerals(word):
    """二十四式 is 24式 and the other way round."""
    if match := _COUNTED.search(word):
        return [word[: match.start()] + str(_number(match.group())) + word[match.end() :]]
    if match := _FIGURES.search(word):
        return [word[: match.start()] + _in_words(int(match.group()[:3])) + word[match.end() :]]
    return []


def _number(numerals):
    """The number of Chinese ``numerals`` under a thousand.

    >>> _number("二十四"), _number("一百零八"), _number("十")
    (24, 108, 10)
    """
    total = digit = 0
    for numeral in numerals:
        if numeral in "十百":
            total += (digit or 1) * (10 if numeral == "十" else 100)
            digit = 0
        else:
            digit = int(_NUMERALS[numeral])
    return total + digit


def _in_words(number):
    """Return ``number`` (under a thousand) in Chinese numerals.

    >>> _in_words(24), _in_words(108), _in_words(8)
    ('二十四', '一百零八', '八')
    """
    digits = "零一二三四五六七八九"
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    out = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        out += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
    elif hundreds and ones:
        out += "零"
    return out + (digits[ones] if ones or not out else "")
