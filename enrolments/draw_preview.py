"""The four steps of a draw as the desk sees them: which is due, why another is not, what residents will read after it.

Nothing is written: what is foreseen is a copy in memory. The services have the last word (services/draws.py).
"""

import copy
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.dates import moment_words
from enrolments.draw_views import steps_of
from enrolments.enums import SeatKind, Status
from enrolments.models import Enrolment, Seat
from timetable.enums import ClassRunStatus


@dataclass(frozen=True)
class Step:
    """``done``: when it was done, in words. ``waits_for``: why it cannot be done now; both empty where it is due."""

    act: str
    title: str
    effect: str
    done: str = ""
    waits_for: str = ""

    @property
    def is_due(self):
        return not self.done and not self.waits_for


def steps(run, draw, now):
    """Return the four Steps in their order; at most one is due."""
    opens, closes = run.enrol_opens_at, run.enrol_closes_at
    cancelled = _("班已经取消，不再抽签。") if run.status == ClassRunStatus.CANCELLED and not draw.drawn_at else ""
    return [
        Step(
            "describe",
            _("准备：写明公开数值和专项名额"),
            _("保存以后马上公布在抽签页上。报名开始以前可以改，开始以后不能再改。"),
            done=_("%(when)s起定了") % {"when": moment_words(opens)} if opens and opens <= now else "",
            waits_for=cancelled or ("" if opens else _("还没有写报名开始的时间，请先在“开班”里写。")),
        ),
        Step(
            "freeze",
            _("封存名单"),
            _("名单的封条和全部回执号马上公布，不能再加人、换人，也不能再封存一次。"),
            done=_when(draw.frozen_at),
            waits_for=cancelled or _not_closed(closes, now),
        ),
        Step(
            "reveal",
            _("公布公开数值"),
            _("填的数马上公布，不能再换。这时谁也还没有看到结果。"),
            done=_when(draw.revealed_at),
            waits_for=cancelled or ("" if draw.frozen_at else _("要先封存名单。")),
        ),
        Step(
            "hold",
            _("抽签，公布结果"),
            _("打开种子，抽出先后，结果马上公布；抽中的有名额，其余转候补，每个人收到通知。一个班只抽一次，不能重来。"),
            done=_when(draw.drawn_at),
            waits_for=cancelled or ("" if draw.revealed_at else _("要先公布公开数值。")),
        ),
    ]


def _when(moment):
    return moment_words(moment) if moment else ""


def _not_closed(closes, now):
    if closes is None:
        return _("还没有写报名截止的时间，请先在“开班”里写。")
    if closes > now:
        return _("%(when)s报名截止，截止以后才能封存。") % {"when": moment_words(closes)}
    return ""


def entered(run):
    return Enrolment.objects.filter(class_run=run, status=Status.ENTERED).count()


def places_to_draw(run, now):
    """How many places a freezing at ``now`` would promise: free seats, those of the counter when their time is over."""
    kinds = [SeatKind.OPEN]
    until = run.counter_until or run.enrol_closes_at
    if until and until <= now:
        kinds.append(SeatKind.COUNTER)
    return Seat.objects.free().filter(class_run=run, kind__in=kinds).count()


def seen_now(run, draw, now):
    return steps_of(draw, run, _count(run, draw), now)


def foreseen(run, draw, act, now, value=""):
    """Return what draw_steps.html will say after ``act``, and how many will win and wait where that is known."""
    later, count = copy.copy(draw), _count(run, draw)
    if act == "freeze":
        later.frozen_at, later.places = now, places_to_draw(run, now)
        later.entries_hash = _("（封存时算出来，一串 64 个字母和数字）")
    elif act == "reveal":
        later.revealed_at, later.public_value = now, value or _("（您填的数）")
    elif act == "hold":
        later.revealed_at = later.drawn_at = now
        later.seed = _("（抽签时打开，一串 64 个字母和数字）")
    return steps_of(later, run, count, now) | {"outcome": _outcome(run, draw) if act == "hold" else ""}


def _count(run, draw):
    return draw.entries.count() if draw.frozen_at else entered(run)


def _outcome(run, draw):
    still = entered(run)
    seated = min(still, draw.places)
    return _("%(seated)d 个抽中，%(waiting)d 个转为候补。每个回执号的先后和结果都列出来，没有姓名。") % {
        "seated": seated,
        "waiting": still - seated,
    }
