"""What feeds were last read as, with the day: the cache that builds look at instead of the network.

One file a briefing, `feeds/SLUG.json` in the folder of the evidence; safe to delete: the next refresh makes it anew.
"""

import dataclasses
import datetime
import enum
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from report import store
from report.facts.feeds import DEFAULT_AGE_DAYS
from report.scalars import Schema

VERSION = 1
FOLDER = "feeds"
MAX_BYTES = 32 * 1024 * 1024


class FeedOutcome(enum.StrEnum):
    """What came of reading a feed."""

    READ = "read"
    UNREACHABLE = "unreachable"
    UNREADABLE = "unreadable"
    MISSING = "missing"
    WRONG_TYPE = "wrong-type"
    OTHER_UNIT = "other-unit"
    OUTSIDE_RANGE = "outside-range"
    STEP_TOO_LARGE = "step-too-large"


@dataclasses.dataclass(frozen=True)
class FeedValue:
    """What one feed was last read as.

    Attributes:
        name: A fact's id, or the path of a data file.
        origin: A hash of how the feed is declared; what was read from another one counts for nothing.
        outcome: Of the last attempt.
        message: What was wrong then; "" where nothing was.
        tried_on: The day of that.
        value: What was read when it last could be; of a table, the SHA-256 of its CSV. "" where it never could.
        read_on: The day of that; None where it never could.
        seen: The value that was refused, where that is what was wrong.
        sha256: Of the bytes in which the value was last read.
        max_age_days: How old it may be before a build warns, as the feed said then.
    """

    name: str
    origin: str
    outcome: FeedOutcome
    message: str
    tried_on: datetime.date
    value: str = ""
    read_on: datetime.date | None = None
    seen: str = ""
    sha256: str = ""
    max_age_days: int = DEFAULT_AGE_DAYS

    def is_old(self, today: datetime.date) -> bool:
        """Return whether it was read too long ago for a day."""
        return self.read_on is not None and (today - self.read_on).days > self.max_age_days


FeedValues = Mapping[str, FeedValue]


def origin_of(feed: Schema) -> str:
    """Return a hash of how a feed is declared."""
    declared = feed.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"max_age_days"})
    return hashlib.sha256(json.dumps(declared, sort_keys=True).encode()).hexdigest()[:16]


def read_values(vault: Path, slug: str) -> dict[str, FeedValue]:
    """Return what a briefing's feeds were last read as; nothing where that is not known or cannot be read."""
    try:
        data = (vault / FOLDER / f"{slug}.json").read_bytes()
        entries = json.loads(data) if len(data) <= MAX_BYTES else {}
        if entries["version"] != VERSION:
            return {}
        return {entry["name"]: _value(entry) for entry in entries["feeds"]}
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return {}


def state_of(values: FeedValues, today: datetime.date) -> str:
    """Return a hash of what builds find in values: the day of reading counts only once that is too long ago."""
    parts = [
        [value.name, value.origin, value.outcome, value.value, value.seen, value.message, value.is_old(today)]
        for _, value in sorted(values.items())
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def write_values(vault: Path, slug: str, values: FeedValues) -> None:
    """Keep what a briefing's feeds were read as.

    Raises:
        MissingDependencyError: The disk is full, or the folder cannot be written.
    """
    entries = [
        {**dataclasses.asdict(value), "tried_on": str(value.tried_on), "read_on": str(value.read_on or "")}
        for _, value in sorted(values.items())
    ]
    data = json.dumps({"version": VERSION, "feeds": entries}, ensure_ascii=False, indent=1) + "\n"
    store.replace(vault / FOLDER / f"{slug}.json", data.encode())


def _value(entry: Mapping[str, Any]) -> FeedValue:
    texts = {key: entry[key] for key in ("name", "origin", "message", "value", "seen", "sha256")}
    if not all(isinstance(text, str) for text in texts.values()) or type(entry["max_age_days"]) is not int:
        raise ValueError
    read_on = entry["read_on"]
    return FeedValue(
        **texts,
        outcome=FeedOutcome(entry["outcome"]),
        tried_on=datetime.date.fromisoformat(entry["tried_on"]),
        read_on=datetime.date.fromisoformat(read_on) if read_on else None,
        max_age_days=entry["max_age_days"],
    )
