"""Access, copy and erase (PIPL art. 44–47): everything about a login and its people, in one transaction each.

After erasing, a test reads every table of the database and finds no word of the person.
"""

import uuid
from importlib import import_module

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from accounts.models import Consent, Erasure, Guardianship, Notice, Resident, User
from accounts.privacy import Kept, holdings
from accounts.selectors import residents_only_reached_by
from accounts.services.people import lock_resident, may_act_for
from core.errors import DomainError

#: What an erased person is called where a log wants a word.
GONE = "已注销的学员"

PERSONAL = ("name", "phone", "birth_month", "sex", "contact_name", "contact_phone", "checked_on", "outside_district")


def kept_of(residents):
    """Return what must stay after erasing ``residents``, as Kept tuples without repeats, in a stable order."""
    kept = [
        Kept(
            str(_("注销记录：日期和编号，没有姓名和电话")),
            str(_("证明您的资料确实删除了")),
            str(_("长期")),
        )
    ]
    for resident in residents:
        for holding in holdings():
            kept += [Kept(*map(str, item)) for item in holding.kept(resident)]
    return list(dict.fromkeys(kept))


@transaction.atomic
def erase_resident(resident, by):
    """Erase one person and return the Erasure.

    ``by`` must act for them (``not_yours``); a person with a login is erased with it (``has_login``).
    """
    resident = lock_resident(resident)
    if not may_act_for(by, resident):
        raise DomainError("not_yours", _("您不能注销这个人的资料。"))
    if resident.user_id:
        raise DomainError("has_login", _("%(name)s有自己的账号，请本人登录后注销。") % {"name": resident.name})
    return _erase(resident, timezone.now())


@transaction.atomic
def erase_unreached(resident, now=None):
    """Erase somebody whom no login reaches, when nothing is left to keep the data for (accounts/services/retention.py).

    Raises DomainError ``has_login`` where a login reaches them, ``gone`` where it is done.
    """
    resident = lock_resident(resident)
    if resident.user_id or Guardianship.objects.filter(resident=resident, ends_on=None).exists():
        raise DomainError("has_login", _("%(name)s有账号或有人代办，由他们自己注销。") % {"name": resident.name})
    return _erase(resident, now or timezone.now())


@transaction.atomic
def erase_login(user):
    """Erase a resident's login, its own resident and those whom nobody else reaches; return the Erasures.

    The row of the user stays, without any personal word, because append-only logs point at its
    number. Raises DomainError ``staff`` for an account of the desk, ``gone`` for one erased before.
    """
    user = User.objects.select_for_update(no_key=True).filter(pk=user.pk, is_active=True).first()
    if user is None:
        raise DomainError("gone", _("这个账号已经注销。"))
    if user.is_superuser or user.is_staff or user.groups.exists():
        raise DomainError("staff", _("这是工作账号，不能在这里注销，请联系系统管理员。"))
    now = timezone.now()
    erasures = []
    for person in residents_only_reached_by(user).select_for_update(of=("self",), no_key=True):
        erasures.append(_erase(person, now))
    Guardianship.objects.filter(guardian=user).delete()
    Consent.objects.filter(user=user).delete()
    _end_sessions(user)
    _forget_sign_in(user)
    _blank_login(user)
    erasures.append(Erasure.objects.create(erased_at=now, resident_number=None, kept=[]))
    return erasures


def _erase(resident, now):
    kept = kept_of([resident])
    for holding in holdings():
        holding.erase(resident, now)
    Notice.objects.filter(resident=resident).delete()
    Consent.objects.filter(resident=resident).delete()
    Guardianship.objects.filter(resident=resident).delete()
    _blank_log(resident)
    fields = {name: Resident._meta.get_field(name).get_default() for name in PERSONAL}
    Resident.objects.filter(pk=resident.pk).update(
        **fields, user=None, street=None, neighbourhood=None, checked_by=None, created_by=None, erased_at=now
    )
    return Erasure.objects.create(erased_at=now, resident_number=resident.pk, kept=[list(item) for item in kept])


def _blank_log(row):
    """Wagtail's log of the desk writes the name of what was changed into each entry."""
    ModelLogEntry.objects.filter(content_type=ContentType.objects.get_for_model(row), object_id=str(row.pk)).update(
        label=GONE, data={}
    )


def _blank_login(user):
    _blank_log(user)
    UserProfile.objects.filter(user=user).delete()
    user.username = f"erased-{uuid.uuid4().hex}"
    user.first_name = user.last_name = user.email = user.look = ""
    user.phone, user.phone_verified = None, False
    user.is_active, user.last_login = False, None
    user.set_unusable_password()
    user.save()


def _forget_sign_in(user):
    """Delete what allauth keeps of a login: addresses, passkeys, recovery codes, its list of sessions."""
    for relation in User._meta.related_objects:
        if relation.related_model.__module__.startswith("allauth."):
            relation.related_model._base_manager.filter(**{relation.field.name: user}).delete()


def _end_sessions(user):
    """Delete the login's sessions, from the cache too. Reads all that are alive: erasing is rare."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            store(session.session_key).delete()
