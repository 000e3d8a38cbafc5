"""Calendar feeds: a class run, a place, a street. Only what the public may see; everything else is 404."""

import datetime

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header, http_date
from django.utils.translation import gettext as _

from core.feeds import machine_readable
from network.models import CentrePage, StreetPage
from timetable.ical import calendar_file, loaded, modified_at
from timetable.models import ClassRun, Session

#: The window of a centre's or a street's feed, in days from today.
DAYS_BACK, DAYS_AHEAD = 30, 180
#: Sessions of one file. Six streets' real term stays far below; past that the nearest are told.
AT_MOST_AHEAD, AT_MOST_BACK = 1500, 500


def _answer(filename, name, sessions, request, description=""):
    body = calendar_file(name, sessions, request, description)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=filename)
    # Midnight counts as a change: the window moves on, and a session that enters it was not modified.
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    response["Last-Modified"] = http_date(max([midnight, *map(modified_at, sessions)]).timestamp())
    return response


def _in_window(sessions):
    """Return the sessions of the window in order of time, the nearest ones where there are too many."""
    today = timezone.localdate()
    day = datetime.timedelta(days=1)
    ahead = sessions.between(today, today + DAYS_AHEAD * day).order_by("starts_at", "pk")
    back = sessions.between(today - DAYS_BACK * day, today - day).order_by("-starts_at", "-pk")
    return sorted(loaded(back[:AT_MOST_BACK], ahead[:AT_MOST_AHEAD]), key=lambda s: (s.starts_at, s.pk))


def _window_words(sessions):
    """What the file holds, in words: a reader must not take a cut file for the whole."""
    words = _("前 %(back)d 天到后 %(ahead)d 天的课和活动，改期和取消会自动更新。") % {
        "back": DAYS_BACK,
        "ahead": DAYS_AHEAD,
    }
    if len(sessions) < min(AT_MOST_BACK, AT_MOST_AHEAD):
        return words
    cut = _("课很多，最多收录过去 %(back)d 次、今后 %(ahead)d 次。") % {"back": AT_MOST_BACK, "ahead": AT_MOST_AHEAD}
    return f"{words}{cut}"


@machine_readable
def run_ics(request, code):
    """/calendar/run/<code>.ics: every session of one class run."""
    run = ClassRun.objects.public().select_related("learning").filter(code=code).first()
    if run is None:
        raise Http404
    sessions = loaded(Session.objects.filter(class_run=run).order_by("starts_at", "pk"))
    return _answer(f"{run.code}.ics", f"{run.learning.title} {run.name}".strip(), sessions, request)


@machine_readable
def centre_ics(request, pk):
    """/calendar/centre/<pk>.ics: what is held at one place, whichever street offers it."""
    centre = CentrePage.objects.live().public().filter(pk=pk).first()
    if centre is None:
        raise Http404
    sessions = _in_window(Session.objects.public().filter(class_run__centre_id=centre.pk))
    return _answer(f"centre-{centre.pk}.ics", centre.title, sessions, request, _window_words(sessions))


@machine_readable
def street_ics(request, slug):
    """/calendar/street/<slug>.ics: what one street offers, wherever it is held."""
    street = StreetPage.objects.live().public().filter(slug=slug).first()
    if street is None:
        raise Http404
    sessions = _in_window(Session.objects.public().filter(class_run__learning__street_id=street.pk))
    return _answer(f"{street.slug}.ics", street.street_name, sessions, request, _window_words(sessions))
