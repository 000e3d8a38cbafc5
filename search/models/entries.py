"""The index: one entry for each public page or document, its words for the database's full-text search, the lexicon.

Everything here follows from pages and can be made anew by ``manage.py rebuild_search``.
Only ``search/index/`` writes it.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from search.enums import Kind, TermKind


class SearchEntry(models.Model):
    """What search knows of one public page or document. A draft, a private page, a past version has none.

    ``id`` is the page's, or minus the document's: both databases' full-text tables know a
    row by one number. Texts are normalised (language/text.py) but not cut into tokens:
    ranking compares words with them. ``terms``: the lexicon words it counts for, by blanks.
    """

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    title = models.CharField(max_length=255)
    subject = models.CharField(max_length=255, blank=True)
    place = models.CharField(max_length=500, blank=True)
    body = models.TextField(blank=True)
    terms = models.TextField(blank=True)

    class Meta:
        verbose_name = _("搜索条目")
        verbose_name_plural = _("搜索条目")
        indexes = [models.Index(fields=["kind"], name="search_entry_kind")]

    def __str__(self):
        return self.title


class SearchText(models.Model):
    """The full-text table: FTS5 on SQLite, a tsvector on PostgreSQL. Its columns are the vendors' own (migration 0002).

    Declared so that Django empties it with the other tables; read and written only by
    ``index/sqlite.py`` and ``index/postgresql.py``.
    """

    rowid = models.BigIntegerField(primary_key=True)

    class Meta:
        db_table = "search_text"
        verbose_name = _("全文索引")

    def __str__(self):
        return str(self.rowid)


class SearchTerm(models.Model):
    """A word of the lexicon, as the site's own pages use it: for suggestions, pinyin and corrections.

    ``entries``: how many entries have it.
    """

    word = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=TermKind.choices)
    entries = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("词")

    def __str__(self):
        return self.word


class SearchState(models.Model):
    """A random token for each thing that workers keep in memory; another token tells them to load it again.

    Random and not counted: a transaction that is rolled back may not leave a number behind
    that the next one uses for something else.
    """

    name = models.CharField(max_length=20, primary_key=True)
    token = models.BigIntegerField()

    class Meta:
        verbose_name = _("搜索状态")

    def __str__(self):
        return f"{self.name} {self.token}"
