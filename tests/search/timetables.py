"""Timetables made at random, and the plain questions to the database that the board's answers are compared with."""

import datetime
import random

from django.db.models import Q
from django.utils import timezone
from wagtail.models import PageViewRestriction

from search.models import SearchState
from tests.factories.learning import CoursePageFactory, EventPageFactory
from tests.factories.network import SubCentrePageFactory, TeachingPointPageFactory
from tests.factories.timetable import AudienceFactory, SubjectFactory, days_from_today
from timetable.enums import TimeOfDay
from timetable.models import Audience, ClassRun, LearningPage

PAGE_FIELDS = ("subject", "street", "audience", "kind")
HOURS = [datetime.time(0), datetime.time(11, 59), datetime.time(12), datetime.time(17, 29), datetime.time(17, 30)]


def touch():
    """What search/index/services.py does after a change of the timetable."""
    SearchState.objects.update_or_create(name="timetable", defaults={"token": random.getrandbits(62)})


def make(district, seed, pages=24):
    """Pages with none to six runs each: drafts, private ones, cancelled and past runs among them."""
    chance = random.Random(seed)  # noqa: S311
    streets = [district.street, district.other_street]
    centres = [
        district.sub_centre,
        district.street,  # without a position
        SubCentrePageFactory(parent=district.other_street, latitude=31.56, longitude=120.31),
        TeachingPointPageFactory(parent=district.other_street, latitude=31.56, longitude=120.31, accuracy_m=100),
        TeachingPointPageFactory(parent=district.street, latitude=31.50, longitude=120.30),
    ]
    subjects = [SubjectFactory(), SubjectFactory(), None]
    audiences = [AudienceFactory(), AudienceFactory(), AudienceFactory(is_everyone=True)]
    for number in range(pages):
        factory = CoursePageFactory if number % 3 else EventPageFactory
        page = factory(parent=chance.choice(streets), subject=chance.choice(subjects), live=chance.random() < 0.85)
        page.audiences = chance.sample(audiences, chance.randrange(3))
        page.save()
        if chance.random() < 0.1:
            PageViewRestriction.objects.create(page=page, restriction_type="login")
        ClassRun.objects.bulk_create(
            _run(chance, page, chance.choice(centres), f"{seed}-{number}-{which}")
            for which in range(chance.randrange(7))
        )
    touch()
    return centres


def _run(chance, page, centre, code):
    starts_at = chance.choice(HOURS)
    starts_on = days_from_today(chance.randrange(-20, 40))
    capacity = chance.choice([None, 5, 5, 5])
    return ClassRun(
        learning_id=page.pk,
        centre_id=centre.pk,
        code=code,
        starts_on=starts_on,
        ends_on=starts_on + datetime.timedelta(days=chance.randrange(30)),
        weekdays=chance.sample(range(1, 8), chance.randrange(3)),
        starts_at=starts_at,
        ends_at=starts_at.replace(minute=59, second=59),
        delivery=chance.choice(["onsite", "online", "blended"]),
        capacity=capacity,
        places_left=capacity and chance.choice([0, 0, 3]),
        fee_fen=chance.choice([None, 0, 0, 100]),
        enrol_closes_at=chance.choice([None, None, *(timezone.now() + datetime.timedelta(days) for days in (-3, 3))]),
        status=chance.choice(["draft", "published", "published", "published", "cancelled"]),
    )


def public_runs():
    return ClassRun.objects.public().published().current()


def expected(chosen):
    """The ids of the pages that meet ``chosen``, asked of the tables."""
    pages, runs = Q(), Q()
    for field, value in chosen.items():
        condition = _condition(field, value)
        if field in PAGE_FIELDS:
            pages &= condition
        else:
            runs &= condition
    found = LearningPage.objects.live().public().filter(pages)
    if runs:
        found = found.filter(pk__in=public_runs().filter(runs).values("learning"))
    return set(found.values_list("pk", flat=True))


def _condition(field, value):
    if field == "subject":
        return Q(subject__code=value)
    if field == "street":
        return Q(street__slug=value)
    if field == "audience":
        wanted = Audience.objects.filter(Q(code=value) | Q(is_everyone=True))
        return Q(pk__in=LearningPage.audiences.through.objects.filter(audience__in=wanted).values("learningpage_id"))
    if field == "kind":
        return Q(**{f"{value}page__isnull": False})
    if field == "weekday":
        days = Q()
        for day in value.split(","):
            days |= Q(weekdays__has=day)
        return days
    if field == "time":
        first, end = TimeOfDay(value).hours
        return Q(starts_at__gte=first, starts_at__lt=end)
    if field == "free":
        return Q(fee_fen=0)
    if field == "places":
        return Q(places_left__gt=0)
    return Q(**{field: value})


def values():
    """{field: every value of it}, and one that nobody has."""
    learning = LearningPage.objects
    return {
        "subject": [*learning.exclude(subject=None).values_list("subject__code", flat=True).distinct(), "no-such"],
        "street": [*learning.values_list("street__slug", flat=True).distinct(), "no-such"],
        "audience": list(Audience.objects.values_list("code", flat=True)),
        "weekday": list("1234567"),
        "time": TimeOfDay.values,
        "delivery": ["onsite", "online", "blended"],
        "free": [True],
        "places": [True],
        "kind": ["course", "event"],
        "centre": list(ClassRun.objects.values_list("centre", flat=True).distinct()),
    }
