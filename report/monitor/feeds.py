"""Feeds read: the values of facts and tables where they are published for machines.

The network is reached through `fetch` only. A build never reads a feed; it looks at what was read last (`feed_values`).
"""

import dataclasses
import datetime
import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from report.facts.feeds import Feed, Sql, TableFeed
from report.facts.models import Fact
from report.findings import Finding
from report.load.files import read_file
from report.model import Briefing
from report.monitor.databases import Databases, answer, check_inner_file
from report.monitor.feed_documents import (
    FeedError,
    raw_of_csv,
    raw_of_json,
    read_csv,
    read_json,
    rows_of_json,
)
from report.monitor.feed_findings import misfit
from report.monitor.feed_judging import Raw, are_same, expectation, field_of, judge
from report.monitor.feed_tables import columns_of, table_csv
from report.monitor.feed_values import FeedOutcome, FeedValue, FeedValues, origin_of

LARGEST_BYTES = 20 * 1024 * 1024


class Fetch(Protocol):
    """Asks for an address."""

    def __call__(self, url: str) -> bytes:
        """Return what is there.

        Raises:
            FeedError: It cannot be had; UNREACHABLE, and why.
        """
        ...


@dataclasses.dataclass(frozen=True)
class Reach:
    """What feeds are read with.

    Attributes:
        folder: The briefing's.
        databases: Which may be read.
        fetch: What asks for addresses; each is asked for once a run.
        keep: Keeps the bytes that a value was read from, and the tables that are proposed.
        today: The day that what is read is of.
    """

    folder: Path
    databases: Databases
    fetch: Fetch
    keep: Callable[[bytes], object]
    today: datetime.date


@dataclasses.dataclass(frozen=True)
class FeedDifference:
    """A feed that says otherwise than the briefing.

    Attributes:
        name: The fact's id, or the path of the data file.
        field: `dates.NAME` or `attrs.NAME`; "" for a table.
        old: What the briefing says; of a table, its CSV, "" where there is none.
        new: What the feed says; of a table, its CSV.
        sha256: Of the bytes in which it was read.
        where: The address, file or database.
    """

    name: str
    field: str
    old: str
    new: str
    sha256: str
    where: str

    @property
    def is_table(self) -> bool:
        """Whether it is of a table, and not of a fact."""
        return not self.field


@dataclasses.dataclass(frozen=True)
class FeedsRead:
    """What came of reading a briefing's feeds.

    Attributes:
        values: Of every feed, by the fact's id or the data file.
        differences: Those that say otherwise than the briefing.
    """

    values: FeedValues
    differences: tuple[FeedDifference, ...]

    @property
    def unreachable(self) -> tuple[FeedValue, ...]:
        """Those that could not be reached now."""
        return tuple(value for value in self.values.values() if value.outcome is FeedOutcome.UNREACHABLE)


def read_feeds(briefing: Briefing, reach: Reach, last: FeedValues) -> FeedsRead:
    """Read all feeds of a briefing; what goes wrong with one is told in its outcome, and the others go on.

    Args:
        briefing: Whose.
        reach: What they are read with.
        last: What they were read as before, which stays where nothing can be read now.
    """
    reach = dataclasses.replace(reach, fetch=_once(reach.fetch))
    values: dict[str, FeedValue] = {}
    differences: list[FeedDifference] = []
    for fact in briefing.facts.values():
        if fact.feed is not None and misfit(fact, fact.feed) is None:
            value, found = _read_fact(fact, fact.feed, reach, last.get(fact.id))
            values[fact.id] = value
            differences += found
    for table in briefing.table_feeds:
        file = briefing.data.get(table.data)
        value, found = _read_table(table, reach, last.get(table.data), file.text if file is not None else "")
        values[table.data] = value
        differences += found
    return FeedsRead(values, tuple(differences))


def where_of(feed: Feed | TableFeed) -> str:
    """Return the address, file or database that a feed is read from."""
    if feed.sql is not None:
        return feed.sql.url
    return feed.url or feed.file or ""


def _once(fetch: Fetch) -> Fetch:
    """Return what asks for each address once: many facts are often of one document."""
    known: dict[str, bytes | FeedError] = {}

    def ask(url: str) -> bytes:
        if url not in known:
            try:
                known[url] = fetch(url)
            except FeedError as error:
                known[url] = error
        found = known[url]
        if isinstance(found, FeedError):
            raise FeedError(found.outcome, found.message)
        return found

    return ask


def _read_fact(
    fact: Fact, feed: Feed, reach: Reach, last: FeedValue | None
) -> tuple[FeedValue, list[FeedDifference]]:
    wanted = expectation(fact, feed)
    try:
        raw, data = _raw(feed, reach)
        judged = judge(raw, wanted)
        if judged.outcome is not FeedOutcome.READ:
            failure = FeedError(judged.outcome, judged.message)
            return _failed(fact.id, feed, reach, last, failure, judged.value), []
    except FeedError as error:
        return _failed(fact.id, feed, reach, last, error), []
    value = _taken(fact.id, feed, reach, judged.value, data)
    field = field_of(fact, feed)
    if not field or are_same(judged.value, wanted.present, wanted.type):
        return value, []
    reach.keep(data)
    difference = FeedDifference(fact.id, field, wanted.present, judged.value, value.sha256, where_of(feed))
    return value, [difference]


def _read_table(
    table: TableFeed, reach: Reach, last: FeedValue | None, present: str
) -> tuple[FeedValue, list[FeedDifference]]:
    try:
        rows, data = _rows(table, reach)
        text = table_csv(table, rows, present)
    except FeedError as error:
        return _failed(table.data, table, reach, last, error), []
    value = _taken(table.data, table, reach, hashlib.sha256(text.encode()).hexdigest(), data or text.encode())
    if text == present:
        return value, []
    reach.keep(data or text.encode())
    reach.keep(text.encode())
    difference = FeedDifference(table.data, "", present, text, value.sha256, where_of(table))
    return value, [difference]


def _taken(name: str, feed: Feed | TableFeed, reach: Reach, value: str, data: bytes) -> FeedValue:
    return FeedValue(
        name=name,
        origin=origin_of(feed),
        outcome=FeedOutcome.READ,
        message="",
        tried_on=reach.today,
        value=value,
        read_on=reach.today,
        sha256=hashlib.sha256(data).hexdigest(),
        max_age_days=feed.max_age_days,
    )


def _failed(
    name: str, feed: Feed | TableFeed, reach: Reach, last: FeedValue | None, error: FeedError, seen: str = ""
) -> FeedValue:
    origin = origin_of(feed)
    kept = last if last is not None and last.origin == origin else None
    return FeedValue(
        name=name,
        origin=origin,
        outcome=error.outcome,
        message=error.message,
        tried_on=reach.today,
        value=kept.value if kept else "",
        read_on=kept.read_on if kept else None,
        seen=seen,
        sha256=kept.sha256 if kept else "",
        max_age_days=feed.max_age_days,
    )


def _raw(feed: Feed, reach: Reach) -> tuple[Raw, bytes]:
    """Return a value as it stands in the feed, and the bytes that it stands in."""
    if feed.sql is not None:
        return _raw_of_sql(feed.sql, feed.unit_at, reach)
    data = _bytes(feed, reach)
    if feed.cell is not None:
        return raw_of_csv(data, feed.cell, feed.unit_at), data
    return raw_of_json(data, feed.pointer or "", feed.unit_at), data


def _raw_of_sql(sql: Sql, unit_at: str | None, reach: Reach) -> tuple[Raw, bytes]:
    names, rows = answer(sql, reach.databases, most=1)
    others = [name for name in names if name != unit_at]
    if unit_at is not None and unit_at not in names:
        raise FeedError(FeedOutcome.MISSING, f"the query answers with no column {unit_at[:60]!r}")
    if not rows:
        raise FeedError(FeedOutcome.MISSING, "the query answers with no row")
    if len(others) != 1:
        raise FeedError(
            FeedOutcome.MISSING, f"the query answers with {len(others)} columns, and no one value"
        )
    raw = rows[0][names.index(others[0])]
    unit = rows[0][names.index(unit_at)].text if unit_at is not None else None
    said = raw.text if unit is None else f"{raw.text} {unit}"
    return Raw(raw.text, unit, is_text=raw.is_text), said.encode()


def _rows(table: TableFeed, reach: Reach) -> tuple[Iterable[dict[str, Raw]], bytes]:
    """Return the rows of a table by the columns' names in the feed, and the bytes they stand in; of a query, none."""
    wanted = list(dict.fromkeys(columns_of(table).values()))
    if table.sql is not None:
        names, rows = answer(table.sql, reach.databases, most=table.rows[1])
        missing = [name for name in wanted if name not in names]
        if missing:
            raise FeedError(FeedOutcome.MISSING, f"the query answers with no column {missing[0][:60]!r}")
        return [dict(zip(names, row, strict=True)) for row in rows], b""
    data = _bytes(table, reach)
    if table.pointer is not None:
        return (dict(row) for row in rows_of_json(read_json(data), table.pointer, wanted)), data
    return ({name: Raw(row[name]) for name in wanted} for row in read_csv(data, wanted)), data


def _bytes(feed: Feed | TableFeed, reach: Reach) -> bytes:
    if feed.url is not None:
        return reach.fetch(feed.url)
    assert feed.file is not None
    check_inner_file(reach.folder, feed.file)
    data = read_file(reach.folder / feed.file, feed.file, LARGEST_BYTES)
    if isinstance(data, Finding):
        raise FeedError(FeedOutcome.UNREADABLE, f"{feed.file}: {data.message}")
    return data
