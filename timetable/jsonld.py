"""Class runs and sessions as schema.org data: what CoursePage and EventPage tell machines about dates and fees."""

from django.conf import settings
from django.utils import timezone

from core.feeds import LANGUAGE, printable
from core.jsonld import honest_name, known, thing
from network.jsonld import place_data, schema_days
from timetable.enums import ClassRunStatus, Delivery, Phase

_MODES = {Delivery.ONSITE: "onsite", Delivery.ONLINE: "online", Delivery.BLENDED: "blended"}
_ATTENDANCE = {
    Delivery.ONSITE: "https://schema.org/OfflineEventAttendanceMode",
    Delivery.ONLINE: "https://schema.org/OnlineEventAttendanceMode",
    Delivery.BLENDED: "https://schema.org/MixedEventAttendanceMode",
}
_SCHEDULED = "https://schema.org/EventScheduled"
_CANCELLED = "https://schema.org/EventCancelled"
_RESCHEDULED = "https://schema.org/EventRescheduled"

#: What a phase lets one say about places. Other phases say nothing.
_AVAILABILITY = {
    Phase.OPEN: "https://schema.org/InStock",
    Phase.OPENS_SOON: "https://schema.org/PreOrder",
    Phase.FULL: "https://schema.org/SoldOut",
}


def _local(moment):
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None


def _price(fen):
    """Fen as schema.org wants money: 0 → "0", 20000 → "200.00"."""
    return "0" if fen == 0 else f"{fen // 100}.{fen % 100:02d}"


def offer_data(run):
    """The fee of ``run`` and its enrolment window; None while the fee is not published."""
    if run.fee_fen is None:
        return None
    return known(
        type="Offer",
        price=_price(run.fee_fen),
        priceCurrency="CNY",
        availability=_AVAILABILITY.get(run.phase),
        validFrom=_local(run.enrol_opens_at),
        validThrough=_local(run.enrol_closes_at),
    )


def schedule_data(run):
    """The weekly pattern of ``run``; None for a single sitting."""
    if not run.weekdays:
        return None
    return known(
        type="Schedule",
        repeatFrequency=f"P{run.every_weeks}W",
        byDay=schema_days(run.weekdays),
        repeatCount=run.session_count,
        startDate=run.starts_on.isoformat(),
        endDate=run.ends_on.isoformat(),
        startTime=f"{run.starts_at:%H:%M:%S}",
        endTime=f"{run.ends_at:%H:%M:%S}",
        scheduleTimezone=settings.TIME_ZONE,
    )


def _facts(run, request):
    """What a class and a sitting both say: where, how much, how many places."""
    online = run.delivery == Delivery.ONLINE
    return {
        "location": None if online else place_data(run.centre, request, run.room),
        "offers": offer_data(run),
        "maximumAttendeeCapacity": run.capacity,
        "remainingAttendeeCapacity": run.places_left,
    }


def instance_data(run, page, request):
    """Return ``run`` as a CourseInstance of ``page``. No query beyond what ``for_cards`` loads."""
    names = [teacher.public_name for teacher in run.teachers.all()]
    facts = _facts(run, request)
    if run.status == ClassRunStatus.CANCELLED:
        facts.pop("offers")
    return known(
        type="CourseInstance",
        name=honest_name(f"{page.title} {run.name}".strip(), page.is_sample or run.is_sample),
        identifier=printable(run.code),
        courseMode=_MODES[run.delivery],
        eventAttendanceMode=_ATTENDANCE[run.delivery],
        eventStatus=_CANCELLED if run.status == ClassRunStatus.CANCELLED else _SCHEDULED,
        startDate=run.starts_on.isoformat(),
        endDate=run.ends_on.isoformat(),
        courseSchedule=schedule_data(run),
        instructor=[known(type="Person", name=printable(name)) for name in names if name],
        inLanguage=LANGUAGE,
        **facts,
    )


def sitting_data(session, page, request):
    """Return one meeting of an event as an Event. ``session`` needs its run, centre and room loaded."""
    run = session.class_run
    cancelled = session.is_cancelled or run.status == ClassRunStatus.CANCELLED
    facts = _facts(run, request)
    if run.delivery != Delivery.ONLINE:
        facts["location"] = place_data(run.centre, request, session.room)
    if cancelled:
        facts.pop("offers")
    moved = session.was_moved and not cancelled
    data = thing(
        page,
        request,
        "Event",
        identifier=str(session.uid),
        startDate=_local(session.starts_at),
        endDate=_local(session.ends_at),
        previousStartDate=session.planned_on.isoformat() if moved else None,
        eventStatus=_CANCELLED if cancelled else _RESCHEDULED if moved else _SCHEDULED,
        eventAttendanceMode=_ATTENDANCE[run.delivery],
        inLanguage=LANGUAGE,
        **facts,
    )
    data.pop("@id", None)  # several sittings share the page; they are not one thing
    data["name"] = honest_name(page.title, page.is_sample or run.is_sample)
    return data
