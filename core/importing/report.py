"""What an import did or would do, and what was wrong with the files: plain data, in words for people."""

from dataclasses import dataclass, field

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
    """One record that was written: created, or updated with the names of the fields that changed."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"

    kind: str  # 课程, 班 …
    label: str
    verb: str
    fields: tuple[str, ...] = ()

    def __str__(self):
        words = {"kind": self.kind, "label": self.label, "fields": "、".join(self.fields)}
        if self.verb == self.CREATED:
            return _("新增%(kind)s：%(label)s") % words
        return _("修改%(kind)s：%(label)s（%(fields)s）") % words


@dataclass
class FileReport:
    """What one file gave. ``changes`` holds no unchanged records; they are only counted."""

    name: str
    title: str = ""
    rows: int = 0
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # worth knowing, not wrong

    def add(self, change):
        if change.verb == Change.UNCHANGED:
            self.unchanged += 1
        else:
            self.changes.append(change)

    def problem(self, reason, row=None, column=""):
        self.problems.append(Problem(self.name, str(reason), row, str(column)))

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
