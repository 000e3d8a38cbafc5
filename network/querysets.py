"""Questions about the network's tables."""

from django.db import models

from network.enums import NeighbourhoodStatus, ResourceDirection


class NeighbourhoodQuerySet(models.QuerySet):
    def confirmed(self):
        """Those with a public source; the rest is shown as 示例."""
        return self.filter(status=NeighbourhoodStatus.CONFIRMED)


class SchoolResourceQuerySet(models.QuerySet):
    def to_community(self):
        return self.filter(direction=ResourceDirection.TO_COMMUNITY)

    def to_school(self):
        return self.filter(direction=ResourceDirection.TO_SCHOOL)
