"""The three-tier network: places as pages, their tables, and the mixin of pages that belong to a street."""

from network.models.owned import StreetOwned
from network.models.pages import (
    AcademyPage,
    CentrePage,
    NetworkIndexPage,
    OpeningHours,
    StreetPage,
    SubCentrePage,
    TeachingPointPage,
)
from network.models.tables import Landmark, Neighbourhood, Room, SchoolResource

__all__ = [
    "AcademyPage",
    "CentrePage",
    "Landmark",
    "Neighbourhood",
    "NetworkIndexPage",
    "OpeningHours",
    "Room",
    "SchoolResource",
    "StreetOwned",
    "StreetPage",
    "SubCentrePage",
    "TeachingPointPage",
]
