"""What an import did or would do, and what was wrong with the files: plain data, in words for people."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Problem:
    """One thing that was not imported, and why. ``row`` counts as a spreadsheet does: the header is row 1."""

    file: str
    reason: str
    row: int | None = None
    column: str = ""

    @property
    def place(self):
        """courses.csv 第 3 行“名额”列."""
        words = {"file": self.file, "row": self.row, "column": self.column}
        if self.row and self.column:
            return _("%(file)s 第 %(row)d 行“%(column)s”列") % words
        if self.row:
            return _("%(file)s 第 %(row)d 行") % words
        return self.file

    def __str__(self):
        return _("%(place)s：%(reason)s") % {"place": self.place, "reason": self.reason}


@dataclass(frozen=True)
class Change:
    """One record that was written: created, or updated with the names of the fields that changed.

    ``record`` is the instance and ``before`` its photograph (photographs.py) where it was there before: what undoing needs.
    """

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"

    kind: str  # 课程, 班 …
    label: str
    verb: str
    fields: tuple[str, ...] = ()
    record: Any = field(default=None, compare=False, repr=False)
    before: list | None = field(default=None, compare=False, repr=False)

    def __str__(self):
        words = {"kind": self.kind, "label": self.label, "fields": "、".join(self.fields)}
        if self.verb == self.CREATED:
            return _("新增%(kind)s：%(label)s") % words
        if self.verb == self.UNCHANGED:
            return _("%(kind)s没有变化：%(label)s") % words
        return _("修改%(kind)s：%(label)s（%(fields)s）") % words


@dataclass(frozen=True)
class Line:
    """What becomes of one row: ``outcome`` is a verb of Change, or FAULTY; ``words`` say it, one sentence a record or fault."""

    FAULTY = "faulty"

    row: int
    outcome: str
    words: tuple[str, ...]

    @property
    def mark(self):
        return {
            Change.CREATED: _("新增"),
            Change.UPDATED: _("修改"),
            Change.UNCHANGED: _("不变"),
            self.FAULTY: _("有问题"),
        }[self.outcome]

    @property
    def is_faulty(self):
        return self.outcome == self.FAULTY


@dataclass
class FileReport:
    """What one file gave. ``changes`` holds no unchanged records; they are only counted. ``lines`` has every row that was read."""

    name: str
    title: str = ""
    rows: int = 0
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # worth knowing, not wrong
    lines: dict[int, Line] = field(default_factory=dict)

    def add_row(self, row, changes):
        """Row number ``row`` gave ``changes``. Their records and photographs are not held: they may be thousands."""
        for change in changes:
            if change.verb == Change.UNCHANGED:
                self.unchanged += 1
            else:
                self.changes.append(replace(change, record=None, before=None))
        verbs = {change.verb for change in changes}
        order = (Change.CREATED, Change.UPDATED, Change.UNCHANGED)
        outcome = next((verb for verb in order if verb in verbs), Change.UNCHANGED)
        self.lines[row] = Line(row, outcome, tuple(str(change) for change in changes))

    def problem(self, reason, row=None, column=""):
        self.problems.append(Problem(self.name, str(reason), row, str(column)))

    def fault(self, reason, row, column=""):
        """Row ``row`` is not imported, because of ``reason``. It may have several faults."""
        self.problem(reason, row, column)
        told = _("%(column)s：%(reason)s") % {"column": column, "reason": reason} if column else str(reason)
        words = self.lines[row].words if row in self.lines and self.lines[row].is_faulty else ()
        self.lines[row] = Line(row, Line.FAULTY, (*words, told))

    @property
    def faulty(self):
        """Numbers of the rows that were not imported."""
        return [line.row for line in self.lines.values() if line.is_faulty]

    @property
    def ordered_lines(self):
        return [self.lines[row] for row in sorted(self.lines)]

    @property
    def created(self):
        return [change for change in self.changes if change.verb == Change.CREATED]

    @property
    def updated(self):
        return [change for change in self.changes if change.verb == Change.UPDATED]

    @property
    def summary(self):
        """课程（courses.csv）：550 行，新增 588，修改 0，不变 0，问题 0."""
        return _(
            "%(title)s（%(name)s）：%(rows)d 行，新增 %(created)d，修改 %(updated)d，不变 %(same)d，问题 %(problems)d"
        ) % {
            "title": self.title or _("未导入"),
            "name": self.name,
            "rows": self.rows,
            "created": len(self.created),
            "updated": len(self.updated),
            "same": self.unchanged,
            "problems": len(self.problems),
        }


@dataclass
class Report:
    """What one run over a folder gave, file by file in the order they were imported."""

    files: list[FileReport] = field(default_factory=list)
    dry_run: bool = False

    @property
    def problems(self):
        return [problem for file in self.files for problem in file.problems]

    @property
    def changes(self):
        return [change for file in self.files for change in file.changes]

    @property
    def has_changes(self):
        return any(file.changes for file in self.files)

    def as_data(self):
        """The report as plain data, for a file between two requests; ``from_data`` reads it."""
        return asdict(self)

    @classmethod
    def from_data(cls, data):
        files = []
        for entry in data["files"]:
            lines = [Line(**{**line, "words": tuple(line["words"])}) for line in entry.pop("lines").values()]
            changes = [Change(**{**change, "fields": tuple(change["fields"])}) for change in entry.pop("changes")]
            problems = [Problem(**problem) for problem in entry.pop("problems")]
            files.append(
                FileReport(**entry, changes=changes, problems=problems, lines={line.row: line for line in lines})
            )
        return cls(files, data["dry_run"])
