"""备注 of a claim: facts that whoever calls the roll needs, kept with author and time, readable by the person themselves."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from core.errors import DomainError
from enrolments.enums import TAKEN_PART
from enrolments.models import ClaimNote, Enrolment

#: Under these Wagtail's log of the class keeps who wrote or took away a note; never what it said.
LOG_WRITE, LOG_REMOVE = "enrolments.note", "enrolments.note_removed"
MOST = 5


@transaction.atomic
def write_note(enrolment, text, by):
    """Add a note to a claim of somebody who takes part; the same words twice are one note. Return it.

    Raises DomainError ``empty``, ``too_long``, ``not_in_class``, ``too_many``.
    """
    text = " ".join(text.replace("\0", "").split())
    longest = ClaimNote._meta.get_field("text").max_length
    if not text:
        raise DomainError("empty", _("请先写备注，再保存。"))
    if len(text) > longest:
        raise DomainError(
            "too_long", _("备注最多 %(most)d 个字，现在 %(now)d 个。") % {"most": longest, "now": len(text)}
        )
    enrolment = Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=enrolment.pk)
    if enrolment.status not in TAKEN_PART or enrolment.resident.erased_at:
        raise DomainError("not_in_class", _("这个人已经不在这个班里，没有记备注。"))
    notes = list(enrolment.notes.all())
    if same := next((note for note in notes if note.text == text), None):
        return same
    if len(notes) >= MOST:
        raise DomainError("too_many", _("每个人最多 %(most)d 条备注，请先删掉过时的。") % {"most": MOST})
    note = ClaimNote.objects.create(enrolment=enrolment, text=text, written_by=by.user, written_at=timezone.now())
    log(instance=enrolment.class_run, action=LOG_WRITE, user=by.user, data={"enrolment": enrolment.pk})
    return note


@transaction.atomic
def remove_note(note, by):
    """Take a note away: what is wrong or over is not kept about a person."""
    claim = note.enrolment
    note.delete()
    log(instance=claim.class_run, action=LOG_REMOVE, user=by.user, data={"enrolment": claim.pk})


def forget_notes(claims):
    """Delete the notes of ``claims``: words about a person go with the person."""
    ClaimNote.objects.filter(enrolment__in=claims).delete()
