"""What residents are told about their places: title, text and where to go. Sent by accounts/services/notices.py.

Called inside the transaction of the change; delivery starts after its commit. Several edits
of one class within ``EDITS_WITHIN`` become one notice.
"""

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import NoticeKind
from accounts.services.notices import notify
from core.dates import date_words, moment_words
from enrolments.enums import Status
from enrolments.models import Enrolment

EDITS_WITHIN = datetime.timedelta(minutes=10)


def _address(enrolment):
    return reverse("enrolments:enrolment", args=[enrolment.receipt])


def _run_words(run):
    return _("%(course)s，%(when)s，%(where)s") % {
        "course": run.learning.title,
        "when": run.pattern_words,
        "where": run.centre.title,
    }


def _tell(enrolment, kind, title, text, **more):
    notify(enrolment.resident, kind, title, text, address=_address(enrolment), **more)


def enrolled(enrolment):
    run = enrolment.class_run
    _tell(
        enrolment,
        NoticeKind.ENROLLED,
        _("报名成功：%(course)s") % {"course": run.learning.title},
        _("%(run)s。%(first)s第一次上课，回执号 %(receipt)s。")
        % {"run": _run_words(run), "first": date_words(run.starts_on), "receipt": enrolment.receipt},
    )


def entered(enrolment):
    run = enrolment.class_run
    _tell(
        enrolment,
        NoticeKind.WAITING,
        _("已参加抽签：%(course)s") % {"course": run.learning.title},
        _("%(run)s。抽签后会通知您结果，回执号 %(receipt)s。") % {"run": _run_words(run), "receipt": enrolment.receipt},
    )


def waiting(enrolment):
    run = enrolment.class_run
    _tell(
        enrolment,
        NoticeKind.WAITING,
        _("已排候补：%(course)s") % {"course": run.learning.title},
        _("%(run)s。轮到您时会通知，请留意短信和“我的学习”。") % {"run": _run_words(run)},
    )


def offered(enrolment, offer):
    run = enrolment.class_run
    _tell(
        enrolment,
        NoticeKind.OFFERED,
        _("轮到您了：%(course)s有一个名额") % {"course": run.learning.title},
        _("%(run)s。名额为您保留到%(until)s，请在这之前确认要不要。%(second)s")
        % {"run": _run_words(run), "until": moment_words(offer.expires_at), "second": _second_words(enrolment)},
    )


def _second_words(enrolment):
    first = enrolment.class_run.second_of_id
    if first and Enrolment.objects.live().filter(class_run=first, resident=enrolment.resident_id).exists():
        return _("这是加开的班；不要的话，您在原来那个班的候补还在。")
    return ""


def second_class(enrolment):
    """A second class was opened, and its seats went to those ahead: this person waits in both lists."""
    run = enrolment.class_run
    _tell(
        enrolment,
        NoticeKind.WAITING,
        _("加开了一个班：%(course)s") % {"course": run.learning.title},
        _("%(run)s。名额先问排在您前面的人，也给您排上了候补，轮到时会通知。%(second)s")
        % {"run": _run_words(run), "second": _second_words(enrolment)},
    )


def merged(enrolment, run, note):
    """``run`` became part of another one, where this person has a seat now or waits."""
    _carried(enrolment, run, note, _("并班：%(course)s"), _("“%(old)s”并到“%(new)s”：%(run)s。"))


def split_off(enrolment, run, note):
    """``run`` was split, and this person belongs to the other part."""
    _carried(enrolment, run, note, _("分班：%(course)s"), _("“%(old)s”分成两个班，您在“%(new)s”：%(run)s。"))


def _carried(enrolment, run, note, title, text):
    into = enrolment.class_run
    if enrolment.status == Status.ENROLLED:
        first = into.sessions.taking_place().filter(starts_at__gt=timezone.now()).order_by("starts_at").first()
        place = _("%(first)s起到那里上课，座位已经给您留好；不合适的，可以在“我的学习”里换班或退出。") % {
            "first": date_words(timezone.localdate(first.starts_at) if first else into.starts_on)
        }
        kind = NoticeKind.MOVED
    else:
        place = _("您的候补也在那里：原来在那里候补的人在前，过去的人在后，先后次序不变。")
        kind = NoticeKind.WAITING
    health = into.health_notice if into.health_notice != run.health_notice else ""
    words = {"old": run, "new": into, "run": _run_words(into)}
    parts = [
        text % words,
        place,
        _("健康提醒：%(text)s。") % {"text": health.rstrip("。")} if health else "",
        _reason(note),
    ]
    _tell(enrolment, kind, title % {"course": into.learning.title}, "".join(parts))


def offer_missed(enrolment):
    run = enrolment.class_run
    paused = enrolment.status == Status.PAUSED
    text = (
        _("两次没有按时确认，候补先暂停。还想要的话，请在“我的学习”里恢复。")
        if paused
        else _("没有按时确认，名额给了下一位。您还在候补名单里，排到没有轮到过的人后面。")
    )
    _tell(enrolment, NoticeKind.OFFER_MISSED, _("名额已过时：%(course)s") % {"course": run.learning.title}, text)


def drawn(enrolment):
    """The result of a draw: seated, or waiting at a position."""
    run = enrolment.class_run
    won = enrolment.status == Status.ENROLLED
    title = _("抽中了：%(course)s") if won else _("没抽中，已转候补：%(course)s")
    _tell(
        enrolment,
        NoticeKind.DRAWN,
        title % {"course": run.learning.title},
        _("%(run)s。抽签过程和结果公开，可以自己验算。") % {"run": _run_words(run)},
    )


def removed(enrolment):
    run = enrolment.class_run
    _tell(
        enrolment,
        NoticeKind.REMOVED,
        _("报名有变动：%(course)s") % {"course": run.learning.title},
        _("工作人员已将您移出%(run)s的名单。有疑问请问%(centre)s。")
        % {"run": run.learning.title, "centre": run.centre.title},
    )


def _reason(note):
    return _("原因：%(note)s。") % {"note": note.rstrip("。")} if note else ""


def class_cancelled(enrolment, note):
    run = enrolment.class_run
    _tell(
        enrolment,
        NoticeKind.CANCELLED,
        _("班已取消：%(course)s") % {"course": run.learning.title},
        _("%(run)s取消了。%(reason)s可以看看同一门课的其他班。") % {"run": _run_words(run), "reason": _reason(note)},
    )


def run_changed(run, note=""):
    """The time or place of a run changed: one notice to everybody with a live claim, those who wait for it too."""
    coming = run.sessions.taking_place().filter(
        starts_at__gt=timezone.now(), planned_on__gte=run.pattern_from or run.starts_on
    )
    first = coming.order_by("starts_at").first()
    text = _("时间地点改为：%(run)s%(room)s。%(first)s起照这样上课。%(reason)s") % {
        "run": _run_words(run),
        "room": f" {run.room.name}" if run.room else "",
        "first": date_words(timezone.localdate(first.starts_at) if first else run.starts_on),
        "reason": _reason(note),
    }
    _tell_class(run, text, Enrolment.objects.live())


def session_changed(session):
    """One meeting was moved or cancelled; edits of the same class within minutes become one notice.

    Whoever corrects the record of a meeting that is over tells nobody that it does not take place.
    """
    run = session.class_run
    if session.is_cancelled and session.ends_at < timezone.now():
        return
    _tell_class(run, _session_words(session), Enrolment.objects.seated(), cancelled=session.is_cancelled)


def foresee_session_change(session):
    """Return (how many people, text) of what ``session_changed`` would tell of ``session`` as it is in memory."""
    return Enrolment.objects.seated().filter(class_run=session.class_run).count(), _session_words(session)


def _session_words(session):
    if session.is_cancelled:
        text = _("%(when)s停课") % {"when": date_words(session.planned_on)}
    else:
        text = _("%(planned)s的课改为%(when)s") % {
            "planned": date_words(session.planned_on),
            "when": session.span_words,
        }
    note = _("（%(note)s）") % {"note": session.note} if session.note else ""
    return f"{text}{note}。"


def _tell_class(run, text, claims, cancelled=False):
    kind = NoticeKind.CANCELLED if cancelled else NoticeKind.MOVED
    for enrolment in claims.filter(class_run=run).select_related("resident"):
        _tell(
            enrolment,
            kind,
            _("上课有变动：%(course)s") % {"course": run.learning.title},
            text,
            batch_key=f"run-{run.pk}",
            delay=EDITS_WITHIN,
        )


def tomorrow_key(session):
    """One reminder a meeting and a day: a meeting moved to another day is reminded of again."""
    return f"tomorrow-{session.pk}-{timezone.localdate(session.starts_at)}"


def tomorrow(enrolment, session):
    run = enrolment.class_run
    _tell(
        enrolment,
        NoticeKind.TOMORROW,
        _("明天上课：%(course)s") % {"course": run.learning.title},
        _("%(when)s，%(where)s。") % {"when": session.span_words, "where": run.centre.title},
        batch_key=tomorrow_key(session),
    )


def certificate_issued(enrolment, certificate):
    _tell(
        enrolment,
        NoticeKind.CERTIFICATE,
        _("结业证书已发：%(course)s") % {"course": certificate.title},
        _("证书编号 %(number)s，可以在“我的学习”里下载。") % {"number": certificate.number},
    )


def message_title(run, title):
    return _("%(course)s：%(title)s") % {"course": run.learning.title, "title": title}


def message(enrolment, title, text):
    """What the desk wrote to everybody in a class."""
    _tell(enrolment, NoticeKind.MESSAGE, message_title(enrolment.class_run, title), text)
