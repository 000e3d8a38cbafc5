"""Writes of accounts: the demo accounts, one per role, for a development machine only."""

from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from core.errors import DomainError
from core.roles import ROLES, role
from core.services import find_group, sync_roles
from core.text import pinyin_slug
from network.services import street_of

#: Printed by `make run`; it opens nothing outside DEBUG.
DEMO_PASSWORD = "shifan-2012"  # noqa: S105


#: The family name of all of them.
MARK = gettext_noop("示例·")


@dataclass
class DemoAccount:
    role: str
    username: str
    name: str
    created: bool


@transaction.atomic
def create_demo_accounts():
    """Create the missing demo accounts and return them all, in the order of the table of roles.

    Every street has one of each role that belongs to a place: of its teaching points the first. An account
    that exists keeps its password and gets its role's groups again. Raises DomainError ``not_debug`` outside development.
    """
    if not settings.DEBUG:
        raise DomainError("not_debug", _("演示账号的密码人人知道，只能在开发环境（DEBUG）里创建。"))
    sync_roles()
    password = make_password(DEMO_PASSWORD)  # hashed once: it is the same for all, and hashing is slow on purpose
    accounts = []
    for entry in ROLES:
        for page in _one_per_street(entry.per) if entry.per else [None]:
            accounts.append(_demo_account(entry, page, password))
    return accounts


def demo_account(key, street=None):
    """Return the demo account of the role ``key``, of ``street`` where the role belongs to one; None where there is none."""
    return User.objects.filter(username=_username(role(key), street), last_name=_(MARK)).first()


def _username(entry, page):
    return f"{pinyin_slug(street_of(page).short_name)}-{entry.username}" if page is not None else entry.username


def _one_per_street(label):
    """Return the first page of the type of each street."""
    first = {}
    for page in apps.get_model(label).objects.order_by("path"):
        first.setdefault(street_of(page), page)
    return first.values()


def _demo_account(entry, page, password):
    username, name = _username(entry, page), f"{page}{entry.name}" if page is not None else str(entry.name)
    user, created = User.objects.get_or_create(
        username=username,
        defaults={
            "password": password,
            "last_name": _(MARK),
            "first_name": name,
            "email": "",
            "is_superuser": entry.is_superuser,
        },
    )
    if not entry.is_superuser:
        user.groups.set([find_group(entry, page)])
    return DemoAccount(entry.key, username, user.get_full_name(), created)
