"""Who teaches here, on the pages of a centre: only those who agreed to be named."""

from core.sections import Section, section
from teachers.models import Teacher


@section("network.CentrePage", order=60)
def people(page, request):
    """Teachers whose home is this centre; nothing when nobody agreed to be named."""
    teachers = list(Teacher.objects.public().filter(home_centre_id=page.pk))
    if not teachers:
        return None
    return Section("people", "在这里上课的老师", "teachers/sections/people.html", {"teachers": teachers})
