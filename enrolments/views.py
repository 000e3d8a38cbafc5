"""我的学习: everything a login's people have, and what can be done about one claim."""

from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import Resident
from core.dates import moment_words
from core.errors import DomainError
from enrolments.alternatives import alternatives
from enrolments.enums import LIVE, TAKEN_PART, Status
from enrolments.hours import waking_words
from enrolments.models import Enrolment, Offer
from enrolments.records import record_for
from enrolments.services import places, waiting
from enrolments.services.core import online
from timetable.enums import Phase
from timetable.models import ClassRun, Session

REFUSED = 409
WAITS = (Status.WAITING, Status.PAUSED)
#: The answers to an offer, and to a place in the list.
ANSWERS = {
    "accept": waiting.accept,
    "decline": waiting.decline,
    "keep": waiting.keep_place,
    "pause": waiting.pause,
    "resume": waiting.resume,
}


@dataclass
class Card:
    """One claim as a page shows it."""

    enrolment: Enrolment
    offer: Offer | None = None
    position: int | None = None
    next_session: Session | None = None

    @property
    def run(self):
        return self.enrolment.class_run

    @property
    def state(self):
        """Where it stands, in one sentence."""
        claim = self.enrolment
        if claim.status == Status.OFFERED and self.offer:
            return _("有一个名额为您保留到%(until)s") % {"until": moment_words(self.offer.expires_at)}
        if claim.status == Status.WAITING:
            return _("候补第 %(position)d 位") % {"position": self.position}
        return claim.get_status_display()

    @property
    def time_left(self):
        return waking_words(timezone.now(), self.offer.expires_at) if self.offer else ""


def _claims_of(user):
    return Enrolment.objects.filter(resident__in=Resident.objects.of(user).order_by().values("pk"))


def _settled(claims):
    """Judge what has run out in the runs of ``claims`` before anybody reads it (invariant 4)."""
    due = Offer.objects.filter(enrolment__in=claims, closed_at__isnull=True, expires_at__lte=timezone.now())
    for key in sorted(set(due.values_list("enrolment__class_run", flat=True))):
        waiting.sweep_run(key)


@never_cache
@login_required
def my_learning(request):
    """/me/: what needs an answer first, then the next meeting, then the rest."""
    claims = _claims_of(request.user)
    _settled(claims)
    cards = _cards(claims)
    live = [card for card in cards if card.enrolment.status in LIVE]
    people = list(Resident.objects.of(request.user))
    context = {
        "offers": [card for card in live if card.offer],
        "coming": sorted((card for card in live if card.next_session), key=lambda card: card.next_session.starts_at),
        "waiting": [card for card in live if card.enrolment.status in WAITS],
        "entered": [card for card in live if card.enrolment.status == Status.ENTERED],
        "past": [card for card in reversed(cards) if card.enrolment.status not in LIVE],
        "people": people,
        "many_people": len(people) > 1,
    }
    return render(request, "enrolments/my_learning.html", context)


#: Meetings on the timetable: a term of three classes.
MEETINGS = 60


def _timetable(user):
    """(day, meetings) of what the people of ``user`` still have before them; each meeting with its ``people``. Three queries."""
    claims = _claims_of(user).enrolled().select_related("resident")
    who = {}
    for claim in claims:
        who.setdefault(claim.class_run_id, []).append(claim.resident.name)
    meetings = Session.objects.upcoming().filter(class_run__in=who)
    meetings = meetings.select_related("class_run__learning", "class_run__centre", "room").order_by("starts_at", "pk")
    meetings = list(meetings[:MEETINGS])
    for meeting in meetings:
        meeting.people = who[meeting.class_run_id]
    days = groupby(meetings, key=lambda meeting: timezone.localdate(meeting.starts_at))
    return [(day, list(group)) for day, group in days]


@never_cache
@login_required
def timetable(request):
    """/me/timetable/: every meeting to come, of all one's people, by day."""
    context = {"days": _timetable(request.user), "many_people": Resident.objects.of(request.user).count() > 1}
    return render(request, "enrolments/timetable.html", context)


@never_cache
@login_required
def timetable_kept(request):
    """/me/timetable/kept/: the same as a page of its own, for the phone to keep. It says when it was made, and has no form."""
    context = {
        "days": _timetable(request.user),
        "many_people": Resident.objects.of(request.user).count() > 1,
        "now": timezone.localtime(),
    }
    return render(request, "enrolments/timetable_kept.html", context)


def _cards(claims):
    """Return a Card of each claim: three queries, however many there are."""
    claims = list(claims.for_cards().with_positions())
    offers = {offer.enrolment_id: offer for offer in Offer.objects.filter(enrolment__in=claims, closed_at=None)}
    runs = [claim.class_run_id for claim in claims if claim.status == Status.ENROLLED]
    coming = {}
    for session in Session.objects.upcoming().taking_place().filter(class_run__in=runs):
        coming.setdefault(session.class_run_id, session)
    return [
        Card(
            claim,
            offer=offers.get(claim.pk),
            position=claim.people_ahead + 1 if claim.status == Status.WAITING else None,
            next_session=coming.get(claim.class_run_id) if claim.status == Status.ENROLLED else None,
        )
        for claim in claims
    ]


def _mine(request, receipt):
    """The claim with this receipt, of somebody this login may act for; 404 for anybody else's."""
    claim = _claims_of(request.user).for_cards().filter(receipt=receipt).first()
    if claim is None:
        raise Http404
    return claim


@never_cache
@login_required
def enrolment(request, receipt, error=None):
    """/me/enrolments/<receipt>/: one claim in full."""
    claim = _mine(request, receipt)
    _settled(Enrolment.objects.filter(pk=claim.pk))
    (card,) = _cards(Enrolment.objects.filter(pk=claim.pk))
    claim, run = card.enrolment, card.run
    context = {
        "card": card,
        "enrolment": claim,
        "run": run,
        "error": error,
        "sessions": _marked_sessions(claim),
        "record": record_for(claim) if claim.status in TAKEN_PART else None,
        "events": claim.events.all(),
        "certificate": getattr(claim, "certificate", None),
        "others": alternatives(run, claim.resident, online(request.user)) if claim.status in WAITS else [],
        "can_change": claim.is_enrolled and bool(_other_runs(claim)),
        "draw": getattr(run, "draw", None),
    }
    return render(request, "enrolments/enrolment.html", context, status=REFUSED if error else 200)


def _marked_sessions(claim):
    """Every meeting of the class, each with this person's ``mark``."""
    marks = {mark.session_id: mark for mark in claim.attendance.all()}
    sessions = list(claim.class_run.sessions.order_by("starts_at"))
    for session in sessions:
        session.mark = marks.get(session.pk)
    return sessions


@never_cache
@login_required
@require_POST
def answer(request, receipt):
    """POST: accept, decline, keep, pause, resume."""
    claim = _mine(request, receipt)
    act = ANSWERS.get(request.POST.get("answer"))
    if act is None:
        return redirect("enrolments:enrolment", receipt)
    try:
        act(claim, online(request.user))
    except DomainError as error:
        return _again(request, receipt, error)
    return redirect("enrolments:enrolment", receipt)


def _again(request, receipt, error):
    request.method = "GET"
    return enrolment(request, receipt, error)


@never_cache
@login_required
def leave(request, receipt):
    """GET asks once more, POST leaves."""
    claim = _mine(request, receipt)
    if claim.status not in LIVE:
        return redirect("enrolments:enrolment", receipt)
    if request.method == "POST":
        try:
            places.withdraw(claim, online(request.user))
        except DomainError as error:
            return _again(request, receipt, error)
        return redirect("enrolments:enrolment", receipt)
    return render(request, "enrolments/leave.html", {"enrolment": claim, "run": claim.class_run})


@never_cache
@login_required
def change(request, receipt):
    """Another run of the same course instead of this one: only where it has a place now."""
    claim = _mine(request, receipt)
    if claim.status != Status.ENROLLED:
        return redirect("enrolments:enrolment", receipt)
    runs, error = _other_runs(claim), None
    if request.method == "POST":
        chosen = next((run for run in runs if run.code == request.POST.get("run")), None)
        health = bool(request.POST.get("health"))
        try:
            if chosen:
                made = places.transfer(claim, chosen, online(request.user), health=health)
                return redirect("enrolments:enrolment", made.receipt)
        except DomainError as refusal:
            error, runs = refusal, _other_runs(claim)
    context = {"enrolment": claim, "run": claim.class_run, "runs": runs, "error": error}
    return render(request, "enrolments/change.html", context, status=REFUSED if error else 200)


def _other_runs(claim):
    runs = (
        ClassRun.objects.public()
        .published()
        .filter(learning=claim.class_run.learning_id, places_left__gt=0)
        .exclude(pk=claim.class_run_id)
        .select_related("learning", "centre", "room", "term")
    )
    return [run for run in runs if run.phase == Phase.OPEN]


@never_cache
@login_required
def slip(request, receipt):
    """The slip to print: what, when, where, whom to call."""
    claim = _mine(request, receipt)
    return render(request, "enrolments/slip.html", {"enrolment": claim, "run": claim.class_run})
