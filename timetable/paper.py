"""What stands on the sheets that hang on a door: the week of a place, a poster. Reads only.

A poster says nothing that another booking could make wrong: no number of places, no "full". Those are behind its QR code.
"""

import datetime
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.dateparse import parse_date

from network.models import StreetPage
from timetable.enums import ClassRunStatus, Phase, TimeOfDay
from timetable.models import LearningPage, Session, Subject

#: Sessions of one week on paper. The busiest place of six streets has 60.
AT_MOST = 240
#: How far from today a week may be asked for, in days.
FARTHEST = 366
#: Class runs on a poster: what can be read from two metres away.
RUNS_ON_A_POSTER = 3
#: Phases in which somebody can still come, or could if somebody left.
STILL_TO_COME = (Phase.ANNOUNCED, Phase.OPENS_SOON, Phase.OPEN, Phase.FULL)
#: Entries below one another (the fullest cell of each row, added up) to which a week is set in large and in middle type.
#: Past twice MIDDLE it goes on to a second sheet.
ROOMY, MIDDLE = 7, 11
#: Subjects named on a poster of a place.
SUBJECTS_ON_A_POSTER = 8

_WEEK = datetime.timedelta(days=7)


@dataclass
class Row:
    """Morning, afternoon or evening: one list of sessions a day, Monday first."""

    part: TimeOfDay
    days: list = field(default_factory=lambda: [[] for _day in range(7)])


@dataclass
class Week:
    """Monday to Sunday at one place (or in one street)."""

    monday: datetime.date
    rows: list
    is_cut: bool
    #: Titles of the places where its sessions are held.
    places: list

    @property
    def days(self):
        return [self.monday + datetime.timedelta(days=number) for number in range(7)]

    @property
    def sunday(self):
        return self.days[-1]

    @property
    def before(self):
        return self.monday - _WEEK

    @property
    def after(self):
        return self.monday + _WEEK

    @property
    def setting(self):
        """How closely it is set, as the end of a class: as large as one sheet holds."""
        depth = sum(max(map(len, row.days)) for row in self.rows)
        return "roomy" if depth <= ROOMY else "middle" if depth <= MIDDLE else "tight"

    @property
    def all_sample(self):
        """Whether one mark at the head is true of everything below it."""
        sessions = [session for row in self.rows for day in row.days for session in day]
        return bool(sessions) and all(session.is_sample for session in sessions)


def monday_of(text):
    """Return the Monday of the week of the day in ``text`` (2026-11-25); of this week where it says no day near today."""
    today = timezone.localdate()
    try:
        day = parse_date(text or "") or today
    except ValueError:  # 2026-02-30
        day = today
    if abs((day - today).days) > FARTHEST:
        day = today
    return day - datetime.timedelta(days=day.weekday())


def week_at(centre, monday):
    """Return the Week of ``centre`` (specific page): of a street all it offers, of another place what is held there."""
    sessions = Session.objects.public().between(monday, monday + datetime.timedelta(days=6))
    if isinstance(centre, StreetPage):
        sessions = sessions.filter(class_run__learning__street_id=centre.pk)
    else:
        sessions = sessions.filter(class_run__centre_id=centre.pk)
    sessions = sessions.select_related("class_run__learning", "class_run__centre", "room").order_by("starts_at", "pk")
    found = list(sessions[: AT_MOST + 1])
    places = dict.fromkeys(session.class_run.centre.title for session in found)
    rows = {part: Row(part) for part in TimeOfDay}
    for session in found[:AT_MOST]:
        session.place_words = session.class_run.centre.title.removeprefix(str(centre))
        session.is_sample = session.class_run.is_sample or session.class_run.learning.is_sample
        starts = timezone.localtime(session.starts_at)
        part = next(part for part in TimeOfDay if part.hours[0] <= starts.time() < part.hours[1])
        rows[part].days[starts.weekday()].append(session)
    return Week(monday, [row for row in rows.values() if any(row.days)], len(found) > AT_MOST, list(places))


def runs_to_announce(learning):
    """Return the class runs of ``learning`` that one can still come to, soonest first, and whether there are more."""
    runs = [run for run in learning.current_runs if run.status == ClassRunStatus.PUBLISHED]
    runs = [run for run in runs if run.phase in STILL_TO_COME]
    return runs[:RUNS_ON_A_POSTER], len(runs) > RUNS_ON_A_POSTER


def subjects_of(street):
    """Return the names of what ``street`` teaches and whether there are more: slower to change than a list of courses."""
    taught = LearningPage.objects.live().public().filter(street_id=street.pk).order_by()
    names = Subject.objects.filter(pk__in=taught.values("subject")).values_list("name", flat=True)
    names = list(names[: SUBJECTS_ON_A_POSTER + 1])
    return names[:SUBJECTS_ON_A_POSTER], len(names) > SUBJECTS_ON_A_POSTER
