"""What is indexed: a public page or document as a ``Document``, read in a fixed number of queries for any number of pages.

No page type of the ground floor is imported: kinds go by the model's label, the words by
its ``search_fields``. What is not public has no Document.
"""

import functools
from collections import defaultdict
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.utils.html import strip_tags
from wagtail.documents import get_document_model
from wagtail.models import CollectionViewRestriction, Page, Site
from wagtail.search import index as wagtail_index

from core.restrictions import private_paths
from network.models import CentrePage
from search.enums import Kind, TermKind
from search.index import title_token
from search.index.facts import Facts
from search.language.lexicon import terms_of
from search.language.text import normalise, tokens
from timetable.models import LearningPage

#: Longer texts add noise to ranking and weight to the index.
LONGEST_BODY = 2000
_LONGEST = {"title": 255, "subject": 255, "place": 500, "body": LONGEST_BODY}
_LONGEST_TERM = 40
_KINDS = {
    "courses.CoursePage": Kind.COURSE,
    "events.EventPage": Kind.EVENT,
    "community.BrandProjectPage": Kind.PROJECT,
    "community.ResearchProjectPage": Kind.PROJECT,
    "community.LearningOrganisationPage": Kind.ORGANISATION,
    "home.NewsPage": Kind.NEWS,
}
#: The doors themselves are no results.
_NO_RESULTS = {"home.HomePage", "search.FinderPage"}


@dataclass(frozen=True)
class Document:
    """What search knows of one entry: normalised texts, and the words it gives the lexicon with their kinds."""

    id: int
    kind: str
    title: str
    subject: str = ""
    place: str = ""
    body: str = ""
    terms: tuple = ()  # (word, TermKind), each word once

    def tokens(self, column):
        """Return the tokens of one of index.COLUMNS; the title is one more by itself."""
        found = tokens(getattr(self, column))
        return [*found, *filter(None, [title_token(self.title)])] if column == "title" else found

    def fields(self):
        """The values of the SearchEntry of this document, its id left out."""
        return {
            "kind": str(self.kind),
            "title": self.title,
            "subject": self.subject,
            "place": self.place,
            "body": self.body,
            "terms": " ".join(word for word, _kind in self.terms),
        }


def documents_of(page_pks):
    """Return the Documents of those of ``page_pks`` that anybody may read."""
    pages = public_pages(page_pks)
    facts = Facts(pages)
    return [_of_page(page, facts) for page in pages]


def public_pages(page_pks):
    """Return the pages among ``page_pks``, as their own types, that are live, in a site and under no restriction."""
    roots = tuple(Site.objects.values_list("root_page__path", flat=True))
    closed = private_paths(fresh=True)
    by_type = defaultdict(list)
    rows = Page.objects.filter(pk__in=list(page_pks), live=True).order_by("pk")
    for pk, path, content_type in rows.values_list("pk", "path", "content_type_id"):
        if path.startswith(roots) and not path.startswith(closed):
            by_type[content_type].append(pk)
    pages = []
    for content_type, pks in by_type.items():
        # Not PageQuerySet.specific(): it warns of a page half deleted, and a signal may come just then.
        model = ContentType.objects.get_for_id(content_type).model_class()
        if model is not None and model._meta.label not in _NO_RESULTS:
            pages += model.objects.filter(pk__in=pks).order_by("pk")
    return pages


def file_documents_of(document_pks):
    """Return the Documents of those Wagtail documents that stand in a collection open to all."""
    model = get_document_model()
    closed = tuple(CollectionViewRestriction.objects.values_list("collection__path", flat=True))
    rows = model.objects.filter(pk__in=list(document_pks)).order_by("pk")
    rows = rows.select_related("collection").prefetch_related("tags")
    return [_of_file(row) for row in rows if not row.collection.path.startswith(closed)]


def _of_page(page, facts):
    kind = _KINDS.get(page._meta.label) or (Kind.CENTRE if isinstance(page, CentrePage) else Kind.PAGE)
    subject, tags, place, place_names = "", [], facts.place(page), []
    parts = []
    if isinstance(page, LearningPage):
        subject, tags = facts.subject(page), facts.tags(page)
        parts = [subject, *tags, *facts.audiences(page)]
    if kind == Kind.CENTRE:
        place_names = [name for name in [page.place_name, *facts.street_words(page)] if name]
    return _document(page.pk, kind, page.title, parts, place, _body(page), (subject, tags, place_names))


def _of_file(row):
    tags = sorted(tag.name for tag in row.tags.all())
    return _document(-row.pk, Kind.DOCUMENT, row.title, tags, [], [], ("", tags, []))


def _document(pk, kind, title, subject, place, body, named):
    texts = {"title": [title], "subject": subject, "place": place, "body": body}
    texts = {column: _text(parts, _LONGEST[column]) for column, parts in texts.items()}
    return Document(id=pk, kind=kind, terms=_terms(kind, texts["title"], *named), **texts)


def _text(parts, longest):
    return " ".join(normalise(" ".join(dict.fromkeys(part for part in parts if part))).split())[:longest].strip()


def _terms(kind, title, subject, tags, places):
    """The words of an entry for the lexicon; a word of two kinds counts as the first."""
    words = dict.fromkeys(_words([subject]), TermKind.SUBJECT)
    of_title = TermKind.PLACE if kind == Kind.CENTRE else TermKind.TITLE
    for found, term_kind in (
        (terms_of(title), of_title),
        (_words(tags), TermKind.TAG),
        (_words(places), TermKind.PLACE),
    ):
        for word in found:
            words.setdefault(word, term_kind)
    return tuple((word, str(term_kind)) for word, term_kind in words.items() if len(word) <= _LONGEST_TERM)


def _words(names):
    return [word for name in names for word in normalise(name).split()]


def _body(page):
    values = []
    for field in search_fields(type(page)):
        value = field.get_value(page)
        values += value if isinstance(value, list) else [value]
    return [strip_tags(str(value)) if "<" in str(value) else str(value) for value in values if value]


@functools.cache
def search_fields(model):
    """The fields whose words stand in the body: every SearchField of ``model`` but the title."""
    fields = {}
    for field in model.get_search_fields():
        if isinstance(field, wagtail_index.SearchField) and field.field_name != "title":
            fields.setdefault(field.field_name, field)
    return list(fields.values())
