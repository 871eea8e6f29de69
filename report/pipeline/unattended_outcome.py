"""What became of a briefing in an unattended run."""

import dataclasses
import enum

from report.findings import Finding


class Released(enum.StrEnum):
    """What became of a briefing."""

    UNREADABLE = "unreadable"
    NO_EDITION = "no edition"
    UNCHANGED = "unchanged"
    WAITS = "waits for sign-off"
    STOPPED = "stopped"
    RELEASED = "released"


@dataclasses.dataclass(frozen=True)
class BriefingRelease:
    """What became of a briefing in an unattended run.

    Attributes:
        briefing: The slug.
        state: What became of it.
        edition: The last edition, after the run; 0 where there is none.
        waits_for: The roles that have not signed off this content; one empty text where any would do.
        is_restored: Whether files that an earlier run had left unmade were made.
        findings: What kept it from being released.
    """

    briefing: str
    state: Released
    edition: int = 0
    waits_for: tuple[str, ...] = ()
    is_restored: bool = False
    findings: tuple[Finding, ...] = ()
