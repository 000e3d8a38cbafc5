"""Read a table that somebody made in a spreadsheet: .csv in the encodings Excel and WPS write, or .xlsx.

Every cell becomes a stripped str. A file that cannot be trusted (encoding, quotes, a
bomb) raises TableError with a sentence; a cell that cannot be trusted (formula, control
character) is reported with its row and column and its row is not used.
"""

import csv
import datetime
import io
import unicodedata
import warnings
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 50_000
MAX_COLUMNS = 200
MAX_UNPACKED = 200 * 1024 * 1024  # bytes an .xlsx may unfold to
MAX_PARTS = 2_000  # files inside an .xlsx
BLANK_TAIL = 1_000  # blank rows in a row after which a sheet counts as ended (formatted but empty rows)
SUFFIXES = (".csv", ".xlsx")

#: Characters that turn text around on screen: a name could be made to read as another.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
_HARMLESS = frozenset("\n\r\t")
_FIRST_OF_FORMULA = ("=", "@")

# The module's own limit is 128 KB a field and ends the whole file; ours is told with row and column (values.py).
csv.field_size_limit(MAX_BYTES)


class TableError(Exception):
    """The file as a whole cannot be read; the message is a sentence for people, ``row`` where known."""

    def __init__(self, reason, row=None):
        super().__init__(reason)
        self.reason, self.row = reason, row


@dataclass
class Row:
    """``number`` as a spreadsheet shows it; ``faults`` by column index: what is wrong with the raw cell."""

    number: int
    cells: list[str]
    faults: dict[int, str] = field(default_factory=dict)


@dataclass
class Table:
    header: list[str]
    rows: list[Row]
    notes: list[str] = field(default_factory=list)


def read_table(path):
    """Return the Table in ``path`` (.csv or .xlsx). Raises TableError."""
    path = Path(path)
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise TableError(_("文件有 %(size)d MB，超过 20 MB。请分成几个文件。") % {"size": round(size / 1024 / 1024)})
    if size == 0:
        raise TableError(_("文件是空的，没有任何内容。"))
    table = _read_xlsx(path) if path.suffix.lower() == ".xlsx" else _read_csv(path.read_bytes())
    if not any(table.header):
        raise TableError(_("第一行是空的。第一行要写列名。"), 1)
    return table


# -- csv ------------------------------------------------------------------------------------------


def decode(data):
    """Return the text of ``data``: UTF-8 with or without a byte order mark, else GB18030. Raises TableError."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TableError(_("文件编码是 UTF-16，不能读。请在表格软件里另存为“CSV UTF-8”或 .xlsx。"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise TableError(
            _("文件编码既不是 UTF-8 也不是 GB18030，从第 %(line)d 行起读不出来。请另存为“CSV UTF-8”或 .xlsx。")
            % {"line": line},
            line,
        ) from error
    # GB18030 gives characters for nearly any bytes. Text of another encoding comes out as rare ones.
    han = [character for character in text if "\u3400" <= character <= "\u9fff" or "\ue000" <= character <= "\uf8ff"]
    rare = [character for character in han if not character.encode("gb2312", "ignore")]
    if len(rare) > 3 and len(rare) > len(han) * 0.2:
        raise TableError(
            _("按 GB18030 读出来像乱码（例如“%(sample)s”）。请另存为“CSV UTF-8”或 .xlsx。")
            % {"sample": "".join(rare[:6])}
        )
    return text


def _read_csv(data):
    if data.startswith(b"PK\x03\x04"):
        raise TableError(_("扩展名是 .csv，内容却是 .xlsx 或压缩包。请改正扩展名。"))
    records = []
    reader = csv.reader(io.StringIO(decode(data), newline=""), strict=True)
    try:
        for record in reader:
            records.append(record)
            if len(records) > MAX_ROWS:
                raise TableError(_("超过 %(rows)d 行。请分成几个文件。") % {"rows": MAX_ROWS})
    except csv.Error as error:
        row = len(records) + 1
        raise TableError(
            _("从第 %(row)d 行开始引号不成对，或引号后面还有字，后面的内容分不清。请检查英文双引号。") % {"row": row},
            row,
        ) from error
    if not records:
        raise TableError(_("文件是空的，没有任何内容。"))
    header = [_plain(cell) for cell in records[0]]
    rows = [_row(number, [(cell, None) for cell in record]) for number, record in enumerate(records[1:], start=2)]
    return Table(header, [row for row in rows if any(row.cells) or row.faults])


# -- xlsx -----------------------------------------------------------------------------------------


def _check_zip(path):
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise TableError(_("扩展名是 .xlsx，内容却不是表格文件。请用表格软件重新另存为 .xlsx。")) from error
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED or len(parts) > MAX_PARTS:
        raise TableError(
            _("展开后有 %(size)d MB，太大了，不像正常的表格，没有打开。") % {"size": unpacked // 1024 // 1024}
        )


def _read_xlsx(path):
    from openpyxl import load_workbook  # half a second: only those who bring an .xlsx pay it
    from openpyxl.utils.exceptions import InvalidFileException

    _check_zip(path)
    broken = (InvalidFileException, KeyError, ValueError, TypeError, IndexError, AttributeError, OSError, ParseError)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of charts and styles it does not keep; we keep none
        try:
            book = load_workbook(path, read_only=True, data_only=False)
        except (*broken, zipfile.BadZipFile, SyntaxError) as error:
            raise TableError(_("表格文件已损坏，打不开。请用表格软件重新另存为 .xlsx。")) from error
        try:
            return _read_book(book)
        except (*broken, zipfile.BadZipFile, SyntaxError) as error:
            raise TableError(_("表格里有读不出的内容。请用表格软件重新另存为 .xlsx。")) from error
        finally:
            book.close()


def _read_book(book):
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not sheets:
        raise TableError(_("文件里没有工作表。"))
    records, blank = [], 0
    sheet = sheets[0]
    sheet.reset_dimensions()  # the size some programs write there is wrong
    for record in sheet.iter_rows(max_col=MAX_COLUMNS):
        cells = [(cell.value, getattr(cell, "data_type", None)) for cell in record]
        blank = 0 if any(value is not None for value, _kind in cells) else blank + 1
        if blank > BLANK_TAIL:
            break
        records.append(cells)
        if len(records) - blank > MAX_ROWS:
            raise TableError(_("超过 %(rows)d 行。请分成几个文件。") % {"rows": MAX_ROWS})
    if not any(value is not None for cells in records for value, _kind in cells):
        raise TableError(_("第一张工作表是空的。"))
    notes = []
    if len(sheets) > 1:
        notes.append(_("只读了第一张工作表“%(name)s”。") % {"name": sheet.title})
    header = [_plain(_cell_text(value)) for value, _kind in records[0]]
    while header and not header[-1]:
        header.pop()
    rows = [_row(number, _cut(cells, len(header))) for number, cells in enumerate(records[1:], start=2)]
    return Table(header, [row for row in rows if any(row.cells) or row.faults], notes)


def _cut(cells, width):
    """Drop empty cells beyond the header: a sheet's rows are as wide as its widest."""
    end = max((index + 1 for index, (value, _kind) in enumerate(cells) if value not in (None, "")), default=0)
    return cells[: max(width, end)]


# -- cells ----------------------------------------------------------------------------------------


def _plain(text):
    return unicodedata.normalize("NFC", text or "").strip("\ufeff \t\r\n\u3000\xa0")


def _cell_text(value):
    """A spreadsheet value as the text a person sees: dates as 2027-03-01, times as 14:30, 3.0 as 3."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.time):
        return value.strftime("%H:%M")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _fault(text, kind):
    """Return what is wrong with a raw cell, or None."""
    if kind == "e":
        return _("表格里这一格是错误值（%(value)s）。") % {"value": text[:20]}
    if kind == "f" or (kind is None and text.startswith(_FIRST_OF_FORMULA)):
        return _("是公式（%(value)s…），没有导入。请粘贴成数值。") % {"value": text[:20]}
    for character in text:
        if character == "\ufffd":
            return _("含有乱码字符“�”，原来的字已经丢失，请重新录入。")
        if character in _BIDI or (unicodedata.category(character) == "Cc" and character not in _HARMLESS):
            return _("含有看不见的控制字符（U+%(code)04X），请删掉重新输入。") % {"code": ord(character)}
    return None


def _row(number, cells):
    row = Row(number, [])
    for index, (value, kind) in enumerate(cells):
        text = _plain(_cell_text(value))
        if fault := _fault(text, kind):
            row.faults[index] = fault
        row.cells.append(text)
    while row.cells and not row.cells[-1] and len(row.cells) - 1 not in row.faults:
        row.cells.pop()
    return row
