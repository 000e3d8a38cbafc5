"""Which parts of the page tree are private: read once a request, and without looking through all pages.

Wagtail asks with every ``.public()``, by a join that SQLite begins at the pages while there is no restriction
(13 ms at 100,000 pages, measured; the finder asks a dozen times). The rule stays Wagtail's: nothing at or below a
restricted page is public. Outside a request nothing is kept.
"""

from contextvars import ContextVar

from django.core.signals import request_finished, request_started
from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, PageManager, PageViewRestriction
from wagtail.query import PageQuerySet
from wagtail.signals import post_page_move

#: None: nothing is kept (no request). A list: empty until asked for, then one tuple of paths.
_kept = ContextVar("private_paths", default=None)


def private_paths(fresh=False):
    """Return the paths of the restricted pages: what begins with one of them is not public.

    ``fresh``: read them now. For whoever writes down what is public: a change may be told of to others first.
    """
    kept = _kept.get()
    if kept and not fresh:
        return kept[0]
    pks = list(PageViewRestriction.objects.values_list("page_id", flat=True))
    paths = tuple(Page.objects.filter(pk__in=pks).values_list("path", flat=True)) if pks else ()
    if kept is not None:
        kept.append(paths)
    return paths


class PublicPageQuerySet(PageQuerySet):
    """Wagtail's, with ``public()`` at the cost of one small query a request."""

    def private_q(self):
        private = Q()
        for path in private_paths():
            private |= Q(path__startswith=path)
        return private or Q(pk__in=[])


PublicPageManager = PageManager.from_queryset(PublicPageQuerySet)


def public_pages():
    """Return the live pages of all types that anybody may read."""
    return PublicPageQuerySet(Page).live().public()


def connect():
    """Called once, when the apps are ready."""
    request_started.connect(_begin, dispatch_uid="core.restrictions")
    request_finished.connect(_end, dispatch_uid="core.restrictions")
    for signal in (post_save, post_delete):
        signal.connect(_forget, sender=PageViewRestriction, dispatch_uid=f"core.restrictions.{id(signal)}")
    post_page_move.connect(_forget, dispatch_uid="core.restrictions")


def _begin(**kwargs):
    _kept.set([])


def _end(**kwargs):
    _kept.set(None)


def _forget(**kwargs):
    if _kept.get() is not None:
        _kept.set([])
