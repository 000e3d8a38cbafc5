"""News as RSS at /news/feed/."""

import datetime

from django.utils import timezone

from core.feeds import Entry, machine_readable, rss
from home.models import NewsIndexPage, NewsPage

AT_MOST = 50


@machine_readable
def news_feed(request):
    """The latest news, newest first."""
    index = NewsIndexPage.objects.live().public().first()
    news = NewsPage.objects.live().public().order_by("-date", "-pk")[:AT_MOST]
    return rss(request, index, (_entry(item) for item in news))


def _entry(item):
    midnight = datetime.datetime.combine(item.date, datetime.time())
    return Entry(
        title=item.title,
        page=item,
        words=item.description,
        guid=f"urn:uuid:{item.translation_key}",
        moment=timezone.make_aware(midnight),  # the page prints a day; the hour is not known
        is_sample=item.is_sample,
    )
