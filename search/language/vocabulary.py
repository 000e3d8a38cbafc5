"""What the analysis knows of one site: its words, its places, its audiences."""

from dataclasses import dataclass, field
from functools import cached_property

from search.language import people
from search.language.lexicon import Lexicon


@dataclass
class Vocabulary:
    """``places``: {name: (field, value)}, all names normalised; ``audiences``: {name of an audience: its code}."""

    lexicon: Lexicon
    places: dict[str, tuple[str, str]] = field(default_factory=dict)
    audiences: dict[str, str] = field(default_factory=dict)

    @cached_property
    def audience_codes(self):
        """{key of people.People: the site's code}."""
        return people.codes(self.audiences)

    @cached_property
    def audience_names(self):
        """{code: names the site gives that audience}."""
        names = {}
        for name, code in self.audiences.items():
            names.setdefault(code, []).append(name)
        return names

    @cached_property
    def longest_place(self):
        return max(map(len, self.places), default=0)
