"""Values and rows out of the documents that feeds are: JSON and CSV, as bytes that somebody else wrote."""

import csv
import io
from collections.abc import Iterator, Mapping

from report.facts.feeds import Cell
from report.monitor.feed_judging import Raw
from report.monitor.feed_values import FeedOutcome
from report.monitor.json_pointer import Json, JsonNumber, PointerError, at_pointer, parse_json

MAX_ROWS = 200_000
MAX_CELL = 65_536


class FeedError(Exception):
    """Nothing could be read from a feed.

    Attributes:
        outcome: Why.
        message: What is, with values.
    """

    def __init__(self, outcome: FeedOutcome, message: str) -> None:
        super().__init__(outcome, message)
        self.outcome = outcome
        self.message = message


def raw_of_json(data: bytes, pointer: str, unit_at: str | None) -> Raw:
    """Return the value at a pointer; a mapping of `value` and `unit` is a value with its unit.

    Raises:
        FeedError: The bytes are no JSON, or nothing that can be a value stands there.
    """
    document = read_json(data)
    value = _at(document, pointer)
    unit = _at(document, unit_at) if unit_at is not None else None
    if isinstance(value, dict) and set(value) == {"value", "unit"}:
        unit, value = value["unit"], value["value"]
    if value is None:
        raise FeedError(FeedOutcome.MISSING, f"{pointer or 'the document'} is null")
    if isinstance(value, dict | list):
        what = "a list" if isinstance(value, list) else "an object"
        raise FeedError(FeedOutcome.WRONG_TYPE, f"{pointer or 'the document'} is {what}, and no single value")
    if unit is not None and (not isinstance(unit, str) or isinstance(unit, JsonNumber)):
        raise FeedError(FeedOutcome.WRONG_TYPE, "the unit is no text")
    if isinstance(value, bool):
        return Raw("true" if value else "false", unit)
    return Raw(str(value), unit, is_text=not isinstance(value, JsonNumber))


def raw_of_csv(data: bytes, cell: Cell, unit_at: str | None) -> Raw:
    """Return a cell of the one row that its conditions single out.

    Raises:
        FeedError: The bytes are no CSV, a column is missing, or no row or several fit.
    """
    found: list[Mapping[str, str]] = []
    for row in read_csv(data, [cell.column, *cell.where, *([unit_at] if unit_at else [])]):
        if all(row[column].strip() == value for column, value in cell.where.items()):
            found.append(row)
            if len(found) > 1:
                break
    shown = ", ".join(f"{column} = {value}" for column, value in cell.where.items()) or "no condition"
    if not found:
        raise FeedError(FeedOutcome.MISSING, f"no row has {shown}")
    if len(found) > 1:
        raise FeedError(FeedOutcome.MISSING, f"more than one row has {shown}, so none is meant")
    return Raw(found[0][cell.column], found[0][unit_at] if unit_at else None)


def read_json(data: bytes) -> Json:
    """Return a JSON document.

    Raises:
        FeedError: The bytes are none.
    """
    try:
        return parse_json(data.decode("utf-8-sig"))
    except ValueError as error:
        message = f"it is no JSON in UTF-8: {str(error)[:200]}"
        raise FeedError(FeedOutcome.UNREADABLE, message) from None


def rows_of_json(document: Json, pointer: str, columns: list[str]) -> Iterator[Mapping[str, Raw]]:
    """Yield the rows of a list of objects, with the columns that are asked for; null is an empty text.

    Raises:
        FeedError: There is no such list, or an entry of it is no object of single values.
    """
    rows = _at(document, pointer)
    if not isinstance(rows, list):
        raise FeedError(FeedOutcome.WRONG_TYPE, f"{pointer or 'the document'} is no list of rows")
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            raise FeedError(FeedOutcome.WRONG_TYPE, f"{pointer}/{number} is no object")
        cells: dict[str, Raw] = {}
        for column in columns:
            if column not in row:
                raise FeedError(FeedOutcome.MISSING, f"{pointer}/{number} has no key {column[:60]!r}")
            value = row[column]
            if isinstance(value, dict | list):
                raise FeedError(
                    FeedOutcome.WRONG_TYPE, f"{pointer}/{number}/{column[:60]} is no single value"
                )
            text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            cells[column] = Raw(text, is_text=not isinstance(value, JsonNumber))
        yield cells


def read_csv(data: bytes, columns: list[str]) -> Iterator[Mapping[str, str]]:
    """Yield the rows of a table in CSV by the heads of its columns; UTF-8, else GB 18030.

    Raises:
        FeedError: The bytes are no such table, or a column that is asked for is missing.
    """
    reader = csv.reader(io.StringIO(_decoded(data), newline=""), strict=True)
    try:
        head = [name.strip() for name in next(reader, [])]
        missing = [name for name in columns if name not in head]
        twice = [name for name in columns if head.count(name) > 1]
        if missing or twice:
            what = (
                f"there is no column {missing[0][:60]!r}"
                if missing
                else f"the column {twice[0][:60]!r} stands twice"
            )
            raise FeedError(FeedOutcome.MISSING, f"{what}; there are {', '.join(head)[:200] or 'none'}")
        for number, row in enumerate(reader, start=1):
            if not row:
                continue
            if len(row) != len(head):
                message = f"row {number} has {len(row)} cells, the head {len(head)}"
                raise FeedError(FeedOutcome.UNREADABLE, message)
            if number > MAX_ROWS:
                raise FeedError(FeedOutcome.UNREADABLE, f"more than {MAX_ROWS:,} rows")
            yield dict(zip(head, row, strict=True))
    except csv.Error as error:
        raise FeedError(FeedOutcome.UNREADABLE, f"it is no CSV: {error}") from None


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise FeedError(FeedOutcome.UNREADABLE, "it is no CSV in UTF-8 or GB 18030")


def _at(document: Json, pointer: str) -> Json:
    try:
        return at_pointer(document, pointer)
    except PointerError as error:
        raise FeedError(FeedOutcome.MISSING, error.message) from None
