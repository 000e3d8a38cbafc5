"""What residents want and cannot get: wishes, searches without a result and waiting lists, put together by the word.

The site's own language says what is one thing (毛笔字 and 书法): search/language. Nothing here leads to a person.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from core.scoping import SEEING, below, granted_paths
from network.permissions import is_district_wide, streets_of
from search.language.analyse import analyse
from search.language.text import normalise
from search.models import LearningWish
from search.report import not_found
from search.vocabulary import vocabulary
from timetable.enums import ClassRunStatus, TimeOfDay
from timetable.models import ClassRun

#: How a word of a question may be called by another without meaning something else.
_SAME = ("said", "synonym")


def may_see_demand(user):
    """Those who make courses somewhere, and those who read what was asked."""
    return granted_paths(user, {"add"}) != [] or user.has_perm("search.view_learningwish")


@dataclass
class Demand:
    """One thing that is wanted. ``latest_run``: of the course with the longest list, what a new class is copied from."""

    words: str
    names: tuple = ()  # for each word of it the ways it is called
    wishes: int = 0
    waiting: int = 0
    searches: int = 0
    texts: Counter = field(default_factory=Counter)
    times: Counter = field(default_factory=Counter)
    audiences: Counter = field(default_factory=Counter)
    streets: Counter = field(default_factory=Counter)
    courses: list = field(default_factory=list)
    latest_run: int | None = None

    @property
    def people(self):
        """Wishes and places in waiting lists; a search may be the same person again."""
        return self.wishes + self.waiting

    @property
    def when_and_who(self):
        """晚上 3、长辈 2: of the wishes that said so."""
        times = Counter({TimeOfDay(time).label: number for time, number in self.times.items()})
        return _counted(times, self.audiences)

    @property
    def where(self):
        """清名桥街道 2、没说街道 1: of the wishes and the places waited for."""
        return _counted(Counter({name or _("没说街道"): number for name, number in self.streets.items()}))

    @property
    def course_words(self):
        """The courses there are, but not one that is called as what is wanted."""
        return "、".join(title for title in dict.fromkeys(self.courses) if title != self.words)

    def fits(self, title):
        """Whether a course of this (normalised) title is about it: every word of it stands there, by one of its names."""
        return bool(self.names) and all(any(name in title for name in names) for names in self.names)


def _counted(*counters):
    """长辈 3、晚上 1: each counter in its order, the most first."""
    rows = [row for counter in counters for row in sorted(counter.items(), key=lambda row: (-row[1], str(row[0])))]
    return "、".join(f"{name} {number}" for name, number in rows)


def demand_of(user, days, today=None):
    """Return the Demands of the last ``days`` days in ``user``'s streets, those of most people first.

    A wish without a street and a search, which has none, are everybody's. The same number of queries however many.
    """
    found, language = {}, vocabulary()
    for wish, *said in _wishes(user, days, today or timezone.localdate()):
        _add_wish(_of(found, wish, language), wish, *said)
    for row in not_found(days, today):
        if not row.is_rest:
            _of(found, row.words, language).searches += row.empty
    for demand in found.values():
        if demand.texts:  # as most people wrote it
            demand.words = min(demand.texts, key=lambda text: (-demand.texts[text], len(text), text))
    _add_courses(found, _courses(user))
    return sorted(found.values(), key=lambda one: (-one.people, -one.searches, one.words))


def _wishes(user, days, today):
    wishes = LearningWish.objects.filter(day__gt=today - timedelta(days=days), day__lte=today)
    if not is_district_wide(user, SEEING):
        wishes = wishes.filter(Q(street=None) | Q(street__in=streets_of(user, SEEING)))
    said = wishes.order_by().values_list("wish", "street__street_name", "time_of_day", "audience__name")
    return said.annotate(number=Count("pk"))


def _courses(user):
    """Title, people waiting and latest class run of every course of the user's part of the tree that has had a class."""
    runs = ClassRun.objects.filter(below("learning", granted_paths(user, SEEING)), learning__live=True).order_by()
    listed = Q(status=ClassRunStatus.PUBLISHED, ends_on__gte=timezone.localdate())
    figures = {"waiting_now": Coalesce(Sum("waiting", filter=listed), 0), "latest": Max("pk")}
    return runs.values("learning_id", "learning__title", "learning__street__street_name").annotate(**figures)


def _add_wish(demand, wish, street, time, audience, number):
    demand.wishes += number
    demand.texts[wish] += number
    demand.streets[street] += number
    if time:
        demand.times[time] += number
    if audience:
        demand.audiences[audience] += number


def _of(found, text, language):
    """The Demand that ``text`` belongs to: the same words, or others for the same."""
    query = analyse(text, language)
    names = tuple(
        sorted(
            tuple(sorted({clause.word, *(one.word for one in clause.alternatives if one.how in _SAME)}))
            for clause in query.clauses
            if not clause.optional
        )
    )
    return found.setdefault(names or (query.text,), Demand(words=text, names=names))


def _add_courses(found, courses):
    """Give each course to the most exact demand it fits; one that people wait for and nobody wished for stands alone."""
    demands = sorted(found.values(), key=lambda one: -len(one.names))
    for course in sorted(courses, key=lambda one: (-one["waiting_now"], one["learning__title"])):
        title = course["learning__title"]
        demand = next((one for one in demands if one.fits(normalise(title))), None)
        if demand is None:
            if not course["waiting_now"]:
                continue
            demand = found.setdefault((title,), Demand(words=title))
        demand.waiting += course["waiting_now"]
        demand.courses.append(title)
        if course["waiting_now"]:
            demand.streets[course["learning__street__street_name"]] += course["waiting_now"]
        demand.latest_run = demand.latest_run or course["latest"]
