"""Feeds of all briefings of a run read, each address asked once; what was read is kept with its day."""

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from report.facts.feeds import Feed, TableFeed
from report.findings import Code, Finding, Location, Severity
from report.model import Briefing
from report.monitor.answers import Fetched, Kind, Request
from report.monitor.databases import Databases
from report.monitor.feed_documents import FeedError
from report.monitor.feed_findings import check_feeds, misfit
from report.monitor.feed_values import FeedOutcome, read_values, write_values
from report.monitor.feeds import FeedsRead, Fetch, Reach, read_feeds
from report.monitor.fetching import fetch_all
from report.monitor.vault import Vault
from report.pipeline.run import Run
from report.watch_settings import MonitorSettings

UNREACHABLE = Code("M020", "feed-unreachable", Severity.WARNING)

_ACCEPT = "application/json, text/csv;q=0.9, */*;q=0.5"


def refresh_feeds(
    run: Run,
    briefings: Sequence[Briefing],
    settings: MonitorSettings,
    vault: Vault,
    environment: Mapping[str, str] = os.environ,
) -> dict[str, FeedsRead]:
    """Read the feeds of briefings and keep what was read; return it by slug, of those that have any.

    Raises:
        MissingDependencyError: The disk is full, or the vault cannot be written.
    """
    with_feeds = [(briefing, feeds) for briefing in briefings if (feeds := feeds_of(briefing))]
    if not with_feeds:
        return {}
    found = {}
    urls = [feed.url for _, feeds in with_feeds for feed in feeds.values()]
    with _asked(urls, settings, vault) as fetch:
        for briefing, feeds in with_feeds:
            run.progress(f"{briefing.slug}: reading {len(feeds)} {'feed' if len(feeds) == 1 else 'feeds'}")
            folder = run.project / briefing.prefix
            databases = Databases(folder, settings.allow_databases, environment)
            last = read_values(vault.root, briefing.slug)
            read = read_feeds(briefing, Reach(folder, databases, fetch, vault.put, run.today), last)
            write_values(vault.root, briefing.slug, read.values)
            found[briefing.slug] = read
    return found


def feeds_of(briefing: Briefing) -> dict[str, Feed | TableFeed]:
    """Return the feeds of a briefing that can be read, by the fact's id or the data file."""
    of_facts = {
        fact.id: fact.feed
        for fact in briefing.facts.values()
        if fact.feed is not None and misfit(fact, fact.feed) is None
    }
    return {**of_facts, **{table.data: table for table in briefing.table_feeds}}


def feed_findings(run: Run, briefing: Briefing, read: FeedsRead) -> list[Finding]:
    """Return what a refresh tells of feeds: what a build would, and which could not be reached now."""
    findings = check_feeds(briefing, read.values, run.today)
    for value in read.unreachable:
        message = f"the feed of {value.name} cannot be reached: {value.message}"
        if value.read_on is not None:
            message += f"; it was last read on {value.read_on}"
        hint = "Look whether its address still holds; what was read last stays until it can be read again."
        findings.append(Finding(UNREACHABLE, _place(briefing, value.name), message, hint))
    return findings


def _place(briefing: Briefing, name: str) -> Location:
    for number, table in enumerate(briefing.table_feeds):
        if table.data == name:
            return briefing.files["feeds.yaml"].locate(number, "data")
    file = briefing.files["facts.yaml"]
    entries = file.root.value if file.root is not None and isinstance(file.root.value, list) else []
    for index, node in enumerate(entries):
        if isinstance(node.value, dict) and "id" in node.value and node.value["id"].value == name:
            return file.locate(index, "feed")
    return file.locate()


@contextlib.contextmanager
def _asked(urls: Iterable[str | None], settings: MonitorSettings, vault: Vault) -> Iterator[Fetch]:
    """Ask for addresses, each once and politely; yield what hands out the answers, which lie on disk meanwhile."""
    answers: dict[str, Path | str] = {}

    def take(request: Request, fetched: Fetched) -> None:
        if fetched.kind is Kind.BODY:
            answers[request.url] = vault.spool(fetched.body)
        else:
            answers[request.url] = fetched.why or str(fetched.kind)

    # What is made for programs is asked for without robots.txt, which speaks to crawlers of pages (RFC 9309, 1).
    wanted = [url for url in dict.fromkeys(urls) if url is not None]
    requests = [Request(url, heeds_robots=False, accept=_ACCEPT) for url in wanted]

    def answer(url: str) -> bytes:
        found = answers.get(url, "it was not asked")
        if isinstance(found, str):
            raise FeedError(FeedOutcome.UNREACHABLE, found)
        return found.read_bytes()

    try:
        fetch_all(requests, settings, take)
        yield answer
    finally:
        for found in answers.values():
            if isinstance(found, Path):
                found.unlink(missing_ok=True)
