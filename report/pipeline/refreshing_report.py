"""What a refresh came to, as lines and as data."""

from collections import Counter
from typing import TYPE_CHECKING

from report.pipeline.refreshing import OfBriefing, Refreshed, StaleFact

if TYPE_CHECKING:
    from report.monitor.outcomes import SourceOutcome
    from report.pipeline.refreshing_works import WorkOutcome

VERSION = 1


def refreshed_lines(found: Refreshed) -> list[str]:
    """Return a summary for the terminal: counts, then what is new and what waits."""
    lines = []
    if found.sources:
        counts = Counter(str(one.outcome) for one in found.sources)
        told = ", ".join(f"{number} {word}" for word, number in sorted(counts.items()))
        lines.append(f"sources: {len(found.sources)} looked at: {told}")
    if found.works:
        unread = sum(bool(one.why) for one in found.works)
        noticed = sum(bool(one.notices) for one in found.works)
        told = f"{noticed} with notices" + (f", {unread} of which nothing could be read" if unread else "")
        lines.append(f"works: {len(found.works)} asked about: {told}")
    for slug, read in found.feeds.items():
        counts = Counter(str(value.outcome) for value in read.values.values())
        told = ", ".join(f"{number} {word}" for word, number in sorted(counts.items()))
        lines.append(f"feeds of {slug}: {told}; {len(read.differences)} say otherwise")
    lines += [f"new: {_named(one)}" for one in found.opened]
    lines += [f"waiting: {_named(one)}" for one in found.waiting]
    if found.stale:
        names = ", ".join(f"{one.briefing}/{one.fact.id}" for one in found.stale[:5])
        more = f" and {len(found.stale) - 5} more" if len(found.stale) > 5 else ""
        lines.append(f"facts to be checked again: {len(found.stale)}: {names}{more}")
    return lines or ["nothing to look at: no source has `watch`, `DOI` or a feed"]


def refreshed_data(found: Refreshed) -> dict[str, object]:
    """Return the same as data, every entry of it."""
    return {
        "version": VERSION,
        "sources": [_source_data(one) for one in found.sources],
        "works": [_work_data(one) for one in found.works],
        "feeds": [
            {
                "briefing": slug,
                "name": value.name,
                "outcome": str(value.outcome),
                "message": value.message,
                "value": value.value,
                "read_on": str(value.read_on or ""),
            }
            for slug, read in found.feeds.items()
            for value in read.values.values()
        ],
        "opened": [_proposal_data(one) for one in found.opened],
        "waiting": [_proposal_data(one) for one in found.waiting],
        "stale": [_stale_data(one) for one in found.stale],
    }


def _source_data(one: "SourceOutcome") -> dict[str, object]:
    return {
        "briefing": one.briefing,
        "source": one.source,
        "url": one.url,
        "outcome": str(one.outcome),
        "why": one.why,
        "moved_to": one.moved_to,
        "proposal": one.proposal,
        "since": str(one.since or ""),
    }


def _work_data(one: "WorkOutcome") -> dict[str, object]:
    return {
        "briefing": one.briefing,
        "source": one.source,
        "doi": one.doi,
        "is_known": one.is_known,
        "why": one.why,
        "notices": [
            {"doi": notice.doi, "type": notice.type, "on": str(notice.on or "")} for notice in one.notices
        ],
    }


def _stale_data(one: StaleFact) -> dict[str, object]:
    return {
        "briefing": one.briefing,
        "fact": one.fact.id,
        "checked_by": one.fact.checked_by or "",
        "last_checked": str(one.fact.last_checked or ""),
        "age_days": one.freshness.age_days,
        "limit_days": one.freshness.limit_days,
        "verdict": str(one.freshness.verdict),
        "is_review_due": one.freshness.is_review_due,
    }


def _named(one: OfBriefing) -> str:
    about = one.proposal.subject or one.proposal.field
    return f"content/{one.briefing}/proposals/{one.proposal.id}.yaml ({one.proposal.kind} of {about})"


def _proposal_data(one: OfBriefing) -> dict[str, object]:
    proposal = one.proposal
    return {
        "briefing": one.briefing,
        "id": proposal.id,
        "kind": proposal.kind,
        "source": proposal.source,
        "facts": list(proposal.facts),
        "field": proposal.field,
        "old": proposal.old,
        "new": proposal.new,
        "opened_at": proposal.opened_at.isoformat(),
    }
