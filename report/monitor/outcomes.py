"""What became of looking at a source."""

import dataclasses
import datetime
import enum


class Outcome(enum.StrEnum):
    """What became of looking at a source."""

    FIRST = "first"
    """Looked at for the first time: nothing to compare with."""
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    GONE = "gone"
    """404 or 410."""
    UNREACHABLE = "unreachable"
    """From here, now; why stands beside it."""
    MOVED = "moved"
    """Unchanged, and to be asked for at another address from now on."""
    UNREADABLE = "unreadable"
    """It was sent, and there is no text in it, or none where the selector points."""


@dataclasses.dataclass(frozen=True)
class SourceOutcome:
    """What became of looking at one source.

    Attributes:
        briefing: The slug.
        source: The source's id.
        url: What was asked for.
        outcome: What became of it.
        why: In words, where it could not be reached or read.
        moved_to: The new address, where it moved for good; a source may have moved and changed.
        proposal: The id of the proposal that waits for a decision about it; "" where there is none.
        since: The day from which on it has been so, over several runs.
        is_refused: Whether it was refused here, and would be at every run: an address that is not asked, `robots.txt`.
    """

    briefing: str
    source: str
    url: str
    outcome: Outcome
    why: str = ""
    moved_to: str = ""
    proposal: str = ""
    since: datetime.date | None = None
    is_refused: bool = False
