"""`report refresh`, step by step: sources, works and feeds looked at; what they say otherwise becomes proposals.

Nothing of a briefing is changed here: a person decides, with `report accept` and `report reject`.
"""

import contextlib
import dataclasses
import datetime
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from report.findings import Finding, sort_findings
from report.load.files import read_briefing
from report.pipeline.run import Run

if TYPE_CHECKING:
    from report.facts.judgement import Freshness
    from report.facts.models import Fact
    from report.model import Briefing
    from report.monitor.feeds import FeedsRead
    from report.monitor.outcomes import SourceOutcome
    from report.monitor.vault import Vault
    from report.pipeline.proposing import Proposals
    from report.pipeline.refreshing_works import WorkOutcome
    from report.proposals import Proposal
    from report.watch_settings import MonitorSettings

LOCK = "refresh"


@dataclasses.dataclass(frozen=True)
class StaleFact:
    """A fact that has to be looked at again.

    Attributes:
        briefing: The slug.
        fact: What it says.
        freshness: How its last check and its review stand.
    """

    briefing: str
    fact: "Fact"
    freshness: "Freshness"


@dataclasses.dataclass(frozen=True)
class OfBriefing:
    """A proposal, and the briefing that it is of."""

    briefing: str
    proposal: "Proposal"


@dataclasses.dataclass(frozen=True)
class Refreshed:
    """What a run came to.

    Attributes:
        sources: What became of looking at each source.
        works: What is said of each source that has a DOI.
        feeds: What came of the feeds of each briefing that has some, by slug.
        opened: Proposals that are new.
        waiting: Those of earlier runs that nobody has decided.
        stale: Facts that have to be looked at again, on the day of the run.
        findings: Sorted; what waivers excuse is left out.
    """

    sources: "tuple[SourceOutcome, ...]" = ()
    works: "tuple[WorkOutcome, ...]" = ()
    feeds: "Mapping[str, FeedsRead]" = dataclasses.field(default_factory=dict)
    opened: tuple[OfBriefing, ...] = ()
    waiting: tuple[OfBriefing, ...] = ()
    stale: tuple[StaleFact, ...] = ()
    findings: tuple[Finding, ...] = ()


def refresh(run: Run, slugs: Sequence[str], now: datetime.datetime, *, everything: bool = False) -> Refreshed:
    """Look at the sources, works and feeds of briefings once.

    Args:
        run: What every step needs.
        slugs: The briefings.
        now: The instant.
        everything: Whether sources without `watch` that facts rest on are looked at too.

    Raises:
        AnotherRunError: Another run is looking; nothing was done.
        MissingDependencyError: The vault or a proposal cannot be written.
        UsageError: The file of the authorities cannot be used.
    """
    settings, findings = read_settings(run.project)
    briefings, problems = _read(run.project, slugs)
    findings += problems
    if settings is None or not briefings:
        return Refreshed(findings=tuple(sort_findings(findings)))
    if not has_anything_to_ask(briefings, settings, everything=everything):
        return _decided_elsewhere(run, briefings, now, findings)
    from report.monitor.vault import Vault
    from report.run_lock import only_one

    vault = Vault(run.project / settings.vault)
    with _told(settings), only_one(vault.root / LOCK, now) as is_unclean:
        vault.clear_spool()
        return _look(run, briefings, settings, vault, now, findings, everything, is_unclean)


def read_settings(project: Path) -> "tuple[MonitorSettings | None, list[Finding]]":
    """Return how sources are looked at, None where `distribution.yaml` has an error; without such a file, defaults."""
    from report.load.monitor_settings import load_monitor_settings

    settings, findings = load_monitor_settings(project)
    if settings is not None and settings.ca_file:
        settings = settings.model_copy(update={"ca_file": str(project / settings.ca_file)})
    return settings, findings


def has_anything_to_ask(
    briefings: "Sequence[Briefing]", settings: "MonitorSettings", *, everything: bool = False
) -> bool:
    """Return whether anything of briefings is to be looked at; nothing heavy is imported for the answer."""
    for briefing in briefings:
        used = {one.ref for fact in briefing.facts.values() for one in fact.sources} if everything else set()
        for source in briefing.sources.values():
            if source.watch is not None or (source.url and source.id in used):
                return True
            if source.doi and settings.doi_service:
                return True
        if _has_feeds(briefing):
            return True
    return False


def _read(project: Path, slugs: Sequence[str]) -> "tuple[list[Briefing], list[Finding]]":
    """Return the briefings that can be read; of one that cannot, what keeps it from that."""
    from report.load.briefing import load_briefing

    briefings, findings = [], []
    for slug in slugs:
        briefing, found = load_briefing(read_briefing(project, slug))
        # What else is wrong with it is told by `check`; it is looked at all the same.
        findings += [one for one in found if one.code.is_unreadable]
        if briefing is not None:
            briefings.append(briefing)
    return briefings, findings


def _decided_elsewhere(
    run: Run, briefings: "list[Briefing]", now: datetime.datetime, findings: list[Finding]
) -> Refreshed:
    """Return what waits for a decision where there is nothing to ask."""
    from report.pipeline.proposing import Proposals

    proposals = {one.slug: Proposals(run.project, one, now) for one in briefings}
    return _refreshed(briefings, proposals, now, Refreshed(findings=tuple(findings)))


def _look(
    run: Run,
    briefings: "list[Briefing]",
    settings: "MonitorSettings",
    vault: "Vault",
    now: datetime.datetime,
    findings: list[Finding],
    everything: bool,
    is_resumed: bool,
) -> Refreshed:
    from report.pipeline.proposing import Proposals
    from report.pipeline.refreshing_sources import Watching, look_at_sources
    from report.pipeline.refreshing_works import check_works

    proposals = {one.slug: Proposals(run.project, one, now) for one in briefings}
    watching = Watching(settings, vault, proposals, now, is_resumed, run.progress)
    seen = look_at_sources(briefings, watching, everything=everything)
    works, of_works = check_works(briefings, settings, proposals, run.progress)
    feeds, of_feeds = _look_at_feeds(run, briefings, settings, vault, proposals, now)
    found = Refreshed(
        sources=tuple(seen.outcomes),
        works=tuple(works),
        feeds=feeds,
        findings=(*findings, *seen.findings, *of_works, *of_feeds),
    )
    return _refreshed(briefings, proposals, now, found)


def _look_at_feeds(
    run: Run,
    briefings: "list[Briefing]",
    settings: "MonitorSettings",
    vault: "Vault",
    proposals: "Mapping[str, Proposals]",
    now: datetime.datetime,
) -> "tuple[Mapping[str, FeedsRead], list[Finding]]":
    """Return what feeds were read as; nothing heavy is imported where there are none."""
    if not any(map(_has_feeds, briefings)):
        return {}, []
    from report.pipeline.refreshing_feeds import feed_findings, refresh_feeds
    from report.pipeline.table_proposals import propose_tables

    feeds = refresh_feeds(run, briefings, settings, vault)
    findings: list[Finding] = []
    for briefing in briefings:
        if briefing.slug in feeds:
            _propose_values(briefing, feeds[briefing.slug], proposals[briefing.slug], now)
            propose_tables(briefing, feeds[briefing.slug], proposals[briefing.slug], now)
            findings += feed_findings(run, briefing, feeds[briefing.slug])
    return feeds, findings


def _has_feeds(briefing: "Briefing") -> bool:
    return bool(briefing.table_feeds) or any(fact.feed is not None for fact in briefing.facts.values())


def _propose_values(
    briefing: "Briefing", read: "FeedsRead", proposals: "Proposals", now: datetime.datetime
) -> None:
    """Open a proposal for each fact whose feed says otherwise; close those that the two agree about now."""
    from report.monitor.feed_values import FeedOutcome
    from report.pipeline.proposing import Draft
    from report.proposals import Evidence, Seen

    differing = {one.name: one for one in read.differences if not one.is_table}
    for name, one in differing.items():
        seen = Seen(on=now.date(), bytes=one.sha256)
        draft = Draft(
            kind="feed-value",
            subject=name,
            facts=(name,),
            field=one.field,
            before=one.old,
            after=one.new,
            old=one.old,
            new=one.new,
            evidence=Evidence(url=one.where, new=seen),
            diff=f"-{one.old}\n+{one.new}",
        )
        proposals.propose(draft)
    for name, value in read.values.items():
        if value.outcome is FeedOutcome.READ and name not in differing:
            for waiting in proposals.of("feed-value", name):
                proposals.supersede("feed-value", name, "the feed and the fact agree", field=waiting.field)


def _refreshed(
    briefings: "list[Briefing]",
    proposals: "Mapping[str, Proposals]",
    now: datetime.datetime,
    found: Refreshed,
) -> Refreshed:
    """Return the whole: with what is new, what waits, what is stale, and without what waivers excuse."""
    from report.facts.judgement import Verdict, freshness
    from report.pipeline.proposing import waiting_findings
    from report.proposals import OF_FEEDS
    from report.waivers import Excuses

    told = {one.proposal for one in found.sources}.union(*(one.proposals for one in found.works))
    findings, stale = list(found.findings), []
    opened: list[OfBriefing] = []
    waiting: list[OfBriefing] = []
    for briefing in briefings:
        of = proposals[briefing.slug]
        opened += [OfBriefing(briefing.slug, one) for one in of.opened if one in of.current]
        waiting += [OfBriefing(briefing.slug, one) for one in of.waiting]
        read = found.feeds.get(briefing.slug)
        differing = {one.name for one in read.differences} if read is not None else set()
        silent = [
            one
            for one in of.waiting
            if one.id not in told and not (one.kind in OF_FEEDS and one.subject in differing)
        ]
        findings += [*of.findings, *waiting_findings(briefing, tuple(silent), now.date())]
        findings = Excuses(briefing, now.date()).excuse(findings)
        for fact in briefing.facts.values():
            judged = freshness(fact, now.date(), briefing.settings.freshness)
            if judged.verdict in (Verdict.STALE, Verdict.AGEING) or judged.is_review_due:
                stale.append(StaleFact(briefing.slug, fact, judged))
    return dataclasses.replace(
        found,
        opened=tuple(opened),
        waiting=tuple(waiting),
        stale=tuple(stale),
        findings=tuple(sort_findings(findings)),
    )


@contextlib.contextmanager
def _told(settings: "MonitorSettings") -> Iterator[None]:
    from report.errors import UsageError
    from report.peers import tls_context

    try:
        tls_context(settings.ca_file, "http")
    except OSError as error:
        reason = error.strerror or "it holds no certificate"
        message = f"the file {settings.ca_file!r} of `monitor.ca_file` cannot be used: {reason}"
        raise UsageError(message, "Name a PEM file of certificates.") from None
    yield
