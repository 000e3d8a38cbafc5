"""Carries out the table of periods (accounts/retention.py): upper floors first, then those for whom nothing is left."""

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import ModelLogEntry

from accounts import retention
from accounts.models import Guardianship, Notice, RecordAccess, Resident, User
from accounts.privacy import Expiry, all_expiries, holdings
from accounts.services.privacy import erase_login, erase_unreached
from core.errors import DomainError

BATCH = 200
#: Acts of a draw are evidence: kept as long as the list (enrolments/draw_admin.py).
DRAW_ACTS = "enrolments.draw"


def apply_retention(now=None, dry_run=False):
    """End what is past its period; return [(key, label, how many)] in the order of the steps.

    Idempotent, in batches of one transaction each. ``dry_run`` only counts what is due as
    things stand: a step may set free what a later one then takes.
    """
    now = now or timezone.now()
    steps = [*all_expiries(), *OWN]
    return [(step.key, str(step.label), step.due(now).count() if dry_run else _in_batches(step, now)) for step in steps]


def _in_batches(step, now):
    done, last = 0, 0
    while True:
        pks = list(step.due(now).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not pks:
            return done
        done += step.carry_out(pks, now)
        last = pks[-1]


def _old_notices(now):
    return Notice.objects.filter(created_at__lt=retention.years_before(now, retention.NOTICE_YEARS))


@transaction.atomic
def _delete_notices(pks, now):
    Notice.objects.filter(pk__in=pks).delete()
    return len(pks)


def _old_logs(now):
    acts = Q(action__startswith=DRAW_ACTS)
    old = Q(timestamp__lt=retention.years_before(now, retention.LOG_YEARS)) & ~acts
    oldest = Q(timestamp__lt=retention.years_before(now, retention.DRAW_EVIDENCE_YEARS)) & acts
    return ModelLogEntry.objects.filter(old | oldest)


@transaction.atomic
def _delete_logs(pks, now):
    ModelLogEntry.objects.filter(pk__in=pks).delete()
    return len(pks)


def _old_access(now):
    return RecordAccess.objects.filter(at__lt=retention.years_before(now, retention.LOG_YEARS))


@transaction.atomic
def _delete_access(pks, now):
    RecordAccess.objects.filter(pk__in=pks).delete()
    return len(pks)


def _needed():
    """The condition that some floor still needs a resident, on a queryset of residents."""
    needed = Q(is_sample=True)
    for holding in holdings():
        if holding.needed:
            needed |= Q(pk__in=holding.needed())
    return needed


def _people_of_nobody(now):
    """Residents whom no login reaches and whom no floor needs."""
    reached = Guardianship.objects.filter(resident=OuterRef("pk"), ends_on=None)
    before = retention.days_before(now, retention.UNPLACED_DAYS)
    people = Resident.objects.present().filter(~Exists(reached), user=None, created_at__lt=before)
    return people.exclude(_needed())


def _unused_logins(now):
    """Residents' logins that nobody has used for years, with nobody in the family whom a floor still needs."""
    staff = Q(is_staff=True) | Q(is_superuser=True) | Q(pk__in=Group.user_set.through.objects.values("user_id"))
    needed = Resident.objects.present().filter(_needed())
    acts_for = Guardianship.objects.filter(guardian=OuterRef("pk"), ends_on=None, resident__in=needed)
    before = retention.years_before(now, retention.UNUSED_LOGIN_YEARS)
    logins = User.objects.filter(is_active=True).exclude(staff).annotate(seen=Coalesce("last_login", "date_joined"))
    return logins.filter(~Exists(needed.filter(user=OuterRef("pk"))), ~Exists(acts_for), seen__lt=before)


def _erase_each(erase, rows):
    """Each in a transaction of its own; whoever came back or went meanwhile is left alone."""
    done = 0
    for row in rows:
        try:
            erase(row)
            done += 1
        except DomainError:
            continue
    return done


def _erase_logins(pks, now):
    # Read again: somebody may have signed in since the list was made.
    return _erase_each(erase_login, _unused_logins(now).filter(pk__in=pks))


def _erase_people(pks, now):
    return _erase_each(lambda person: erase_unreached(person, now), _people_of_nobody(now).filter(pk__in=pks))


OWN = (
    Expiry("notices", _("删除的通知"), _old_notices, _delete_notices),
    Expiry("logs", _("删除的后台日志"), _old_logs, _delete_logs),
    Expiry("access", _("删除的查看记录"), _old_access, _delete_access),
    Expiry("logins", _("长期不用、自动注销的账号"), _unused_logins, _erase_logins),
    Expiry("people", _("没有要留的报名、删除的窗口登记"), _people_of_nobody, _erase_people),
)
