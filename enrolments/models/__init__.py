"""Places and who has them. Nothing here is saved outside enrolments/services."""

from enrolments.models.desk import ClaimNote, ClassMessage, HeadCount
from enrolments.models.draws import Draw, DrawEntry
from enrolments.models.learning import Attendance, CalendarFeed, Certificate
from enrolments.models.places import Enrolment, EnrolmentEvent, Offer, Seat

__all__ = [
    "Attendance",
    "CalendarFeed",
    "Certificate",
    "ClaimNote",
    "ClassMessage",
    "Draw",
    "DrawEntry",
    "Enrolment",
    "EnrolmentEvent",
    "HeadCount",
    "Offer",
    "Seat",
]
