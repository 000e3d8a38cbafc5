"""Who imports what: each app registers an Importer for a file stem in its ``importing`` module.

The modules are found by name in the installed apps (like Django's admin finds its own),
so an app needs no line in its AppConfig and core imports none of them.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _

from core.importing.values import CellError

LONGEST_CELL = 2_000  # characters, unless the column says otherwise


class RowError(Exception):
    """The row cannot be written: ``column`` is the column's name where one is to blame; the message is a sentence."""

    def __init__(self, reason, column=""):
        super().__init__(reason)
        self.reason, self.column = reason, column


@dataclass(frozen=True)
class Column:
    """One column of a table.

    ``name`` is the key and the header in our own files; ``label`` the Chinese header,
    equally good. ``required``: the column must be there. ``blank``: its cell may be
    empty and then gives ``default``. A column without ``read`` is provenance: accepted
    in the file, kept there, not imported.
    """

    name: str
    label: str
    read: Callable[[str], Any] | None = None
    required: bool = False
    blank: bool = True
    default: Any = None
    longest: int = LONGEST_CELL
    aliases: tuple[str, ...] = ()

    @property
    def headers(self):
        return {_folded(header) for header in (self.name, self.label, *self.aliases)}


def _folded(header):
    """费用（元）, 费用(元)* and 费用 元 are one header."""
    return re.sub(r"[\s()*]", "", unicodedata.normalize("NFKC", header)).lower()


#: Columns that any table may have: where a row comes from, for people who keep the table.
PROVENANCE = (Column("source", "来源"), Column("note", "备注"))


class Importer:
    """Turns the rows of one kind of table into records. One instance serves one run.

    A subclass sets the class attributes and writes ``save``; ``load`` reads what rows
    refer to, once, and again after a row has failed and been rolled back.
    """

    stem: str  # file name: stem.csv, stem-2.xlsx, stem_sample.csv
    title: str  # 课程
    order: int  # lower first: streets before courses
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("code",)  # the columns that say which record a row is

    def load(self):
        """Read the records that rows refer to into dictionaries."""

    def save(self, row):
        """Write what ``row`` (column name → value, only columns that the file has) says; return a list of Changes.

        Raises RowError, DomainError or ValidationError when a rule says no.
        """
        raise NotImplementedError

    @classmethod
    def imported_columns(cls):
        """The columns that end up on the site; the others are provenance."""
        return [column for column in cls.columns if column.read]

    def column(self, name):
        return next((column for column in self.columns if column.name == name), None)

    def match(self, header):
        """Return ({index: Column}, [unknown headers], [missing required labels], [labels that occur twice])."""
        by_header = {folded: column for column in self.columns for folded in column.headers}
        found, unknown, twice = {}, [], []
        for index, text in enumerate(header):
            column = by_header.get(_folded(text))
            if column is None:
                unknown.append(text)
            elif column in found.values():
                twice.append(column.label)
            else:
                found[index] = column
        missing = [column.label for column in self.columns if column.required and column not in found.values()]
        return found, unknown, missing, twice


def read_cell(column, text):
    """Return the value of ``text`` in ``column``. Raises CellError."""
    if not text:
        if column.blank:
            return column.default() if callable(column.default) else column.default
        raise CellError(_("不能空着。"))
    return column.read(text)


_importers: dict[str, type[Importer]] = {}


def register(importer):
    """Class decorator: make ``importer`` known by its stem."""
    _importers[importer.stem] = importer
    return importer


@cache
def importers():
    """Every registered importer class, in the order in which they run."""
    autodiscover_modules("importing")
    return sorted(_importers.values(), key=lambda importer: (importer.order, importer.stem))


def importer_for(file_name):
    """Return the importer class for ``file_name`` by the longest stem it begins with, or None."""
    stem = Path(file_name).stem.lower()
    fitting = [
        importer
        for importer in importers()
        if stem == importer.stem or stem.startswith((f"{importer.stem}-", f"{importer.stem}_", f"{importer.stem}."))
    ]
    return max(fitting, key=lambda importer: len(importer.stem), default=None)
