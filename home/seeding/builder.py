"""Build the demo term: pages, rooms, teachers, class runs and their sessions, in one transaction."""

import random
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from enrolments.services.samples import fill_sample_runs
from home.seeding import marks, voices, work
from home.seeding.pages import add_pages
from home.seeding.places import live_streets, venues_by_street
from home.seeding.removal import remove
from home.seeding.shapes import EVENT_WEEKS, TERM_WEEKS, WEEK, Mood, course_shape, event_shape, moment
from search.index import services as indexing
from timetable.enums import ClassRunStatus, Delivery, SessionStatus
from timetable.models import ClassRun, LearningPage, Session, Term
from timetable.pattern import meeting_dates
from timetable.services import special_days
from timetable.services.bookings import book_in_bulk

MOST = 100_000
MOST_WITH_PEOPLE = 6_000
EVENT_SHARE = 0.05
#: Runs of one course: new courses are made so that the mean is the first; the second is never passed.
RUNS_PER_COURSE, MOST_PER_COURSE = 8, 12
#: Smaller terms have no class to spare for what the desk has to show.
FEWEST_FOR_THE_DESK = 50
CHUNK = 1000  # runs; their sessions go in together


@dataclass
class Kind:
    """What the upper floors bring: their page type, titles to start from, and how one title becomes several pages.

    ``titles``: used where the site has no sample page of the kind yet. ``variants``: (word,
    fields) added in turn: 太极拳, 太极拳（提高）…; after the last one ``again`` goes on
    counting: 太极拳（提高2组）.
    """

    model: type[LearningPage]
    titles: list
    variants: list = field(default_factory=list)
    again: str = "{number}组"


@dataclass
class Idea:
    """A page to be."""

    street: object
    title: str
    code: str
    subject_id: int | None = None
    audiences: list = field(default_factory=list)
    extra: dict = field(default_factory=dict)


@dataclass
class Summary:
    """What was made, and what was there before and went."""

    term: Term
    pages: int
    runs: int
    sessions: int
    removed: object
    said: object = None
    work: object = None


def build(size, seed, course, event, progress=marks.NoProgress, people=None):
    """Replace any demo term by one of ``size`` class runs; return a Summary.

    ``people``: give every run its seats and sample residents in them; by default up to
    MOST_WITH_PEOPLE runs. Without, the figures stand alone and audit_places says so.

    The same seed on the same day, over the same district, gives the same data. ``course``
    and ``event`` are Kinds. Raises DomainError ``size``, ``no_street``.
    """
    if not 1 <= size <= MOST:
        raise DomainError("size", _("班的数量要在 1 到 %(most)d 之间。") % {"most": MOST})
    streets = live_streets()
    if not streets:
        raise DomainError("no_street", _("还没有街道。请先运行 load_district。"))
    today = timezone.localdate()
    with transaction.atomic(), indexing.batch():
        removed = remove(progress)
        people = size <= MOST_WITH_PEOPLE if people is None else people
        rng = random.Random(f"{seed} {size} {today}")  # noqa: S311
        builder = _Builder(size, rng, today, streets, progress, people)
        builder.make_term(seed)
        builder.make_pages(course, event)
        builder.make_runs()
        # Rows made in bulk send no signals.
        indexing.index_pages(builder.pages)
        indexing.touch("timetable")
        said = voices.fill(builder.term, streets) if people else None
        made = work.fill(builder.term, streets, rng) if people else None
    _refresh_statistics()
    return Summary(builder.term, builder.new_pages, size, builder.sessions, removed, said, made)


def _refresh_statistics():
    """Tell the planner that tables have grown a hundredfold; the word is the same on both databases."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def term_name(first):
    """2026年秋季（演示）."""
    season = {12: "冬季", 1: "冬季", 6: "夏季", 7: "夏季"}.get(first.month, "春季" if first.month < 6 else "秋季")
    return f"{first.year}年{season}（演示）"


class _Builder:
    def __init__(self, size, rng, today, streets, progress, people):
        self.rng, self.today, self.streets, self.progress = rng, today, streets, progress
        self.people, self.people_rng = people, random.Random(f"people {size} {today}")  # noqa: S311
        self.event_runs = round(size * EVENT_SHARE)
        self.course_runs = size - self.event_runs
        self.calendar = special_days()
        self.venues = venues_by_street(streets, size)
        self.every_venue = [venue for venues in self.venues.values() for venue in venues]
        self.names = Counter()  # (page, name) → how often, so that two 周三上午班 differ
        self.dates, self.sessions, self.new_pages = {}, 0, 0

    def make_term(self, seed):
        starts = self.today - (WEEK * 3) - WEEK / 7 * self.today.weekday()
        self.term = Term.objects.create(
            code=f"{marks.TERM_CODE}{seed}",
            name=term_name(starts),
            starts_on=starts,
            ends_on=starts + TERM_WEEKS * WEEK - WEEK / 7,
            is_sample=True,
        )

    # ------------------------------------------------------------------ pages

    def make_pages(self, course, event):
        """Choose the existing sample courses, add new courses and events: self.plan is [(page pk, street pk), …]."""
        existing = list(
            course.model.objects.filter(is_sample=True, live=True).order_by("path").values_list("pk", "street_id")
        )
        wanted = max(0, -(-self.course_runs // RUNS_PER_COURSE) - len(existing))
        events = self._sittings()
        with self.progress("页面", wanted + len(events)) as bar:
            new = self._add(course, "c", wanted, bar)
            event_pages = self._add(event, "e", len(events), bar)
        self.pages = [pk for pk, _street in [*existing, *new, *event_pages]]  # chance may leave one without a run
        self.plan = [(*page, None) for page in self._spread([*existing, *new])]
        self.plan += [(*page, week) for page, weeks in zip(event_pages, events, strict=True) for week in weeks]
        self.rng.shuffle(self.plan)
        self.moods = self._asked_for() if self.people and self.course_runs >= FEWEST_FOR_THE_DESK else {}

    def _asked_for(self):
        """Return {number of the run in the plan: Mood} of what the desk has to show: in each street a thin class and one that is over."""
        moods, thin, over = {}, set(), set()
        for number, (_page, street, week) in enumerate(self.plan, start=1):
            if week is not None:
                continue
            if street not in thin:
                thin.add(street)
                moods[number] = Mood.THIN
            elif street not in over:
                over.add(street)
                moods[number] = Mood.FINISHED
        return moods

    def _sittings(self):
        """Return for each event the weeks of its sittings; every week of the coming two months has its turn."""
        events, left, week = [], self.event_runs, 0
        while left:
            number = min(left, self.rng.choices([1, 2, 3], [88, 9, 3])[0])
            events.append([(week + extra) % EVENT_WEEKS for extra in range(number)])
            week, left = (week + 1) % EVENT_WEEKS, left - number
        return events

    def _spread(self, pages):
        """Yield a page for each course run, unevenly and never more than MOST_PER_COURSE of one."""
        weights = [self.rng.uniform(0.5, 1.5) for _page in pages]
        number, made = Counter(), 0
        while made < self.course_runs:
            for index in self.rng.choices(range(len(pages)), weights, k=self.course_runs - made):
                if number[index] < MOST_PER_COURSE:
                    number[index] += 1
                    made += 1
                    yield pages[index]

    def _add(self, kind, letter, number, bar):
        if not number:
            return []
        sources = self._sources(kind)
        used = Counter(
            (street, title)
            for street, title in kind.model.objects.filter(street__in=self.streets).values_list("street_id", "title")
        )
        ideas = []
        for index in range(number):
            street, source = self.streets[index % len(self.streets)], self.rng.choice(sources)
            title, extra = self._vary(kind, source.title, used, street)
            code = f"{marks.PAGE_CODE}{letter}-{index + 1:05d}"
            ideas.append(Idea(street, title, code, source.subject_id, source.audiences, extra))
        pages = add_pages(kind.model, ideas, self.rng, bar)
        self.new_pages += len(pages)
        return [(page.pk, page.street_id) for page in pages]

    def _sources(self, kind):
        """The district's own sample titles with subject and audiences; the built-in list where there are none."""
        found = kind.model.objects.filter(is_sample=True, live=True).order_by("path")
        groups = defaultdict(list)
        through = LearningPage.audiences.through.objects.filter(learningpage__in=found.values("pk"))
        for page, audience in through.order_by("audience_id").values_list("learningpage_id", "audience_id"):
            groups[page].append(audience)
        sources = [
            Idea(None, title, "", subject, groups[pk])
            for pk, title, subject in found.values_list("pk", "title", "subject_id")
        ]
        return sources or [Idea(None, title, "") for title in kind.titles]

    def _vary(self, kind, title, used, street):
        """Return a title that ``street`` does not have yet and the fields that go with its word."""
        seen = used[street.pk, title]
        used[street.pk, title] += 1
        words = [("", {}), *kind.variants]
        (word, extra), group = words[seen % len(words)], seen // len(words) + 1
        tail = word + kind.again.format(number=group) if group > 1 else word
        return (f"{title}（{tail}）" if tail else title), extra

    # ------------------------------------------------------------------- runs

    def make_runs(self):
        with self.progress("班和课次", len(self.plan)) as bar:
            for start in range(0, len(self.plan), CHUNK):
                chunk = self.plan[start : start + CHUNK]
                made = [self._run(number, *entry) for number, entry in enumerate(chunk, start=start + 1)]
                ClassRun.objects.bulk_create(run for run, *_rest in made)
                through = ClassRun.teachers.through
                through.objects.bulk_create(
                    through(classrun_id=run.pk, teacher_id=teacher.pk) for run, teacher, _dates in made if teacher
                )
                sessions = [session for run, _teacher, dates in made for session in self._meetings(run, dates)]
                Session.objects.bulk_create(sessions, batch_size=10_000)
                book_in_bulk(sessions, {run.pk: [teacher] for run, teacher, _dates in made if teacher})
                self.sessions += len(sessions)
                if self.people:
                    fill_sample_runs([run for run, *_rest in made], self.people_rng)
                bar.update(len(chunk))

    def _run(self, number, page, street, week):
        """Return (unsaved ClassRun, Teacher or None, dates)."""
        rng = self.rng
        if week is None:
            shape = course_shape(rng, self.today, self.term.starts_on, self.moods.get(number))
        else:
            shape = event_shape(rng, self.today, week)
        venue = rng.choice(self.venues.get(street) or self.every_venue)
        rooms = [] if shape.delivery == Delivery.ONLINE else venue.rooms if week is None else [venue.hall]
        dates = self._dates(shape)
        starts_at, ends_at = shape.hours
        run = ClassRun(
            learning_id=page,
            code=f"{marks.RUN_CODE}{number:06d}",
            name=self._name(page, shape) if week is None else "",
            term=self.term,
            centre=venue.centre,
            room=venue.book(rng, rooms, shape.slots),
            delivery=shape.delivery,
            starts_on=shape.first,
            ends_on=dates[-1],
            weekdays=shape.weekdays,
            starts_at=starts_at,
            ends_at=ends_at,
            every_weeks=shape.every_weeks,
            session_count=shape.session_count,
            capacity=shape.capacity,
            places_left=shape.places_left,
            waiting=shape.waiting,
            min_to_open=shape.min_to_open,
            enrol_opens_at=shape.opens,
            enrol_closes_at=shape.closes,
            fee_fen=shape.fee_fen,
            mode=shape.mode,
            residence=shape.residence,
            who_may_enrol=shape.who_may_enrol,
            status=ClassRunStatus.CANCELLED if shape.mood is Mood.CANCELLED else ClassRunStatus.PUBLISHED,
            is_sample=True,
        )
        teacher = venue.book(rng, venue.teachers, shape.slots) if week is None else None
        return run, teacher, dates

    def _name(self, page, shape):
        self.names[page, shape.name] += 1
        number = self.names[page, shape.name]
        return f"{shape.name.removesuffix('班')}{number}班" if number > 1 else shape.name

    def _dates(self, shape):
        """The pattern's dates, remembered: a hundred thousand runs share a few thousand patterns."""
        key = (shape.first, tuple(shape.weekdays), shape.every_weeks)
        if key not in self.dates:
            dates = meeting_dates(shape.first, shape.weekdays, self.calendar, every_weeks=shape.every_weeks)
            self.dates[key] = [date for date, _most in zip(dates, range(40), strict=False)]
        return self.dates[key][: shape.session_count or 1]

    def _meetings(self, run, dates):
        cancelled = run.status == ClassRunStatus.CANCELLED
        for number, date in enumerate(dates, start=1):
            status = SessionStatus.HELD if date < self.today else SessionStatus.SCHEDULED
            if cancelled:
                status = SessionStatus.CANCELLED
            yield Session(
                class_run=run,
                uid=uuid.UUID(int=self.rng.getrandbits(128), version=4),
                number=number,
                planned_on=date,
                starts_at=moment(date, run.starts_at),
                ends_at=moment(date, run.ends_at),
                room=run.room,
                status=status,
                sequence=int(cancelled),
            )
