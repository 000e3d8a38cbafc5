"""The editors' search on SQLite."""

from modelsearch.backends.database.sqlite.query import BM25, Lexeme, SearchQueryExpression
from modelsearch.backends.database.sqlite.sqlite import (
    SQLiteAutocompleteQueryCompiler,
    SQLiteIndex,
    SQLiteSearchBackend,
    SQLiteSearchQueryCompiler,
)
from modelsearch.query import PlainText

from search.admin_backend.cutting import CutBackend, CutIndex, lexemes


class TitleFirst(BM25):
    """bm25 with weights for the columns of modelsearch's table: autocomplete, body, title."""

    def as_sql(self, compiler, connection, **extra):
        sql, params = super().as_sql(compiler, connection)
        return sql.removesuffix(")") + ", 1, 1, 4)", params


class _Compiler:
    """Mixin of the compilers of whole words and of beginnings."""

    def build_search_query_content(self, query, config=None):
        if isinstance(query, PlainText):
            return SearchQueryExpression(lexemes(query, Lexeme, self.LAST_TERM_IS_PREFIX), config=config)
        return super().build_search_query_content(query, config=config)

    def _build_rank_expression(self, vectors, config):
        # One bm25 of the whole question: modelsearch multiplies the negative ranks of an And's parts, and lets
        # a title count no more than the rest.
        return TitleFirst()


class SQLiteQueryCompiler(_Compiler, SQLiteSearchQueryCompiler):
    pass


class SQLiteBeginningCompiler(_Compiler, SQLiteAutocompleteQueryCompiler):
    pass


class CutSQLiteIndex(CutIndex, SQLiteIndex):
    pass


class SQLiteBackend(CutBackend, SQLiteSearchBackend):
    query_compiler_class = SQLiteQueryCompiler
    autocomplete_query_compiler_class = SQLiteBeginningCompiler
    index_class = CutSQLiteIndex
