"""The counter: a person who stands there and the claim on a class, made together or not at all.

A person who is refused is not kept: without a place there is nothing to keep the data for.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import ConsentPurpose
from accounts.services.access import note_imported
from accounts.services.consents import give_consent
from accounts.services.people import mark_checked, register_at_counter, update_resident
from core.errors import DomainError
from enrolments.alternatives import alternatives
from enrolments.enums import TAKEN_PART
from enrolments.services import places
from enrolments.services.core import counter, from_list


class RefusedError(DomainError):
    """No place at the counter; ``others`` are the nearest runs that this person may take."""

    def __init__(self, error, others):
        super().__init__(error.code, error.message)
        self.others = others


@transaction.atomic
def enrol_someone(clerk, run, person, *, child_consent=False, checked=False, **ticked):
    """Find or register ``person`` (fields of a Resident) and enrol them in ``run``; return (Enrolment, was known).

    ``checked``: the clerk has seen a document. ``ticked``: what `places.enrol` takes. Consent
    was spoken and is recorded with the clerk. Raises DomainError for what is wrong with the
    person, RefusedError for what speaks against the place.
    """
    resident, known = _somebody(clerk, person, child_consent, checked)
    by = counter(clerk)
    try:
        return places.enrol(resident, run, by, **ticked), known
    except DomainError as error:
        raise RefusedError(error, alternatives(run, resident, by)) from error


@transaction.atomic
def enrol_listed(clerk, run, person, *, child_consent=False, **ticked):
    """The same for somebody on a list of paper that the counter kept; return (Enrolment, was made now).

    Consent was given on the list and is recorded with the clerk who brings it. Raises
    DomainError. The opening of the person's record is logged.
    """
    started = timezone.now()
    resident, _known = _somebody(clerk, person, child_consent, checked=False)
    enrolment = places.enrol(resident, run, from_list(clerk), **ticked)
    note_imported(clerk, [resident])
    return enrolment, enrolment.created_at >= started


@transaction.atomic
def strike_off_list(clerk, enrolment):
    """Take back a claim that a list brought: the seat goes to the next, the person is told, the log says so.

    What somebody has ended since stays ended. Raises DomainError ``marked`` where the roll was called, ``transition``
    after the end of the class.
    """
    if enrolment.attendance.exists():
        raise DomainError("marked", _("已经点过名，请到名单里处理。"))
    if enrolment.is_live:
        places.remove(enrolment, from_list(clerk))
    elif enrolment.status in TAKEN_PART:
        raise DomainError("transition", _("这个班已经结业，不能再撤销。"))


def _somebody(clerk, person, child_consent, checked):
    """Return (Resident, was known)."""
    started = timezone.now()
    resident = register_at_counter(clerk, child_consent=child_consent, **person)
    known = resident.created_at < started
    if known:
        resident = _brought_up_to_date(clerk, resident, person, child_consent)
    if checked:
        resident = mark_checked(clerk, resident)
    return resident, known


def _brought_up_to_date(clerk, resident, person, child_consent):
    """Add what was said today to a person known before. A month of birth is never overwritten here: it may be another."""
    born = person.get("birth_month")
    if born and resident.birth_month and born != resident.birth_month:
        raise DomainError(
            "birth_month",
            _("已经登记过同名、同电话的人，出生年月是另一个。请看证件核对；确实是两个人的，请留另一个电话。"),
        )
    changes = {name: value for name, value in person.items() if name not in ("name", "phone") and value}
    if changes.get("street") or changes.get("neighbourhood") or changes.get("outside_district"):
        changes |= {name: person[name] for name in ("street", "neighbourhood", "outside_district")}
    give_consent(ConsentPurpose.ENROLMENT, resident=resident, recorded_by=clerk)
    if not changes:
        return resident
    return update_resident(clerk, resident, child_consent=child_consent, **changes)
