"""Proposals opened: what was seen becomes one file, once, and takes the place of what it makes out of date."""

import contextlib
import dataclasses
import datetime
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from report.errors import UsageError
from report.monitor.source_findings import WAITING
from report.proposals import (
    OF_FEEDS,
    Evidence,
    Kind,
    Proposal,
    close,
    id_of,
    key_of,
    read_proposals,
    shortened,
    write_proposal,
)

if TYPE_CHECKING:
    from report.findings import Finding
    from report.model import Briefing

# What a check sets itself; a fact with another day there says what it said.
_NOT_COMPARED = ("last_checked", "checked_by", "review_by", "note")


@dataclasses.dataclass(frozen=True)
class Draft:
    """A change that was seen.

    Attributes:
        kind: What happened.
        subject: The source's id, the fact's, or a table's data file.
        before: What tells this change from another, as it was.
        after: As it is.
        source: The source; "" for a feed.
        facts: The facts that rest on it.
        field: Of the fact, or of the source; the data file of a table's feed.
        old: The value that stands there.
        new: The value that is proposed; None where only a person can tell it.
        evidence: What it rests on.
        diff: How the two differ.
    """

    kind: Kind
    subject: str
    before: str
    after: str
    source: str = ""
    facts: tuple[str, ...] = ()
    field: str = ""
    old: str | None = None
    new: str | None = None
    evidence: Evidence = dataclasses.field(default_factory=Evidence)
    diff: str = ""

    @property
    def key(self) -> str:
        """What tells one change from another."""
        return key_of(self.kind, self.subject, self.field, self.before, self.after)


class Proposals:
    """A briefing's proposals while a run looks at its sources."""

    def __init__(self, project: Path, briefing: "Briefing", now: datetime.datetime) -> None:
        self._project, self._slug, self._now = project, briefing.slug, now
        self._digests = fact_digests(briefing)
        found, self.findings = read_proposals(project, briefing.slug)
        self._known = list(found)
        self.opened: list[Proposal] = []

    @property
    def current(self) -> tuple[Proposal, ...]:
        """All of them, as they are now."""
        return tuple(self._known)

    @property
    def waiting(self) -> tuple[Proposal, ...]:
        """Those that were open before this run, and still are."""
        new = {proposal.id for proposal in self.opened}
        return tuple(one for one in self._known if one.is_open and one.id not in new)

    def of(self, kind: Kind, subject: str) -> list[Proposal]:
        """Return all proposals of a kind about something, oldest first."""
        return [one for one in self._known if one.kind == kind and one.subject == subject]

    def open_of(self, kind: Kind, subject: str) -> Proposal | None:
        """Return the proposal of a kind about something that waits for a decision."""
        return next((one for one in reversed(self.of(kind, subject)) if one.is_open), None)

    def propose(self, draft: Draft) -> Proposal:
        """Open a proposal, or return the one that says the same; what it makes out of date is superseded."""
        known = self._same(draft)
        if known is None:
            taken = [one.id for one in self._known]
            known = Proposal(
                id=id_of(self._now.date(), draft.subject, draft.key, taken),
                kind=draft.kind,
                source=draft.source,
                facts=draft.facts,
                field=draft.field,
                old=draft.old,
                new=draft.new,
                opened_at=self._now,
                evidence=draft.evidence,
                digests={name: self._digests[name] for name in draft.facts if name in self._digests},
                diff=shortened(draft.diff),
            )
            write_proposal(self._project, self._slug, known)
            self._known.append(known)
            self.opened.append(known)
        if draft.kind != "retraction":
            self.supersede(
                draft.kind, draft.subject, f"{known.id} took its place", but=known, field=draft.field
            )
        return known

    def supersede(
        self, kind: Kind, subject: str, reason: str, *, but: Proposal | None = None, field: str = ""
    ) -> None:
        """Close what waits about something and is out of date, and say why."""
        for place, one in enumerate(self._known):
            is_of = one.kind == kind and one.subject == subject and one.field == field
            if one.is_open and is_of and (but is None or one.id != but.id):
                # Whoever decided it meanwhile is not overruled.
                with contextlib.suppress(UsageError):
                    self._known[place] = close(
                        self._project,
                        self._slug,
                        one,
                        status="superseded",
                        decided_on=self._now.date(),
                        reason=reason,
                    )

    def _same(self, draft: Draft) -> Proposal | None:
        """Return the proposal of this very change, where it still stands for it."""
        subject = draft.source or (draft.facts[0] if len(draft.facts) == 1 else draft.subject)
        of_kind = [one for one in self.of(draft.kind, subject) if one.status != "superseded"]
        if draft.kind == "source-changed":
            # What was changed, changed back and is now changed again is another event.
            of_kind = of_kind[-1:]
        elif draft.kind in OF_FEEDS:
            # What was accepted and differs again was changed by somebody since.
            of_kind = [one for one in of_kind if one.status != "accepted"]
        return next((one for one in reversed(of_kind) if one.key == draft.key), None)


def waiting_findings(
    briefing: "Briefing", waiting: tuple[Proposal, ...], today: datetime.date
) -> "list[Finding]":
    """Return what is told of proposals that nobody has decided."""
    from report.findings import Finding, Location

    findings = []
    for one in waiting:
        days = (today - one.opened_at.date()).days
        where = Location(f"content/{briefing.slug}/proposals/{one.id}.yaml")
        message = f"waits for a decision for {days} day{'s' * (days != 1)}: {one.kind} of {one.subject or one.field}"
        hint = f"Decide it: `report accept {one.id}` or `report reject`."
        findings.append(Finding(WAITING, where, message, hint))
    return findings


def fact_digests(briefing: "Briefing") -> Mapping[str, str]:
    """Return a hash of what each fact says as its file states it, by id; when it was checked is no part of it."""
    file = briefing.files.get("facts.yaml")
    root = file.root if file is not None else None
    digests: dict[str, str] = {}
    for node in root.value if root is not None and isinstance(root.value, list) else ():
        entry = node.plain()
        if isinstance(entry, dict) and isinstance(entry.get("id"), str):
            said = {key: value for key, value in entry.items() if key not in _NOT_COMPARED}
            data = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
            digests.setdefault(entry["id"], hashlib.sha256(data).hexdigest()[:16])
    return digests


def facts_resting_on(briefing: "Briefing", source: str) -> tuple[str, ...]:
    """Return the ids of the facts that name a source, in the order of their file."""
    return tuple(
        fact.id for fact in briefing.facts.values() if any(one.ref == source for one in fact.sources)
    )
