"""The mixin of pages that belong to a street."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from network.models.pages import StreetPage


class StreetOwned(models.Model):
    """Mixin for pages that belong to a street: the street is read from the tree and stored for lists and filters.

    ``network/services.py`` keeps it right when a page or its branch moves.
    """

    street = models.ForeignKey(
        StreetPage,
        verbose_name=_("街道"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        from network.services import street_of

        # Wagtail's tree sets the path before the row is saved, on creation and on copy too.
        self.street = street_of(self)
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "street"}
        super().save(*args, **kwargs)
