"""Long tables from data: `{{ table('data/batches.csv', caption='…', columns=[…]) }}`.

A template leaves a token, so that Markdown never sees a cell; the table takes the token's place in the
finished tree. Cells are text, never markup.
"""

import csv
import dataclasses
import io
import re
from collections.abc import Callable, Mapping, Sequence

import lxml.html
from lxml.html import HtmlElement as Element
from markupsafe import Markup

from report.facts.dates import parse_date
from report.facts.errors import DateError
from report.facts.printing import print_date_compact
from report.findings import Code, Finding, Location
from report.positions import SourceFile

DATA_FILE_MISSING = Code("C030", "data-file-missing", is_waivable=False)
DATA_COLUMN_UNKNOWN = Code("C031", "data-column-unknown", is_waivable=False)
DATA_ROW_RAGGED = Code("C032", "data-row-ragged", is_waivable=False)
DATA_CELL_INVALID = Code("C033", "data-cell-invalid", is_waivable=False)
DATA_LIMIT = Code("C034", "data-limit", is_waivable=False)

MAX_ROWS = 20_000
TYPES = ("text", "date", "number")
ALIGNMENTS = ("left", "center", "right")
_NUMBER = re.compile(r"[-+\u2212]?[0-9]{1,3}(?:,?[0-9]{3})*(?:\.[0-9]+)?(?: ?[%‰])?")
_TOKEN = re.compile(r"\ufdd4table:([0-9]+)\ufdd5")

Reporter = Callable[[Code, str, str, str], None]


@dataclasses.dataclass(frozen=True)
class Column:
    """A column as it is printed.

    Attributes:
        key: The head of the column in the file.
        head: What is printed above it.
        group: What is printed above it and its neighbours of the same group; may be empty.
        align: left, center or right.
        type: text, date (EDTF, printed at its precision) or number.
    """

    key: str
    head: str
    group: str = ""
    align: str = "left"
    type: str = "text"


@dataclasses.dataclass
class DataTables:
    """Makes tables for the sections of a briefing; findings in the data lie at the data file's line.

    Attributes:
        files: The CSV files by path relative to the briefing.
        report: Reports at the line of the template that asks: code, message, hint, needle.
        fed: The files that a feed fills once somebody has accepted its table.
    """

    files: Mapping[str, SourceFile]
    locale: str
    report: Reporter
    fed: frozenset[str] = frozenset()
    findings: list[Finding] = dataclasses.field(default_factory=list)
    _tables: list[Element] = dataclasses.field(default_factory=list)

    def table(self, path: str, caption: str = "", columns: Sequence[object] | None = None) -> Markup:
        """Return the token that stands for a table; nothing, and findings, where it cannot be made."""
        file = self.files.get(str(path))
        if file is None:
            known = ", ".join(sorted(self.files)) or "none"
            message = f"there is no data file {str(path)!r}; there is {known}"
            hint = "Put a CSV file into data/ and name it data/NAME.csv."
            if str(path) in self.fed:
                hint = "Run `report refresh` to read its feed, and accept the table that it proposes."
            self.report(DATA_FILE_MISSING, message, hint, str(path))
            return Markup("")
        rows = self._rows(file)
        if not rows:
            self.findings.append(
                Finding(DATA_LIMIT, Location(file.path), "the file has no rows", "Add its head.")
            )
            return Markup("")
        chosen = self._columns(columns, rows[0][1])
        if chosen is None or len(rows) - 1 > MAX_ROWS:
            return Markup("")
        self._tables.append(self._make(file, rows, chosen, str(caption)))
        return Markup(f"\n\n\ufdd4table:{len(self._tables) - 1}\ufdd5\n\n")

    def place(self, root: Element) -> None:
        """Put each table where its token stands: in place of the paragraph that holds it."""
        for paragraph in list(root.iter("p")):
            match = _TOKEN.fullmatch((paragraph.text or "").strip())
            parent = paragraph.getparent()
            if match and parent is not None and int(match.group(1)) < len(self._tables):
                parent.replace(paragraph, self._tables[int(match.group(1))])

    def _rows(self, file: SourceFile) -> list[tuple[int, list[str]]]:
        """Return the rows with their first line's number; ragged rows are left out and reported."""
        reader = csv.reader(io.StringIO(file.text, newline=""), strict=True)
        rows: list[tuple[int, list[str]]] = []
        line = 1
        try:
            for row in reader:
                start, line = line, reader.line_num + 1
                if not row:
                    continue
                if rows and len(row) != len(rows[0][1]):
                    message = f"the row has {len(row)} cells; the head has {len(rows[0][1])}"
                    hint = "Give it as many cells; a comma within a cell goes between double quotes."
                    self.findings.append(Finding(DATA_ROW_RAGGED, Location(file.path, start), message, hint))
                    continue
                rows.append((start, [cell.strip() for cell in row]))
                if len(rows) - 1 > MAX_ROWS:
                    message = f"the file has more than {MAX_ROWS:,} rows"
                    self.findings.append(
                        Finding(DATA_LIMIT, Location(file.path, start), message, "Split it.")
                    )
                    break
        except csv.Error as error:
            hint = "Close the double quotes; a double quote within a cell is written twice."
            self.findings.append(
                Finding(DATA_ROW_RAGGED, Location(file.path, line), f"not CSV: {error}", hint)
            )
        return rows

    def _columns(self, wanted: Sequence[object] | None, head: list[str]) -> list[Column] | None:
        """Return the columns that are asked for, or None with a finding at the template's line."""
        columns = []
        for item in wanted if wanted is not None else head:
            options = {str(key): str(value) for key, value in item.items()} if isinstance(item, dict) else {}
            key = options.get("key", "") if isinstance(item, dict) else str(item)
            problem = ""
            if key not in head:
                problem = f"the file has no column {key!r}; it has {', '.join(head)}"
            elif set(options) - {"key", "head", "group", "align", "type"}:
                problem = (
                    f"a column has no {sorted(set(options) - {'key', 'head', 'group', 'align', 'type'})[0]!r}"
                )
            elif options.get("type", "text") not in TYPES:
                problem = f"{options['type']!r} is none of {', '.join(TYPES)}"
            elif options.get("align", "left") not in ALIGNMENTS:
                problem = f"{options['align']!r} is none of {', '.join(ALIGNMENTS)}"
            if problem:
                self.report(DATA_COLUMN_UNKNOWN, problem, "Correct the column.", key)
                return None
            kind = options.get("type", "text")
            align = options.get("align", "right" if kind == "number" else "left")
            columns.append(Column(key, options.get("head", key), options.get("group", ""), align, kind))
        return columns

    def _make(
        self, file: SourceFile, rows: list[tuple[int, list[str]]], columns: list[Column], caption: str
    ) -> Element:
        table: Element = lxml.html.Element("table")
        table.set("class", "data")
        _add_head(table, columns)
        places = [rows[0][1].index(column.key) for column in columns]
        body = _add(table, "tbody")
        for line, row in rows[1:]:
            element = _add(body, "tr")
            for column, place in zip(columns, places, strict=True):
                cell = _add(element, "td", self._printed(row[place], column, file, line))
                _align(cell, column)
        if not caption:
            return table
        figure: Element = lxml.html.Element("figure")
        figure.append(table)
        _add(figure, "figcaption", caption)
        return figure

    def _printed(self, text: str, column: Column, file: SourceFile, line: int) -> str:
        if not text or column.type == "text":
            return text
        if column.type == "number":
            if not _NUMBER.fullmatch(text):
                self._refuse(file, line, column, f"{text!r} is no number", "Write digits, such as 12.5.")
            return text
        try:
            return print_date_compact(parse_date(text), self.locale)
        except DateError as error:
            self._refuse(file, line, column, error.message, error.hint[:1].upper() + error.hint[1:] + ".")
            return text

    def _refuse(self, file: SourceFile, line: int, column: Column, message: str, hint: str) -> None:
        finding = Finding(DATA_CELL_INVALID, Location(file.path, line), f"{column.key}: {message}", hint)
        self.findings.append(finding)


def _add_head(table: Element, columns: list[Column]) -> None:
    """Add one row of heads, or two where columns stand in groups."""
    head = _add(table, "thead")
    if any(column.group for column in columns):
        row = _add(head, "tr")
        start = 0
        while start < len(columns):
            end = start + 1
            while end < len(columns) and columns[end].group == columns[start].group:
                end += 1
            cell = _add(row, "th", columns[start].group)
            cell.set("colspan", str(end - start))
            start = end
    row = _add(head, "tr")
    for column in columns:
        cell = _add(row, "th", column.head)
        cell.set("scope", "col")
        _align(cell, column)


def _add(parent: Element, tag: str, text: str = "") -> Element:
    element: Element = lxml.html.Element(tag)
    element.text = text or None
    parent.append(element)
    return element


def _align(cell: Element, column: Column) -> None:
    if column.type != "text":
        cell.set("class", column.type)
    if column.align != "left":
        cell.set("align", column.align)
