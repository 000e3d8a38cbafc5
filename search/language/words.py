"""Words that come with the software: general Chinese for cutting a run into words, each with its cost (rarer = dearer)."""

import csv
import math
from functools import cache

from search.language.text import DATA, normalise, split_words

#: A character that stands in no known word.
UNKNOWN = 120
#: A word the site itself uses, or an editor's synonym, is never dearer than this.
OWN = 62
#: Rank 0 of a language is not infinitely likely: Zipf's law with an offset.
_OFFSET = 100


def lines(name):
    """Return the lines of a data file without comments and blanks."""
    text = (DATA / name).read_text("utf-8")
    return [line for line in text.splitlines() if line and line[0] != "#"]


@cache
def base_words():
    """Return {word: cost} of general Chinese; the costs are small integers, ten times a natural logarithm."""
    found = lines("words.txt")
    costs = []
    while len(costs) < len(
        found
    ):  # thousands of words have the same cost: a logarithm for each would take longer than all else
        cost = int(10 * math.log(len(costs) + _OFFSET))
        costs += [cost] * (math.ceil(math.exp((cost + 1) / 10)) - _OFFSET - len(costs))
    return dict(zip(found, costs, strict=False))


@cache
def stop_words():
    return frozenset(normalise(line).strip() for line in lines("stopwords.txt"))


@cache
def regional():
    """Return {what Taiwan and Hong Kong say: what is said here}."""
    return dict(line.split(" ", 1) for line in lines("regional.txt"))


def synonyms():
    """Return the (words, narrower) that come with the software: what cuts titles, and an editor's table starts from."""
    rows = csv.DictReader(lines("synonyms.csv"))
    return [(split_words(row["words"]), split_words(row["narrower"] or "")) for row in rows]
