"""Questions about residents."""

from django.db import models
from django.db.models import Q


class ResidentQuerySet(models.QuerySet):
    def present(self):
        """Not erased."""
        return self.filter(erased_at__isnull=True)

    def of(self, user):
        """Those ``user`` may act for: themselves and the people of their live guardianships, self first."""
        mine = Q(user=user) | Q(guardianships__guardian=user, guardianships__ends_on__isnull=True)
        return self.present().filter(mine).distinct().order_by(models.F("user").asc(nulls_last=True), "pk")
