"""What every page asks of the site and its tree, kept in this process until published content changes (core/freshness.py).

Which site a host is, where its root is, the menu, the pages above a page, which page an address is: on a page of
fifteen queries these were nine. What is returned is shared by all threads: to be read, never changed.
"""

import copy
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.http.request import split_domain_port
from django.urls import reverse
from wagtail.models import Page, Site
from wagtail.models.sites import get_site_for_hostname

from core import freshness
from core.freshness import Kept


@dataclass(frozen=True)
class Roots:
    """``sites``: [(site pk, its root page's url_path, its whole address)]; ``prefix``: where Wagtail's pages begin."""

    sites: tuple
    prefix: str

    def address(self, page):
        """The address of ``page`` from the root of the only site, None where it stands outside."""
        _pk, path, _url = self.sites[0]
        return self.prefix + page.url_path[len(path) :] if page.url_path.startswith(path) else None


def _roots():
    sites = Site.objects.select_related("root_page").order_by("-root_page__url_path", "-is_default_site", "hostname")
    return Roots(
        tuple((site.pk, site.root_page.url_path, site.root_url) for site in sites), reverse("wagtail_serve", args=("",))
    )


roots = Kept(_roots, most=1)


def _site_for(host, port):
    try:
        site = get_site_for_hostname(host, port)
    except Site.DoesNotExist:
        return None
    site.root_page.specific  # noqa: B018  loaded now and kept with it
    return site


site_for = Kept(_site_for, most=8)


def _ancestors(path):
    steps = [path[:end] for end in range(Page.steplen, len(path) + 1, Page.steplen)]
    return list(Page.objects.filter(path__in=steps, depth__gte=2).live().order_by("path").specific())


_ancestors_kept = Kept(_ancestors, most=500)


def ancestors(page):
    """Return the live pages above ``page``, the home page first."""
    return _ancestors_kept(page.path[: -Page.steplen]) if page.depth and page.depth > 2 else []


def _menu(root_pk):
    # By the few types that may stand there: get_children() looks at every page of the site (90 ms at 100,000 pages).
    root = Page.objects.get(pk=root_pk)
    types = ContentType.objects.get_for_models(*root.specific_class.allowed_subpage_models()).values()
    # Put in order here: asked for the order, SQLite goes by the index of it, and that is every page again.
    pages = Page.objects.filter(content_type__in=types, depth=root.depth + 1).live().in_menu().order_by().specific()
    return sorted((page for page in pages if page.path.startswith(root.path)), key=lambda page: page.path)


#: The pages right below a root that stand in its menu, in order.
menu = Kept(_menu, most=8)


def _place_of(url_path):
    return Page.objects.filter(url_path=url_path).values_list("pk", "content_type_id").first()


_place_kept = Kept(_place_of, most=2000)


def _shown(model, pk):
    return model.to_show().filter(pk=pk, live=True).first() if hasattr(model, "to_show") else None


#: A page as it is read, with what it needs of others: a long article and its pictures' names are some 10 kB.
_shown_kept = Kept(_shown, most=200)


def page_at(url_path):
    """Return the live page whose address is ``url_path``, as its own type; None where there is none.

    One query while the content is new to this process, none after. Each request has an object of its own: a page
    remembers what was asked of it, and that is not for the next reader.
    """
    place = _place_kept(url_path)
    if place is None:
        return None
    pk, content_type = place
    return copy.copy(_shown_kept(ContentType.objects.get_for_id(content_type).model_class(), pk))


def site_middleware(get_response):
    """Tell Wagtail which site is asked: it keeps that on the request, and would ask the database for it.

    And note what is current before anything is read: what the request's pieces are made from (core/templatetags/pieces.py).
    """

    def middleware(request):
        request.made_from = freshness.current()
        request._wagtail_site = site_for(split_domain_port(request._get_raw_host())[0], request.get_port())
        return get_response(request)

    return middleware
