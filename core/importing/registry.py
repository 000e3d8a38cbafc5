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

from django.utils.functional import cached_property
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.importing.values import CellError
from core.scoping import granted_paths

LONGEST_CELL = 2_000  # characters, unless the column says otherwise

#: Whoever may change the settings of the whole site may bring the whole site's tables: the district
#: office, and no street (core/roles.py). What such an import writes is published.
WHOLE_DISTRICT = "core.change_districtsettings"


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
    in the file, kept there, not imported. ``example`` and ``help`` stand in the template
    that people download (templates.py).
    """

    name: str
    label: str
    read: Callable[[str], Any] | None = None
    required: bool = False
    blank: bool = True
    default: Any = None
    longest: int = LONGEST_CELL
    aliases: tuple[str, ...] = ()
    example: str = ""
    help: str = ""

    @property
    def headers(self):
        return {_folded(header) for header in (self.name, self.label, *self.aliases)}

    @property
    def need_words(self):
        return _("必填") if self.required and not self.blank else _("可以不填")

    @property
    def explanation(self):
        """What may stand in the column, in words: its help, and the list of answers where there is one."""
        answers = getattr(self.read, "answers", ())
        said = _("可以写：%(answers)s。") % {"answers": "、".join(answers)} if answers else ""
        return f"{self.help}{said}" or getattr(self.read, "expects", "")


def _folded(header):
    """费用（元）, 费用(元)* and 费用 元 are one header."""
    return re.sub(r"[\s()*]", "", unicodedata.normalize("NFKC", header)).lower()


#: Columns that any table may have: where a row comes from, for people who keep the table; and what was wrong with it
#: in the last preview (faulty.py).
PROBLEM = Column("problem", "问题")
PROVENANCE = (Column("source", "来源"), Column("note", "备注"), PROBLEM)
#: What stands in 备注 of the template's example: such a row is never imported.
EXAMPLE_NOTE = "示例，导入时会跳过"


class Importer:
    """Turns the rows of one kind of table into records. One instance serves one run.

    A subclass sets the class attributes and writes ``save``; ``load`` reads what rows
    refer to, once, and again after a row has failed and been rolled back.
    ``user``: who brings the table; None for a command, which may everything.
    """

    stem: str  # file name: stem.csv, stem-2.xlsx, stem_sample.csv
    title: str  # 课程
    order: int  # lower first: streets before courses
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("code",)  # the columns that say which record a row is
    says: str = gettext_lazy("确认以后马上公开。")  # the effect, in a sentence

    def __init__(self, user=None):
        self.user = user

    @classmethod
    def open_to(cls, user):
        """Whether ``user`` may bring such a table at all; which rows of it, ``save`` decides."""
        return is_whole_district(user)

    @cached_property
    def drafts(self):
        """True where what is written waits for somebody to publish it."""
        return self.user is not None and not is_whole_district(self.user)

    def need(self, page, column):
        """Raise RowError where ``page`` is not in the part of the tree that the user may change."""
        if self._reach is not None and not page.path.startswith(tuple(self._reach)):
            raise RowError(
                _("“%(page)s”不归您管，这一行没有导入。请交给那里的编辑，或者区社区教育办公室。")
                % {"page": page.title},
                column,
            )

    @cached_property
    def _reach(self):
        return granted_paths(self.user, {"change"}) if self.drafts else None

    def load(self):
        """Read the records that rows refer to into dictionaries."""

    def prepare(self, rows):
        """Called once with all rows of a file before the first is written: for locks that must come first."""

    def failed(self, row):
        """What ``row`` wrote was rolled back: forget it."""
        self.load()

    def save(self, row):
        """Write what ``row`` (column name → value, only columns that the file has) says; return a list of Changes.

        Raises RowError, DomainError or ValidationError when a rule says no.
        """
        raise NotImplementedError

    @classmethod
    def imported_columns(cls):
        """The columns that end up on the site; the others are provenance."""
        return [column for column in cls.columns if column.read]

    @classmethod
    def column(cls, name):
        return next((column for column in cls.columns if column.name == name), None)

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


def is_whole_district(user):
    return user is not None and user.is_active and user.has_perm(WHOLE_DISTRICT)


def importers_for(user):
    """Every importer class whose tables ``user`` may bring."""
    return [importer for importer in importers() if user.is_active and importer.open_to(user)]


def importer_called(stem):
    """Return the importer class with exactly this stem, or None."""
    return next((importer for importer in importers() if importer.stem == stem), None)


def importer_for(file_name):
    """Return the importer class for ``file_name`` by the longest name (stem or title) it begins with, or None."""
    stem = Path(file_name).stem.lower()
    fitting = [
        (len(name), importer)
        for importer in importers()
        for name in (importer.stem, str(importer.title))
        if stem == name or stem.startswith(tuple(f"{name}{mark}" for mark in "-_. （("))
    ]
    return max(fitting, key=lambda pair: pair[0], default=(0, None))[1]
