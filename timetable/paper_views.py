"""Sheets for the printer at /print/: each looks on the screen as it will on paper. Everybody may read them."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.feeds import page_address
from core.qr import qr_drawing
from network.models import CentrePage
from timetable.models import LearningPage
from timetable.paper import monday_of, runs_to_announce, subjects_of, week_at

#: What a key may be: SQLite answers larger ones with an error, not with an empty answer.
LARGEST_KEY = 2**63 - 1


def _public(model, pk):
    if pk > LARGEST_KEY:
        return None
    page = model.objects.live().public().filter(pk=pk).first()
    return page.specific if page else None


def _sheet(request, template, page, words, **context):
    address = page_address(page, request)
    context |= {
        "page": page,
        "address": address,
        "short_address": address.partition("://")[2].rstrip("/"),
        "qr": qr_drawing(address, words),
        "today": timezone.localdate(),
    }
    response = render(request, template, context)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def week(request, pk):
    """/print/week/<centre>/?day=2026-11-25: Monday to Sunday of the week with that day, A4 landscape."""
    centre = _public(CentrePage, pk)
    if centre is None:
        raise Http404
    found = week_at(centre, monday_of(request.GET.get("day")))
    return _sheet(request, "timetable/paper/week.html", centre, "二维码：打开网页看最新的课", week=found)


@require_safe
def poster(request, pk):
    """/print/poster/<page>/: an A4 poster of a course, an event, or a place of the network."""
    learning = _public(LearningPage, pk)
    if learning:
        runs, more = runs_to_announce(learning)
        context = {"runs": runs, "more": more, "host": learning.street}
        return _sheet(
            request, "timetable/paper/poster_learning.html", learning, "二维码：打开网页看名额、报名", **context
        )
    centre = _public(CentrePage, pk)
    if centre is None:
        raise Http404
    subjects, more = subjects_of(centre.street) if centre.street else ([], False)
    context = {"host": centre, "subjects": subjects, "more": more}
    return _sheet(request, "timetable/paper/poster_centre.html", centre, "二维码：打开网页看这里的课", **context)
