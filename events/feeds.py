"""Coming events as RSS at /events/feed/."""

from django.utils.translation import gettext as _

from core.dates import span_words
from core.feeds import Entry, machine_readable, rss
from events.models import EventIndexPage, EventPage
from timetable.models import Session

AT_MOST = 50


@machine_readable
def events_feed(request):
    """The next sittings, soonest first, cancelled ones included: people who planned to come must see that."""
    index = EventIndexPage.objects.live().public().first()
    sessions = (
        Session.objects.public()
        .upcoming()
        .filter(class_run__learning__in=EventPage.objects.live())
        .select_related("class_run__learning", "class_run__centre", "room")
        .order_by("starts_at", "pk")[:AT_MOST]
    )
    return rss(request, index, (_entry(session) for session in sessions))


def _entry(session):
    run, page = session.class_run, session.class_run.learning
    place = f"{run.centre.title} {session.room.name}" if session.room else run.centre.title
    words = [span_words(session.starts_at, session.ends_at), place, session.note, page.description]
    return Entry(
        title=_("【已取消】%(title)s") % {"title": page.title} if session.is_cancelled else page.title,
        page=page,
        words="\n".join(part for part in words if part),
        guid=f"urn:uuid:{session.uid}",
        moment=session.updated_at,  # when it was last changed, not when it takes place: readers sort by it
        is_sample=page.is_sample or run.is_sample,
    )
