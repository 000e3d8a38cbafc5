"""Giving and taking back consent. A consent is never changed: it is withdrawn, and a new one is given."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.consents import TEXTS, VERSION
from accounts.models import Consent, Resident, User
from core.errors import DomainError


def has_consent(purpose, *, resident=None, user=None):
    """Whether a live consent for ``purpose`` exists, of a resident or of a login."""
    return _live(purpose, resident, user).exists()


@transaction.atomic
def give_consent(purpose, *, resident=None, user=None, recorded_by=None, version=VERSION):
    """Record that ``resident`` (or a login) agrees to ``purpose`` and return the Consent; a live one of this version stays.

    ``recorded_by``: the clerk who heard it at the counter. A live consent to an older text is
    closed and the new one stands beside it.
    """
    _lock(resident, user)
    live = _live(purpose, resident, user).first()
    if live and live.version == version:
        return live
    now = timezone.now()
    if live:
        live.withdrawn_at = now
        live.save(update_fields=["withdrawn_at"])
    return Consent.objects.create(
        resident=resident, user=user, purpose=purpose, version=version, given_at=now, recorded_by=recorded_by
    )


@transaction.atomic
def withdraw_consent(purpose, *, resident=None, user=None):
    """Take a consent back. Nothing happens where there is none.

    Raises DomainError ``by_erasing`` where taking it back means to erase the account or the person.
    """
    text = TEXTS[purpose]
    if text.by_erasing:
        raise DomainError("by_erasing", _("撤回“%(title)s”等于注销，请用本页的“注销”。") % {"title": text.title})
    _lock(resident, user)
    _live(purpose, resident, user).update(withdrawn_at=timezone.now())


def _live(purpose, resident, user):
    owner = {"resident": resident} if resident is not None else {"resident": None, "user": user}
    return Consent.objects.filter(purpose=purpose, withdrawn_at=None, **owner)


def _lock(resident, user):
    """Two clicks at once wait for each other on the person's own row (order of the house: resident first)."""
    if resident is not None:
        found = Resident.objects.select_for_update().present().filter(pk=resident.pk).first()
    else:
        found = User.objects.select_for_update().filter(pk=user.pk, is_active=True).first()
    if found is None:
        raise DomainError("gone", _("这个人的资料已经注销，不能再改授权。"))
