"""What is wrong with feeds, and with facts as their feeds were last read (family F)."""

import datetime
import hashlib
from collections.abc import Iterator

from report.facts.attributes import Number, Quantity
from report.facts.feeds import Feed, FeedType, TableFeed
from report.facts.models import Fact
from report.findings import Code, Finding, Location, Severity
from report.model import Briefing
from report.monitor.feed_judging import are_same, expectation, field_of, value_in
from report.monitor.feed_values import FeedOutcome, FeedValue, FeedValues, origin_of
from report.positions import Node

DIFFERS = Code("F040", "feed-differs", Severity.WARNING)
UNUSABLE = Code("F041", "feed-unusable", Severity.WARNING)
IMPLAUSIBLE = Code("F042", "feed-implausible", Severity.WARNING)
OLD = Code("F043", "feed-old", Severity.WARNING)
MISFIT = Code("F044", "feed-misfit")

_IMPLAUSIBLE = (FeedOutcome.OUTSIDE_RANGE, FeedOutcome.STEP_TOO_LARGE)
_FACTS, _FEEDS = "facts.yaml", "feeds.yaml"


def check_feeds(briefing: Briefing, values: FeedValues, today: datetime.date) -> list[Finding]:
    """Return what is wrong with a briefing's feeds, and where they say otherwise than it does.

    Args:
        briefing: Whose.
        values: What they were last read as; nothing of one that was never read.
        today: Of the clock: how old what was read is does not depend on the day that the facts are stated for.
    """
    findings: list[Finding] = []
    places = _places(briefing)
    for fact in briefing.facts.values():
        if fact.feed is not None and fact.id in places:
            wrong = misfit(fact, fact.feed)
            place = places[fact.id]
            where = briefing.files[_FACTS].locate(place, "feed")
            if wrong is not None:
                findings.append(Finding(MISFIT, where, f'the feed of "{fact.id}" {wrong[0]}', wrong[1]))
                continue
            value = _own(values.get(fact.id), fact.feed)
            if value is not None:
                findings += _judged(value, where, f'"{fact.id}"', fact.feed.max_age_days, today)
                findings += _fact_differs(briefing, fact, fact.feed, value, place)
    for index, table in enumerate(briefing.table_feeds):
        value = _own(values.get(table.data), table)
        if value is not None:
            where = briefing.files[_FEEDS].locate(index, "data")
            findings += _judged(value, where, table.data, table.max_age_days, today)
            findings += _table_differs(briefing, table, value, where)
    return findings


def _own(value: FeedValue | None, feed: Feed | TableFeed) -> FeedValue | None:
    """Return what was read from just this feed, and not as it was declared before."""
    return value if value is not None and value.origin == origin_of(feed) else None


def _places(briefing: Briefing) -> dict[str, int]:
    root: Node | None = briefing.files[_FACTS].root if _FACTS in briefing.files else None
    entries = root.value if root is not None and isinstance(root.value, list) else []
    return {
        str(node.value["id"].value): index
        for index, node in enumerate(entries)
        if isinstance(node.value, dict) and "id" in node.value
    }


def _judged(
    value: FeedValue, where: Location, named: str, max_age_days: int, today: datetime.date
) -> Iterator[Finding]:
    if value.outcome not in (FeedOutcome.READ, FeedOutcome.UNREACHABLE):
        code = IMPLAUSIBLE if value.outcome in _IMPLAUSIBLE else UNUSABLE
        message = f"what the feed of {named} gave on {value.tried_on} is not taken: {value.message}"
        hint = "Look at it; correct the feed, or what is expected of it."
        if value.outcome in _IMPLAUSIBLE:
            hint = "Look at it; if it is right, change the fact by hand, or widen `range` or `largest_step`."
        yield Finding(code, where, message, hint)
    if value.read_on is not None and (today - value.read_on).days > max_age_days:
        age = (today - value.read_on).days
        message = (
            f"the feed of {named} was last read on {value.read_on}, {age} days ago (limit {max_age_days})"
        )
        hint = "Run `report refresh`, and see what keeps it from being read."
        if value.outcome is FeedOutcome.UNREACHABLE:
            message += f": {value.message}"
        yield Finding(OLD, where, message, hint)


def _fact_differs(
    briefing: Briefing, fact: Fact, feed: Feed, value: FeedValue, place: int
) -> Iterator[Finding]:
    wanted = expectation(fact, feed)
    if not value.value or are_same(value.value, wanted.present, wanted.type):
        return
    group, _, name = field_of(fact, feed).partition(".")
    message = (
        f'"{fact.id}" states {wanted.present[:80]} in {group}.{name}, and its feed {value.value[:80]} '
        f"(read on {value.read_on})"
    )
    where = briefing.files[_FACTS].locate(place, group, name)
    yield Finding(DIFFERS, where, message, _DECIDE)


_DECIDE = "Decide what `report refresh` proposes, or correct the fact; waive F040 where the feed is wrong."


def _table_differs(
    briefing: Briefing, table: TableFeed, value: FeedValue, where: Location
) -> Iterator[Finding]:
    file = briefing.data.get(table.data)
    if not value.value or (
        file is not None and hashlib.sha256(file.text.encode()).hexdigest() == value.value
    ):
        return
    what = f"{table.data} is not there" if file is None else f"{table.data} is not"
    message = (
        f"{what}{', and its feed is' if file is None else ' what its feed is'} (read on {value.read_on})"
    )
    yield Finding(DIFFERS, where, message, _DECIDE)


def misfit(fact: Fact, feed: Feed) -> tuple[str, str] | None:
    """Return what in a feed does not fit its fact, and what to do; None where all does."""
    field = field_of(fact, feed)
    if not field:
        return "names no field, and the fact has no primary date", "Add `field: dates.NAME` or `attrs.NAME`."
    present = value_in(fact, field)
    if present is None:
        return f"is of {field}, which the fact does not have", "Add it to the fact, or name another field."
    is_date = field.startswith("dates.")
    wanted = expectation(fact, feed)
    if is_date and wanted.type is not FeedType.DATE:
        return f"gives {field} as {wanted.type}, and it is a date", "Leave `type` out."
    if isinstance(present, Number | Quantity) and not wanted.type.is_numeric:
        return f"gives {field} as {wanted.type}, and it is a number", "Write number or whole."
    if isinstance(present, Quantity) and feed.unit not in (None, present.unit):
        return f"is in {feed.unit!r}, and {field} in {present.unit!r}", "Write the same unit for both."
    if is_date and (feed.unit or feed.unit_at):
        return f"has a unit, and {field} is a date", "Leave the unit out."
    low, high = feed.range or (None, None)
    if (low, high) != (wanted.low, wanted.high):
        return f"has a range that is none of {wanted.type}s", f"Write its ends as {wanted.type}s."
    if (feed.largest_step or "") != wanted.step:
        return "has a percentage as the step of a date", "Write a number of days."
    if wanted.type is FeedType.TEXT and (wanted.low or wanted.high or wanted.step or wanted.unit):
        return "is a text, and has a unit, a range or a step", "Leave them out, or write `type: number`."
    return None
