"""Writes of the log of access, and the openings that the office gives to an administrator."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccessKind
from accounts.models import DataOpening, RecordAccess
from core.errors import DomainError

#: Hours for which residents' data may be opened at a time.
OPENING_HOURS = (1, 2, 4, 8)


def note_opened(request, residents, minors_only=False):
    """Log that the signed-in user opened the records of ``residents`` with ``request``: one query for all of them.

    ``minors_only``: for lists, where only the opening of a minor's data is kept.
    """
    _note([one for one in residents if one.is_minor or not minors_only], **_who_and_where(request))


def note_imported(user, residents):
    """The same for people whom ``user`` brought with a table."""
    _note(residents, user_number=user.pk, username=user.username, view="district_import", method="POST")


def _note(residents, **who_and_where):
    RecordAccess.objects.bulk_create(
        RecordAccess(kind=AccessKind.OPENED, resident_number=resident.pk, is_minor=resident.is_minor, **who_and_where)
        for resident in residents
    )


def note_refused(request):
    """Log that the signed-in user was refused what ``request`` asked for. The query stays out: it may hold a name."""
    address = request.path[: RecordAccess._meta.get_field("address").max_length]
    RecordAccess.objects.create(kind=AccessKind.REFUSED, address=address, **_who_and_where(request))


def _who_and_where(request):
    match = request.resolver_match
    return {
        "user_number": request.user.pk,
        "username": request.user.username,
        "view": match.view_name[:80] if match else "",
        "method": request.method[:8],
    }


@transaction.atomic
def open_data(by, user, reason, hours):
    """Open residents' data to the administrator ``user`` for some ``hours`` from now; return the opening.

    Raises DomainError ``not_administrator``, ``oneself``, ``reason``, ``hours``.
    """
    if not (user.is_superuser and user.is_active):
        raise DomainError("not_administrator", _("只有系统管理员的账号要这样打开，别的账号按角色看。"))
    if by.is_superuser or by.pk == user.pk:
        raise DomainError("oneself", _("不能给自己打开，系统管理员也不能替别人打开。请找区社区教育办公室。"))
    if not (reason := reason.strip()):
        raise DomainError("reason", _("请写明处理什么故障，事后要能查。"))
    if hours not in OPENING_HOURS:
        raise DomainError("hours", _("请从列表里选打开几小时。"))
    now = timezone.now()
    return DataOpening.objects.create(
        user=user, reason=reason, opened_by=by, opened_at=now, until=now + datetime.timedelta(hours=hours)
    )
