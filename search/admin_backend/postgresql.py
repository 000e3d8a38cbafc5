"""The editors' search on PostgreSQL."""

from django.contrib.postgres.search import SearchQuery
from django.db.models import F
from modelsearch.backends.database.postgres.postgres import (
    PostgresAutocompleteQueryCompiler,
    PostgresIndex,
    PostgresSearchBackend,
    PostgresSearchQueryCompiler,
)
from modelsearch.backends.database.postgres.query import Lexeme
from modelsearch.query import PlainText

from search.admin_backend.cutting import CutBackend, CutIndex, lexemes


class _Compiler:
    """Mixin of the compilers of whole words and of beginnings."""

    def build_tsquery_content(self, query, config=None, invert=False):
        if isinstance(query, PlainText):
            asked = SearchQuery(lexemes(query, Lexeme, self.LAST_TERM_IS_PREFIX), search_type="raw", config=config)
            return ~asked if invert else asked
        return super().build_tsquery_content(query, config=config, invert=invert)

    def get_fields_vectors(self, search_query):
        # Not the fields' own columns: they are not cut. What is indexed tells the title from the rest, no more.
        if set(self.search_fields) == {"title"} and not isinstance(self, PostgresAutocompleteQueryCompiler):
            return [(F("index_entries__title"), F("index_entries__title_norm"))]
        return self.get_index_vectors(search_query)


class PostgresQueryCompiler(_Compiler, PostgresSearchQueryCompiler):
    pass


class PostgresBeginningCompiler(_Compiler, PostgresAutocompleteQueryCompiler):
    pass


class CutPostgresIndex(CutIndex, PostgresIndex):
    pass


class PostgresBackend(CutBackend, PostgresSearchBackend):
    query_compiler_class = PostgresQueryCompiler
    autocomplete_query_compiler_class = PostgresBeginningCompiler
    index_class = CutPostgresIndex
