"""What every machine-readable face shares: whole addresses, printable text, polite caching. No feature knows less."""

import datetime
import re
from dataclasses import dataclass
from functools import wraps

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe
from wagtail.models import Page

#: Characters that XML 1.0 §2.2 and RFC 5545 §3.1 forbid. An editor pastes them unseen, from a PDF for example.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

#: Seconds for which a reader's program and a cache in front may reuse a feed.
MAX_AGE_S = 900


#: BCP 47, as in <html lang>.
LANGUAGE = "zh-Hans"


def printable(text):
    """Return ``text`` without the characters that a feed may not carry; every line break becomes one ``\\n``."""
    return _FORBIDDEN.sub("", re.sub(r"\r\n?", "\n", str(text or "")))


def page_address(page, request):
    """Return the whole address of ``page`` on the host that was asked, or "" where it has none (a preview).

    Not Wagtail's full address: that prints the host of the Site record, which a fresh site leaves at localhost.
    """
    address = page.get_url(request)
    if not address:
        return ""
    return request.build_absolute_uri(address) if request else address


def machine_readable(view):
    """Serve ``view`` to GET and HEAD only, with ETag and Last-Modified answers (304), reusable for a while."""

    @require_safe
    @conditional_page
    @wraps(view)
    def served(request, *args, **kwargs):
        if "\0" in request.path:  # PostgreSQL refuses such text with an error, not with an empty answer
            raise Http404
        response = view(request, *args, **kwargs)
        patch_cache_control(response, public=True, max_age=MAX_AGE_S)
        return response

    return served


@dataclass
class Entry:
    """One item of an RSS file. ``guid`` must outlive a change of title or address; ``moment`` is an aware datetime."""

    title: str
    page: Page
    words: str
    guid: str
    moment: datetime.datetime
    is_sample: bool = False


def rss(request, index, entries):
    """Return ``entries`` as the RSS 2.0 file of index page ``index``; 404 where the public has no such page.

    No Last-Modified: an item may come in with an old date, and only the ETag notices that.
    """
    if index is None:
        raise Http404
    feed = Rss201rev2Feed(
        title=printable(index.title),
        link=page_address(index, request),
        description=printable(index.description or index.title),
        language=LANGUAGE,
        feed_url=request.build_absolute_uri(request.path),
    )
    for entry in entries:
        title = _("%(title)s（示例）") % {"title": entry.title} if entry.is_sample else entry.title
        # Readers take title and description for HTML: what an editor typed must stay text there.
        feed.add_item(
            title=escape(printable(title)),
            link=page_address(entry.page, request),
            description=escape(printable(entry.words)).replace("\n", "<br>"),
            unique_id=entry.guid,
            unique_id_is_permalink=False,
            pubdate=entry.moment,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


@machine_readable
def robots(request):
    """/robots.txt: everything but the admin may be read, and the sitemap is here."""
    lines = [
        "User-agent: *",
        f"Disallow: {reverse('wagtailadmin_home')}",
        "Allow: /",
        "",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
