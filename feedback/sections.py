"""What residents said and asked, on the pages it is about, and the way to ask."""

from django.utils.functional import SimpleLazyObject

from core.freshness import Kept
from core.sections import Section, section
from feedback.models import PublicAnswer
from feedback.selectors import ratings_of_pages

SHOWN = 10


def _public_answers():
    found = {}
    for one in PublicAnswer.objects.order_by("-published_on", "-pk"):
        found.setdefault(one.page_id, []).append(one)
    return found


#: {page pk: [PublicAnswer, the newest first]}: few, and beside every course.
public_answers = Kept(_public_answers, most=1)


@section(
    "timetable.LearningPage",
    *("network.StreetPage", "network.SubCentrePage", "network.TeachingPointPage", "network.AcademyPage"),
    order=90,
)
def what_residents_say(page, request):
    """The rating of a course where enough people answered, its frequent questions, and 问一句."""
    return Section(
        key="ask",
        title="大家问",
        template="feedback/sections/said.html",
        context={
            "page": page,
            "page_pk": page.pk,
            "rating": SimpleLazyObject(lambda: ratings_of_pages().get(page.pk)),
            "answers": SimpleLazyObject(lambda: public_answers().get(page.pk, [])[:SHOWN]),
        },
    )
