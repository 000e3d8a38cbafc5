"""Every write of the people's floor, one module per room: people, consents, privacy, notices, demo accounts."""

from accounts.services.consents import give_consent, has_consent, withdraw_consent
from accounts.services.demo import DEMO_PASSWORD, create_demo_accounts
from accounts.services.people import (
    add_family_member,
    add_own_resident,
    claim,
    claimable,
    end_guardianship,
    lock_resident,
    may_act_for,
    register_at_counter,
    residents_of,
    update_resident,
)

__all__ = [
    "DEMO_PASSWORD",
    "add_family_member",
    "add_own_resident",
    "claim",
    "claimable",
    "create_demo_accounts",
    "end_guardianship",
    "give_consent",
    "has_consent",
    "lock_resident",
    "may_act_for",
    "register_at_counter",
    "residents_of",
    "update_resident",
    "withdraw_consent",
]
