"""Bookings of rooms and teachers: the one service that writes them and the one place that says what clashes.

A session that takes place and is not over books its room and its teachers; drafts do too. What is cancelled,
dropped or over when it is written books nothing. timetable/services/ calls ``keep`` in the transaction of
every change. Explained in docs/mechanisms/bookings.md.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.dates import span_words
from core.errors import DomainError
from network.models import Room
from teachers.models import Teacher
from timetable.enums import ClassRunStatus, Delivery
from timetable.models import Booking, CentreClosure, ClassRun, Session
from timetable.querysets import LONGEST_SESSION

MOST_NAMED = 3
BATCH = 10_000


@dataclass(frozen=True)
class Claim:
    """What a session wants for its hours: ``key`` is (kind, pk), ``thing`` the Room or Teacher itself."""

    session: Session
    thing: Room | Teacher

    @property
    def key(self):
        return _key(self.thing)

    @property
    def identity(self):
        return (self.session.pk, *self.key, self.session.starts_at, self.session.ends_at)

    def booking(self):
        name, _pk = self.key
        hours = {"starts_at": self.session.starts_at, "ends_at": self.session.ends_at}
        return Booking(session=self.session, **{name: self.thing}, **hours)


@dataclass(frozen=True)
class Clash:
    """``session`` cannot be where it is put, because of ``thing`` (Room, Teacher or CentreClosure); ``words`` say it, without a full stop."""

    session: Session
    thing: object
    words: str

    @property
    def order(self):
        return self.session.starts_at, self.session.number


def _key(thing):
    return ("room" if isinstance(thing, Room) else "teacher", thing.pk)


def _overlaps(one, other):
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def claims_of(sessions, teachers):
    """What ``sessions`` (of one run, with room and substitute at hand) book now; ``teachers``: those of the run."""
    now = timezone.now()
    for session in sessions:
        if session.is_cancelled or session.ends_at <= now:
            continue
        teaching = [session.substitute] if session.substitute_id else teachers
        for thing in [session.room, *teaching] if session.room_id else teaching:
            yield Claim(session, thing)


def find_clashes(claims, own, run_pk=None):
    """Return the Clashes of ``claims``, in order of time: with bookings of other runs, and with ``own`` claims of this one."""
    if not claims:
        return []
    taken = defaultdict(list)
    for booking in _bookings_near(claims).exclude(session__class_run=run_pk):
        taken[_key(booking.room or booking.teacher)].append(booking)
    siblings = defaultdict(list)
    for claim in own:
        siblings[claim.key].append(claim)
    found = []
    for claim in claims:
        others = [booking.session for booking in taken[claim.key] if _overlaps(booking, claim.session)]
        others += [
            other.session
            for other in siblings[claim.key]
            if other.session is not claim.session and _overlaps(other.session, claim.session)
        ]
        found += [Clash(claim.session, claim.thing, _taken_words(claim.thing, other)) for other in others[:1]]
    return sorted(found, key=lambda clash: clash.order)


def _bookings_near(claims):
    rooms = {claim.thing.pk for claim in claims if claim.key[0] == "room"}
    teachers = {claim.thing.pk for claim in claims if claim.key[0] == "teacher"}
    first = min(claim.session.starts_at for claim in claims)
    last = max(claim.session.ends_at for claim in claims)
    return Booking.objects.filter(
        Q(room__in=rooms) | Q(teacher__in=teachers),
        starts_at__gte=first - LONGEST_SESSION,
        starts_at__lt=last,
        ends_at__gt=first,
    ).select_related("room", "teacher", "session__class_run__learning", "session__class_run__centre", "session__room")


def _taken_words(thing, other):
    """教室“101”在2026年9月2日（周三）14:00—15:30有“太极拳 周三班”的课（清名桥分中心）."""
    run = other.class_run
    name = _("%(run)s（筹备中）") % {"run": run} if run.status == ClassRunStatus.DRAFT else str(run)
    where = run.centre.title
    if isinstance(thing, Room):
        sentence = _("教室“%(thing)s”在%(when)s有“%(run)s”的课（%(where)s）")
    else:
        sentence = _("教师“%(thing)s”在%(when)s有“%(run)s”的课（%(where)s）")
        where = f"{where} {other.room.name}" if other.room else where
    return sentence % {
        "thing": thing.name,
        "when": span_words(other.starts_at, other.ends_at),
        "run": name,
        "where": where,
    }


def find_closures(run, sessions):
    """Return the Clashes of ``sessions`` of ``run`` to come with what their places say about being closed."""
    now = timezone.now()
    meeting = [session for session in sessions if not session.is_cancelled and session.ends_at > now]
    if run.delivery == Delivery.ONLINE:
        meeting = [session for session in meeting if session.room_id]
    return _closed([(session, session.room.centre_id if session.room_id else run.centre_id) for session in meeting])


def _closed(places):
    """Return the Clashes of ``places``, pairs (session, key of the centre), with the closures of those centres."""
    if not places:
        return []
    closures = CentreClosure.objects.filter(
        centre__in={place for _session, place in places},
        starts_on__lte=max(timezone.localdate(session.ends_at) for session, _place in places),
        ends_on__gte=min(timezone.localdate(session.starts_at) for session, _place in places),
    ).select_related("centre")
    found = [
        Clash(session, closure, _closed_words(closure, session))
        for closure in closures
        for session, place in places
        if place == closure.centre_id and closure.covers(session.starts_at, session.ends_at)
    ]
    return sorted(found, key=lambda clash: clash.order)


def taken(sessions, things):
    """Return {thing: words of its first clash} of the ``things`` (Rooms, Teachers) that are not free for all of ``sessions``.

    Two queries, however many things.
    """
    coming = [session for session in sessions if not session.is_cancelled and session.ends_at > timezone.now()]
    rooms = [thing for thing in things if isinstance(thing, Room)]
    closed = {}
    for clash in _closed([(session, centre) for session in coming for centre in {room.centre_id for room in rooms}]):
        closed.setdefault(clash.thing.centre_id, clash.words)
    found = {room: closed[room.centre_id] for room in rooms if room.centre_id in closed}
    for clash in find_clashes([Claim(session, thing) for session in coming for thing in things], []):
        found.setdefault(clash.thing, clash.words)
    return found


def _closed_words(closure, session):
    """“南长街小学分中心”因期末考试停用（2026年6月20日（周六）），2026年6月20日（周六）14:00—15:30不能上课."""
    return _("“%(centre)s”因%(reason)s停用（%(closed)s），%(when)s不能上课") % {
        "centre": closure.centre.title,
        "reason": closure.reason,
        "closed": closure.span_words,
        "when": span_words(session.starts_at, session.ends_at),
    }


def sessions_in(closure):
    """Return the sessions to come that ``closure`` touches, in order of time: somebody must move or cancel them."""
    at_centre = Q(room__centre=closure.centre_id) | (
        Q(room__isnull=True, class_run__centre=closure.centre_id) & ~Q(class_run__delivery=Delivery.ONLINE)
    )
    # A day more at the front: what began in the evening before may last into it.
    near = Session.objects.taking_place().between(closure.starts_on - LONGEST_SESSION, closure.ends_on)
    near = near.filter(at_centre, ends_at__gt=timezone.now()).select_related("class_run__learning")
    return [session for session in near if closure.covers(session.starts_at, session.ends_at)]


def refuse(clashes):
    """Raise DomainError ``clash`` that names the first of ``clashes``; nothing when there are none."""
    if not clashes:
        return
    named = "；".join(dict.fromkeys(clash.words for clash in clashes[:MOST_NAMED]))
    if len(clashes) > MOST_NAMED:
        named = _("%(named)s；另有 %(more)d 处") % {"named": named, "more": len(clashes) - MOST_NAMED}
    raise DomainError("clash", _("时间有冲突：%(named)s。请换时间、教室或教师。") % {"named": named})


def foresee(run, sessions, teachers, placed=()):
    """Return the Clashes that ``keep`` would refuse were ``sessions`` all that ``run`` had. Writes and locks nothing."""
    claims = list(claims_of(sessions, teachers))
    booked = _booked(run) if run.pk else {}
    new = [claim for claim in claims if claim.identity not in booked]
    found = find_clashes(new, claims, run.pk) + find_closures(run, placed)
    return sorted(found, key=lambda clash: clash.order)


def _booked(run):
    """What ``run`` has booked: identity of the claim → key of the booking."""
    booked = {}
    for booking in Booking.objects.filter(session__class_run=run):
        thing = ("room", booking.room_id) if booking.room_id else ("teacher", booking.teacher_id)
        booked[booking.session_id, *thing, booking.starts_at, booking.ends_at] = booking.pk
    return booked


def keep(run, placed=()):
    """Bring the bookings of ``run`` in line with its sessions and teachers, within the caller's transaction.

    ``placed``: the sessions that this change put where they are; only these are held against the closures of their
    place, and only what is not booked yet against other bookings. So what clashed before (a closure that came later,
    rows older than bookings) does not stand in the way of other changes. What is over stays as it was.
    Raises DomainError ``clash``.
    """
    refuse(find_closures(run, placed))
    sessions = list(run.sessions.select_related("room", "substitute"))  # their run is this one, with its page and place
    claims = list(claims_of(sessions, list(run.teachers.all())))
    wanted = {claim.identity for claim in claims}
    booked = _booked(run)
    standing = {(s.pk, s.starts_at, s.ends_at) for s in sessions if not s.is_cancelled and s.ends_at <= timezone.now()}
    stale = [pk for at, pk in booked.items() if at not in wanted and (at[0], *at[3:]) not in standing]
    Booking.objects.filter(pk__in=stale).delete()
    _book([claim for claim in claims if claim.identity not in booked], claims, run.pk)


def _book(new, own, run_pk):
    if not new:
        return
    _lock({claim.thing for claim in new})
    refuse(find_clashes(new, own, run_pk))
    try:
        with transaction.atomic():
            Booking.objects.bulk_create([claim.booking() for claim in new])
    except IntegrityError:  # somebody wrote past this service
        refuse(find_clashes(new, own, run_pk))
        raise


def _lock(things):
    """Let nobody else book ``things`` until this transaction ends: rooms first, each kind in the order of its keys."""
    for model in (Room, Teacher):
        pks = [thing.pk for thing in things if isinstance(thing, model)]
        rows = model.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk")
        list(rows.values_list("pk"))


def book_in_bulk(sessions, teachers):
    """Book for new ``sessions`` of many runs, whose maker has seen to it that none clash. ``teachers``: run key → Teachers.

    Raises IntegrityError where the maker was wrong.
    """
    by_run = defaultdict(list)
    for session in sessions:
        by_run[session.class_run_id].append(session)
    claims = (claim for run, own in by_run.items() for claim in claims_of(own, teachers.get(run, [])))
    Booking.objects.bulk_create((claim.booking() for claim in claims), batch_size=BATCH)


def audit():
    """Yield a sentence for every session to come that has not booked what it needs, and for every booking that nobody needs."""
    now = timezone.now()
    coming = Session.objects.filter(ends_at__gt=now).order_by("class_run_id").values_list("class_run_id", flat=True)
    booked = Booking.objects.filter(ends_at__gt=now).values_list("session__class_run_id", flat=True)
    for pk in sorted({*coming.distinct(), *booked.order_by().distinct()}):
        run = ClassRun.objects.select_related("learning", "centre").prefetch_related("teachers").get(pk=pk)
        yield from _audit_run(run, now)


def _audit_run(run, now):
    sessions = list(run.sessions.filter(ends_at__gt=now).select_related("room", "substitute"))
    claims = list(claims_of(sessions, list(run.teachers.all())))
    bookings = Booking.objects.filter(session__class_run=run, ends_at__gt=now).select_related("room", "teacher")
    booked = {
        (row.session_id, *_key(row.room or row.teacher), row.starts_at, row.ends_at): row
        for row in bookings.select_related("session")
    }
    missing = [claim for claim in claims if claim.identity not in booked]
    clashes = {(clash.session, clash.thing): clash.words for clash in find_clashes(missing, claims, run.pk)}
    for claim in missing:
        yield _("“%(run)s”%(when)s没有占用“%(thing)s”：%(why)s。") % {
            "run": run,
            "when": claim.session.span_words,
            "thing": claim.thing.name,
            "why": clashes.get((claim.session, claim.thing), _("漏记了，保存一次这个班就会补上")),
        }
    for identity in booked.keys() - {claim.identity for claim in claims}:
        row = booked[identity]
        yield _("“%(run)s”多占了“%(thing)s”：%(when)s。") % {
            "run": run,
            "thing": (row.room or row.teacher).name,
            "when": span_words(row.starts_at, row.ends_at),
        }
