"""At which number somebody can be called, and how much of it a list shows."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Guardianship
from accounts.values import local_phone, masked_phone


@dataclass(frozen=True)
class Reach:
    """``number`` as it is dialled, empty where nobody left one; ``whose`` it is, in words."""

    number: str = ""
    whose: str = ""

    @property
    def masked(self):
        return masked_phone(self.number)


def reach_of(residents):
    """Return {resident pk: Reach}: the own number, else that of the emergency contact, else that of whoever acts for them.

    One query, however many there are; ``user`` of the residents should be loaded.
    """
    acting = (
        Guardianship.objects.filter(resident__in=residents, ends_on=None).select_related("guardian").order_by("-pk")
    )
    guardians = {row.resident_id: row for row in acting}
    return {resident.pk: _reach(resident, guardians.get(resident.pk)) for resident in residents}


def _reach(resident, guardianship):
    if resident.phone:
        return Reach(resident.phone, _("本人登记的电话"))
    if resident.contact_phone:
        return Reach(resident.contact_phone, _("紧急联系人 %(name)s") % {"name": resident.contact_name})
    if resident.user_id and resident.user.phone:
        return Reach(local_phone(resident.user.phone), _("本人登录的手机"))
    if guardianship and guardianship.guardian.phone:
        return Reach(local_phone(guardianship.guardian.phone), _("代办人登录的手机"))
    return Reach()
