"""Run an import: one transaction for the whole folder, a savepoint for each row, never an exception for bad input."""

import logging
from collections import Counter
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.signal_handlers import disable_reference_index_auto_update

from core.errors import DomainError
from core.importing.around import surroundings
from core.importing.registry import (
    EXAMPLE_NOTE,
    Importer,
    RowError,
    importer_called,
    importer_for,
    importers,
    importers_for,
    read_cell,
)
from core.importing.report import FileReport, Report
from core.importing.tables import SUFFIXES, Row, TableError, read_table
from core.importing.values import CellError

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """A file to import: the name people know it by, where it lies, and what table it is where somebody said so (a stem)."""

    name: str
    path: Path
    kind: str = ""


@dataclass
class _Loaded:
    """A file that was read: its rows as values, those with faults left out."""

    report: FileReport
    importer: type[Importer] | None = None
    rows: list[tuple[Row, dict]] | None = None


def folder_sources(folder):
    """The files of ``folder`` that somebody means to be imported: not hidden, no README, no lock file of a spreadsheet."""
    return [
        Source(path.name, path)
        for path in sorted(Path(folder).iterdir())
        if path.is_file()
        and not path.name.startswith((".", "~$"))
        and path.suffix.lower() != ".md"
        and not path.name.lower().startswith("readme")
    ]


def run_import(sources, *, user=None, dry_run=False, progress=None, journal=None):
    """Import ``sources`` (a list of Source) and return the Report.

    Good rows are kept and bad rows reported. ``user`` brings the tables and may what the
    importers let them; None is a command. ``dry_run`` does everything and rolls it back, so
    its report is what would happen. ``progress(file_name, done, total)`` is called as rows
    are written; ``journal`` (journal.py) notes what undoing needs.
    """
    loaded = [_load(source, user) for source in sources]
    _refuse_duplicates(loaded)
    loaded.sort(key=lambda file: (file.importer.order if file.importer else 999, file.report.name))
    report = Report([file.report for file in loaded], dry_run)
    # What is rolled back need not be indexed: half the time of a preview.
    unindexed = disable_reference_index_auto_update() if dry_run else nullcontext()
    with suppress(_NothingToKeepError), unindexed, transaction.atomic(), surroundings():
        _write_all(loaded, user, progress, journal)
        if journal:
            journal.close(report)
        if dry_run or not report.has_changes:
            raise _NothingToKeepError
    return report


# -- reading --------------------------------------------------------------------------------------


def _load(source, user=None):
    report = FileReport(source.name)
    if Path(source.name).suffix.lower() not in SUFFIXES:
        report.problem(_("只能导入 .csv 和 .xlsx 文件。旧的 .xls 请另存为 .xlsx。"))
        return _Loaded(report)
    kind = importer_called(source.kind) or importer_for(source.name)
    if kind is None:
        known = "、".join(f"{each.stem}（{each.title}）" for each in (importers_for(user) if user else importers()))
        report.problem(
            _("不知道这个文件是什么表。请上传时选“是什么表”，或者让文件名以这些开头：%(known)s。") % {"known": known}
        )
        return _Loaded(report)
    report.title = str(kind.title)
    if user is not None and kind not in importers_for(user):
        report.problem(_("您不能导入“%(title)s”这种表，请交给区社区教育办公室。") % {"title": kind.title})
        return _Loaded(report)
    try:
        table = read_table(source.path)
    except TableError as error:
        report.problem(error.reason, error.row)
        return _Loaded(report, kind)
    except OSError:
        report.problem(_("文件打不开。"))
        return _Loaded(report, kind)
    report.notes += table.notes
    found, unknown, missing, twice = kind(user).match(table.header)
    if missing or twice:
        if missing:
            report.problem(
                _("缺少必需的列：%(missing)s。这个文件没有导入；认识的列有：%(known)s。")
                % {"missing": "、".join(missing), "known": "、".join(column.label for column in kind.columns)},
                1,
            )
        if twice:
            report.problem(_("有重复的列：%(twice)s。这个文件没有导入。") % {"twice": "、".join(twice)}, 1)
        return _Loaded(report, kind)
    for name in unknown:
        report.problem(_("不认识这一列，没有导入。") if name else _("有一列没有列名，没有导入。"), 1, name[:40])
    report.rows = len(table.rows)
    rows = []
    for row in table.rows:
        if _is_example(row, found):
            report.notes.append(_("第 %(row)d 行是模板里的示例，跳过了。") % {"row": row.number})
            report.rows -= 1
            continue
        values = _read_row(report, row, found, len(table.header))
        if values is not None:
            rows.append((row, values))
    if not report.rows:
        report.problem(_("只有列名，没有内容。"))
    return _Loaded(report, kind, rows)


def _is_example(row, columns):
    """True for the template's own row; one that somebody wrote over is theirs, whatever its 备注 still says."""
    cells = {column: row.cells[index] for index, column in columns.items() if index < len(row.cells)}
    note = next((text for column, text in cells.items() if column.name == "note"), "")
    own = all(text == str(column.example) for column, text in cells.items() if column.read)
    return note == EXAMPLE_NOTE and own


def _read_row(report, row, columns, width):
    """Return {column name: value}, or None after reporting everything that is wrong with the row."""
    faults = []
    if len(row.cells) > width:
        faults.append(
            (
                _("有 %(cells)d 格，比列名多（%(width)d 列）。是不是多了逗号？")
                % {"cells": len(row.cells), "width": width},
                "",
            )
        )
    values = {}
    for index, column in columns.items():
        text = row.cells[index] if index < len(row.cells) else ""
        if fault := row.faults.get(index):
            faults.append((fault, column.label))
        elif len(text) > column.longest:
            faults.append(
                (
                    _("有 %(length)d 个字，太长了，最多 %(longest)d 个。")
                    % {"length": len(text), "longest": column.longest},
                    column.label,
                )
            )
        elif column.read:
            try:
                values[column.name] = read_cell(column, text)
            except CellError as error:
                faults.append((str(error), column.label))
    for reason, label in faults:
        report.fault(reason, row.number, label)
    return None if faults else values


def _refuse_duplicates(loaded):
    """Report every row whose key another row of the same kind has too, and import none of them: which one is meant?"""
    groups = {}
    for file in loaded:
        for row, values in file.rows or ():
            key = tuple(_comparable(values.get(name)) for name in file.importer.key)
            groups.setdefault((file.importer, key), []).append((file, row))
    for file in loaded:
        if not file.rows:
            continue
        label = "、".join(file.importer.column(name).label for name in file.importer.key)
        kept = []
        for row, values in file.rows:
            key = tuple(_comparable(values.get(name)) for name in file.importer.key)
            others = [place for place in groups[file.importer, key] if place[1] is not row]
            if not others:
                kept.append((row, values))
                continue
            places = "、".join(
                _("第 %(row)d 行") % {"row": other.number}
                if where is file
                else _("%(file)s 第 %(row)d 行") % {"file": where.report.name, "row": other.number}
                for where, other in others[:5]
            )
            shown = "、".join(str(values.get(name)) for name in file.importer.key)
            file.report.fault(
                _("“%(key)s”和%(places)s重复，都没有导入。") % {"key": shown, "places": places},
                row.number,
                label,
            )
        file.rows = kept


def _comparable(value):
    return value.casefold() if isinstance(value, str) else value


class _NothingToKeepError(Exception):
    """Rolls back what a dry run has written, and what rows that failed have told those around."""


# -- writing --------------------------------------------------------------------------------------


def _write_all(loaded, user, progress, journal):
    kind, importer = None, None
    for file in loaded:
        if file.rows is None:
            continue
        if file.importer is not kind:
            kind, importer = file.importer, file.importer(user)
            importer.load()
        _write(file, importer, progress, journal)


def _write(file, importer, progress, journal):
    report, total = file.report, len(file.rows)
    importer.prepare([values for _row, values in file.rows])
    for done, (row, values) in enumerate(file.rows, start=1):
        try:
            with transaction.atomic():
                changes = importer.save(values)
        except RowError as error:
            column = importer.column(error.column)
            report.fault(error.reason, row.number, column.label if column else error.column)
        except DomainError as error:
            report.fault(error.message, row.number)
        except ValidationError as error:
            _tell_invalid(report, row, importer, error)
        except Exception as error:
            # Whatever else a row can do to the database must not cost the other rows; the log has the rest.
            logger.exception("Import of %s row %s failed", report.name, row.number)
            report.fault(_("这一行没能存进数据库（%(kind)s），已跳过。") % {"kind": type(error).__name__}, row.number)
        else:
            if journal:
                journal.add(row.number, changes)
            report.add_row(row.number, changes)
            if progress:
                progress(report.name, done, total)
            continue
        importer.failed(values)
        if progress:
            progress(report.name, done, total)


def _tell_invalid(report, row, importer, error):
    """Report a ValidationError of a form or model, field by field, under the file's own column names."""
    if not hasattr(error, "error_dict"):
        for message in error.messages:
            report.fault(message, row.number)
        return
    for name, messages in error.message_dict.items():
        column = importer.column(name)
        label = column.label if column else ("" if name == NON_FIELD_ERRORS else name)
        for message in Counter(messages):
            report.fault(message, row.number, label)
