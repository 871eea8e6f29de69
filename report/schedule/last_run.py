"""The record of the last scheduled run: when it began and ended, with which code, and the last that went well."""

import dataclasses
import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from report import store

FILE = "ledger/last-run.json"
VERSION = 1
# A run that found something to tell did its work all the same: 0, and 1 for findings.
GOOD_CODES = (0, 1)


@dataclasses.dataclass(frozen=True)
class LastRun:
    """The last run.

    Attributes:
        started_at: When it began.
        ended_at: When it ended; None while it goes on, and where it was killed.
        exit_code: What it told the shell; None until then.
        succeeded_at: When the last run ended that came to its end; may be an earlier one.
        steps: How long each step took, in seconds, by name.
    """

    started_at: datetime.datetime
    ended_at: datetime.datetime | None = None
    exit_code: int | None = None
    succeeded_at: datetime.datetime | None = None
    steps: Mapping[str, float] = dataclasses.field(default_factory=dict)


def begin_run(project: Path, now: datetime.datetime) -> LastRun:
    """Write down that a run began; the last success is kept.

    Raises:
        MissingDependencyError: The record cannot be written.
    """
    before = read_last_run(project)
    run = LastRun(now, succeeded_at=before.succeeded_at if before else None)
    store.replace(project / FILE, _to_json(run))
    return run


def end_run(
    project: Path, run: LastRun, now: datetime.datetime, code: int, steps: Mapping[str, float]
) -> LastRun:
    """Write down how a run ended.

    Raises:
        MissingDependencyError: The record cannot be written.
    """
    succeeded = now if code in GOOD_CODES else run.succeeded_at
    ended = dataclasses.replace(run, ended_at=now, exit_code=code, succeeded_at=succeeded, steps=dict(steps))
    store.replace(project / FILE, _to_json(ended))
    return ended


def read_last_run(project: Path) -> LastRun | None:
    """Return the last run; None where none is recorded, or the record cannot be read."""
    try:
        raw: Any = json.loads((project / FILE).read_bytes())
        if raw.pop("version") != VERSION:
            return None
        raw["started_at"] = _instant(raw["started_at"])
        for name in ("ended_at", "succeeded_at"):
            raw[name] = None if raw[name] is None else _instant(raw[name])
        return LastRun(**raw)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _instant(text: str) -> datetime.datetime:
    instant = datetime.datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(text)
    return instant


def _to_json(run: LastRun) -> bytes:
    data = dataclasses.asdict(run)
    for name in ("started_at", "ended_at", "succeeded_at"):
        data[name] = None if data[name] is None else data[name].isoformat(timespec="seconds")
    return (json.dumps({"version": VERSION, **data}, indent=2) + "\n").encode()
