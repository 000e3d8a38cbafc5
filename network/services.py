"""Writes of the network: a page's street follows the tree."""

from django.apps import apps
from django.db import transaction

from core.models import BasePage


def street_of(page):
    """Return the StreetPage that ``page`` is or stands under, read from its tree path; None outside a street."""
    from network.models import StreetPage

    if not page.path:
        return None
    step = page.steplen
    paths = [page.path[:end] for end in range(step, len(page.path) + 1, step)]
    return StreetPage.objects.filter(path__in=paths).first()


def street_owned_models():
    """Every installed page type that stores its street, found by the mixin: upper floors need no registration."""
    from network.models import StreetOwned

    return [
        model
        for model in apps.get_models()
        if issubclass(model, StreetOwned) and issubclass(model, BasePage) and "street" in vars(model)
    ]


@transaction.atomic
def refresh_streets(branch):
    """Set the stored street of ``branch`` and everything below it from its place in the tree.

    Called when a page has moved. One update per page type: Wagtail's move keeps a
    branch under one street, because streets do not nest.
    """
    street = street_of(branch)
    for model in street_owned_models():
        model.objects.filter(path__startswith=branch.path).update(street=street)
