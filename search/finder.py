"""The finder's page: a form in, what the template shows out (docs/mechanisms/finder.md).

A result is a course with its matching class runs. The number of queries does not depend
on how many there are.
"""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.translation import gettext as _

from network.models import StreetPage
from search import asked, drawings, engine
from search.enums import Kind, Sort
from search.forms import FILTERS, TICKS, FinderForm
from search.language.text import LONGEST_QUESTION
from search.models import PinnedResult
from search.results import Shown, nearest_centre
from search.state import tokens

PAGE_SIZE = 12  # five screens of a phone
SHOWN = 8  # options of a facet; of many more the rest is folded
#: Fields of the form that are no filters but belong to the question's address.
_DEFAULTS = {"sort": "", "kind": "", "exact": ""}


@dataclass
class Chip:
    """A condition in use and the query string without it. ``said``: it was read from the typed words."""

    words: str
    without: str
    said: bool = False


@dataclass
class Option:
    """One value of a facet, a sort order or a tab: its words, how many, the query string that chooses or drops it."""

    words: str
    address: str
    count: int | None = None
    chosen: bool = False


@dataclass
class Facet:
    """``head``: the first of many options; ``rest``: what one tap opens."""

    name: str
    label: str
    options: list

    @property
    def head(self):
        return self.options if len(self.options) <= SHOWN + 2 else self.options[:SHOWN]

    @property
    def rest(self):
        return self.options[len(self.head) :]

    @property
    def chosen(self):
        """The words of what is chosen of it, empty where nothing is."""
        return "、".join(str(option.words) for option in self.options if option.chosen)

    @property
    def is_chosen_in_rest(self):
        return any(option.chosen for option in self.rest)


@dataclass
class Finder:
    """Everything the finder's template shows."""

    form: FinderForm
    answer: engine.Answer
    page: Page
    looser: list
    chips: list
    facets: list
    sorts: list
    tabs: list
    corrections: list
    literal: str  # query string that searches what was typed
    canonical: str  # query string of this question in its one spelling, "" for the plain list
    usual: str = ""  # query string that searches what is alike again, after ``literal``
    asked_for: dict = field(default_factory=dict)  # everything in force, as in an address
    pinned: list = field(default_factory=list)

    @property
    def origin(self):
        return self.answer.origin

    @property
    def is_question(self):
        """Whether something is asked: a kind or an order alone is none."""
        return bool(self.form.text or self.form.chosen or self.form.cleaned_data.get("near"))

    @property
    def kept_as(self):
        """What the kept pieces of this answer vary by; None where words were typed: these are kept nowhere and rarely come twice."""
        return None if self.form.text else self.canonical

    @property
    def is_empty(self):
        return not self.page.paginator.count

    @property
    def sort_words(self):
        """How the list is ordered, in words."""
        if self.answer.sort == Sort.NEAREST:
            return _("离%(place)s近的在前") % {"place": self.origin.name}
        return _ORDERS[self.answer.sort]

    @property
    def kept(self):
        """[(name, value)] that the box sends along: what was ticked stays while other words are tried."""
        rest = {name: value for name, value in self.form.asked.items() if name not in ("q", "near", "exact")}
        return [(name, "on" if value is True else value) for name, value in rest.items()]

    @property
    def ticks(self):
        """The facets that are one yes or no: shown together, first."""
        return [facet for facet in self.facets if facet.name in TICKS]

    @property
    def lists(self):
        """The facets with several values."""
        return [facet for facet in self.facets if facet.name not in TICKS]

    @property
    def longest(self):
        """How many characters of a question are read."""
        return LONGEST_QUESTION

    @cached_property
    def map(self):
        """The map of the streets: each street leads to this question there (search/drawings.py)."""
        return drawings.street_map(self.answer, dict(self._addresses_of("street")))

    @cached_property
    def week(self):
        """The heat plot of what has places, by weekday and street, under all other conditions."""
        nothing = dict.fromkeys(("weekday", "street"), "")
        return drawings.week_by_street(
            self.answer, lambda **where: self._address_of(nothing | where | {"places": True})
        )

    def _addresses_of(self, name):
        for value, _words in _values(self.form, name):
            chosen = str(self.answer.conditions.get(name, "")) == str(value)
            how = (self.form, self.answer, self.asked_for, name)
            yield value, _drop(*how) if chosen else _set(*how[1:], value)

    def _address_of(self, filters):
        """The address with ``filters`` ({field: value, "" for none}) set; words that said other values of them go."""
        text, asked_for = self.answer.query.text, self.asked_for
        said = [one for one in self.answer.query.conditions if one.name in filters]
        for one in sorted(said, key=lambda one: -one.start):
            text = f"{text[: one.start]} {text[one.end :]}"
        if said and "q" in asked_for:
            asked_for = asked_for | {"q": " ".join(text.split())}
        return _address(asked_for | filters)

    # Asked by the template only where nothing was found.

    @cached_property
    def centre(self):
        """The sub-centre to ask at, where the question said a place."""
        return nearest_centre(self.answer)

    @property
    def streets(self):
        """Where to ask otherwise: the six streets' centres."""
        return StreetPage.objects.live().public().order_by("path")

    @cached_property
    def subjects(self):
        """[Option] of what is taught now, most first: in the street where the question said a place, else everywhere."""
        street, origin = self.subjects_of, self.origin
        counts = self.answer.board.facets({"street": street.slug} if street else {}, fields=("subject",))["subject"]
        named = [(code, words) for code, words in self.form.fields["subject"].choices if counts.get(code)]
        return [
            Option(words, _address({"subject": code, "near": origin.key if origin else ""}), counts[code])
            for code, words in sorted(named, key=lambda one: -counts[one[0]])
        ]

    @cached_property
    def subjects_of(self):
        """The street of the place that the question said, where something is taught there; None otherwise."""
        street = self.origin and self.origin.street
        return street if street and self.answer.board.rows("street", street.slug) else None


_ORDERS = {
    Sort.BEST: _("最合适的在前"),
    Sort.SOONEST: _("还能报名、开课早的在前"),
}


def find(query, kinds=(Kind.COURSE,)):
    """Return the Finder for ``query`` (a request's GET). Never fails: what is not understood is ignored.

    ``kinds``: None searches the whole site and offers tabs.
    """
    now = tokens()
    form = FinderForm(query, now=now)
    answer = engine.search(
        engine.Question(
            text=form.text,
            chosen=form.chosen,
            near=form.cleaned_data.get("near", ""),
            sort=form.cleaned_data.get("sort", ""),
            kinds=kinds,
            tab=form.cleaned_data.get("kind", "") if kinds is None else "",
            literal=bool(form.cleaned_data.get("exact")),
        ),
        now,
    )
    page = Paginator(answer.found, PAGE_SIZE).get_page(query.get("page"))
    shown = Shown(answer)
    first = page.number == 1
    # Lists are loaded, and facets written out, only where they are printed anew (core/templatetags/pieces.py).
    looser = SimpleLazyObject(lambda: shown.results(answer.looser)) if first and answer.looser else []
    keys = list(page.object_list)
    page.object_list = SimpleLazyObject(lambda: shown.results(keys))
    if first and form.text:
        asked.note_search(form.text, len(answer.found))
    return _finder(form, answer, page, looser)


def _finder(form, answer, page, looser):
    asked_for = {name: value for name, value in form.asked.items() if name not in _DEFAULTS or value}
    if answer.query.cut:
        asked_for["q"] = answer.query.text
    if form.cleaned_data.get("sort") == Sort.BEST or "sort" not in form.data:
        asked_for.pop("sort", None)
    canonical = dict(asked_for)
    if page.number > 1:
        canonical["page"] = page.number
    return Finder(
        form=form,
        answer=answer,
        page=page,
        looser=looser,
        chips=list(_chips(form, answer, asked_for)),
        facets=SimpleLazyObject(lambda: list(_facets(form, answer, asked_for))),
        sorts=_sorts(answer, asked_for),
        tabs=_tabs(form, answer, asked_for),
        corrections=list(answer.query.corrections),
        literal=_address(asked_for | {"exact": True}),
        usual=_without(asked_for, "exact"),
        asked_for=asked_for,
        pinned=_pinned(answer) if page.number == 1 else [],
        canonical=_address(canonical),
    )


def _address(asked_for):
    return urlencode({name: "on" if value is True else value for name, value in sorted(asked_for.items()) if value})


def _without(asked_for, *names, **changed):
    return _address({k: v for k, v in asked_for.items() if k not in names} | changed)


def _chips(form, answer, asked_for):
    for condition in answer.query.conditions:
        if condition.name in form.chosen:
            continue  # ticked as well: one chip is enough
        words = condition.words
        if condition.name == "near" and answer.origin:
            words = _("%(place)s附近") % {"place": answer.origin.name}
        elif condition.name != "near":
            words = form.words_for(condition.name, condition.value)
        yield Chip(words, _without(asked_for, "q", q=answer.query.without(condition)), said=True)
    if answer.question.near and answer.origin:
        yield Chip(_("%(place)s附近") % {"place": answer.origin.name}, _without(asked_for, "near"))
    for name, value in form.chosen.items():
        yield Chip(form.words_for(name, value), _without(asked_for, name))


def _facets(form, answer, asked_for):
    in_force = answer.conditions
    for name in FILTERS:
        counts = answer.facets.get(name, {})
        options = []
        for value, words in _values(form, name):
            chosen = str(in_force.get(name, "")) == str(value)
            number = counts.get(value, counts.get(str(value), 0))
            if not number and not chosen:
                continue
            address = _drop(form, answer, asked_for, name) if chosen else _set(answer, asked_for, name, value)
            options.append(Option(words, address, number, chosen))
        if options:
            yield Facet(name, form.fields[name].label, options)


def _values(form, name):
    field_ = form.fields[name]
    if not hasattr(field_, "choices"):
        return [(True, field_.label)]
    return [(value, words) for value, words in field_.choices if value]


def _drop(form, answer, asked_for, name):
    """The address without filter ``name``, whether it was ticked or read from words."""
    text = answer.query
    if name in form.chosen:
        return _without(asked_for, name)
    condition = next((one for one in text.conditions if one.name == name), None)
    return _without(asked_for, "q", q=text.without(condition)) if condition else _address(asked_for)


def _set(answer, asked_for, name, value):
    """The address with filter ``name`` set; words that said another value of it go."""
    said = next((one for one in answer.query.conditions if one.name == name), None)
    if said and "q" in asked_for:
        asked_for = asked_for | {"q": answer.query.without(said)}
    return _address(asked_for | {name: value})


def _sorts(answer, asked_for):
    options = []
    for sort, words in Sort.choices:
        if sort == Sort.NEAREST and not answer.origin:
            continue  # nearest to what? the list offers it once a place is chosen
        if sort == Sort.BEST and not answer.query.clauses:
            continue
        options.append(Option(words, _without(asked_for, "sort", sort=sort), chosen=answer.sort == sort))
    return options if len(options) > 1 else []


def _tabs(form, answer, asked_for):
    """The kinds of results of a search of the whole site, with their numbers."""
    if len(answer.kinds) < 2 and not answer.question.tab:
        return []
    everything = Option(_("全部"), _without(asked_for, "kind"), sum(answer.kinds.values()), not answer.question.tab)
    return [
        everything,
        *(
            Option(words, _without(asked_for, "kind", kind=kind), answer.kinds[kind], answer.question.tab == kind)
            for kind, words in Kind.choices
            if answer.kinds.get(kind)
        ),
    ]


def _pinned(answer):
    """The pages that editors put first for just these words, as Results."""
    text = answer.query.text
    keys = (
        [pin.page_id for pin in PinnedResult.objects.all() if not pin.is_over and text in pin.word_list] if text else []
    )
    return Shown(answer).results(list(dict.fromkeys(keys))) if keys else []
