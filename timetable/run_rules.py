"""What can be seen wrong with a class run before it is saved: one list for the form and for the import."""

from django.utils import timezone
from django.utils.translation import gettext as _

from core.dates import date_words
from timetable.enums import EnrolMode
from timetable.pattern import LONGEST_RUN

#: Wide enough for every real class; narrow enough that no date overflows a database or a calendar.
FIRST_YEAR, LAST_YEAR = 2000, 2100
#: SQLite takes any number where PostgreSQL stops at 32,767: the form says the same on both.
AT_MOST = {
    "capacity": 9999,
    "min_to_open": 9999,
    "counter_quota": 9999,
    "session_count": 400,
    "every_weeks": 52,
    "age_min": 120,
    "age_max": 120,
    "relative_from_age": 120,
    "pass_percent": 100,
}


def in_reach(moment):
    """True for a date or datetime that the calendar of this site covers."""
    return FIRST_YEAR <= moment.year <= LAST_YEAR


def faults(values):
    """Yield (field, sentence) for everything that is wrong with ``values`` (field name → value) of a class run."""
    centre, room = values.get("centre"), values.get("room")
    if centre and room and room.centre_id != centre.pk:
        yield "room", _("这间教室不在“%(centre)s”。") % {"centre": centre.title}
    if values.get("session_count") == 0:
        yield "session_count", _("课次数至少是 1；不知道就空着。")
    elif values.get("weekdays") and not values.get("session_count") and not values.get("ends_on"):
        yield "session_count", _("每周上课的班，课次数和结课日期至少写一个。")
    if (values.get("counter_quota") or 0) > (values.get("capacity") or 0):
        yield "counter_quota", _("留给窗口的名额不能比名额多。")
    youngest, oldest = values.get("age_min"), values.get("age_max")
    if youngest is not None and oldest is not None and youngest > oldest:
        yield "age_max", _("最大年龄不能小于最小年龄。")
    if values.get("every_weeks") == 0:
        yield "every_weeks", _("至少每 1 周一次。")
    for name, most in AT_MOST.items():
        if (values.get(name) or 0) > most:
            yield name, _("最多 %(most)d。") % {"most": most}
    for name in ("starts_on", "ends_on", "enrol_opens_at", "enrol_closes_at"):
        moment = values.get(name)
        if moment and not in_reach(moment):
            yield name, _("年份不对，请检查。")
    starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
    if starts_on and ends_on and ends_on - starts_on > LONGEST_RUN:
        yield "ends_on", _("一个班最长三年，请检查结课日期。")
    yield from _outside_of_term(values)
    yield from _no_time_to_enrol(values)


def _outside_of_term(values):
    """A class of a term begins in it, and ends in it where somebody wrote the day and the pattern does not say."""
    term, counted = values.get("term"), values.get("session_count") or not values.get("weekdays")
    for name in ("starts_on",) if counted else ("starts_on", "ends_on"):
        day = values.get(name)
        if term and day and not term.starts_on <= day <= term.ends_on:
            yield (
                name,
                _("不在%(term)s里（%(from)s至%(until)s）。请改日期，或者换一个学期。")
                % {"term": term, "from": date_words(term.starts_on), "until": date_words(term.ends_on)},
            )


def _no_time_to_enrol(values):
    """Enrolment that can never be, or a draw that comes too late, are mistakes of dates."""
    opens, closes, starts_on = (values.get(name) for name in ("enrol_opens_at", "enrol_closes_at", "starts_on"))
    if values.get("mode") == EnrolMode.DRAW:
        for name in ("enrol_opens_at", "enrol_closes_at"):
            if not values.get(name):
                yield name, _("抽签的班要写报名开始和报名截止，截止以后才能抽签。")
        if closes and starts_on and timezone.localdate(closes) >= starts_on:
            yield "enrol_closes_at", _("抽签的班要在开课日期以前截止报名，抽完签才来得及通知大家。")
    elif opens and starts_on:
        last = values.get("join_until") or starts_on
        if timezone.localdate(opens) > last:
            yield (
                "enrol_opens_at",
                _("%(day)s以后不再插班，报名却还没开始。请把报名开始提前，或者写晚一点的“最晚插班日期”。")
                % {"day": date_words(last)},
            )
