"""What changes the index, and what tells workers to load the timetable or the words again. In the change's own transaction.

Connected by name of the model, so that a save of anything else (an enrolment, a seat)
does not even ask here. A booking changes class runs by ``QuerySet.update``: nothing here hears of it,
and nothing has to (architecture, search; tests/search/test_index_signals.py).
"""

from functools import wraps

from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from taggit.models import Tag
from wagtail import hooks
from wagtail.documents import get_document_model
from wagtail.models import (
    COMMENTS_RELATION_NAME,
    Collection,
    CollectionViewRestriction,
    Page,
    PageViewRestriction,
    Site,
    get_page_models,
)
from wagtail.signals import page_published, page_unpublished, post_page_move

from core.importing.around import stand_around
from network.models import CentrePage, Landmark, Neighbourhood
from network.services import refresh_streets
from search.index import services
from search.models import PinnedResult, StopWord, SynonymGroup
from timetable import signals as timetable_signals
from timetable.models import Audience, ClassRun, LearningPage, LearningPageTag, Subject

#: What a saved draft or a lock changes on the page's own row: nothing that the public reads.
_DRAFT_FIELDS = {
    "latest_revision", "latest_revision_created_at", "draft_title", "has_unpublished_changes", "alias_of",
    "locked", "locked_at", "locked_by", "street", COMMENTS_RELATION_NAME,
}  # fmt: skip
#: What only bookings change.
_FIGURES = {"places_left", "waiting", "updated_at"}
_SHOWN_OF_CENTRE = ("live", "title", "street_name", "host_school_now", "host_school_then")


def connect():
    """Called once, when the apps are ready."""
    for model in get_page_models():
        post_save.connect(_page_saved, sender=model)
        if issubclass(model, CentrePage):
            pre_save.connect(_centre_saving, sender=model)
    post_delete.connect(_page_deleted, sender=Page)  # sent for a page of any type, and for each of a branch
    page_published.connect(_page_shown)
    page_unpublished.connect(_page_shown)
    post_page_move.connect(_page_moved)
    for sender in (PageViewRestriction, CollectionViewRestriction, Neighbourhood, Subject, Audience, Tag, ClassRun):
        post_save.connect(_HANDLERS[sender], sender=sender)
        post_delete.connect(_HANDLERS[sender], sender=sender)
    for sender in (SynonymGroup, StopWord, PinnedResult, Landmark):
        post_save.connect(_words_changed, sender=sender)
        post_delete.connect(_words_changed, sender=sender)
    pre_delete.connect(_audience_deleting, sender=Audience)
    for signal in (post_save, post_delete):
        signal.connect(_tag_of_page_changed, sender=LearningPageTag)
        signal.connect(_site_changed, sender=Site)
    m2m_changed.connect(_audiences_changed, sender=LearningPage.audiences.through)
    timetable_signals.class_run_saved.connect(_run_saved)
    for signal in (timetable_signals.class_run_published, timetable_signals.class_run_cancelled):
        signal.connect(_run_changed)
    _connect_files(get_document_model())
    stand_around(services.batch)


def _connect_files(model):
    post_save.connect(_file_saved, sender=model)
    post_delete.connect(_file_deleted, sender=model)
    m2m_changed.connect(_tags_of_file_changed, sender=model.tags.through)
    post_delete.connect(_file_lost_tag, sender=model.tags.through)
    post_save.connect(_collection_saved, sender=Collection)
    hooks.register("after_bulk_action", _bulk_action_done)


def _not_raw(receiver):
    """Rows that are loaded as they are (fixtures) are indexed by who loads them: what they point at may not be there yet."""

    @wraps(receiver)
    def received(sender, raw=False, **kwargs):
        if not raw:
            receiver(sender, **kwargs)

    return received


# ---------------------------------------------------------------- pages


@_not_raw
def _centre_saving(sender, instance, **kwargs):
    # What other pages' entries say of it: known before the save only.
    shown = [name for name in _SHOWN_OF_CENTRE if hasattr(instance, name)]
    before = type(instance).objects.filter(pk=instance.pk).values(*shown).first() if instance.pk else None
    instance.shows_otherwise = before is not None and any(getattr(instance, name) != before[name] for name in shown)


@_not_raw
def _page_saved(sender, instance, update_fields=None, **kwargs):
    if update_fields is not None and set(update_fields) <= _DRAFT_FIELDS:
        return
    pks = {instance.pk}
    if getattr(instance, "shows_otherwise", False):
        pks |= _shown_with(instance)
    _pages_changed(instance, pks)


def _page_shown(sender, instance, **kwargs):
    # Tags and audiences are stored after the page's own row.
    _pages_changed(instance, {instance.pk})


def _page_deleted(sender, instance, **kwargs):
    services.remove_pages({instance.pk})
    services.touch("timetable", "words")


def _page_moved(sender, instance, **kwargs):
    # The instance may still carry its old path. The streets are set here too, before anybody is told: Wagtail tells of a
    # move after its transaction, and a worker must not load the timetable between our token and the other receiver.
    branch = Page.objects.get(pk=instance.pk).specific
    with transaction.atomic():
        refresh_streets(branch)
        services.index_pages(_below(branch.path))
        services.touch("timetable", "words")


@_not_raw
def _restriction_changed(sender, instance, **kwargs):
    services.index_pages(_below(instance.page.path))
    services.touch("timetable", "words")


@_not_raw
def _site_changed(sender, instance, **kwargs):
    services.index_pages(_below(""))  # the branch it had before is not known any more
    services.touch("timetable", "words")


def _pages_changed(page, pks):
    services.index_pages(pks)
    if isinstance(page, CentrePage):
        services.touch("timetable", "words")
    elif isinstance(page.specific_deferred, LearningPage):
        services.touch("timetable")


def _below(path):
    return set(Page.objects.filter(path__startswith=path).values_list("pk", flat=True))


def _shown_with(centre):
    """The pages whose entries name ``centre``: what stands below it, and what meets there."""
    meeting = ClassRun.objects.filter(centre=centre.pk).values_list("learning_id", flat=True)
    return _below(centre.path) | set(meeting)


# ---------------------------------------------------------------- what is taught, and when


@_not_raw
def _run_changed(sender, instance=None, run=None, update_fields=None, **kwargs):
    if update_fields is not None and set(update_fields) <= _FIGURES:
        return
    _runs_changed({(run or instance).learning_id})


def _run_saved(sender, run, before, **kwargs):
    if before is not None and before.learning_id != run.learning_id:
        _runs_changed({before.learning_id})


def _runs_changed(learning_pks):
    services.index_pages(learning_pks)
    services.touch("timetable")


@_not_raw
def _subject_changed(sender, instance, **kwargs):
    services.index_pages(LearningPage.objects.filter(subject=instance.pk).values_list("pk", flat=True))
    services.touch("timetable", "words")


def _audience_deleting(sender, instance, **kwargs):
    instance.learning_pks = set(instance.learning_pages.values_list("pk", flat=True))


@_not_raw
def _audience_changed(sender, instance, **kwargs):
    pks = getattr(instance, "learning_pks", None)  # set by its deletion: the rows that say so are gone now
    if pks is None:
        pks = set(instance.learning_pages.values_list("pk", flat=True))
    services.index_pages(pks)
    services.touch("timetable", "words")


def _audiences_changed(sender, instance, action, pk_set, **kwargs):
    if action not in {"post_add", "post_remove", "post_clear"}:
        return
    services.index_pages({instance.pk} if isinstance(instance, Page) else pk_set or ())
    services.touch("timetable")


@_not_raw
def _tag_of_page_changed(sender, instance, **kwargs):
    services.index_pages({instance.content_object_id})


@_not_raw
def _tag_changed(sender, instance, **kwargs):
    services.index_pages(LearningPageTag.objects.filter(tag=instance.pk).values_list("content_object_id", flat=True))
    model = get_document_model()
    services.index_documents(model.objects.filter(tags=instance.pk).values_list("pk", flat=True))


# ---------------------------------------------------------------- places and words


@_not_raw
def _neighbourhood_changed(sender, instance, **kwargs):
    services.index_pages(CentrePage.objects.values_list("pk", flat=True))
    services.touch("words")


@_not_raw
def _words_changed(sender, **kwargs):
    services.touch("words")


# ---------------------------------------------------------------- documents


@_not_raw
def _file_saved(sender, instance, **kwargs):
    services.index_documents({instance.pk})


def _file_deleted(sender, instance, **kwargs):
    services.remove_documents({instance.pk})


def _tags_of_file_changed(sender, instance, action, **kwargs):
    if isinstance(instance, get_document_model()) and action in {"post_add", "post_remove", "post_clear"}:
        services.index_documents({instance.pk})


def _collection_restriction_changed(sender, instance, **kwargs):
    _index_collection(instance.collection.path)


@_not_raw
def _collection_saved(sender, instance, **kwargs):
    # The editors' form saves a collection first and moves it then, and a move tells nobody.
    transaction.on_commit(lambda: _index_branch(instance.pk))


def _index_branch(collection_pk):
    if path := Collection.objects.filter(pk=collection_pk).values_list("path", flat=True).first():
        _index_collection(path)


def _index_collection(path):
    rows = get_document_model().objects.filter(collection__path__startswith=path)
    services.index_documents(rows.values_list("pk", flat=True))


def _file_lost_tag(sender, instance, **kwargs):
    """A tag that is deleted takes its rows with it, and no m2m signal comes."""
    model = get_document_model()
    if instance.content_type.model_class() is model:
        services.index_documents({instance.object_id})


def _bulk_action_done(request, action_type, objects, action):
    """Many files put into a collection at once are updated without a signal."""
    services.index_documents({file.pk for file in objects if isinstance(file, get_document_model())})


_HANDLERS = {
    PageViewRestriction: _restriction_changed,
    CollectionViewRestriction: _collection_restriction_changed,
    Neighbourhood: _neighbourhood_changed,
    Subject: _subject_changed,
    Audience: _audience_changed,
    Tag: _tag_changed,
    ClassRun: _run_changed,
}
