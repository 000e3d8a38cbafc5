"""What is taught (LearningPage) and when (Term, ClassRun, Session).

Words on pages, facts in tables: a class run is no page child and no block, so publishing
a revision never rewrites a date or a place.
"""

from timetable.models.bookings import Booking, CentreClosure
from timetable.models.learning import Audience, LearningPage, LearningPageTag, Subject
from timetable.models.runs import CalendarDay, ClassRun, Session, Term

__all__ = [
    "Audience",
    "Booking",
    "CalendarDay",
    "CentreClosure",
    "ClassRun",
    "LearningPage",
    "LearningPageTag",
    "Session",
    "Subject",
    "Term",
]
