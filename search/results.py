"""What a list of results shows: pages and documents with their matching class runs, loaded in a constant number of queries."""

from dataclasses import dataclass, field

from wagtail.documents import get_document_model

from core.restrictions import public_pages
from courses.models import CoursePage
from events.models import EventPage
from network.kept import with_centres, with_streets
from network.models import SubCentrePage
from search.enums import LEARNING, Kind
from search.language.score import highlight
from search.models import SearchEntry
from timetable.models import ClassRun

#: What a result prints of a course or event; its texts are long.
_PRINTED = (
    "title", "slug", "path", "depth", "url_path", "live", "content_type", "locale", "summary", "is_sample", "street",
    "subject__code", "subject__name",
)  # fmt: skip
RUNS_SHOWN = 2  # of each course in the list; the rest is one tap away


@dataclass
class Result:
    """One page in the list. ``runs``: the matching class runs shown; ``title`` and ``summary``: [(text, is hit)].

    ``missing``: words of the conditions it does not meet; ``distance``: honest words, empty where unknown.
    """

    page: object
    kind: str
    title: list
    summary: list
    runs: list = field(default_factory=list)
    more_runs: int = 0
    distance: str = ""
    missing: list = field(default_factory=list)

    @property
    def is_learning(self):
        return self.kind in LEARNING

    @property
    def kind_words(self):
        return Kind(self.kind).label

    @property
    def clicked(self):
        """The id that a tap on it is counted for; documents are no pages and are not counted."""
        return "" if self.kind == Kind.DOCUMENT else self.page.pk


class Shown:
    """Loads what a page of results needs, in a constant number of queries."""

    def __init__(self, answer):
        self.answer, self.board = answer, answer.board

    def results(self, pks):
        """Return a Result for each id, in order; what is no longer public is left out."""
        pages = self._pages(pks)
        runs, more = self._runs(pks)
        alternatives = self._alternatives(runs)
        out = []
        for pk in pks:
            page = pages.get(pk)
            if page is None:
                continue
            mine = runs.get(pk, [])
            for run in mine:
                run.alternative = alternatives.get(run.pk)
            out.append(
                Result(
                    page=page,
                    kind=page.found_as,
                    title=highlight(page.title, self.answer.query),
                    summary=highlight(getattr(page, "summary", ""), self.answer.query),
                    runs=mine,
                    more_runs=more.get(pk, 0),
                    distance=self._distance(mine),
                    missing=[one.words for one in self.answer.misses.get(pk, ())],
                )
            )
        return out

    def _pages(self, pks):
        """{id: page or document with ``found_as``}: what is live, public and indexed."""
        kinds = dict(SearchEntry.objects.filter(pk__in=pks).values_list("pk", "kind"))
        wanted = {}
        for pk, kind in kinds.items():
            wanted.setdefault(kind if kind in (*LEARNING, Kind.DOCUMENT) else Kind.PAGE, []).append(pk)
        found = {}
        for kind, keys in wanted.items():
            for pk, page in self._of_kind(kind, keys).items():
                page.found_as = kinds[pk]
                found[pk] = page
        return found

    def _of_kind(self, kind, pks):
        if kind == Kind.DOCUMENT:
            documents = get_document_model().objects.in_bulk([-pk for pk in pks])
            return {-pk: document for pk, document in documents.items()}
        if kind not in LEARNING:
            return {page.pk: page for page in public_pages().filter(pk__in=pks).specific()}
        pages = (CoursePage if kind == Kind.COURSE else EventPage).objects.live().public()
        pages = pages.select_related("subject").only(*_PRINTED).prefetch_related("audiences").in_bulk(pks)
        with_streets(pages.values())
        return pages

    def _runs(self, pks):
        """({page id: up to RUNS_SHOWN runs}, {page id: how many more}): the matching ones, or any where none matches."""
        mask = self.answer.mask
        wanted, more = {}, {}
        for pk in pks:
            keys = (
                self.board.runs(pk, mask)
                or self.board.runs(pk, self._met_by(pk))
                or self.board.runs(pk, self.answer.loose_mask)
            )
            wanted[pk] = keys[:RUNS_SHOWN]
            more[pk] = len(keys) - len(wanted[pk])
        keys = [key for those in wanted.values() for key in those]
        loaded = ClassRun.objects.select_related("room").in_bulk(keys) if keys else {}
        with_centres(loaded.values())
        return {pk: [loaded[key] for key in those if key in loaded] for pk, those in wanted.items()}, more

    def _met_by(self, pk):
        """The class runs that meet every condition but those that this result is said to miss."""
        missed = {one.name for one in self.answer.misses.get(pk, ())}
        mask = self.answer.loose_mask
        for name, met in self.answer.met.items():
            if name not in missed:
                mask &= met
        return mask

    def _distance(self, runs):
        distances = self.answer.distances
        if not distances:
            return ""
        known = [distances[run.centre_id] for run in runs if run.centre_id in distances]
        return str(known[0].words) if known else ""

    def _alternatives(self, runs):
        """{run pk: Alternative} for the full ones: the nearest run of the same course or subject with places."""
        full = [run for those in runs.values() for run in those if run.is_full]
        if not full:
            return {}
        found = self.board.alternatives(full, self.answer.places)
        others = ClassRun.objects.select_related("learning").in_bulk({other for other, _km in found.values()})
        with_centres(others.values())
        return {key: others[other] for key, (other, _km) in found.items() if other in others}


def nearest_centre(answer):
    """The sub-centre to ask at where nothing was found: the nearest to the chosen place; None where none was."""
    if not answer.distances:
        return None
    centres = SubCentrePage.objects.live().public().in_bulk(answer.distances)
    return min(centres.values(), key=lambda centre: answer.distances[centre.pk].order, default=None)
