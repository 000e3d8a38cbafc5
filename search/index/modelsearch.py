"""The index on a search server for a city: any backend of modelsearch (OpenSearch, Elasticsearch), fed our tokens.

``SEARCH_INDEX = "search.index.modelsearch"``, and ``SEARCH_INDEX_BACKEND`` names the entry
of ``WAGTAILSEARCH_BACKENDS`` ("city"). How to set it up, what it costs and what has been
run: docs/mechanisms/search-index.md.

A server has one text field with everything in it, cut by us: each token once, its beginnings with the
``*`` they are asked by, and all of that once more, marked, for the title. So the server
needs no Chinese plugin, and a question is no more than words, "and" and "or". A server
knows no transaction: it is told after the commit.
"""

import hashlib
from functools import cache

from django.apps.registry import Apps
from django.conf import settings
from django.db import transaction
from modelsearch.backends import get_search_backend
from modelsearch.backends.elasticsearchbase import ElasticsearchBaseSearchBackend
from modelsearch.index import Indexed, SearchField
from modelsearch.query import And, Or, PlainText

import events
from search.index import COLUMNS, LONGEST_TOKEN, title_token
from search.language.text import is_han, runs, tokens
from search.models import SearchEntry

#: A server refuses a question of more than 1,024 words.
MOST_WORDS = 1_000
#: What a server hands out in one answer (``index.max_result_window``).
_PAGE = 10_000
_CHUNK = 200
#: A word of every entry. Like all words that are no tokens it is Han and Latin in one: no text and no question has it.
_ANY = "any条"
#: Neither analysed again nor ranked, nor copied into modelsearch's field of all texts, which would be.
_AS_IT_IS = {"analyzer": "whitespace", "index_options": "docs", "norms": False, "include_in_all": False}
#: Known to modelsearch alone: no app lists the model, so no migration, no content type and no ``update_index`` sees it.
_ours = Apps()


class SearchedEntry(Indexed, SearchEntry):
    """An entry as modelsearch sees it: its words, cut."""

    search_fields = [SearchField("words", es_extra=_AS_IT_IS)]

    class Meta:
        proxy = True
        apps = _ours
        app_label = "search"

    def words(self):
        return f"{_ANY} {_checksum(self)} {_words(self)}"


def write(documents):
    _tell_server([document.id for document in documents])


def delete(ids):
    _tell_server(list(ids))


def in_title(clauses, require_all, whole=""):
    return list(
        map(_found, [*([PlainText(_whole(whole))] if whole else []), question(clauses, require_all, _of_title)])
    )


def anywhere(clauses, require_all):
    return _found(question(clauses, require_all))


def ids():
    _index().refresh()
    return set(_found(PlainText(_ANY)))


def damaged(documents):
    _index().refresh()
    same = set()
    for start in range(0, len(documents), _CHUNK):
        sums = " ".join(map(_checksum, documents[start : start + _CHUNK]))
        same.update(_found(PlainText(sums, operator="or")))
    return [document.id for document in documents if document.id not in same]


def question(clauses, require_all, marked=str):
    """Return modelsearch's query of cleaned ``clauses``; None where no entry can have what is asked for."""
    parts, left = [], MOST_WORDS
    for clause in clauses:
        alternatives = []
        for asked in clause:
            if len(asked) <= left and all(map(_possible, asked)):
                alternatives.append(PlainText(" ".join(marked(_asked(token)) for token in asked), operator="and"))
                left -= len(asked)
        if alternatives:
            parts.append(Or(alternatives))
        elif require_all:
            return None
    return (And if require_all else Or)(parts) if parts else None


# ---------------------------------------------------------------- the server


def _tell_server(ids):
    # Not an error for who publishes a page while the server is down: logged, told by verify_search, mended by rebuild_search.
    transaction.on_commit(lambda: _bring_in_line(ids), robust=True)


def _bring_in_line(ids):
    """Let the server have the entries of ``ids`` as they stand now, whatever was committed in between."""
    index, entries = _index(), SearchedEntry.objects.in_bulk(ids)
    index.add_items(SearchedEntry, list(entries.values()))
    for pk in set(ids) - set(entries):
        index.delete_item(SearchedEntry(pk=pk))


def _backend():
    return _connected(getattr(settings, "SEARCH_INDEX_BACKEND", "city"))


@cache  # a backend has its server's connections
def _connected(name):
    # opensearch-py asks "events" for a class, and means PyPI's Events, which our app hides. It serves figures nobody asks for.
    vars(events).setdefault("Events", None)
    return get_search_backend(name)


def _is_server():
    return isinstance(_backend(), ElasticsearchBaseSearchBackend)


def _index():
    index = _backend().get_index_for_model(SearchedEntry)
    # Not index.exists(): its argument by position is refused by the client of Elasticsearch 8 (modelsearch 1.3).
    if _is_server() and not index.es.indices.exists(index=index.name):
        index.put()
        index.add_model(SearchedEntry)
    return index


def _found(query):
    """Return the ids of all entries that ``query`` (None: no entry) finds."""
    if query is None:
        return []
    # A database backend knows no field by name but its own.
    results = _backend().search(query, SearchedEntry.objects.only("pk"), fields=["words"] if _is_server() else None)
    if not _is_server():
        return [entry.pk for entry in results]
    # Not the results' own way: that is a hundred hits a time, and each of them read from the database.
    body = {"query": results.query_compiler.get_query(), "sort": [{"pk": "asc"}]}
    name, found, hits = _backend().get_index_for_model(SearchedEntry).name, [], None
    while hits is None or len(hits) == _PAGE:
        hits = results._backend_do_search(body, index=name, size=_PAGE, _source=False)["hits"]["hits"]
        found += [int(hit["_id"]) for hit in hits]
        body["search_after"] = hits[-1]["sort"] if hits else None
    return found


# ---------------------------------------------------------------- words


def _words(entry):
    """Return what a server has of ``entry`` (SearchEntry or Document), each word once."""
    of_title = [*_with_starts(entry.title)]
    texts = [word for column in COLUMNS for word in _with_starts(getattr(entry, column))]
    whole = title_token(entry.title)
    return " ".join(dict.fromkeys([*texts, *map(_of_title, of_title), *([_whole(whole)] if whole else [])]))


def _with_starts(text):
    for token in tokens(text):
        longest = 1 if is_han(token) else min(len(token), LONGEST_TOKEN)
        yield from (token, *(f"{token[:end]}*" for end in range(1, longest + 1)))


def _asked(token):
    # Two characters are all that a token of Han has.
    return token.removesuffix("*") if is_han(token[:2]) else token


def _possible(token):
    """Tell whether a text can have ``token``: the databases look for any, and find nothing; a server's parser sees none but ours."""
    word = token.removesuffix("*")
    return runs(word) == [word]


def _of_title(word):
    return ("t" if is_han(word[0]) else "题") + word


def _whole(token):
    return "全" + _digest(token)


def _checksum(entry):
    return "条" + _digest(f"{entry.id} {_words(entry)}")


def _digest(text):
    return hashlib.blake2b(text.encode(), digest_size=10).hexdigest()
