"""The words that come with the software, for editors to go on from (language/data/): put into empty tables, never over a change."""

import csv
from functools import cache

from django.apps import apps as installed
from django.db import DEFAULT_DB_ALIAS, transaction

from search.index.services import touch
from search.language.text import DATA, normalise, split_words


@cache
def base_synonyms():
    """Return the groups of synonyms.csv as dicts (words, narrower, note)."""
    with (DATA / "synonyms.csv").open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        return [
            {key: (row[key] or "").strip() for key in ("words", "narrower", "note")} for row in csv.DictReader(lines)
        ]


@cache
def base_stop_words():
    """Return the words of stopwords.txt, normalised, each once."""
    lines = (DATA / "stopwords.txt").read_text("utf-8").splitlines()
    return list(dict.fromkeys(normalise(line).strip() for line in lines if line.strip() and not line.startswith("#")))


@transaction.atomic
def load_base_words(using=DEFAULT_DB_ALIAS, apps=installed, missing=False):
    """Put the base words into the tables that are empty; return how many (groups, stop words) were added.

    ``missing``: also add to a table with rows what is not in it. A group any of whose words an
    editor already has in a group, used or not, is the editor's: it stays as it is.
    """
    groups, stop_words = apps.get_model("search", "SynonymGroup"), apps.get_model("search", "StopWord")
    had_groups = set()
    for words in groups.objects.using(using).values_list("words", flat=True):
        had_groups.update(split_words(words))
    had_stop_words = set(stop_words.objects.using(using).values_list("word", flat=True))
    new_groups = [
        groups(**row)
        for row in base_synonyms()
        if (missing or not had_groups) and had_groups.isdisjoint(split_words(row["words"]))
    ]
    new_stop_words = [
        stop_words(word=word)
        for word in base_stop_words()
        if (missing or not had_stop_words) and word not in had_stop_words
    ]
    groups.objects.using(using).bulk_create(new_groups)
    stop_words.objects.using(using).bulk_create(new_stop_words)
    touch("words")  # bulk_create sends no signals
    return len(new_groups), len(new_stop_words)


def load_after_migrating(using, apps=installed, **kwargs):
    """For post_migrate: a fresh database, and an emptied test database, understands Chinese at once."""
    try:
        apps.get_model("search", "SynonymGroup")
    except LookupError:  # migrated back to before there were words
        return
    load_base_words(using, apps)
