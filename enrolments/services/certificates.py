"""结业证书: issued once per place for those who completed, revoked and restored under the same number.

The number is what a person reads aloud; the check code beside it is what proves that
somebody holds the paper, so numbers may simply count up.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from core.errors import DomainError
from enrolments import notices
from enrolments.enums import Status
from enrolments.models import Certificate, Enrolment
from enrolments.records import record_for, records_of
from enrolments.services.core import lock_run, reread

#: The district in a number, as the centres write it. It stands on paper that outlives every setting, so a new
#: district changes it here, once, before its first certificate.
PREFIX = "NC"
DIGITS = 6
_TRIES = 20
#: Under these Wagtail's log keeps who issued or took back what, and when.
LOG_ISSUE, LOG_REVOKE = "enrolments.issue", "enrolments.revoke"


@transaction.atomic
def issue(enrolment, by):
    """Return the certificate of ``enrolment``, made where there is none, valid again where it was revoked.

    Raises DomainError ``not_completed``, ``erased``.
    """
    enrolment = reread(enrolment, lock_run(enrolment.class_run_id))
    return _issue(enrolment, record_for(enrolment), by)


@transaction.atomic
def issue_all(run, by):
    """Issue to everybody who completed ``run`` and still has a name; return the certificates that were not there before.

    One that was revoked stays so: taking that back is a decision about one person.
    """
    run = lock_run(run.pk)
    people = Enrolment.objects.filter(class_run=run, status=Status.COMPLETED, certificate=None)
    people = list(people.exclude(resident__name="").select_related("resident").order_by("pk"))
    records = records_of(people)
    for enrolment in people:
        enrolment.class_run = run
    return [_issue(enrolment, records[enrolment.pk], by) for enrolment in people]


@transaction.atomic
def revoke(certificate, by):
    """Take a certificate back; its check page says so from now on. Twice is as good as once."""
    lock_run(certificate.enrolment.class_run_id)
    certificate = Certificate.objects.get(pk=certificate.pk)
    if certificate.revoked_on is None:
        certificate.revoked_on = timezone.localdate()
        certificate.save(update_fields=["revoked_on"])
        log(instance=certificate, action=LOG_REVOKE, user=by.user)
    return certificate


def follow(enrolment, record):
    """Keep an issued certificate true after a mark was corrected; called with the run locked.

    Its figures are those of ``record``; who no longer completed has it revoked. It does not
    come back by itself: see `issue`.
    """
    certificate = getattr(enrolment, "certificate", None)
    if certificate is None:
        return
    _take_figures(certificate, record)
    if enrolment.status != Status.COMPLETED and certificate.revoked_on is None:
        certificate.revoked_on = timezone.localdate()
    certificate.save(update_fields=["attended", "held", "minutes", "revoked_on"])


def forget_names(resident):
    """Take an erased person's name off every certificate; its number and figures stay."""
    Certificate.objects.filter(enrolment__resident=resident).update(name="")


def _take_figures(certificate, record):
    certificate.attended, certificate.held, certificate.minutes = record.came, record.held, record.minutes


def _issue(enrolment, record, by):
    if enrolment.status != Status.COMPLETED:
        raise DomainError("not_completed", _("只有已结业的学员才能发证书。请先点完名、判定结业。"))
    certificate = Certificate.objects.filter(enrolment=enrolment).first()
    if certificate is None:
        if not enrolment.resident.name:
            raise DomainError("erased", _("这位学员的信息已经注销，不能发证书。"))
        certificate = _create(enrolment, record)
        notices.certificate_issued(enrolment, certificate)
    elif certificate.revoked_on:
        _take_figures(certificate, record)
        certificate.revoked_on = None
        certificate.save(update_fields=["attended", "held", "minutes", "revoked_on"])
    else:
        return certificate
    log(instance=certificate, action=LOG_ISSUE, user=by.user)
    return certificate


def _create(enrolment, record):
    run, resident, today = enrolment.class_run, enrolment.resident, timezone.localdate()
    certificate = Certificate(
        enrolment=enrolment,
        name=resident.name,
        title=run.learning.title[:200],
        centre=run.centre.title[:120],
        issued_on=today,
        is_sample=run.is_sample or run.learning.is_sample or resident.is_sample,
    )
    _take_figures(certificate, record)
    for _try in range(_TRIES):
        certificate.number = _next_number(today.year)
        try:
            # Somebody else may take the same number meanwhile: the unique key makes us wait for them, then count on.
            with transaction.atomic():
                certificate.save(force_insert=True)
        except IntegrityError:
            continue
        return certificate
    raise DomainError("busy", _("同时发证书的人太多，请过一分钟再试。"))


def _next_number(year):
    """NC2026-000123 after NC2026-000122."""
    start = f"{PREFIX}{year}-"
    last = Certificate.objects.filter(number__startswith=start).order_by("-number").values_list("number", flat=True)[:1]
    count = int(last[0].removeprefix(start)) + 1 if last else 1
    return f"{start}{count:0{DIGITS}d}"
