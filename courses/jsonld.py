"""A course and its class runs as schema.org data."""

from core.feeds import LANGUAGE, page_address, printable
from core.jsonld import honest_name, known, thing
from timetable.jsonld import instance_data


def course_data(page, request):
    """Return CoursePage ``page`` as a Course with its public class runs that are not over.

    The provider is the street that offers it; an academy course names none, since its page says no name of a body.
    """
    street = page.street
    data = thing(
        page,
        request,
        "Course",
        courseCode=page.code,
        inLanguage=LANGUAGE,
        about=page.subject.name if page.subject else None,
        keywords=[printable(name) for name in page.tag_names],
        award=[printable(f"{award}（{award.awarded_by}）") for award in page.award_list],
        audience=[known(type="EducationalAudience", audienceType=name) for name in page.audience_names],
        provider=street
        and known(
            type="EducationalOrganization",
            name=honest_name(street.title, street.is_sample),
            url=page_address(street, request),
        ),
    )
    instances = [instance_data(run, page, request) for run in page.current_runs]
    return data | known(hasCourseInstance=instances)
