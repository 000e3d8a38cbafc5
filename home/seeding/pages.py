"""Thousands of pages at once: the page tree's own arithmetic, done for a whole street in one go.

Wagtail's ``add_child`` costs about ten queries, a search entry and a clean for each page. Here
the Page rows go in with bulk_create (paths and ``url_path`` computed, ``numchild`` of the
parents raised), the rows of the child tables with ``save_base(raw=True)``, the way Django
loads fixtures; raw saves also keep the search and reference indexes out of it, so the
admin's search finds demo pages after `manage.py update_index`. Pages have no revision
until an editor saves one. tests/home/test_seed_demo.py asks the tree for problems.
"""

import uuid
from collections import defaultdict
from functools import cache

from django.contrib.contenttypes.models import ContentType
from django.db.models import F
from django.utils import timezone
from wagtail.models import Page

from core.text import pinyin_slug, unique_slug
from home.seeding.marks import PAGE_SOURCE, PAGE_SUMMARY
from timetable.models import LearningPage

CHUNK = 1000


def add_pages(model, ideas, rng, bar):
    """Insert one live ``model`` page per idea below its ``street``; return the pages in order.

    An idea has ``street``, ``title``, ``code``, ``subject_id``, ``audiences`` (pks) and
    ``extra`` (fields of ``model``).
    """
    pages = []
    numbering = _Numbering(ideas)
    for start in range(0, len(ideas), CHUNK):
        chunk = ideas[start : start + CHUNK]
        pages += _add_chunk(model, chunk, rng, numbering)
        bar.update(len(chunk))
    for street, number in numbering.added.items():
        Page.objects.filter(pk=street).update(numchild=F("numchild") + number)
    return pages


class _Numbering:
    """The next free path and slug below each street."""

    def __init__(self, ideas):
        streets = {idea.street.pk: idea.street for idea in ideas}
        self.added = defaultdict(int)
        self.step, self.slugs = {}, {}
        for pk, street in streets.items():
            # Not street.get_children(): that trusts the instance's numchild, which is older than our last batch.
            below = Page.objects.filter(
                depth=street.depth + 1, path__range=Page._get_children_path_interval(street.path)
            )
            children = dict(below.values_list("path", "slug"))
            self.step[pk] = Page._str2int(max(children)[-Page.steplen :]) if children else 0
            self.slugs[pk] = set(children.values())

    def path(self, street):
        self.step[street.pk] += 1
        self.added[street.pk] += 1
        return Page._get_path(street.path, street.depth + 1, self.step[street.pk])

    def slug(self, street, title):
        taken = self.slugs[street.pk]
        slug = unique_slug(_pinyin(title), taken)
        taken.add(slug)
        return slug


_pinyin = cache(pinyin_slug)  # many pages, few titles


def _add_chunk(model, ideas, rng, numbering):
    content_type, now = ContentType.objects.get_for_model(model), timezone.now()
    rows = []
    for idea in ideas:
        slug = numbering.slug(idea.street, idea.title)
        rows.append(
            Page(
                path=numbering.path(idea.street),
                depth=idea.street.depth + 1,
                numchild=0,
                title=idea.title,
                draft_title=idea.title,
                slug=slug,
                url_path=f"{idea.street.url_path}{slug}/",
                content_type=content_type,
                locale_id=idea.street.locale_id,
                translation_key=uuid.UUID(int=rng.getrandbits(128), version=4),
                live=True,
                has_unpublished_changes=False,
                first_published_at=now,
                last_published_at=now,
            )
        )
    rows = Page.objects.bulk_create(rows)
    shared = {field.attname for field in Page._meta.concrete_fields}
    pages = []
    for row, idea in zip(rows, ideas, strict=True):
        page = model(
            page_ptr_id=row.pk,
            learningpage_ptr_id=row.pk,
            street_id=idea.street.pk,
            subject_id=idea.subject_id,
            summary=PAGE_SUMMARY,
            source_note=PAGE_SOURCE,
            is_sample=True,
            code=idea.code,
            **{name: getattr(row, name) for name in shared},
            **idea.extra,
        )
        base = LearningPage(
            page_ptr_id=row.pk,
            **{
                field.attname: getattr(page, field.attname)
                for field in LearningPage._meta.local_concrete_fields
                if field.attname != "page_ptr_id"
            },
        )
        base.save_base(raw=True, force_insert=True)
        page.save_base(raw=True, force_insert=True)
        pages.append(page)
    through = LearningPage.audiences.through
    through.objects.bulk_create(
        through(learningpage_id=row.pk, audience_id=audience)
        for row, idea in zip(rows, ideas, strict=True)
        for audience in idea.audiences
    )
    return pages
