"""What residents told us, in figures. Fewer than FEWEST answers are never shown: they could be somebody's."""

from dataclasses import dataclass

from django.db.models import Avg, Count, Exists, F, OuterRef

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
    street, term = "class_run__learning__street", "class_run__term"
    names = {"street_name": F(f"{street}__street_name"), "term_name": F(f"{term}__name")}
    rows = SurveyAnswer.objects.values(street, term, **names).annotate(**_FIGURES)
    rows = rows.order_by(F(f"{term}__starts_on").desc(nulls_last=True), F(street).asc(nulls_last=True))
    asked = Enrolment.objects.filter(
        Exists(SurveyAnswer.objects.filter(class_run=OuterRef("class_run"))), status__in=TAKEN_PART
    )
    counted = asked.order_by().values_list(street, term).annotate(Count("pk"))
    people = {(street_id, term_id): number for street_id, term_id, number in counted}
    return [_report_row(row, row[street], row[term], people) for row in rows]


def _report_row(row, street_id, term_id, people):
    rating = _rating(row)
    return {
        "street_id": street_id,
        "street": row["street_name"] or "",
        "term_id": term_id,
        "term": row["term_name"] or "",
        "people": people.get((street_id, term_id), 0),
        "answers": rating.answers,
        "satisfaction": rating.satisfaction,
        "usefulness": rating.usefulness,
    }
