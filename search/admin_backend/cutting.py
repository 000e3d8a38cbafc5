"""What both databases' backends share: objects seen with their texts cut, questions cut the same way."""

import copy
from functools import reduce
from operator import and_, or_

from modelsearch.backends.base import EmptySearchResults
from modelsearch.index import AutocompleteField, RelatedFields, SearchField
from modelsearch.query import And, Boost, Fuzzy, MatchAll, Not, Or, Phrase, PlainText

from search.language.text import normalise, query_tokens, tokens


def cut(value):
    """Return the texts of ``value`` (a field's, of any shape) as tokens with blanks between."""
    if isinstance(value, list | tuple):
        return " ".join(cut(one) for one in value)
    if isinstance(value, dict):
        return cut(list(value.values()))
    return " ".join(tokens(normalise("" if value is None else str(value))))


class CutObject:
    """An object as the indexer sees it: the same key, the same fields, every text cut."""

    def __init__(self, obj):
        self._obj = obj
        self.pk = obj.pk

    def get_search_fields(self):
        return [_cut_field(field, lambda holder: holder._obj) for field in self._obj.get_search_fields()]


def _cut_field(field, real):
    seen = copy.copy(field)
    if isinstance(field, RelatedFields):
        seen.fields = [_cut_field(one, lambda holder: holder) for one in field.fields]
        seen.get_value = lambda holder: field.get_value(real(holder))
    elif isinstance(field, SearchField | AutocompleteField):
        seen.get_value = lambda holder: cut(field.get_value(real(holder)))
    return seen


class CutIndex:
    """Mixin of an index: what is added is cut."""

    def add_items(self, model, objs):
        super().add_items(model, [CutObject(obj) for obj in objs])


class CutBackend:
    """Mixin of a backend: a question that says nothing (signs only) finds nothing, and none is an error."""

    def _search(self, query_compiler_class, query, model_or_queryset, **kwargs):
        if isinstance(query, str):
            query = PlainText(query, operator=kwargs.get("operator") or query_compiler_class.DEFAULT_OPERATOR)
        query = simple(query)
        if query is None:
            return EmptySearchResults()
        return super()._search(query_compiler_class, query, model_or_queryset, **kwargs)


def simple(query):
    """Return ``query`` with its texts cut, of the kinds both databases know, or None where nothing is left of it."""
    if isinstance(query, PlainText | Fuzzy | Phrase):
        words = [token for word in normalise(query.query_string).split() for token in query_tokens(word)]
        return PlainText(" ".join(words), operator=getattr(query, "operator", "and")) if words else None
    if isinstance(query, Boost):
        return simple(query.subquery)
    if isinstance(query, Not) and not isinstance(query.subquery, MatchAll):
        inner = simple(query.subquery)
        return inner and Not(inner)
    if isinstance(query, And | Or):
        parts = [part for part in map(simple, query.subqueries) if part is not None]
        return type(query)(parts) if len(parts) > 1 else (parts[0] if parts else None)
    return query


def lexemes(query, lexeme, last_is_prefix):
    """Return the terms of a cut PlainText as one expression of ``lexeme`` (the database's class); ``*`` is a prefix."""
    words = query.query_string.split()
    parts = [
        lexeme(word.rstrip("*"), prefix=word.endswith("*") or (last_is_prefix and at == len(words) - 1))
        for at, word in enumerate(words)
    ]
    return reduce(and_ if query.operator == "and" else or_, parts)
