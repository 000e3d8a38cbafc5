"""What residents told us, in figures. Fewer than FEWEST answers are never shown: they could be somebody's."""

from dataclasses import dataclass

from django.db.models import Avg, Count, Q

from core.freshness import Kept
from enrolments.enums import TAKEN_PART
from enrolments.models import Enrolment
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


def satisfaction_by_street_and_term():
    """Return what the classes of each street and term were given, as plain rows for a report. Two queries.

    Each row is a dict: ``street_id``, ``street`` (its name; "" for the academy's classes), ``term_id``, ``term`` ("" for
    classes without one), ``people`` (who were in these classes), ``answers``, and ``satisfaction`` and ``usefulness``
    (means from 1 to 5; None while there are fewer than FEWEST answers). Ordered by term, the newest first, then street.
    """
    keys = ("class_run__learning__street", "class_run__learning__street__street_name")
    keys += ("class_run__term", "class_run__term__name", "class_run__term__starts_on")
    rows = SurveyAnswer.objects.order_by(keys[-1], keys[0]).values(*keys).annotate(**_FIGURES)
    asked = Enrolment.objects.filter(Q(status__in=TAKEN_PART), class_run__survey_answers__isnull=False).order_by()
    people = {
        (street, term): number
        for street, term, number in asked.values_list(keys[0], keys[2]).annotate(Count("pk", distinct=True))
    }
    found = []
    for row in rows:
        rating = _rating(row)
        found.append(
            {
                "street_id": row[keys[0]],
                "street": row[keys[1]] or "",
                "term_id": row[keys[2]],
                "term": row[keys[3]] or "",
                "people": people.get((row[keys[0]], row[keys[2]]), 0),
                "answers": rating.answers,
                "satisfaction": rating.satisfaction,
                "usefulness": rating.usefulness,
                "starts_on": row[keys[4]],
            }
        )
    found.sort(key=lambda row: (-(row["starts_on"].toordinal() if row["starts_on"] else 0), row["street_id"] or 0))
    for row in found:
        del row["starts_on"]
    return found
