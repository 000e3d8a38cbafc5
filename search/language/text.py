"""Text as the index and the question both see it: one normal form, one way to cut it into tokens."""

import re
import unicodedata
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
#: A question longer than this is cut, and the reader is told (finder).
LONGEST_QUESTION = 60
_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(f"[{_HAN}]+|[a-z0-9]+")
_HAN_RUN = re.compile(f"[{_HAN}]+")
_SEPARATORS = re.compile(r"[\s,;，；、/|]+")


@cache
def _simplified():
    """The table from traditional to simplified characters, as str.translate wants it (data/t2s.txt)."""
    try:
        lines = (DATA / "t2s.txt").read_text("utf-8").splitlines()
    except FileNotFoundError:
        return {}
    return {ord(line[0]): line[1] for line in lines if line and not line.startswith("#")}


def normalise(text):
    """Return ``text`` in the one form of index and question: NFKC, lower case, simplified characters, no control characters."""
    text = unicodedata.normalize("NFKC", text or "").casefold().replace("c++", "cpp").replace("c#", "csharp")
    text = text.translate(_simplified())
    if text.isprintable():  # no control characters and no blank but " "
        return text
    return "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in text)


def is_han(text):
    return bool(_HAN_RUN.fullmatch(text))


def runs(text):
    """Return the runs of Han characters and of Latin letters or digits of normalised ``text``, in order."""
    return _RUN.findall(text)


def tokens(text):
    """Return the index tokens of normalised ``text``.

    A Han run gives its overlapping pairs and its last character alone (so that one
    character is a prefix query); a Latin or digit run is one token.

    >>> tokens("太极拳 24式")
    ['太极', '极拳', '拳', '24', '式']
    """
    out = []
    for run in runs(text):
        if is_han(run):
            out += [run[at : at + 2] for at in range(len(run) - 1)]
            out.append(run[-1])
        else:
            out.append(run)
    return out


def query_tokens(word):
    """Return the tokens that must all stand in a text that has ``word``: its pairs; one character alone is a prefix.

    A token that ends in ``*`` is a prefix.

    >>> query_tokens("太极拳"), query_tokens("琴"), query_tokens("ai")
    (['太极', '极拳'], ['琴*'], ['ai'])
    """
    out = []
    for run in runs(word):
        if not is_han(run):
            out.append(run)
        elif len(run) == 1:
            out.append(f"{run}*")
        else:
            out += [run[at : at + 2] for at in range(len(run) - 1)]
    return out


def split_words(text):
    """Return the words of an editor's list (、，, or blanks between), normalised, each once."""
    return list(dict.fromkeys(word for word in _SEPARATORS.split(normalise(text)) if word))
