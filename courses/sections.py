"""Courses on the pages of the network."""

from core.sections import Section, section
from courses.models import CoursePage
from timetable.models import ClassRun

SHOWN = 9


@section("network.StreetPage", "network.AcademyPage", order=30)
def courses_here(page, request):
    """The first courses of a street or of the academy, soonest start first, and how many there are."""
    courses = CoursePage.objects.live().public().descendant_of(page)
    shown = (
        courses.soonest_first(ClassRun.objects.published().current())
        .select_related("subject", "street", "picture")
        .prefetch_related("audiences", "picture__renditions")[:SHOWN]
    )
    return Section(
        key="courses",
        title="开的课",
        template="courses/sections/courses.html",
        context={"courses": list(shown), "total": courses.count()},
    )
