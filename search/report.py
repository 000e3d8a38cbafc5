"""What was searched, not found and opened, in figures for the editors. Rare words are summed: they may be one person's."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from search.models import ClickedResult, SearchedWords

#: Days that can be chosen; the last is also what one report can reach back.
PERIODS = (7, 30, 90)
#: What was searched fewer times than this in the period is not shown, not in an export either.
FEWEST = 3


@dataclass
class Row:
    """One line. ``page`` and ``address``: an opened result's title and URL. ``is_rest``: the sum of everything too rare to be shown."""

    words: str
    times: int
    empty: int = 0
    page_id: int | None = None
    page: str = ""
    address: str = ""
    is_rest: bool = False

    @property
    def empty_share(self):
        """Per cent of the searches that found nothing."""
        return round(100 * self.empty / self.times) if self.times else 0


def searched(days, today=None):
    """What was searched most in the last ``days`` days, today among them."""
    return _words(days, today)


def not_found(days, today=None):
    """What was searched and not found, most often first."""
    return _words(days, today, empty__gt=0)


def opened(days, today=None):
    """Which pages were opened most, and for which words."""
    rows = _since(ClickedResult, days, today).values("words", "page_id").annotate(times=Sum("clicks"))
    shown = [
        Row(row["words"], row["times"], page_id=row["page_id"])
        for row in rows.filter(times__gte=FEWEST).order_by("-times", "words", "page_id")
    ]
    pages = Page.objects.in_bulk({row.page_id for row in shown})
    for row in shown:
        page = pages[row.page_id]
        row.page, row.address = page.title, page.url if page.live else ""
    total = _since(ClickedResult, days, today).aggregate(times=Sum("clicks"))["times"] or 0
    return shown + _rest(total - sum(row.times for row in shown))


#: The parts of the report, in the order of the screen and of the addresses of its exports.
PARTS = {"searched": searched, "not-found": not_found, "opened": opened}


def _words(days, today, **only):
    groups = _since(SearchedWords, days, today).values("words").annotate(times=Sum("searches"), empty=Sum("empty"))
    order = ("-empty", "-times", "words") if only else ("-times", "words")
    shown = [Row(**row) for row in groups.filter(**only, times__gte=FEWEST).order_by(*order)]
    rare = groups.filter(**only, times__lt=FEWEST).aggregate(all=Sum("times"), none=Sum("empty"))
    return shown + _rest(rare["all"] or 0, rare["none"] or 0)


def _rest(times, empty=0):
    return [Row(_("其他（每个不到 %(fewest)d 次）") % {"fewest": FEWEST}, times, empty, is_rest=True)] if times else []


def _since(model, days, today):
    first = (today or timezone.localdate()) - timedelta(days=days - 1)
    return model.objects.filter(day__gte=first, day__lte=today or timezone.localdate()).order_by()
