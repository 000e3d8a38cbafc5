"""The home's questions about classes: today's meetings, places about to lapse, too few people. Nobody is named."""

import datetime

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.dates import clock, date_words, moment_words
from core.scoping import NOBODY, below, granted_paths
from desk.panels import SHOWN, Panel, Row, count
from enrolments.enums import CLAIMING, OfferOutcome
from enrolments.models import Enrolment, Offer
from enrolments.permissions import counter_scope, may_call_roll, may_use_counter, roster_sessions
from timetable.enums import ClassRunStatus, SessionStatus
from timetable.models import ClassRun, Session
from timetable.permissions import class_run_policy, session_policy

#: An offer that ends within this time is about to lapse.
LAPSING = datetime.timedelta(hours=24)
#: Days before the first meeting from which too few people are a matter of today.
SOON = 14


def todays_classes(user):
    """今天的班: meetings of today in the user's part of the tree, at the user's place or of the user's own classes."""
    edited, on_roster = granted_paths(user, {"change"}), may_call_roll(user)
    if edited == [] and not on_roster:
        return None
    roster = roster_sessions(user) if on_roster else NOBODY
    mine = roster | below("class_run__learning", edited) | below("class_run__centre", edited)
    now, today = timezone.now(), timezone.localdate()
    meetings = Session.objects.filter(mine, class_run__status=ClassRunStatus.PUBLISHED).between(today, today)
    meetings = meetings.taking_place()
    people = Enrolment.objects.taking_part().filter(class_run=OuterRef("class_run"))
    # What still needs somebody first: neither over nor marked. Keys first: the rows of five, not of the whole day.
    done = Case(When(ends_at__lt=now, status=SessionStatus.HELD, then=1), default=0, output_field=IntegerField())
    order = (done, "starts_at", "pk")
    keys = list(meetings.order_by(*order).values_list("pk", flat=True)[:SHOWN])
    rows = Session.objects.filter(pk__in=keys).select_related("class_run__learning", "class_run__centre", "room")
    rows = rows.annotate(people=Exists(people)).order_by(*order)
    markable = set(Session.objects.filter(roster, pk__in=keys).values_list("pk", flat=True)) if on_roster else set()
    may_see_runs = class_run_policy.user_has_permission(user, "view")
    return Panel(
        key="today",
        heading=_("今天的班"),
        empty=_("今天没有课。"),
        total=count(meetings),
        rows=[_meeting_row(meeting, meeting.pk in markable, may_see_runs, now) for meeting in rows],
        more=_more_meetings(user, on_roster),
    )


def _more_meetings(user, on_roster):
    if on_roster:
        return reverse("roster:index")
    return reverse("sessions:index") if session_policy.user_has_permission(user, "view") else ""


def _meeting_row(meeting, may_mark, may_see_runs, now):
    run = meeting.class_run
    start, end = (clock(timezone.localtime(moment)) for moment in (meeting.starts_at, meeting.ends_at))
    where = f"{run.centre.title} {meeting.room.name}" if meeting.room else run.centre.title
    if may_mark:
        action = _("点名") if meeting.starts_at <= now and meeting.people else _("看名单")
        address = reverse("roster:session", args=[meeting.pk])
    elif may_see_runs:
        action, address = _("看班"), reverse("runs:inspect", args=[run.pk])
    else:
        action, address = _("看课程"), run.learning.url
    return Row(
        title=str(run),
        words=f"{start}—{end} · {where}\u00a0· {_stage_words(meeting, now)}",
        action=action,
        address=address,
        late=_("还没点名") if may_mark and meeting.ends_at < now and not _is_settled(meeting) else "",
    )


def _is_settled(meeting):
    return meeting.status == SessionStatus.HELD or not meeting.people


def _stage_words(meeting, now):
    if now < meeting.starts_at:
        return _("还没开始")
    if now < meeting.ends_at:
        return _("正在上课")
    if meeting.status == SessionStatus.HELD:
        return _("点过名了")
    return _("上完了") if meeting.people else _("班里没有人")


def lapsing_offers(user):
    """快到期的录取: seats kept for somebody of the waiting list for less than a day longer. By receipt, not by name."""
    if not may_use_counter(user):
        return None
    now = timezone.now()
    offers = Offer.objects.filter(
        counter_scope(user, "enrolment__class_run__learning"),
        outcome=OfferOutcome.OPEN,
        expires_at__gt=now,
        expires_at__lte=now + LAPSING,
    )
    rows = offers.select_related("enrolment__class_run__learning").order_by("expires_at", "pk")[:SHOWN]
    return Panel(
        key="offers",
        heading=_("快到期的候补录取"),
        empty=_("24 小时内没有要到期的候补录取。"),
        total=count(offers),
        rows=[
            Row(
                title=str(offer.enrolment.class_run),
                words=_("名额保留到%(until)s，回执号 %(receipt)s。打个电话问问。")
                % {"until": moment_words(offer.expires_at), "receipt": offer.enrolment.receipt},
                action=_("看报名"),
                address=reverse("counter:claim", args=[offer.enrolment.receipt]),
            )
            for offer in rows
        ],
    )


def thin_classes(user):
    """人数不足: published classes that start within SOON days and have fewer people than they need to open."""
    if not class_run_policy.user_has_permission(user, "view"):
        return None
    today = timezone.localdate()
    people = Enrolment.objects.filter(class_run=OuterRef("pk"), status__in=CLAIMING).order_by().values("class_run")
    runs = (
        ClassRun.objects.published()
        .filter(class_run_policy.scope(user, "view"), min_to_open__gt=0)
        .filter(starts_on__range=(today, today + datetime.timedelta(days=SOON)))
        .annotate(people=Coalesce(Subquery(people.annotate(number=Count("pk")).values("number")), 0))
        .filter(people__lt=F("min_to_open"))
    )
    rows = list(runs.select_related("learning", "centre").order_by("starts_on", "pk")[:SHOWN])
    changeable = class_run_policy.instances_user_has_any_permission_for(user, {"change"})
    changeable = set(changeable.filter(pk__in=[run.pk for run in rows]).values_list("pk", flat=True))
    return Panel(
        key="thin",
        heading=_("人数不足的班"),
        empty=_("%(days)d 天内开课的班，人数都够。") % {"days": SOON},
        total=count(runs),
        rows=[_thin_row(run, run.pk in changeable, today) for run in rows],
        more=reverse("runs:index"),
    )


def _thin_row(run, may_change, today):
    words = _("%(starts)s开课，现在 %(people)d 人，要 %(needed)d 人才开") % {
        "starts": date_words(run.starts_on, year=False),
        "people": run.people,
        "needed": run.min_to_open,
    }
    days = (run.starts_on - today).days
    return Row(
        title=str(run),
        words=f"{words}\u00a0· {run.centre.title}",
        action=_("去处理") if may_change else _("看班"),
        address=reverse("runs:edit" if may_change else "runs:inspect", args=[run.pk]),
        late=_("只剩 %(days)d 天") % {"days": days} if 0 < days <= 3 else (_("今天开课") if days == 0 else ""),
    )
