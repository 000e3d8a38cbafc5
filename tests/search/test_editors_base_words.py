"""A fresh district understands Chinese: the base words are there, and what editors made of them stays."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models.signals import post_migrate

from search import words
from search.models import StopWord, SynonymGroup

pytestmark = pytest.mark.django_db


def test_a_fresh_database_has_them():
    assert SynonymGroup.objects.count() == len(words.base_synonyms()) > 0
    assert set(StopWord.objects.values_list("word", flat=True)) == set(words.base_stop_words()) > set()


def test_every_base_row_is_one_that_an_editor_could_save():
    SynonymGroup.objects.all().delete()
    StopWord.objects.all().delete()
    for row in words.base_synonyms():
        SynonymGroup(**row).full_clean()
    for word in words.base_stop_words():
        StopWord(word=word).full_clean()


def test_tables_with_rows_are_left_alone():
    group = SynonymGroup.objects.first()
    SynonymGroup.objects.exclude(pk=group.pk).delete()
    group.note = "编辑改过"
    group.save()
    StopWord.objects.all().delete()
    assert words.load_base_words() == (0, len(words.base_stop_words()))
    assert SynonymGroup.objects.get().note == "编辑改过"
    assert words.load_base_words() == (0, 0)


def test_the_command_brings_back_what_is_missing_and_changes_nothing(capsys):
    kept, gone = SynonymGroup.objects.order_by("pk")[:2]
    first = kept.word_list[0]
    kept.words, kept.is_active = f"{first}、编辑加的词", False
    kept.save()
    gone_words = gone.words
    gone.delete()
    before = SynonymGroup.objects.count()
    call_command("load_search_words")
    assert "补上近义词 1 组" in capsys.readouterr().out
    assert SynonymGroup.objects.count() == before + 1
    assert SynonymGroup.objects.filter(words=gone_words).exists()
    kept.refresh_from_db()
    assert (kept.words, kept.is_active) == (f"{first}、编辑加的词", False)
    call_command("load_search_words")
    assert "补上近义词 0 组" in capsys.readouterr().out


def test_migrated_back_to_before_there_were_words():
    class Older:
        @staticmethod
        def get_model(*label):
            raise LookupError

    words.load_after_migrating("default", apps=Older)
    words.load_after_migrating("default", apps=apps)


def test_an_emptied_database_has_them_again():
    SynonymGroup.objects.all().delete()
    # What flush and migrate say at their end; a real flush would leave the next test other content types.
    search = apps.get_app_config("search")
    post_migrate.send(search, app_config=search, verbosity=0, interactive=False, using="default", plan=[], apps=apps)
    assert SynonymGroup.objects.count() == len(words.base_synonyms())
