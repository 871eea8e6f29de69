"""What is told of sources that were looked at (family M)."""

from report.findings import Code, Finding, Location, Severity
from report.monitor.outcomes import Outcome, SourceOutcome

CHANGED = Code("M001", "source-changed", Severity.WARNING)
GONE = Code("M002", "source-gone", Severity.WARNING)
UNREACHABLE = Code("M003", "source-unreachable", Severity.WARNING)
MOVED = Code("M004", "source-moved", Severity.WARNING)
REFUSED = Code("M005", "source-refused")
SELECTOR = Code("M006", "watch-finds-nothing")
UNREADABLE = Code("M007", "source-unreadable", Severity.WARNING)
ROBOTS = Code("M008", "robots-disallow", Severity.WARNING)
DAMAGED = Code("M009", "evidence-damaged", is_waivable=False)
RETRACTED = Code("M010", "source-retracted")
CORRECTED = Code("M011", "source-corrected", Severity.WARNING)
DOI_UNKNOWN = Code("M012", "doi-unknown", Severity.WARNING)
DOI_SERVICE = Code("M013", "doi-service-unreachable", Severity.WARNING)
WAITING = Code("M014", "proposal-waiting", Severity.WARNING)
NO_ADDRESS = Code("M015", "watch-without-address")

_BY_HAND = "Look at it by hand, and set last_checked of the facts that rest on it."


def finding_of(seen: SourceOutcome, where: Location, *, is_robots: bool, is_selector: bool) -> Finding | None:
    """Return what is told of a source; None of one that is as it was.

    Args:
        seen: What became of looking at it.
        where: Its place in sources.yaml.
        is_robots: Whether `robots.txt` is what refused it.
        is_selector: Whether its selector is what finds nothing.
    """
    named = f'"{seen.source}"'
    decide = f"Decide it: `report accept {seen.proposal}` or `report reject`." if seen.proposal else _BY_HAND
    since = f", since {seen.since}" if seen.since is not None else ""
    if seen.outcome is Outcome.CHANGED:
        return Finding(CHANGED, where, f"{named} reads otherwise than it did{since}", decide)
    if seen.outcome is Outcome.GONE:
        return Finding(GONE, where, f"{named} is gone{since}: {seen.why}", decide)
    if seen.outcome is Outcome.MOVED:
        return Finding(MOVED, where, f"{named} has moved to {seen.moved_to[:300]}", decide)
    if seen.outcome is Outcome.UNREADABLE:
        if is_selector:
            hint = "Open the page, and correct `watch.selector`."
            return Finding(SELECTOR, where, f"{named} cannot be watched: {seen.why}", hint)
        return Finding(UNREADABLE, where, f"{named} cannot be read{since}: {seen.why}", _BY_HAND)
    if seen.outcome is Outcome.UNREACHABLE:
        if is_robots:
            return Finding(ROBOTS, where, f"{named} is not looked at: {seen.why}", _BY_HAND)
        if seen.is_refused:
            hint = "Correct the address; what is meant to be asked is named in `monitor.allow_hosts`."
            return Finding(REFUSED, where, f"{named} is not asked for: {seen.why}", hint)
        hint = "If it lasts, open it by hand: it may be reached from elsewhere."
        return Finding(UNREACHABLE, where, f"{named} cannot be reached from here{since}: {seen.why}", hint)
    return None
