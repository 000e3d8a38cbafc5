"""Who holds which part of the network, read from Wagtail's page permissions; what stands in the way of deleting it."""

from django.utils.translation import gettext as _

from core.scoping import below, granted_paths
from network.models import CentrePage, Landmark, Neighbourhood, NetworkIndexPage, Room, SchoolResource, StreetPage


def streets_of(user, actions=("change",)):
    """Return the StreetPages on which ``user``'s groups hold one of ``actions``; every street for the whole district's users."""
    return StreetPage.objects.filter(below("", granted_paths(user, actions))).order_by("path")


def centres_of(user):
    """Return the places of the network that ``user`` may change and use."""
    return CentrePage.objects.filter(below("", granted_paths(user, {"change"}))).order_by("path")


def is_district_wide(user, actions=("change",)):
    """True for those who hold ``actions`` on the whole network: office, academy, administrator."""
    paths = granted_paths(user, actions)
    if paths is None:
        return True
    return NetworkIndexPage.objects.filter(below("", paths)).exists()


def rows_in_the_way(page):
    """Return [(count, name of the table)] of rows at ``page`` or below it that must be dealt with before deleting it."""
    tables = [(Room, "centre"), (SchoolResource, "centre"), (Neighbourhood, "street"), (Landmark, "street")]
    counted = [
        (model.objects.filter(below(lookup, [page.path])).count(), model._meta.verbose_name) for model, lookup in tables
    ]
    return [(count, name) for count, name in counted if count]


def refusal_to_delete(page):
    """Return the sentence that refuses to delete ``page`` and its branch, or ""."""
    found = rows_in_the_way(page)
    if not found:
        return ""
    rows = "、".join(_("%(count)d 个%(kind)s") % {"count": count, "kind": kind} for count, kind in found)
    return _("“%(page)s”还有%(rows)s，不能删除。请先删除它们，或改为“取消发布”。") % {"page": page.title, "rows": rows}
