"""What a believable class run looks like: pure choices from a seeded random source, no database.

The mix follows what was found in real timetables (domain.md §1.2): eight to sixteen
meetings, 20–45 places, most free, evenings and weekend mornings the busiest.
"""

import datetime
import itertools
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cache

from django.utils import timezone

from core.dates import days_words
from timetable.enums import Delivery, EnrolMode, Residence, TimeOfDay

WEEK = datetime.timedelta(days=7)
TERM_WEEKS = 20
EVENT_WEEKS = 9  # how far ahead events are spread: the coming two months

#: Lessons of a school building's day; (start, end, weight on working days, weight at weekends).
HOURS = [
    (datetime.time(8, 30), datetime.time(10, 0), 1, 3),
    (datetime.time(10, 10), datetime.time(11, 40), 1, 2),
    (datetime.time(13, 30), datetime.time(15, 0), 2, 2),
    (datetime.time(15, 10), datetime.time(16, 40), 1, 2),
    (datetime.time(18, 30), datetime.time(20, 0), 4, 1),
]
SLOTS = [(day, hour) for day in range(1, 8) for hour in range(len(HOURS))]
SLOT_WEIGHTS = list(itertools.accumulate(HOURS[hour][2 if day < 6 else 3] for day, hour in SLOTS))
NEEDS = ["", "", "", "零基础可报", "会用智能手机即可", "学过基础班的优先"]


class Mood(Enum):
    """What a reader should meet in the list: where a run stands today."""

    RUNNING = auto()
    OPEN = auto()
    FULL = auto()
    OPENS_SOON = auto()
    CLOSED = auto()
    CANCELLED = auto()
    ANNOUNCED = auto()
    FINISHED = auto()
    THIN = auto()


MOODS = list(Mood)
#: In the order of Mood. A finished class and a thin one are few and asked for by name (builder.py), never by chance.
MOOD_PERCENT = [34, 34, 11, 9, 6, 3, 3, 0, 0]


@dataclass
class Shape:
    """One run to be: dates, hours, places and money, everything but its page, place and people."""

    mood: Mood
    first: datetime.date
    weekdays: list
    hour: int
    every_weeks: int = 1
    session_count: int | None = None
    opens: datetime.datetime | None = None
    closes: datetime.datetime | None = None
    capacity: int | None = None
    places_left: int | None = None
    waiting: int = 0
    min_to_open: int | None = None
    fee_fen: int | None = 0
    delivery: str = Delivery.ONSITE
    mode: str = EnrolMode.FIRST_COME
    residence: str = Residence.ANYONE
    who_may_enrol: str = ""
    slots: list = field(default_factory=list)  # (weekday, hour) a room is wanted for

    @property
    def hours(self):
        return HOURS[self.hour][:2]

    @property
    def name(self):
        """周三上午班: what tells the runs of one course apart."""
        starts = self.hours[0]
        word = next(t.label for t in TimeOfDay if t.hours[0] <= starts < t.hours[1])
        return f"{days_words(self.weekdays)}{word}班"


@cache
def moment(date, time):
    """Return the aware datetime of a local date and time; asked a million times, so remembered."""
    return timezone.make_aware(datetime.datetime.combine(date, time))


def _days(number):
    return datetime.timedelta(days=number)


def _first_day_and_window(rng, mood, today, term_start):
    """Return (earliest first day, enrolment opens, closes) so that ``mood`` holds today."""
    if mood is Mood.RUNNING:
        first = term_start + _days(rng.randint(0, 14))
        return first, moment(first - _days(25), datetime.time(9)), moment(first - _days(2), datetime.time(17))
    if mood is Mood.OPENS_SOON:
        first, opens = today + _days(rng.randint(18, 45)), today + _days(rng.randint(1, 10))
        return first, moment(opens, datetime.time(9)), moment(first - _days(2), datetime.time(17))
    if mood is Mood.CLOSED:
        closes = today - _days(rng.randint(1, 3))
        return (
            today + _days(rng.randint(2, 10)),
            moment(today - _days(25), datetime.time(9)),
            moment(closes, datetime.time(17)),
        )
    if mood is Mood.ANNOUNCED:
        return today + _days(rng.randint(20, 50)), None, None
    if mood is Mood.FINISHED:
        return term_start, moment(term_start - _days(25), datetime.time(9)), moment(term_start, datetime.time(17))
    if mood is Mood.THIN:  # its weekday moves it six days on at most: within the two weeks that the desk looks ahead
        first = today + _days(rng.randint(2, 7))
        return first, moment(today - _days(6), datetime.time(9)), moment(first - _days(1), datetime.time(17))
    first = today + _days(rng.randint(3, 28))
    opens = today - _days(rng.randint(1, 20))
    return first, moment(opens, datetime.time(9)), moment(first - _days(1), datetime.time(17))


def _fill_places(rng, shape, capacity):
    """Set capacity and places; figures agree with the mood and with run_places_within_capacity."""
    if capacity is None:
        return
    shape.capacity = capacity
    shape.min_to_open = rng.choice([None, 8, 10, 12])
    if shape.mood is Mood.FULL:
        shape.places_left, shape.waiting = 0, rng.choice([0, 0, 1, 3, 6, 12])
    elif shape.mood in (Mood.OPENS_SOON, Mood.ANNOUNCED):
        shape.places_left = capacity
    elif shape.mood is Mood.THIN:
        shape.min_to_open, shape.places_left = 10, capacity - rng.randint(3, 6)
    else:
        # min_to_open is at most 12 and capacity at least 20: these classes have enough people to open
        shape.places_left = rng.randint(0 if shape.mood in (Mood.RUNNING, Mood.CLOSED) else 1, capacity - 12)


def course_shape(rng, today, term_start, mood=None):
    """Return the Shape of a class of a course; ``mood``: where it stands today, by chance where None."""
    mood = mood or rng.choices(MOODS, MOOD_PERCENT)[0]
    first, opens, closes = _first_day_and_window(rng, mood, today, term_start)
    day, hour = rng.choices(SLOTS, cum_weights=SLOT_WEIGHTS)[0]
    weekdays = [day]
    if mood is Mood.FINISHED or (day < 6 and rng.random() < 0.12):
        weekdays = sorted({day, (day + 1) % 5 + 1})
    shape = Shape(mood, first, weekdays, hour, opens=opens, closes=closes)
    shape.first += _days(min((day - first.isoweekday()) % 7 for day in weekdays))
    shape.every_weeks = 2 if len(weekdays) == 1 and rng.random() < 0.04 else 1
    weeks = (term_start + TERM_WEEKS * WEEK - shape.first).days // 7 // shape.every_weeks
    shape.session_count = min(rng.choice([8, 8, 10, 12, 12, 16]), max(weeks, 1) * len(weekdays))
    if mood is Mood.FINISHED:  # two weeks twice, and one to spare for holidays, before this week begins
        shape.every_weeks, shape.session_count = 1, 4
    places = rng.choice([20, 24, 25, 30, 30, 35, 40, 45])
    _fill_places(rng, shape, places if rng.random() < 0.95 or mood in (Mood.FINISHED, Mood.THIN) else None)
    shape.fee_fen = rng.choice([0, 0, 0, 5_000, 8_000, 12_000, 20_000]) if rng.random() < 0.97 else None
    shape.delivery = rng.choices(Delivery.values, [88, 6, 6])[0]
    shape.residence = rng.choices(Residence.values, [72, 18, 10])[0]
    shape.who_may_enrol = rng.choice(NEEDS)
    shape.slots = [(day, hour) for day in weekdays]
    if mood is Mood.OPENS_SOON and shape.capacity and rng.random() < 0.3:
        shape.mode = EnrolMode.DRAW  # promised before the window opens: only these can be
    return shape


def event_shape(rng, today, week):
    """Return the Shape of one sitting of an event in the ``week``-th week from this one."""
    monday = today - _days(today.weekday()) + week * WEEK
    hour = rng.randrange(len(HOURS))
    first = monday + _days(rng.choice([2, 4, 5, 5, 6]))
    shape = Shape(Mood.ANNOUNCED, first, [], hour, slots=[(first, hour)])
    if first > today and rng.random() < 0.8:
        shape.mood = rng.choices([Mood.OPEN, Mood.FULL, Mood.CANCELLED], [85, 12, 3])[0]
        shape.opens = moment(min(today - _days(1), first - _days(14)), datetime.time(9))
        shape.closes = moment(first, datetime.time(8))
    _fill_places(rng, shape, rng.choice([30, 40, 60, 80, 120]))
    shape.min_to_open = None
    shape.delivery = rng.choices(Delivery.values, [94, 4, 2])[0]
    return shape
