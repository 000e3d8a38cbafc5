"""What this room holds about a person: exported on request, erased with the person, and what must stay and why."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.privacy import Holding, Kept, register
from accounts.retention import DRAW_EVIDENCE_YEARS, years_after
from core.dates import date_words, moment_words
from enrolments.enums import TAKEN_PART, Reason
from enrolments.models import Enrolment
from enrolments.services import retention
from enrolments.services.certificates import forget_names
from enrolments.services.core import SYSTEM
from enrolments.services.feeds import close_feed
from enrolments.services.notes import forget_notes
from enrolments.services.places import withdraw


def export(resident):
    """Every claim of ``resident`` with its history, attendance and certificate, as plain data."""
    claims = (
        Enrolment.objects.filter(resident=resident)
        .select_related("class_run__learning", "class_run__centre", "certificate")
        .prefetch_related("events", "attendance__session", "offers", "notes")
    )
    return [_claim(claim) for claim in claims]


def _claim(claim):
    run = claim.class_run
    certificate = getattr(claim, "certificate", None)
    return {
        _("回执号"): claim.receipt,
        _("课程"): run.learning.title,
        _("班号"): run.code,
        _("地点"): run.centre.title,
        _("状态"): claim.get_status_display(),
        _("途径"): claim.get_route_display(),
        _("报名时间"): moment_words(claim.created_at),
        _("经过"): [
            {
                _("时间"): moment_words(event.at),
                _("变为"): event.get_to_status_display(),
                _("原因"): event.get_reason_display(),
            }
            for event in claim.events.all()
        ],
        _("候补录取"): [
            {_("保留到"): moment_words(offer.expires_at), _("结果"): offer.get_outcome_display()}
            for offer in claim.offers.all()
        ],
        _("出勤"): [
            {_("课次"): mark.session.span_words, _("出勤"): mark.get_mark_display()} for mark in claim.attendance.all()
        ],
        _("工作人员的备注"): [
            {_("时间"): moment_words(note.written_at), _("备注"): note.text} for note in claim.notes.all()
        ],
        _("证书"): certificate.number if certificate else "",
    }


def erase(resident, now):
    """Give back every seat to the list; take the name off certificates, drop the notes. Figures and draws stay, without the person."""
    for claim in Enrolment.objects.live().filter(resident=resident).order_by("class_run_id"):
        withdraw(claim, SYSTEM, Reason.ERASED, now)
    forget_names(resident)
    forget_notes(Enrolment.objects.filter(resident=resident))
    close_feed(resident)


def kept(resident):
    """What stays without the person, and why."""
    claims = Enrolment.objects.filter(resident=resident)
    if claims.filter(status__in=TAKEN_PART).exists():
        yield Kept(_("上过的班和到课次数（不带姓名）"), _("区里统计培训人次要用，看不出是谁"), _("长期"))
    for claim in claims.filter(draw_entry__isnull=False).select_related("class_run__learning", "draw_entry__draw"):
        until = years_after(timezone.localdate(claim.draw_entry.draw.frozen_at), DRAW_EVIDENCE_YEARS)
        yield Kept(
            _("“%(course)s”抽签名单里的回执号（不带姓名）") % {"course": claim.class_run.learning.title},
            _("抽签结果要让人能复核"),
            date_words(until),
        )
    if claims.exists():
        yield Kept(_("报名变动的时间和原因（不带姓名）"), _("证明名额没有重复给出"), _("长期"))


def register_holding():
    register(
        Holding(
            "enrolments",
            _("报名、出勤和证书"),
            export,
            erase,
            lambda resident: list(kept(resident)),
            retention.EXPIRIES,
            retention.needed,
        )
    )
