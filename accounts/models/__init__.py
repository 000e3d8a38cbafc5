"""Who signs in, who learns, what they agreed to, what they were told. Writes go through accounts/services."""

from accounts.models.access import DataOpening, RecordAccess
from accounts.models.notices import Notice, NoticeDelivery
from accounts.models.residents import Consent, Erasure, Guardianship, Resident
from accounts.models.users import User

__all__ = [
    "Consent",
    "DataOpening",
    "Erasure",
    "Guardianship",
    "Notice",
    "NoticeDelivery",
    "RecordAccess",
    "Resident",
    "User",
]
