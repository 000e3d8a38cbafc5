"""Answer a question to the finder: which courses, in what order, with which class runs.

A result is a course with its soonest matching class runs; what is still to start comes
before what is under way. The number of queries does not depend on how many there are
(docs/mechanisms/finder.md).
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from courses.models import CoursePage
from search.forms import FinderForm
from timetable.models import ClassRun

PAGE_SIZE = 12  # five screens of a phone
RUNS_SHOWN = 2  # of each course in the list; the rest is one tap away


@dataclass
class Chip:
    """A filter in use, and the query string without it."""

    words: str
    without: str


@dataclass
class Finder:
    form: FinderForm
    page: Page
    chips: list
    canonical: str  # query string of this question in its one spelling, "" for the plain list


def find(query):
    """Return the Finder for ``query`` (a request's GET). Never fails: what is not understood is ignored."""
    form = FinderForm(query)
    chosen, run_filters = form.chosen, form.run_filters()
    runs = ClassRun.objects.published().current().filter(run_filters)

    courses = CoursePage.objects.live().public().filter(form.course_filters())
    if run_filters != Q():
        courses = courses.filter(Exists(runs.filter(learning=OuterRef("pk"))))
    # Keys only, all of them: the database sorts narrow rows once, and their number is the count.
    found = list(courses.soonest_first(runs).values_list("pk", flat=True))
    page = Paginator(found, PAGE_SIZE).get_page(query.get("page"))
    page.object_list = _with_runs(page.object_list, runs)

    canonical = dict(chosen)
    if page.number > 1:
        canonical["page"] = page.number
    return Finder(
        form=form,
        page=page,
        chips=[Chip(words, _address({k: v for k, v in chosen.items() if k != name})) for name, words in form.chips],
        canonical=_address(canonical),
    )


def _address(chosen):
    return urlencode({name: "on" if value is True else value for name, value in sorted(chosen.items())})


def _with_runs(pks, runs):
    """Load the courses of one page in the order of ``pks``, with ``shown_runs`` and ``more_runs`` on each."""
    soonest = runs.for_cards().soonest_first()
    by_pk = (
        CoursePage.objects.select_related("street", "subject", "picture")
        .prefetch_related(
            "audiences", "picture__renditions", Prefetch("class_runs", soonest[:RUNS_SHOWN], to_attr="shown_runs")
        )
        .in_bulk(pks)
    )
    courses = [by_pk[pk] for pk in pks if pk in by_pk]
    counts = dict(runs.filter(learning__in=pks).order_by().values_list("learning").annotate(Count("pk")))
    for course in courses:
        course.more_runs = counts.get(course.pk, 0) - len(course.shown_runs)
    return courses
