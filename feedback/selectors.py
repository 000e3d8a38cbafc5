"""What residents told us, in figures. Fewer than FEWEST answers are never shown: they could be somebody's."""

from dataclasses import dataclass

from django.db.models import Avg, Count, Exists, OuterRef

from core.freshness import Kept
from enrolments.enums import TAKEN_PART
from enrolments.models import Enrolment
from enrolments.reports.selectors import by_place, keyed
from feedback.models import SurveyAnswer

FEWEST = 5


@dataclass(frozen=True)
class Rating:
    """Means of ``answers`` answers; None while there are fewer than FEWEST."""

    answers: int
    satisfaction: float | None
    usefulness: float | None

    @property
    def is_shown(self):
        return self.answers >= FEWEST


_FIGURES = {"answers": Count("pk"), "satisfaction": Avg("satisfaction"), "usefulness": Avg("usefulness")}


def _rating(row):
    shown = row["answers"] >= FEWEST
    return Rating(row["answers"], row["satisfaction"] if shown else None, row["usefulness"] if shown else None)


def ratings_of_runs(runs):
    """Return {class run pk: Rating} of those of ``runs`` (keys or a queryset) that have an answer. One query."""
    rows = SurveyAnswer.objects.filter(class_run__in=runs).order_by().values("class_run").annotate(**_FIGURES)
    return {row["class_run"]: _rating(row) for row in rows}


def _ratings_of_pages():
    rows = SurveyAnswer.objects.order_by().values("class_run__learning").annotate(**_FIGURES)
    return {row["class_run__learning"]: rating for row in rows if (rating := _rating(row)).is_shown}


#: {page pk: Rating} of every course and event that may show one; a new answer is seen within a minute (core/freshness.py).
ratings_of_pages = Kept(_ratings_of_pages, most=1)


def satisfaction(runs):
    """Return {(street, term): figures} of the surveys of ``runs``, for a report: two queries (enrolments/reports/selectors.py).

    Figures: ``people`` (who were in these classes), ``answers``, and ``satisfaction`` and ``usefulness`` (means from 1 to 5;
    None while there are fewer than FEWEST answers).
    """
    answers = SurveyAnswer.objects.filter(class_run__in=runs.values("pk"))
    figures = keyed(by_place(answers, "class_run__").annotate(**_FIGURES))
    answered = Exists(SurveyAnswer.objects.filter(class_run=OuterRef("class_run")))
    asked = Enrolment.objects.filter(answered, class_run__in=runs.values("pk"), status__in=TAKEN_PART)
    people = keyed(by_place(asked, "class_run__").annotate(people=Count("pk")))
    return {key: vars(_rating(each)) | people.get(key, {"people": 0}) for key, each in figures.items()}
