"""Which entries are ranked for a question, and which follow behind them: the database's part of a search.

Ranking in Python is worth its time for some dozens of entries. Where hundreds have the words
just as they were said, the first of them are ranked and the rest follows: titled so before
in the title before anywhere. Counts, facets and the orders by distance and by date are over all
of them, but nothing is done about one of the rest before somebody asks.
"""

from functools import cached_property
from itertools import chain, islice

from django.db import connection

from search import index
from search.board.sql import whole
from search.language.text import query_tokens
from search.models import SearchEntry

#: Ranked of those that have every word as it was said; and where it took synonyms, parts or guesses to find them.
AS_SAID, OTHERWISE = 84, 120
#: With so many from one pass, the next and looser one is not asked.
PLENTY = 36
#: (least weight of an alternative, every clause?): as said, the same in other words, its kinds, everything, any clause.
_PASSES = ((0.9, True), (0.8, True), (0.6, True), (0.0, True), (0.0, False))
#: From this pass on, an alternative of one character is asked for too.
_WITH_CHARACTERS = 0.6
#: Places nearer than this are looked at first where there are more entries than can be ranked.
NEAR_KM = 3.0


def candidates(answer):
    """Return (ids to rank, ids that match behind them): what meets every condition first, nearer ones before others.

    The second list is the database's: not all of it need be allowed.
    """
    found, masks = {}, _masks(answer)
    for asked, require_all, as_said in _passes(answer.query, answer.question.literal):
        most = AS_SAID if as_said else OTHERWISE
        matched = index.match(asked, require_all, answer.query.text if as_said else "", answer.board.timetable.day)
        found |= dict.fromkeys(islice(_allowed(answer, matched, masks), most))
        if as_said and len(found) == most:
            return list(found), Behind(matched, found)
        if len(found) >= PLENTY:
            break
    return list(found)[:OTHERWISE], ()


class Behind:
    """The ids of ``matched`` that are not ranked: listed when somebody looks."""

    def __init__(self, matched, ranked):
        self._matched, self._ranked = matched, ranked

    @cached_property
    def _ids(self):
        return [pk for pk in self._matched if pk not in self._ranked]

    def __iter__(self):
        yield from self._ids  # not before the first is asked for


def texts_of(ids):
    """Return [(id, title, subject, place, body, kind)] of entries, as rank() wants them."""
    if not ids:
        return []
    numbers = ",".join(map(str, map(int, ids)))
    with connection.cursor() as cursor:  # for every question: past the making of a statement
        cursor.execute(
            f"SELECT id, title, subject, place, body, kind FROM {SearchEntry._meta.db_table} WHERE id IN ({numbers})"  # noqa: S608
        )
        return cursor.fetchall()


def kinds_of(ids):
    """Return {id: Kind} of entries."""
    return dict(SearchEntry.objects.filter(pk__in=whole(ids)).values_list("pk", "kind")) if ids else {}


def _passes(query, literal=False):
    """Yield (clauses for the index, every clause?, as they were said?), each wider than the one before.

    ``literal``: only what has every word that was typed.
    """
    clauses = [clause for clause in query.clauses if not clause.optional]
    before = None
    for number, (least, require_all) in enumerate(_PASSES):
        asked = [
            [query_tokens(one.word) for one in clause.alternatives if _is_asked(one, clause, least)]
            for clause in clauses
        ]
        this = asked, require_all or len(clauses) == 1
        if this != before and (require_all or not literal):
            yield asked, require_all, number == 0
        before = this


def _is_asked(alternative, clause, least):
    if len(alternative.word) == 1 and least > _WITH_CHARACTERS:
        return alternative.word == clause.word  # one character stands for a great deal (画): words are tried before
    return alternative.weight >= least or alternative.word == clause.word


def _allowed(answer, matched, masks):
    """Yield the ids of ``matched`` that the hard conditions allow, each once: what ``masks`` say, in that order."""
    if answer.searches_all and not answer.conditions:
        return iter(matched)
    ids = (answer.board.among(part, mask) for some in masks for part in matched.parts() for mask in some)
    return _once(chain(chain.from_iterable(ids), matched if answer.searches_all else ()))


def _masks(answer):
    """Return what is looked at first, then what else the hard conditions allow, as two lists of masks.

    What meets every condition goes before the rest: near ones, those with a class run to join, all; of each, what has the
    words in its title goes before what has them elsewhere.
    """
    board = answer.board
    joined = answer.mask & board.timetable.upcoming
    near = [joined & board.within(answer.distances, NEAR_KM)] if answer.distances else []
    return [*near, joined, answer.mask], [answer.loose_mask] if answer.loose_mask != answer.mask else []


def _once(ids):
    seen = set()
    for pk in ids:
        if pk not in seen:
            seen.add(pk)
            yield pk
