"""Every write of the index: entries, their texts, the lexicon's counts, and the tokens of what workers keep in memory.

All in the transaction of the caller: what is rolled back was never indexed, and what is
committed is found by the next question.
"""

import secrets
from collections import Counter
from contextlib import contextmanager
from threading import local

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.models import Page

from search import index
from search.enums import TermKind
from search.index.documents import documents_of, file_documents_of
from search.models import SearchEntry, SearchState, SearchTerm

CHUNK = 500
_FIELDS = ["kind", "title", "subject", "place", "body", "terms"]
#: A word that is both counts as the first of them.
_RANK = {kind: rank for rank, kind in enumerate(TermKind.values)}
_waiting = local()


# ---------------------------------------------------------------- what upper floors and signals call


def index_pages(pks):
    """Bring the entries of pages in line with the pages: made, changed, or taken away where nobody may read them now."""
    _bring_in_line(set(pks))


def index_documents(pks):
    """The same for Wagtail documents."""
    _bring_in_line({-pk for pk in pks})


def remove_pages(pks):
    """Take away the entries of pages that are deleted."""
    _remove(set(pks))


def remove_documents(pks):
    """The same for Wagtail documents."""
    _remove({-pk for pk in pks})


def touch(*names):
    """Tell every worker to load what it keeps under ``names`` ("terms", "timetable", "words") again."""
    if (batch := getattr(_waiting, "batch", None)) is not None:
        batch.names.update(names)
        return
    rows = [SearchState(name=name, token=secrets.randbits(63)) for name in sorted(names)]
    with transaction.atomic():
        index.lock()  # before the rows' own locks, in every transaction: two that touch two names cannot wait for each other
        SearchState.objects.bulk_create(rows, update_conflicts=True, unique_fields=["name"], update_fields=["token"])


class _Batch:
    def __init__(self):
        self.ids, self.names = set(), set()


@contextmanager
def batch():
    """Index once, at the end, what is saved inside: for imports. Inside a transaction; what fails is not indexed."""
    if getattr(_waiting, "batch", None) is not None:
        yield  # the outer one will do it
        return
    _waiting.batch = collected = _Batch()
    try:
        yield
    finally:
        _waiting.batch = None
    _bring_in_line(collected.ids)
    if collected.names:
        touch(*collected.names)


@transaction.atomic
def rebuild(progress=None):
    """Make the whole index anew; return the number of entries. ``progress`` is called with the number done so far."""
    index.lock()
    SearchEntry.objects.all().delete()
    SearchTerm.objects.all().delete()
    done, wanted = 0, set()
    for some in _chunks(every_id()):
        documents = _documents(some)
        wanted |= {document.id for document in documents}
        _replace(some, documents)
        done += len(some)
        if progress:
            progress(done)
    for some in _chunks(sorted(index.ids() - wanted)):
        index.delete(some)
    touch("terms", "timetable", "words")
    return len(wanted)


def verify():
    """Return what is wrong with the index, a sentence for each thing; an empty list where it equals the database."""
    problems, wanted, terms = [], set(), Counter()
    for some in _chunks(every_id()):
        documents = _documents(some)
        wanted |= {document.id for document in documents}
        terms.update(word for document in documents for word, _kind in document.terms)
        problems += _wrong_entries(some, documents)
        problems += [_("%(id)d 的全文和条目不一致。") % {"id": pk} for pk in index.damaged(documents)]
    stored = set(SearchEntry.objects.values_list("pk", flat=True))
    problems += [_("%(id)d 有条目，却没有公开的页面或文件。") % {"id": pk} for pk in sorted(stored - wanted)]
    problems += [_("%(id)d 有全文，却没有公开的页面或文件。") % {"id": pk} for pk in sorted(index.ids() - wanted)]
    counted = dict(SearchTerm.objects.values_list("word", "entries"))
    for word in sorted(counted.keys() | terms.keys()):
        if counted.get(word, 0) != terms[word]:
            problems.append(
                _("词“%(word)s”记了 %(counted)d 次，应为 %(right)d 次。")
                % {"word": word, "counted": counted.get(word, 0), "right": terms[word]}
            )
    return problems


def _wrong_entries(ids, documents):
    stored, problems = SearchEntry.objects.in_bulk(ids), []
    for document in documents:
        if document.id not in stored:
            problems.append(_("缺条目 %(id)d《%(title)s》。") % {"id": document.id, "title": document.title})
        elif _differs(stored[document.id], document):
            problems.append(_("条目 %(id)d《%(title)s》不是最新的。") % {"id": document.id, "title": document.title})
    return problems


def every_id():
    """Every id that could have an entry: pages, then documents."""
    pages = Page.objects.order_by("pk").values_list("pk", flat=True)
    files = get_document_model().objects.order_by("pk").values_list("pk", flat=True)
    return [*pages, *(-pk for pk in files)]


# ---------------------------------------------------------------- how


def _bring_in_line(ids):
    if not ids:
        return
    if (batch := getattr(_waiting, "batch", None)) is not None:
        batch.ids |= ids
        return
    with transaction.atomic():
        index.lock()  # before reading: what another transaction changes at the same time is either seen or waits
        for some in _chunks(sorted(ids)):
            _replace(some, _documents(some))


def _remove(ids):
    if (batch := getattr(_waiting, "batch", None)) is not None:
        batch.ids |= ids  # its end finds no page
        return
    with transaction.atomic():
        index.lock()
        _replace(sorted(ids), [])


def _documents(ids):
    pages, files = [pk for pk in ids if pk > 0], [-pk for pk in ids if pk < 0]
    return (documents_of(pages) if pages else []) + (file_documents_of(files) if files else [])


def _replace(ids, documents):
    """Let ``documents`` be all that the index has under ``ids``."""
    old = SearchEntry.objects.in_bulk(ids)
    changed = [document for document in documents if _differs(old.get(document.id), document)]
    gone = sorted(set(old) - {document.id for document in documents})
    if changed:
        entries = [SearchEntry(id=document.id, **document.fields()) for document in changed]
        SearchEntry.objects.bulk_create(
            entries, update_conflicts=True, unique_fields=["id"], update_fields=_FIELDS, batch_size=CHUNK
        )
        index.write(changed)
    if gone:
        SearchEntry.objects.filter(pk__in=gone).delete()
        index.delete(gone)
    _count_terms([old[pk] for pk in [*gone, *(d.id for d in changed)] if pk in old], changed)


def _differs(entry, document):
    return entry is None or any(getattr(entry, name) != value for name, value in document.fields().items())


def _count_terms(before, after):
    """Change the lexicon's counts by what entries no longer have and what they have now."""
    difference, kinds = Counter(), {}
    for entry in before:
        difference.subtract(entry.terms.split())
    for document in after:
        difference.update(word for word, _kind in document.terms)
        for word, kind in document.terms:
            kinds.setdefault(word, kind)
    difference = {word: number for word, number in sorted(difference.items()) if number}
    known = {}
    for some in _chunks(difference):
        known |= dict(SearchTerm.objects.filter(word__in=some).values_list("word", "kind"))
    new = [
        SearchTerm(word=word, kind=kinds[word], entries=number)
        for word, number in difference.items()
        if word not in known and number > 0
    ]
    SearchTerm.objects.bulk_create(new, batch_size=CHUNK)
    for number in sorted({difference[word] for word in known}):
        _add(number, [word for word in known if difference[word] == number])
    better = [word for word, kind in known.items() if word in kinds and _RANK[kinds[word]] < _RANK[kind]]
    for kind in {kinds[word] for word in better}:
        for some in _chunks(word for word in better if kinds[word] == kind):
            SearchTerm.objects.filter(word__in=some).update(kind=kind)
    lost = 0
    for some in _chunks(word for word in known if difference[word] < 0):
        lost += SearchTerm.objects.filter(word__in=some, entries=0).delete()[0]
    if new or lost or better:
        touch("terms")


def _add(number, words):
    # Never below nothing: a count that was damaged is for verify to tell, not for an editor's save to fail on.
    entries = Greatest(F("entries") + number, 0)
    for some in _chunks(words):
        SearchTerm.objects.filter(word__in=some).update(entries=entries)


def _chunks(things):
    things = list(things)
    return [things[start : start + CHUNK] for start in range(0, len(things), CHUNK)]
