"""The home's question for those who watch over residents' data: who was refused lately (accounts.RecordAccess)."""

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccessKind
from accounts.models import RecordAccess
from core.dates import moment_words
from desk.panels import SHOWN, Panel, Row, count

LATELY = datetime.timedelta(days=7)


def refused_lately(user):
    """最近被拒的打开: for the auditor and the office, who read the log. Accounts of the desk, no resident."""
    if user.is_superuser or not user.has_perm("accounts.view_recordaccess"):
        return None
    refused = RecordAccess.objects.filter(kind=AccessKind.REFUSED, at__gte=timezone.now() - LATELY)
    return Panel(
        key="refused",
        heading=_("最近 7 天被拒的打开"),
        empty=_("最近 7 天没有人打开不归自己看的地方。"),
        total=count(refused),
        rows=[
            Row(
                title=row.username,
                words=f"{moment_words(row.at)} · {row.address}",
                action=_("看记录"),
                address=f"{reverse('record_access:index')}?q={row.username}",
            )
            for row in refused.order_by("-at", "-pk")[:SHOWN]
        ],
        more=reverse("record_access:index"),
    )
