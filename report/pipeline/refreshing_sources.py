"""Sources looked at: each is asked for, read, compared with the vault; what it says otherwise becomes a proposal."""

import dataclasses
import datetime
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from report.facts.sources import Source
from report.findings import Finding, Location
from report.model import Briefing
from report.monitor.answers import Fetched, Request
from report.monitor.differences import difference
from report.monitor.fetching import fetch_all
from report.monitor.looking import Looked, look_at
from report.monitor.outcomes import Outcome, SourceOutcome
from report.monitor.plain_text import fingerprint
from report.monitor.source_findings import DAMAGED, NO_ADDRESS, UNREACHABLE, finding_of
from report.monitor.vault import DamagedError, Look, Vault, first_said, last_said
from report.pipeline.proposing import Draft, Proposals, facts_resting_on
from report.pipeline.run import Progress
from report.proposals import Evidence, Kind, Seen
from report.watch_settings import MonitorSettings

# A run that was ended is gone on with: what it looked at within this time is not asked for again.
_RESUMED = datetime.timedelta(hours=1)


@dataclasses.dataclass(frozen=True)
class Watched:
    """A source that is looked at.

    Attributes:
        briefing: Whose.
        source: Which.
        url: What is asked for.
        selector: The region that counts; "" for the main text.
        looks: The earlier looks, oldest first.
        damage: Why there are none, where they were damaged.
    """

    briefing: Briefing
    source: Source
    url: str
    selector: str
    looks: tuple[Look, ...]
    damage: str = ""

    @property
    def request(self) -> Request:
        """What is asked, with what the last answer was marked with."""
        last = last_said(self.looks)
        if last is None or self.url != last.url:
            return Request(self.url)
        return Request(self.url, last.etag, last.last_modified)


@dataclasses.dataclass
class SourcesSeen:
    """What became of looking at sources."""

    outcomes: list[SourceOutcome] = dataclasses.field(default_factory=list)
    findings: list[Finding] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class Watching:
    """What looking at sources needs.

    Attributes:
        settings: How they are asked.
        vault: Where the evidence is.
        proposals: Of each briefing, by slug.
        now: The instant.
        is_resumed: Whether the last run was ended before it was done.
        progress: Is told of each stage.
    """

    settings: MonitorSettings
    vault: Vault
    proposals: Mapping[str, Proposals]
    now: datetime.datetime
    is_resumed: bool
    progress: Progress


def sources_of(briefing: Briefing, *, everything: bool) -> Iterator[tuple[Source, str]]:
    """Yield the sources that are looked at, each with what is asked for; "" where it has no address.

    Args:
        briefing: Whose.
        everything: Whether those without `watch` that facts rest on count too.
    """
    used = {one.ref for fact in briefing.facts.values() for one in fact.sources} if everything else set()
    for source in briefing.sources.values():
        if source.watch is not None:
            yield source, source.watch.url or source.url or ""
        elif source.id in used and source.url:
            yield source, source.url


def look_at_sources(briefings: Sequence[Briefing], watching: Watching, *, everything: bool) -> SourcesSeen:
    """Look at the sources of briefings; each is settled before the next, so that a run can be ended anywhere.

    Raises:
        MissingDependencyError: The vault or a proposal cannot be written.
    """
    seen = SourcesSeen()
    watched = []
    for briefing in briefings:
        for source, url in sources_of(briefing, everything=everything):
            if url:
                watched.append(_watched(briefing, source, url, watching))
            else:
                message = f'"{source.id}" is to be watched, and has no address'
                where = place_of(briefing, source.id, "watch")
                seen.findings.append(Finding(NO_ADDRESS, where, message, "Add its `URL`, or `watch.url`."))
    fresh = [one for one in watched if _is_done(one, watching)]
    asked = [one for one in watched if one not in fresh]
    for one in fresh:
        _tell_again(one, watching, seen)
    if asked:
        count = len({one.url for one in asked})
        watching.progress(f"looking at {count} source{'s' * (count != 1)}")
    answers = _ask([one.request for one in asked], watching)
    for one in asked:
        fetched, path = answers[one.request]
        body = path.read_bytes() if path is not None else b""
        looked = look_at(watching.vault, one.looks, fetched, body, one.selector, watching.now)
        _settle(one, looked, fetched.moved_to, watching, seen)
    watching.vault.clear_spool()
    _tell_offline(seen)
    return seen


def _tell_offline(seen: SourcesSeen) -> None:
    """Say once that nothing was reached, in the place of saying it of each source."""
    outcomes = seen.outcomes
    is_offline = len(outcomes) > 1 and all(one.outcome is Outcome.UNREACHABLE for one in outcomes)
    if not is_offline or any(one.is_refused for one in outcomes):
        return
    where = next(one.location for one in seen.findings if one.code is UNREACHABLE)
    message = f"none of {len(outcomes)} sources can be reached from here: {outcomes[0].why}"
    hint = "Look whether this machine reaches the network, or needs `monitor.proxy`."
    seen.findings = [one for one in seen.findings if one.code is not UNREACHABLE]
    seen.findings.append(Finding(UNREACHABLE, where, message, hint))


def place_of(briefing: Briefing, source: str, *keys: str) -> Location:
    """Return where a source stands in `sources.yaml`, or the first of some keys that it has."""
    file = briefing.files["sources.yaml"]
    root = file.root.value if file.root is not None else None
    for index, node in enumerate(root if isinstance(root, list) else ()):
        entry = node.value
        if isinstance(entry, dict) and "id" in entry and entry["id"].value == source:
            key = next((key for key in (*keys, "URL", "DOI", "id") if key in entry), "id")
            return file.locate(index, key, key=True)
    return file.locate()


def _watched(briefing: Briefing, source: Source, url: str, watching: Watching) -> Watched:
    selector = (source.watch.selector or "") if source.watch is not None else ""
    try:
        return Watched(briefing, source, url, selector, watching.vault.looks(briefing.slug, source.id))
    except DamagedError as error:
        aside = watching.vault.set_aside(briefing.slug, source.id, watching.now)
        what = f"{error.path.name}: {error.message}; it was set aside as {aside.name if aside else 'nothing'}"
        return Watched(briefing, source, url, selector, (), what)


def _is_done(one: Watched, watching: Watching) -> bool:
    if not watching.is_resumed or not one.looks:
        return False
    last = one.looks[-1]
    is_same = last.url == one.url and last.outcome in set(Outcome)
    return is_same and datetime.timedelta(0) <= watching.now - last.at < _RESUMED


def _ask(requests: Sequence[Request], watching: Watching) -> dict[Request, tuple[Fetched, Path | None]]:
    """Ask for each address once; bodies lie on disk until they are looked at."""
    answers: dict[Request, tuple[Fetched, Path | None]] = {}

    def take(request: Request, fetched: Fetched) -> None:
        path = watching.vault.spool(fetched.body) if fetched.body else None
        answers[request] = dataclasses.replace(fetched, body=b""), path

    fetch_all(list(dict.fromkeys(requests)), watching.settings, take)
    return answers


def _settle(one: Watched, looked: Looked, moved_to: str, watching: Watching, seen: SourcesSeen) -> None:
    """Open and close proposals, then write the look down: a run that is ended between the two does both again."""
    proposals = watching.proposals[one.briefing.slug]
    source = one.source.id
    outcome, why, proposal = looked.outcome, looked.why, ""
    since = _since(one.looks, looked)
    if outcome is Outcome.CHANGED:
        opened = _propose_change(one, looked, watching)
        proposal = opened
        if not opened:
            outcome, why = Outcome.UNCHANGED, "it reads again as it did"
    elif outcome is Outcome.GONE:
        evidence = Evidence(url=one.url, old=_seen(last_said(one.looks), one.looks), note=looked.why)
        draft = Draft(
            kind="source-gone",
            subject=source,
            source=source,
            facts=facts_resting_on(one.briefing, source),
            before=since.isoformat(),
            after=looked.outcome,
            evidence=evidence,
        )
        made = proposals.propose(draft)
        proposal = made.id if made.is_open else ""
    if looked.look.has_text:
        proposals.supersede("source-gone", source, "it is there again")
        moved = _propose_move(one, moved_to, watching)
        if moved and outcome in (Outcome.UNCHANGED, Outcome.FIRST):
            outcome, proposal = Outcome.MOVED, moved
    watching.vault.append(one.briefing.slug, source, looked.look)
    is_lasting = since.date() < watching.now.date() and outcome not in (Outcome.UNCHANGED, Outcome.FIRST)
    told = SourceOutcome(
        briefing=one.briefing.slug,
        source=source,
        url=one.url,
        outcome=outcome,
        why=why,
        moved_to=moved_to if outcome is Outcome.MOVED or proposal else "",
        proposal=proposal,
        since=since.date() if is_lasting else None,
        is_refused=looked.is_refused,
    )
    _tell(one, told, looked, seen)


def _tell(one: Watched, told: SourceOutcome, looked: Looked, seen: SourcesSeen) -> None:
    seen.outcomes.append(told)
    damage = "; ".join(filter(None, (one.damage, looked.damage)))
    if damage:
        message = f'what is kept of "{told.source}" is damaged: {damage}'
        hint = "Look what happened to the folder of the evidence, and restore it from a backup."
        seen.findings.append(Finding(DAMAGED, place_of(one.briefing, told.source, "watch"), message, hint))
    if told.outcome is Outcome.GONE and not told.proposal:
        # A person has decided what to make of it.
        return
    where = place_of(one.briefing, told.source, "watch")
    finding = finding_of(told, where, is_robots=looked.is_robots, is_selector=looked.is_selector)
    if finding is not None:
        seen.findings.append(finding)


def _tell_again(one: Watched, watching: Watching, seen: SourcesSeen) -> None:
    """Tell what the run that was ended came to with a source."""
    look = one.looks[-1]
    proposals = watching.proposals[one.briefing.slug]
    kinds: tuple[Kind, ...] = ("source-changed", "source-gone", "source-moved")
    waiting = [found for kind in kinds if (found := proposals.open_of(kind, one.source.id)) is not None]
    told = SourceOutcome(
        briefing=one.briefing.slug,
        source=one.source.id,
        url=one.url,
        outcome=Outcome(look.outcome),
        why=look.why,
        proposal=waiting[0].id if waiting else "",
    )
    _tell(one, told, Looked(look, told.outcome, look.why), seen)


def _propose_change(one: Watched, looked: Looked, watching: Watching) -> str:
    """Open a proposal of what a source says otherwise since it was last decided; return its id, or "" for none."""
    proposals, source = watching.proposals[one.briefing.slug], one.source.id
    before, look = looked.before, looked.look
    assert before is not None
    old, mark, diff = _seen(before, one.looks), before.fingerprint, looked.diff
    waiting = proposals.open_of("source-changed", source)
    if waiting is not None and waiting.evidence.old is not None:
        # One proposal a source: it tells what changed since somebody last decided, however often that was.
        base = waiting.evidence.old
        text = _text_of(watching.vault, base)
        if text is not None:
            old, mark = base, fingerprint(text) if base.text else base.bytes
            if mark == look.fingerprint:
                proposals.supersede("source-changed", source, "it reads again as it did")
                return ""
            new_text = _text_of(watching.vault, Seen(on=look.at.date(), text=look.text)) or ""
            diff = difference(text, new_text, str(base.on), str(look.at.date()))
    draft = Draft(
        kind="source-changed",
        subject=source,
        source=source,
        facts=facts_resting_on(one.briefing, source),
        before=mark,
        after=look.fingerprint,
        evidence=Evidence(
            url=look.final_url or one.url,
            old=old,
            new=Seen(on=look.at.date(), bytes=look.kept, text=look.text),
        ),
        diff=diff,
    )
    made = proposals.propose(draft)
    return made.id if made.is_open else ""


def _propose_move(one: Watched, moved_to: str, watching: Watching) -> str:
    proposals, source = watching.proposals[one.briefing.slug], one.source
    field = "watch.url" if source.watch is not None and source.watch.url else "URL"
    if not moved_to or moved_to == one.url:
        proposals.supersede("source-moved", source.id, "it is there again", field=field)
        return ""
    draft = Draft(
        kind="source-moved",
        subject=source.id,
        source=source.id,
        facts=facts_resting_on(one.briefing, source.id),
        before=one.url,
        after=moved_to,
        field=field,
        old=one.url,
        new=moved_to,
        evidence=Evidence(url=one.url),
    )
    made = proposals.propose(draft)
    return made.id if made.is_open else ""


def _seen(look: Look | None, looks: tuple[Look, ...]) -> Seen | None:
    """Return what a source said at a look, with the day since which it had."""
    if look is None:
        return None
    since = first_said(looks, look.fingerprint) or look
    return Seen(on=since.at.date(), bytes=look.kept, text=look.text)


def _text_of(vault: Vault, seen: Seen) -> str | None:
    try:
        return vault.get(seen.text).decode() if seen.text else ""
    except DamagedError:
        return None


def _since(looks: tuple[Look, ...], looked: Looked) -> datetime.datetime:
    """Return since when it has been so without a break."""
    since = looked.look.at
    for look in reversed(looks):
        if look.outcome != looked.outcome:
            break
        since = look.at
    return since
