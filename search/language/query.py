"""What a question means: clauses of words with their alternatives, conditions, corrections. ``analyse`` makes it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Alternative:
    """One way to satisfy a clause: a normalised word, how much it counts (0–1], and how it was come by."""

    word: str
    weight: float
    how: str = "said"  # said, synonym, narrower, broader, part, pair, pinyin, initials, sound, typo, character


@dataclass(frozen=True)
class Clause:
    """One thing asked for. ``word`` as typed (normalised). ``optional``: raises what has it, excludes nothing."""

    word: str
    alternatives: tuple
    optional: bool = False

    @property
    def is_untaught(self):
        """Whether the site has no such word, so that what it is a kind of is looked for."""
        return any(one.how == "broader" for one in self.alternatives)


@dataclass(frozen=True)
class Condition:
    """Words that are a filter: 周三 → weekday 3. ``name``, ``value``: a field of FinderForm and its value.

    ``words`` is what was typed, at [start, end) of the normalised question. ``titles``: words
    that say the same in a title: 少儿舞蹈 is for children whatever its audience field says.
    """

    name: str
    value: str
    words: str
    start: int
    end: int
    titles: tuple = ()


@dataclass(frozen=True)
class Correction:
    """What was typed and what was searched instead."""

    typed: str
    meant: str


@dataclass(frozen=True)
class Query:
    """A question understood. ``text`` is the normalised question, cut to LONGEST_QUESTION where ``cut``."""

    text: str
    clauses: tuple = ()
    conditions: tuple = ()
    corrections: tuple = ()
    cut: bool = False

    def without(self, condition):
        """Return the question's text without the words that say ``condition``: what removing its chip leaves."""
        text = self.text
        for one in sorted(self.conditions, key=lambda one: -one.start):
            if (one.name, one.value) == (condition.name, condition.value):
                text = f"{text[: one.start]} {text[one.end :]}"
        return " ".join(text.split())
