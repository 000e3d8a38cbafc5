"""The full-text index behind one interface, whatever keeps it: this database's own, or a search server for a city.

``SEARCH_INDEX`` names the module that does the work: "database" (default) takes
``sqlite.py`` or ``postgresql.py`` by the connection, ``search.index.modelsearch`` any
backend of modelsearch. All vendor SQL of search lives in those modules; nothing else
writes here but ``services.py``.

A question is a list of clauses; a clause is a list of alternatives; an alternative is a
list of tokens (language/text.py) that must all stand in an entry. A token that ends in
``*`` is a prefix. No token can break a query: they are quoted, never parsed.
"""

from functools import cached_property
from importlib import import_module
from itertools import chain

from django.conf import settings
from django.db import connection

from search.language.text import runs

COLUMNS = ("title", "subject", "place", "body")
#: Longer than any word that means something; a database refuses tokens of some thousand bytes.
LONGEST_TOKEN = 60
#: What the token of a whole title begins with: a character for private use.
_WHOLE = "\ue000"
#: Question parts beyond this are dropped: a question has at most 60 characters, and a database's parser has an end.
MOST_ALTERNATIVES = 200


def _database():
    return import_module(f"search.index.{connection.vendor}")


def _implementation():
    name = getattr(settings, "SEARCH_INDEX", "database")
    return _database() if name == "database" else import_module(name)


def write(documents):
    """Put the texts of ``documents`` (index/documents.py) in, in the place of what stood there under their ids."""
    if documents := list(documents):
        _implementation().write(documents)


def delete(ids):
    """Take the texts of ``ids`` out; those that are not there do no harm."""
    if ids := list(ids):
        _implementation().delete(ids)


def match(clauses, require_all=True, whole="", turn=0):
    """Return the Matches of ``clauses``: all entries that have what is asked for.

    ``require_all``: every clause by one of its alternatives; otherwise any clause. Nothing asked finds nothing.
    Those titled ``whole`` stand first, then those that have it in the title, then the rest. Which is the best of
    them is for the language to say (candidates.py): a rank in the database costs ten times the search.
    Alike ones stand in a row that begins at another of them with each ``turn``, so that none is always last.
    """
    return Matches(clean(clauses), require_all, title_token(whole), turn)


class Matches:
    """Ids of entries in order, each once. The database is asked as far as somebody looks: titles first, then the rest."""

    def __init__(self, clauses, require_all, whole, turn):
        self._clauses, self._require_all, self._whole, self._turn = clauses, require_all, whole, turn

    @cached_property
    def in_title(self):
        """The ids of those that have what is asked for in the title; the ones titled just so stand first."""
        if not self._clauses:
            return []
        parts = _implementation().in_title(self._clauses, self._require_all, self._whole)
        return list(dict.fromkeys(chain.from_iterable(_turned(part, self._turn) for part in parts)))

    @cached_property
    def elsewhere(self):
        """The ids of the others."""
        if not self._clauses:
            return []
        before = set(self.in_title)
        found = _implementation().anywhere(self._clauses, self._require_all)
        return [pk for pk in _turned(found, self._turn) if pk not in before]

    def parts(self):
        yield self.in_title
        yield self.elsewhere

    def __iter__(self):
        return chain.from_iterable(self.parts())

    def __eq__(self, other):
        return list(self) == list(other)

    __hash__ = None


def _turned(ids, turn):
    # Not by one a day: where thousands are alike, the last would wait for years.
    at = turn * 40_503 % len(ids) if ids else 0
    return ids[at:] + ids[:at]


def numbers(text):
    """Return the ids that a database wrote with commas between: a row for each would cost Python more than the search."""
    return list(map(int, text.split(","))) if text else []


def title_token(title):
    """Return the token of a whole title, "" for none. Nobody can type it: normalise() leaves no private character."""
    return _WHOLE + "".join(runs(title))[: LONGEST_TOKEN - 1] if runs(title) else ""


def having(alternatives):
    """Return the ids of entries that have one of ``alternatives`` (lists of tokens) in the title, in no order."""
    return match([alternatives]).in_title


def ids():
    """Return the set of ids that have texts."""
    return _implementation().ids()


def damaged(documents):
    """Return the ids of ``documents`` whose texts are not what ``write`` would put there."""
    documents = list(documents)
    return _implementation().damaged(documents) if documents else []


def lock():
    """Let one transaction at a time change the index, so that counts and what waits for a commit stay right."""
    _database().lock()


def clean(clauses):
    """Return ``clauses`` without empty tokens, empty alternatives and repeated ones, and not longer than a parser can take."""
    out, left = [], MOST_ALTERNATIVES
    for clause in clauses:
        alternatives = {}
        for alternative in clause:
            if tokens := tuple(dict.fromkeys(token for token in map(_cut, alternative) if token)):
                alternatives[tokens] = None
        if kept := list(alternatives)[:left]:
            out.append(kept)
            left -= len(kept)
    return out


def _cut(token):
    """Return ``token`` as both databases can take it: no NUL, no half of a character, no prefix of nothing."""
    word, star = (token[:-1], "*") if token.endswith("*") else (token, "")
    word = word.replace("\0", "").encode("utf-8", "ignore").decode()[:LONGEST_TOKEN]
    return word and word + star
