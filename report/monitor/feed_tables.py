"""Tables as feeds give them, judged cell by cell, as the CSV that `table()` reads. Pure."""

import csv
import decimal
import io
import itertools
from collections.abc import Iterable, Iterator, Mapping

from report.facts.dates import parse_date
from report.facts.errors import DateError
from report.facts.feeds import FeedType, TableColumn, TableFeed
from report.monitor.feed_documents import FeedError
from report.monitor.feed_judging import Expectation, Raw, expected, judge
from report.monitor.feed_values import FeedOutcome


def columns_of(table: TableFeed) -> dict[str, str]:
    """Return what each column is called in the feed, by its name in the table."""
    return {name: column.from_ or name for name, column in table.columns.items()}


def table_csv(table: TableFeed, rows: Iterable[Mapping[str, Raw]], present: str) -> str:
    """Return a table as CSV: its columns in their order, values as they were judged.

    Args:
        table: What is expected.
        rows: By the columns' names in the feed.
        present: The table at hand, as CSV; "" where there is none. Steps are taken from its rows.

    Raises:
        FeedError: A cell is not what is expected, rows cannot be told apart, or there are too few or too many.
    """
    least, most = table.rows
    names = columns_of(table)
    before = _rows_by_key(present, table.key)
    lines: list[list[str]] = []
    keys: set[str] = set()
    for number, row in enumerate(itertools.islice(rows, most + 1), start=1):
        if number > most:
            raise FeedError(FeedOutcome.OUTSIDE_RANGE, f"there are more than {most:,} rows")
        key = row[names[table.key]].text.strip() if table.key else ""
        if table.key and key in keys:
            raise FeedError(FeedOutcome.WRONG_TYPE, f"row {number}: the key {key[:60]!r} stands there twice")
        keys.add(key)
        old = before.get(key, {}) if table.key else {}
        lines.append(
            [
                _cell(number, name, column, row[names[name]], old.get(name, ""))
                for name, column in table.columns.items()
            ]
        )
    if len(lines) < least:
        raise FeedError(FeedOutcome.OUTSIDE_RANGE, f"there are {len(lines):,} rows, fewer than {least:,}")
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows([list(table.columns), *lines])
    return written.getvalue()


def _cell(number: int, name: str, column: TableColumn, raw: Raw, present: str) -> str:
    if not raw.text.strip():
        if column.may_be_empty:
            return ""
        raise FeedError(FeedOutcome.MISSING, f"row {number}, {name}: there is nothing in it")
    wanted = expected(column, FeedType.TEXT, column.unit or "", present)
    if column.type is None:
        # Nothing is asked of it: what looks like a number is none the worse.
        raw = Raw(raw.text)
    judged = judge(raw, wanted if _is_usable(wanted) else _without_step(wanted))
    if judged.outcome is not FeedOutcome.READ:
        raise FeedError(judged.outcome, f"row {number}, {name}: {judged.message}")
    return judged.value


def _is_usable(wanted: Expectation) -> bool:
    """Return whether the cell at hand is of the type: a person may have written anything."""
    if not wanted.step or not wanted.present:
        return True
    try:
        if wanted.type is FeedType.DATE:
            parse_date(wanted.present)
        else:
            decimal.Decimal(wanted.present)
    except (DateError, decimal.InvalidOperation):
        return False
    return True


def _without_step(wanted: Expectation) -> Expectation:
    return Expectation(wanted.type, wanted.unit, wanted.low, wanted.high)


def _rows_by_key(text: str, key: str | None) -> dict[str, Mapping[str, str]]:
    if key is None:
        return {}
    return {row[key].strip(): row for row in _rows(text) if key in row}


def _rows(text: str) -> Iterator[Mapping[str, str]]:
    """Yield the rows of a table that is there, as far as it can be read."""
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        head = [name.strip() for name in next(reader, [])]
        for row in reader:
            if len(row) == len(head):
                yield dict(zip(head, row, strict=True))
    except csv.Error:
        return
