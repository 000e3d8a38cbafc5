"""One question, one answer: which entries, in what order, how many for each facet. The one code path of both doors.

The finder (/courses/) and the site's search (/search/) ask here, and so do the
evaluation and the benchmark. Conditions that the reader *ticked* are hard: what does not
meet them is not found. Conditions that were *read from words* (周三下午, 免费) are met by
what is found too, but where that leaves little, ``looser`` has what fits the words and
misses a condition, the fewest misses first: nobody is sent home because no class in
calligraphy meets on Wednesday.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, combinations, islice

from django.db import connections

from search.board import current_board
from search.candidates import candidates, kinds_of, texts_of
from search.enums import Kind, Sort
from search.language.analyse import analyse
from search.language.score import rank
from search.nearby import geography
from search.state import tokens
from search.vocabulary import vocabulary

#: Below this part of the best score, meeting the conditions read from words counts for less than fitting the others.
WEAK = 0.8
#: With fewer exact answers than this, looser ones are shown below them, at most as many.
ENOUGH = 12


@dataclass
class Question:
    """What is asked. ``chosen``: ticked filters {field: value}; ``near``: an Origin key.

    ``kinds``: what is searched, None = everything; ``tab``: the one of them that is shown
    (the others are counted). ``literal``: search what was typed, without corrections.
    """

    text: str = ""
    chosen: dict = field(default_factory=dict)
    near: str = ""
    sort: str = ""
    kinds: tuple | None = None
    tab: str = ""
    literal: bool = False


@dataclass
class Answer:
    """``found`` and ``looser``: entry ids in order (``found`` may be lazy). ``misses``: {id: conditions it misses}.

    ``met``: {field: rows that meet what was read from words}. ``ranked``: the entries that fit the words, best first, None where there are none; ``behind`` them those that were not ranked.
    ``absent``: words that nothing found has, where things of the same kind are found. ``origin`` and ``distances`` are set where the question says where. ``mask``: the class runs that meet every condition.
    """

    question: Question
    query: object
    found: object
    looser: list
    misses: dict
    mask: int
    loose_mask: int
    kinds: dict
    conditions: dict
    met: dict
    origin: object = None
    distances: dict | None = None
    sort: str = ""
    board: object = None
    places: dict | None = None
    drawing: object = None
    ranked: list | None = None
    behind: object = ()
    absent: list = field(default_factory=list)

    @property
    def searches_all(self):
        """Whether everything public is searched and nothing is ticked: what is no course counts too."""
        return self.question.kinds is None and not self.question.chosen

    @cached_property
    def within(self):
        """The rows of what fits the words, None where there are no words."""
        return None if self.ranked is None else self.board.mask_of(chain(self.ranked, self.behind))

    @property
    def in_force(self):
        """{field: value} of every filter: ticked, read from words, and what is searched."""
        shown = {"kind": self.question.tab} if self.question.tab else {}
        return self.conditions | _scope(self.question) | shown

    @cached_property
    def facets(self):
        """{field: {value: number of pages}} over what is found: counted when somebody looks."""
        return self.board.facets(self.in_force, within=self.within, met=self.met)

    def rows_but(self, *fields):
        """Return the rows of what is found, had nothing been asked of ``fields``: what facets count, for several at once."""
        mask = self.board.layout.all if self.within is None else self.within
        for field_, value in self.in_force.items():
            if field_ not in fields:
                mask &= self.met[field_] if field_ in self.met else self.board.rows(field_, value)
        return mask


class Lazy:
    """A list of ids of which only what is asked for is made: functions of the length, and of a part (start, size)."""

    def __init__(self, count, part):
        self._count, self._part, self._length = count, part, None

    def __len__(self):
        if self._length is None:
            self._length = self._count()
        return self._length

    def __getitem__(self, at):
        if not isinstance(at, slice):
            return self._part(at, 1)[0]
        start, stop = at.start or 0, len(self) if at.stop is None else at.stop
        return self._part(start, max(0, stop - start))

    def __iter__(self):
        return iter(self[:])


def search(question, now=None):
    """Return the Answer to ``question``. Never raises for what somebody typed. ``now``: state.tokens() just read."""
    now = tokens() if now is None else now
    board, words, places = current_board(now), vocabulary(now), geography(now)
    query = analyse(question.text, words, literal=question.literal)
    if question.kinds is None and _is_a_place(query):
        query = analyse(question.text, replace(words, places={}), literal=question.literal)
    soft = _soft(query.conditions, question.chosen)
    keys = [question.near, *(one.value for one in soft if one.name == "near")]
    origin = next(filter(None, map(places.origin, keys)), None)
    soft = [one for one in soft if one.name != "near"]
    distances = places.distances(origin) if origin else None
    hard = _scope(question)
    loose_mask = board.select(hard)
    masks = [(one, _meeting(board, one, loose_mask)) for one in soft]
    mask = loose_mask
    for _one, met in masks:
        mask &= met
    answer = Answer(
        question=question, query=query, found=[], looser=[], misses={}, mask=mask, loose_mask=loose_mask,
        kinds={}, conditions=_together(question.chosen, soft), met={one.name: met for one, met in masks}, origin=origin, distances=distances, places=places.places, drawing=places.drawing,
        sort=_sort(question, query, origin), board=board,
    )  # fmt: skip
    if any(not clause.optional for clause in query.clauses):
        _by_words(answer, masks)
    elif query.text and not query.clauses and not query.conditions:
        answer.ranked = []  # signs that say nothing (***): all courses would be no answer
    else:
        _by_conditions(answer, masks)
    return answer


def _is_a_place(query):
    """Whether a place is all that is asked: on the whole site that is its own page and the news about it, not what is near."""
    places = [one for one in query.conditions if one.name in ("street", "near")]
    return bool(places) and not query.clauses and len(places) == len(query.conditions)


def _soft(conditions, chosen):
    """The conditions read from words, one for each field, without those of a field that was ticked: what is ticked holds.

    周三 周五 is either of them: their values are joined.
    """
    by_name = {}
    for one in conditions:
        if one.name in chosen:
            continue
        before = by_name.get(one.name)
        if before is None or one.name in ("near", "free", "places"):
            by_name.setdefault(one.name, one)
        elif one.value not in before.value.split(","):
            by_name[one.name] = replace(
                before,
                value=f"{before.value},{one.value}",
                words=f"{before.words}、{one.words}",
                titles=before.titles + one.titles,
            )
    return list(by_name.values())


def _scope(question):
    """What was ticked, and the one kind that is searched, as filters."""
    return question.chosen | ({"kind": question.kinds[0]} if question.kinds and len(question.kinds) == 1 else {})


def _meeting(board, condition, scope):
    """The rows that meet ``condition``: by their facts, or because the page says so in words (少儿舞蹈)."""
    value = True if condition.value == "on" else condition.value
    met = board.select({condition.name: value})
    return met | board.told(condition.titles) & scope if condition.titles else met


def _together(chosen, soft):
    """Every filter in force by field, for the facets: what was ticked stands before what was read."""
    return {one.name: True if one.value == "on" else one.value for one in soft} | chosen


def _sort(question, query, origin):
    words = any(not clause.optional for clause in query.clauses)
    possible = {Sort.BEST: words, Sort.NEAREST: origin is not None, Sort.SOONEST: True}
    if possible.get(question.sort):
        return question.sort
    if words:
        return Sort.BEST
    return Sort.NEAREST if origin else Sort.SOONEST


# ---------------------------------------------------------------- without words: the timetable alone


def _by_conditions(answer, masks):
    if answer.question.tab:
        answer.mask &= answer.board.rows("kind", answer.question.tab)
    answer.found = _told_first(answer)
    if masks and len(answer.found) < ENOUGH:
        have = set(answer.found[:ENOUGH])
        near_misses = answer.loose_mask & _any_of(met for _one, met in masks)
        rest = [pk for pk in _ordered(answer, near_misses)[: 2 * ENOUGH] if pk not in have][:ENOUGH]
        _tell_misses(answer, rest, masks)


def _told_first(answer):
    """All that meets the conditions; for 少儿 alone, what says so in its title before what is only open to them."""
    titles = tuple(word for one in answer.query.conditions for word in one.titles)
    told = answer.mask & answer.board.told(titles) if titles and not answer.question.sort else 0
    if not told:
        return _ordered(answer, answer.mask)
    first, rest = _ordered(answer, told), _ordered(answer, answer.mask & ~told)
    return Lazy(
        lambda: len(first) + len(rest),
        lambda start, size: [
            *first[start : start + size],
            *rest[max(0, start - len(first)) : max(0, start + size - len(first))],
        ],
    )


def _any_of(masks):
    together = 0
    for mask in masks:
        together |= mask
    return together


def _ordered(answer, mask):
    board = answer.board
    if answer.sort == Sort.NEAREST:
        return board.nearest(mask, answer.distances)
    return Lazy(lambda: board.count(mask), lambda start, size: board.soonest(mask, start, size))


# ---------------------------------------------------------------- with words


def _by_words(answer, masks):
    question = answer.question
    ids, behind = candidates(answer)
    rows = texts_of(ids)
    answer.absent = _absent(answer.query, rows)
    scores, kinds = rank(answer.query, rows), {row[0]: row[5] for row in rows}
    counts = _counting(answer)
    if question.kinds is None:
        kinds |= _kinds(answer.board, behind)
        behind = [pk for pk in behind if pk in kinds]  # one may be gone since it was found
        answer.kinds = Counter(kinds[pk] for pk in chain((pk for pk, _score in scores), behind) if counts(pk))
    if question.tab:
        scores = [(pk, score) for pk, score in scores if kinds[pk] == question.tab]
        behind = [pk for pk in behind if kinds[pk] == question.tab]
    answer.ranked, answer.behind = [pk for pk, _score in scores], behind
    exact = {pk for pk, _score in scores if counts(pk)}
    if masks and scores:  # what hardly fits the words does not go before what fits them well and misses a condition
        weak = WEAK * scores[0][1]
        exact -= {pk for pk, score in scores if score < weak}
    found = [(pk, score) for pk, score in scores if pk in exact]
    answer.found = _in_order(answer, found, answer.mask, behind, counts)
    if masks and len(answer.found[:ENOUGH]) < ENOUGH:  # not its length: what is behind is not counted for this
        rest = [(pk, score) for pk, score in scores if pk not in exact]
        _tell_misses(answer, _in_order(answer, rest, answer.loose_mask)[: 2 * ENOUGH], masks)
        answer.looser = answer.looser[: 2 * ENOUGH]


def _kinds(board, pks):
    """Return {id: Kind} of entries: of thousands of courses and events the board knows it, the database is asked for the rest."""
    pks, kinds = list(pks), {}
    for kind in (Kind.COURSE, Kind.EVENT):
        kinds |= dict.fromkeys(board.among(pks, board.rows("kind", kind)), kind)
    return kinds | kinds_of([pk for pk in pks if pk not in kinds])


def _absent(query, rows):
    """The words that nobody teaches and that none of ``rows`` has: what is found is only of the same kind, and that is said."""
    texts = [" ".join(row[1:5]) for row in rows]
    asked = [clause for clause in query.clauses if not clause.optional and clause.is_untaught]
    return [clause.word for clause in asked if not any(clause.word in text for text in texts)]


def _counting(answer):
    """Return a function that tells whether an entry that fits the words is an answer."""
    meets = answer.board.has(answer.mask)
    if answer.question.kinds is not None or answer.conditions:
        return meets
    learning = answer.board.has(answer.board.layout.all)
    return lambda pk: meets(pk) or not learning(pk)  # nothing asked of class runs: news and documents are answers too


def _in_order(answer, scored, mask, behind=(), counts=None):
    """Return the ids of ``scored``, and of those ``behind`` that count, in the order that is asked for."""
    board = answer.board
    if answer.sort == Sort.BEST:
        best = board.best(scored, mask, answer.distances)
        if not behind:
            return best
        return Lazy(
            lambda: len(best) + sum(map(counts, behind)),
            lambda start, size: list(islice(chain(best, filter(counts, behind)), start, start + size)),
        )
    pks = [*(pk for pk, _score in scored), *filter(counts, behind)]
    hits = board.mask_of(pks) & mask
    nearest = answer.sort == Sort.NEAREST
    ordered = list(board.nearest(hits, answer.distances)) if nearest else board.soonest(hits, 0, len(pks))
    there = set(ordered)
    return ordered + [pk for pk in pks if pk not in there]


def _tell_misses(answer, pks, masks):
    """Put ``pks`` into ``looser``, those that miss the fewest conditions first, and say which they miss.

    What is met is met by one class run: Friday evening and Tuesday morning are no Friday morning. What misses none is here
    because it hardly fits the words: it comes last.
    """
    answer.misses |= {pk: [one for one, _met in masks] for pk in pks}
    left = dict.fromkeys(pks)
    for number in range(len(masks)):
        for dropped in combinations(masks, number):
            mask = answer.loose_mask
            for pair in masks:
                if pair not in dropped:
                    mask &= pair[1]
            for pk in list(answer.board.among(left, mask)):
                del left[pk]
                answer.misses[pk] = [one for one, _met in dropped]
    answer.looser = sorted(pks, key=lambda pk: len(answer.misses[pk]) or len(masks) + 1)


def warm():
    """Make what a worker keeps, and leave no open connection."""
    now = tokens()
    current_board(now).facets({})
    vocabulary(now).lexicon.sounds  # noqa: B018  made when first looked at
    geography(now)
    connections.close_all()


def understood(text):
    """Return the Query for ``text`` with the words in force: what the editors' try-out shows."""
    return analyse(text, vocabulary())
