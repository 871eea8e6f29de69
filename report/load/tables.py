"""Tables that people keep in a spreadsheet, as CSV or XLSX: cells as text with their places, within limits.

Nothing is reckoned: a formula is not evaluated, and no cell's number is made into what it may have been.
"""

import csv
import dataclasses
import datetime
import functools
import io
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence

from report.findings import Code, Finding, Location
from report.load.files import is_gb18030, read_utf8
from report.publication.opening import open_container

TABLE_UNREADABLE = Code("C072", "table-unreadable", is_unreadable=True, is_waivable=False)

MAX_TABLE_BYTES = 16 * 1024 * 1024
MAX_EXPANDED_BYTES = 64 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 256
ENCODINGS = ("utf-8", "gb18030")
_SHEET_ROWS = 2 * MAX_ROWS
_DELIMITERS = (",", ";", "\t")
_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_BLANK = " \t\r\n\xa0\u3000"
# A cell of a sheet that is more than its format (ECMA-376-1, 18.3.1.4).
_FILLED_CELL = re.compile(rb'<(?:\w{1,20}:)?c [^<>]{0,200}?\br="([A-Z]{1,3})([0-9]{1,7})"[^<>]{0,200}(?<!/)>')
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]{1,2}", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Cell:
    """A cell with something in it.

    Attributes:
        text: Without blanks around it.
        row: From 1: the line of a CSV file on which its record begins, or the row of a sheet.
        column: From 1.
        problem: Why it cannot be taken as text, in words that go on from "the cell"; empty where it can.
        is_number: The spreadsheet holds it as a number, so noughts before it are lost.
    """

    text: str
    row: int
    column: int
    problem: str = ""
    is_number: bool = False


@dataclasses.dataclass(frozen=True)
class Table:
    """What a table holds.

    Attributes:
        path: As findings print it.
        rows: The cells of each row that has any, less empty ones.
        read_as: How it was read, for people: the encoding, or the sheet.
    """

    path: str
    rows: tuple[tuple[Cell, ...], ...]
    read_as: str


def read_table(data: bytes, path: str, *, encoding: str = "", sheet: str = "") -> Table | list[Finding]:
    """Return the table of a file, or why there is none.

    Args:
        data: The file; what it is shows by its first bytes.
        path: As findings print it.
        encoding: Of a CSV file, one of `ENCODINGS`; "" looks: UTF-8 if it is that throughout, else GB 18030.
        sheet: The name of the sheet of an XLSX file; "" stands for the first that is not hidden.
    """
    if data.startswith(_ZIP):
        return _read_xlsx(data, path, sheet)
    if data.startswith(_OLE):
        message = "a workbook of Excel 97 to 2003, or one with a password"
        return [_unreadable(path, message, "Save it as .xlsx without a password, or as CSV.")]
    return _read_csv(data, path, encoding)


def _unreadable(path: str, message: str, hint: str, line: int = 0, column: int = 0) -> Finding:
    return Finding(TABLE_UNREADABLE, Location(path, line, column), message, hint)


def _read_csv(data: bytes, path: str, encoding: str) -> Table | list[Finding]:
    text = read_utf8(data, path)
    read_as = "UTF-8"
    is_chinese = isinstance(text, Finding) and is_gb18030(data) and not data.startswith((b"\xff", b"\xfe"))
    if encoding == "gb18030" or (not encoding and is_chinese):
        try:
            text, read_as = data.decode("gb18030"), "GB 18030"
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            message = f"the byte 0x{data[error.start]:02X} is not GB 18030 text"
            return [_unreadable(path, message, "Save the table as UTF-8 or as .xlsx.", line)]
    if isinstance(text, Finding):
        return [text]
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    rows: list[tuple[Cell, ...]] = []
    line = 1
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
        for record in reader:
            cells = [_csv_cell(value, line, place) for place, value in enumerate(record, 1)]
            rows += [row] if (row := tuple(cell for cell in cells if cell.text)) else []
            line = reader.line_num + 1
            if len(rows) > MAX_ROWS + 1:
                return [_too_many(path, rows[-1][0].row)]
    except csv.Error as error:
        hint = "Close the double quotes; a double quote within a cell is written twice."
        return [_unreadable(path, f"not CSV: {error}", hint, line)]
    return Table(path, tuple(rows), read_as)


def _csv_cell(value: str, row: int, column: int) -> Cell:
    text = value.strip(_BLANK)
    problem = ""
    if _SCIENTIFIC.fullmatch(text):
        problem = "holds a number that the spreadsheet has shortened"
    return Cell(text, row, column, problem)


def _too_many(path: str, row: int) -> Finding:
    return _unreadable(path, f"more than {MAX_ROWS:,} rows below the head", "Split the table.", row, 1)


def _read_xlsx(data: bytes, path: str, sheet: str) -> Table | list[Finding]:
    hint = "Save it anew as .xlsx, or as CSV."
    try:
        parts = open_container(data, "XLSX", MAX_EXPANDED_BYTES)
    except ValueError as error:
        return [_unreadable(path, str(error), hint)]
    if any(_declares(part) for name, part in parts.items() if name.endswith((".xml", ".rels"))):
        return [_unreadable(path, "a part of the workbook declares a document type of its own", hint)]
    far = _beyond_limits(parts.values())
    if far:
        message = (
            f"there is something in cell {far}; the limit is {_SHEET_ROWS:,} rows by {MAX_COLUMNS} columns"
        )
        return [_unreadable(path, message, "Delete what stands apart from the table.")]
    try:
        # openpyxl warns of what it leaves out, such as rules of validation; none of it is a cell's text.
        with warnings.catch_warnings(action="ignore"):
            return _sheet_of(data, path, sheet)
    except Exception as error:
        # openpyxl trusts its input, and lets out whatever breaks on a damaged one: KeyError, TypeError, ParseError.
        return [_unreadable(path, f"the workbook cannot be read ({type(error).__name__})", hint)]


def _declares(part: bytes) -> bool:
    """Return whether an XML part could declare entities; one in UTF-16, which Excel never writes, could hide it."""
    return (
        b"<!DOCTYPE" in part
        or b"<!ENTITY" in part
        or part.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"))
    )


def _beyond_limits(parts: Iterable[bytes]) -> str:
    """Return the reference of a cell that holds something and would not be read; empty where there is none."""
    for part in parts:
        for match in _FILLED_CELL.finditer(part):
            letters, row = match.group(1).decode(), int(match.group(2))
            column = functools.reduce(lambda number, letter: number * 26 + ord(letter) - 64, letters, 0)
            if column > MAX_COLUMNS or row > _SHEET_ROWS:
                return f"{letters}{row}"
    return ""


def _sheet_of(data: bytes, path: str, sheet: str) -> Table | list[Finding]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    visible = [item for item in book.worksheets if item.sheet_state == "visible"]
    chosen = [item for item in book.worksheets if item.title == sheet] if sheet else visible[:1]
    if not chosen:
        names = ", ".join(repr(item.title) for item in book.worksheets)
        message = f"there is no sheet {sheet!r}" if sheet else "no sheet is visible"
        return [_unreadable(path, message, f"Name one with --sheet: {names}.")]
    # What the sheet says of its size may be wrong.
    chosen[0].reset_dimensions()
    rows: list[tuple[Cell, ...]] = []
    read = chosen[0].iter_rows(min_row=1, max_row=_SHEET_ROWS, max_col=MAX_COLUMNS)
    for number, cells in enumerate(read, 1):
        rows += [row] if (row := tuple(_xlsx_cells(cells, number))) else []
        if len(rows) > MAX_ROWS + 1:
            return [_too_many(path, number)]
    others = len(visible) - (chosen[0] in visible)
    read_as = f"sheet {chosen[0].title!r}" + (f" (not {others} other)" if others else "")
    return Table(path, tuple(rows), read_as)


def _xlsx_cells(cells: Sequence[object], row: int) -> Iterator[Cell]:
    from openpyxl.cell.read_only import EMPTY_CELL

    for column, cell in enumerate(cells, 1):
        if cell is EMPTY_CELL:
            continue
        value, kind = getattr(cell, "value", None), getattr(cell, "data_type", "")
        if kind == "f":
            yield Cell("=", row, column, "holds a formula, which is not reckoned")
        elif kind == "e":
            yield Cell("#", row, column, "holds an error of the spreadsheet")
        elif isinstance(value, bool):
            yield Cell("true" if value else "false", row, column)
        elif isinstance(value, datetime.date | datetime.time | datetime.timedelta):
            yield Cell("#", row, column, "holds a date or a time")
        elif isinstance(value, int | float):
            is_whole = abs(value) < 1e15 and value == int(value)
            text = str(int(value)) if is_whole else "#"
            yield Cell(text, row, column, "" if is_whole else "holds a number that is not whole", True)
        elif isinstance(value, str) and value.strip(_BLANK):
            yield Cell(value.strip(_BLANK), row, column)
