"""Courses on the pages of the network."""

from django.db.models import F, OuterRef, Subquery

from core.sections import Section, section
from courses.models import CoursePage
from timetable.models import ClassRun

SHOWN = 9


@section("network.StreetPage", "network.AcademyPage", order=30)
def courses_here(page, request):
    """The first courses of a street or of the academy, soonest start first, and how many there are."""
    soonest = ClassRun.objects.published().current().filter(learning=OuterRef("pk")).order_by("starts_on")
    courses = CoursePage.objects.live().public().descendant_of(page)
    shown = (
        courses.annotate(next_start=Subquery(soonest.values("starts_on")[:1]))
        .select_related("subject", "street", "picture")
        .prefetch_related("audiences", "picture__renditions")
        .order_by(F("next_start").asc(nulls_last=True), "pk")[:SHOWN]
    )
    return Section(
        key="courses",
        title="开的课",
        template="courses/sections/courses.html",
        context={"courses": list(shown), "total": courses.count()},
    )
