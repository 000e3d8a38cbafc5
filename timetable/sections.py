"""What the timetable shows on pages of the network: this week at a centre or in a street."""

import datetime
from itertools import groupby

from django.utils import timezone

from core.sections import Section, section
from timetable.models import Session

DAYS_AHEAD = 7
AT_MOST = 60  # rows of the week; a busier street is read through the finder


@section("network.StreetPage", "network.SubCentrePage", "network.TeachingPointPage", "network.AcademyPage", order=20)
def this_week(page, request):
    """Sessions of the coming seven days: of the whole street on a street page, else held in this very place."""
    today = timezone.localdate()
    sessions = Session.objects.public().between(today, today + datetime.timedelta(days=DAYS_AHEAD - 1))
    if page._meta.label == "network.StreetPage":
        sessions = sessions.filter(class_run__learning__street_id=page.pk)
        feed = ("timetable:street_ics", page.slug)
    else:
        sessions = sessions.filter(class_run__centre_id=page.pk)
        feed = ("timetable:centre_ics", page.pk)
    sessions = sessions.select_related("class_run__learning", "class_run__centre", "room").order_by("starts_at", "pk")
    rows = list(sessions[: AT_MOST + 1])
    days = [
        (date, list(group))
        for date, group in groupby(rows[:AT_MOST], key=lambda session: timezone.localdate(session.starts_at))
    ]
    return Section(
        key="week",
        title="未来七天的课",
        template="timetable/sections/week.html",
        context={
            "days": days,
            "is_cut": len(rows) > AT_MOST,
            "feed": feed,
            "show_centre": feed[0].endswith("street_ics"),
        },
    )
