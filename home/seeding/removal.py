"""Take away what build made, exactly: by its marks, and only what is still a sample and nobody else uses."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry, Page, ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from core.errors import DomainError
from enrolments.services.attendance import LOG_ACTION
from enrolments.services.samples import empty_sample_runs, remove_sample_residents
from feedback.services import forget_surveys
from home.seeding import marks, voices, work
from network.models import Room
from search.index import services as indexing
from teachers.models import Teacher
from timetable.models import Booking, ClassRun, LearningPage, Session, Term

CHUNK = 500


@dataclass
class Removed:
    """How many rows of each kind went, and how many demo rows stay because something else uses them."""

    runs: int = 0
    pages: int = 0
    rooms: int = 0
    teachers: int = 0
    terms: int = 0
    kept: int = 0


@transaction.atomic
@indexing.batch()
def remove(progress=marks.NoProgress):
    """Remove the demo term, its runs, pages, rooms and teachers; return Removed.

    Enrolments on demo runs go with them. Raises DomainError ``in_use`` when something else
    that must not be deleted stands on a demo run.
    """
    removed = Removed()
    terms = Term.objects.filter(code__startswith=marks.TERM_CODE, is_sample=True)
    runs = ClassRun.objects.filter(code__startswith=marks.RUN_CODE, is_sample=True, term__in=terms)
    pages = demo_pages()
    voices.forget()
    work.forget()
    with disable_reference_index_auto_update(), progress("清除旧的演示数据", runs.count() + pages.count()) as bar:
        try:
            removed.runs = _in_chunks(runs, _delete_runs, bar)
            removed.pages = _in_chunks(pages.filter(class_runs=None), _delete_pages, bar)
        except ProtectedError as error:
            raise DomainError("in_use", _("演示的班已经有人在用，不能清除。请先处理这些记录。")) from error
    rooms = Room.objects.filter(Q(name__startswith=f"{marks.ROOM_NAME} ") | Q(name=marks.HALL_NAME), is_sample=True)
    teachers = Teacher.objects.filter(introduction=marks.TEACHER_NOTE, is_sample=True)
    removed.rooms = _delete(rooms.filter(class_runs=None, sessions=None))
    substitutes = Session.objects.filter(substitute__isnull=False).values("substitute")
    removed.teachers = _delete(teachers.filter(class_runs=None).exclude(pk__in=substitutes))
    removed.terms = _delete(terms.filter(class_runs=None))
    remove_sample_residents()
    removed.kept = sum(rows.count() for rows in (demo_pages(), rooms, teachers, terms))
    return removed


def demo_pages():
    """Course and event pages that build made and that are samples still."""
    codes = [
        Q(**{f"{relation.name}__code__startswith": marks.PAGE_CODE, f"{relation.name}__is_sample": True})
        for relation in LearningPage._meta.related_objects
        if relation.one_to_one and relation.parent_link
    ]
    marked = Q()
    for code in codes:
        marked |= code
    return LearningPage.objects.filter(marked) if codes else LearningPage.objects.none()


def _in_chunks(rows, delete, bar):
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), CHUNK):
        chunk = pks[start : start + CHUNK]
        delete(chunk)
        bar.update(len(chunk))
    return len(pks)


def _delete(rows):
    return (
        rows.model.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))
        .delete()[1]
        .get(rows.model._meta.label, 0)
    )


def _delete_runs(pks):
    forget_surveys(pks)
    empty_sample_runs(pks)
    sessions = Session.objects.filter(class_run__in=pks)
    # Straight SQL for the sessions and what they book: a million of them would first be loaded one by one.
    # Nothing else points at a session; the database's foreign keys would say so if it did.
    bookings = Booking.objects.filter(session__in=sessions.values("pk"))
    bookings._raw_delete(bookings.db)
    keys = list(sessions.values_list("pk", flat=True))
    _forget_references(Session, keys)
    _forget_marks(keys)
    sessions._raw_delete(sessions.db)
    _forget_references(ClassRun, pks)
    ClassRun.objects.filter(pk__in=pks).delete()


def _forget_marks(keys):
    """Drop what the log says of the roll that nobody called: voices.py did."""
    said = ModelLogEntry.objects.get_for_model(Session).filter(user=None, action=LOG_ACTION)
    said.filter(object_id__in=[str(key) for key in keys]).delete()


def _delete_pages(pks):
    _forget_references(Page, pks)
    Page.objects.filter(
        pk__in=pks
    ).delete()  # the tree's own delete: parents' numchild, revisions, tags, search entries


def _forget_references(model, pks):
    """Drop reference index entries that an editor's save may have left, a few queries for all of ``pks``."""
    ids = [str(pk) for pk in pks]
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        content_type = ReferenceIndex._get_base_content_type(model)
        ReferenceIndex.objects.filter(base_content_type=content_type, object_id__in=chunk).delete()
        ReferenceIndex.objects.filter(to_content_type=content_type, to_object_id__in=chunk).delete()
