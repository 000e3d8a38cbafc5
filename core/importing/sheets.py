"""Spreadsheets that an import hands out: the template of a table, and the rows that were wrong."""

import io

from django.utils.translation import gettext as _

from core.importing.registry import EXAMPLE_NOTE, PROBLEM
from core.importing.tables import read_table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH = 16  # of a column, in characters


def template(importer):
    """Return the bytes of an .xlsx for ``importer``: the header, an example that is never imported, a sheet of explanations."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    sheet.title = str(importer.title)
    columns = importer.imported_columns()
    note = importer.column("note")
    sheet.append([column.label for column in [*columns, note]])
    sheet.append([str(column.example) for column in columns] + [EXAMPLE_NOTE])
    explained = book.create_sheet(_("填写说明"))
    explained.append([_("列"), _("要不要填"), _("写什么"), _("例子")])
    for column in columns:
        explained.append([column.label, column.need_words, str(column.explanation), str(column.example)])
    explained.append([note.label, _("可以不填"), _("给自己看的，不导入。"), ""])
    for page in (sheet, explained):
        page.freeze_panes = "A2"
        for cell in page[1]:
            cell.font = Font(bold=True)
            page.column_dimensions[cell.column_letter].width = WIDTH
    explained.column_dimensions["C"].width = WIDTH * 5
    return _bytes(book)


def faulty_rows(source, file_report):
    """Return the bytes of an .xlsx with the rows of ``source`` that were not imported, each with what is wrong with it.

    Text only, whatever a cell begins with: nothing in it is a formula. Uploading it again, mended, imports the rest.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    table = read_table(source.path)
    book = Workbook(write_only=True)
    sheet = book.create_sheet()

    def text(value):
        cell = WriteOnlyCell(sheet, value="")
        cell.value, cell.data_type = value, "s"
        return cell

    own = [index for index, label in enumerate(table.header) if label != PROBLEM.label]
    sheet.append([text(table.header[index]) for index in own] + [text(PROBLEM.label)])
    for row in table.rows:
        line = file_report.lines.get(row.number)
        if line and line.is_faulty:
            cells = [row.cells[index] if index < len(row.cells) else "" for index in own]
            sheet.append([text(_clean(value)) for value in cells] + [text("；".join(line.words))])
    return _bytes(book)


def _clean(value):
    """A spreadsheet cannot hold control characters; what was wrong with them is said in the row's problem."""
    return "".join(character for character in value if character >= " " or character in "\n\t")


def _bytes(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
