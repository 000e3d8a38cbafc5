"""rebuild_search and verify_search: every kind of damage is told and mended, and the tables can be emptied."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from wagtail.documents import get_document_model

from search import index
from search.index import services
from search.index.documents import Document
from search.models import SearchEntry, SearchState, SearchTerm, SearchText
from tests.factories.learning import CoursePageFactory
from tests.factories.timetable import ClassRunFactory


@pytest.fixture
def indexed(district):
    """A district with a course that meets and a document, all in the index."""
    course = CoursePageFactory(parent=district.street, title="锡绣入门")
    ClassRunFactory(learning=course, centre=district.sub_centre)
    get_document_model().objects.create(title="招生简章", file=ContentFile(b"x", name="a.txt"))
    assert services.verify() == []
    return course


def everything():
    entries = list(SearchEntry.objects.order_by("pk").values())
    return entries, sorted(index.ids()), list(SearchTerm.objects.order_by("word").values("word", "kind", "entries"))


def forget_entry(course):
    SearchEntry.objects.filter(pk=course.pk).delete()


def add_entry(course):
    SearchEntry.objects.create(pk=10**9, kind="course", title="鬼")


def change_entry(course):
    SearchEntry.objects.filter(pk=course.pk).update(place="别处")


def forget_text(course):
    index.delete([course.pk])


def add_text(course):
    index.write([Document(id=10**9, kind="course", title="鬼")])


def change_text(course):
    index.write([Document(id=course.pk, kind="course", title="别的")])


def change_count(course):
    SearchTerm.objects.filter(pk=SearchTerm.objects.first().pk).update(entries=99)


def forget_term(course):
    SearchTerm.objects.first().delete()


def add_term(course):
    SearchTerm.objects.create(word="鬼", kind="title", entries=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "damage",
    [forget_entry, add_entry, change_entry, forget_text, add_text, change_text, change_count, forget_term, add_term],
)
def test_each_damage_is_told_and_mended(indexed, damage):
    before = everything()
    damage(indexed)
    told = io.StringIO()
    with pytest.raises(SystemExit) as exit_code:
        call_command("verify_search", stderr=told)
    assert exit_code.value.code == 1
    assert told.getvalue().count("\n") >= 2
    call_command("rebuild_search", verbosity=0)
    assert services.verify() == []
    assert everything() == before


@pytest.mark.django_db
def test_a_rebuild_makes_what_the_signals_made_and_tells_workers(indexed):
    before, tokens = everything(), dict(SearchState.objects.values_list("name", "token"))
    out = io.StringIO()
    call_command("rebuild_search", verbosity=2, stdout=out)
    assert f"{len(before[0])} 条" in out.getvalue()
    assert everything() == before
    after = dict(SearchState.objects.values_list("name", "token"))
    assert all(after[name] != tokens.get(name) for name in ("terms", "timetable", "words"))
    call_command("verify_search", stdout=out)
    assert "一致" in out.getvalue()


@pytest.mark.django_db
def test_a_damaged_count_does_not_refuse_a_save(indexed):
    SearchTerm.objects.update(entries=0)
    indexed.title = "泥人"
    indexed.save()
    assert index.match([[["泥人"]]]) == [indexed.pk]


@pytest.mark.django_db
def test_a_rebuild_takes_as_many_queries_for_many_pages(indexed, django_assert_max_num_queries):
    for _number in range(30):
        CoursePageFactory(parent=indexed.street)
    with django_assert_max_num_queries(60):
        services.rebuild()


@pytest.mark.django_db(transaction=True)
def test_the_full_text_table_is_emptied_with_the_others(indexed):
    assert SearchText.objects.exists()
    # As every test with real commits ends; otherwise the next one would meet new content types, or sequences that begin at 1.
    call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True, reset_sequences=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM search_text")
        assert cursor.fetchone() == (0,)
    assert index.match([[["锡绣"]]]) == []
