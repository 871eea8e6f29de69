"""Proposed changes: what a source or a feed says otherwise than the briefing, until a person decides by name.

Each is a file `content/SLUG/proposals/ID.yaml`. Nothing of a build depends on it, and none changes a fact by itself.
"""

import datetime
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import pydantic
import yaml

from report import store
from report.errors import UsageError
from report.findings import Finding, Location
from report.load.files import FILE_MISSING, FILE_OUTSIDE, read_file, read_utf8
from report.load.typed import VALUE_INVALID, read_model
from report.load.yaml_tree import parse_yaml
from report.positions import SourceFile
from report.scalars import SLUG, Day, Schema, Slug

FOLDER = "proposals"
# A source that all facts of the largest briefing rest on is named with each of them.
MAX_BYTES = 4 * 1024 * 1024
MAX_DIFF_LINES = 200
MAX_DIFF_CHARACTERS = 20_000

Kind = Literal["source-changed", "source-gone", "source-moved", "feed-value", "feed-table", "retraction"]
Status = Literal["open", "accepted", "rejected", "superseded"]
KINDS: tuple[Kind, ...] = (
    "source-changed",
    "source-gone",
    "source-moved",
    "feed-value",
    "feed-table",
    "retraction",
)
# Those that change an entry of sources.yaml; all others change facts.
OF_SOURCES: tuple[Kind, ...] = ("source-moved",)
OF_FEEDS: tuple[Kind, ...] = ("feed-value", "feed-table")


def _some(value: Any) -> Any:
    return () if value is None else value


def _instant(value: Any) -> Any:
    if isinstance(value, str):
        try:
            value = datetime.datetime.fromisoformat(value)
        except ValueError:
            raise ValueError("is no instant such as 2026-11-28T09:30:00+08:00") from None
    if isinstance(value, datetime.datetime) and value.tzinfo is None:
        raise ValueError("is an instant without a time zone")
    return value


Instant = Annotated[datetime.datetime, pydantic.BeforeValidator(_instant)]
Words = Annotated[str, pydantic.Field(strict=True), pydantic.BeforeValidator(lambda value: value or "")]
Ids = Annotated[tuple[Slug, ...], pydantic.BeforeValidator(_some)]


class Seen(Schema):
    """What a source said on a day, as the vault keeps it.

    Attributes:
        on: The day on which it was seen first.
        bytes: SHA-256 of what was sent; "" where nothing was kept.
        text: SHA-256 of its text.
    """

    on: Day
    bytes: Words = ""
    text: Words = ""


class Evidence(Schema):
    """What a proposal rests on.

    Attributes:
        url: Where it was seen.
        old: What was there before; None where nothing is known.
        new: What is there now; None where there is nothing.
        note: What else there is to know, such as the DOI of a notice.
    """

    url: Words = ""
    old: Seen | None = None
    new: Seen | None = None
    note: Words = ""


class Proposal(Schema):
    """One proposed change.

    Attributes:
        id: Its day, what it is about, and a hash of what it says.
        kind: What happened.
        status: `open` until a person decides; `superseded` where a later one of the same source took its place.
        source: The source that it is about; "" for a feed.
        facts: The facts that rest on it, or the one whose feed it is.
        field: What is changed: of a fact `dates.NAME`, `attrs.NAME`; of a source `URL` or `watch.url`.
        old: The value that stands there; None where no single value is meant.
        new: The value that is proposed; None where only a person can tell it.
        confidence: Always `none`: nothing is believed until a person has looked.
        opened_at: When it was seen.
        evidence: What it rests on.
        digests: Of each fact as it was then, so that a decision is about what was seen.
        diff: What changed, as a unified difference, shortened.
        decided_by: Who decided; "" while nobody has.
        decided_on: When.
        reason: Why, in words.
    """

    id: Slug
    kind: Kind
    status: Status = "open"
    source: Words = ""
    facts: Ids = ()
    field: Words = ""
    old: str | None = None
    new: str | None = None
    confidence: Literal["none"] = "none"
    opened_at: Instant
    evidence: Evidence = Evidence()
    digests: Annotated[Mapping[str, str], pydantic.BeforeValidator(lambda value: value or {})] = {}
    diff: Words = ""
    decided_by: Words = ""
    decided_on: Day | None = None
    reason: Words = ""

    @property
    def fact(self) -> str:
        """The fact, where it is about one only; else ""."""
        return self.facts[0] if len(self.facts) == 1 else ""

    @property
    def is_open(self) -> bool:
        """Whether somebody has to decide."""
        return self.status == "open"

    @property
    def subject(self) -> str:
        """What it is about: the source, the fact of a feed, or the data file of a table's."""
        return self.source or self.fact or (self.field if self.kind == "feed-table" else "")

    @property
    def key(self) -> str:
        """The hash at the end of its id, without the number that sets a later one of the same apart."""
        return next((part for part in reversed(self.id.split("-")) if len(part) == 10), "")


def key_of(kind: Kind, subject: str, field: str, before: str, after: str) -> str:
    """Return what tells one change from another, so that the same one, seen again, makes no second proposal."""
    data = json.dumps([kind, subject, field, before, after], ensure_ascii=False).encode()
    return hashlib.sha256(data).hexdigest()[:10]


def id_of(day: datetime.date, subject: str, key: str, taken: Sequence[str] = ()) -> str:
    """Return a new proposal's id, which no other one has."""
    # A file's name has 255 bytes at most, and ids of facts no limit.
    plain = subject if SLUG.fullmatch(subject) else "-".join(re.findall("[a-z0-9]+", subject.lower()))
    first = f"{day:%Y-%m-%d}-{plain[:120].rstrip('-')}-{key}"
    return next(
        name for name in (first, *(f"{first}-{number}" for number in range(2, 1000))) if name not in taken
    )


def shortened(diff: str) -> str:
    """Return a difference of at most `MAX_DIFF_LINES` lines, which says where it leaves off."""
    lines = diff.splitlines()
    kept: list[str] = []
    room = MAX_DIFF_CHARACTERS
    for line in lines[:MAX_DIFF_LINES]:
        room -= len(line)
        if room < 0:
            break
        kept.append(line)
    if len(kept) < len(lines):
        kept.append(f"… {len(lines) - len(kept)} more lines")
    return "\n".join(kept)


def proposals_folder(project: Path, slug: str) -> Path:
    """Return the folder of a briefing's proposals, which need not be there."""
    return project / "content" / slug / FOLDER


def read_proposals(project: Path, slug: str) -> tuple[tuple[Proposal, ...], list[Finding]]:
    """Return a briefing's proposals, oldest first, and what is wrong with files among them."""
    folder = proposals_folder(project, slug)
    shown = f"content/{slug}/{FOLDER}"
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        message = "no folder; proposals are files of the project itself"
        return (), [Finding(FILE_OUTSIDE, Location(shown), message, "Put the folder itself here.")]
    proposals, findings = [], []
    for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
        proposal, found = _read(path, f"{shown}/{path.name}")
        findings += found
        if proposal is not None:
            proposals.append(proposal)
    return tuple(sorted(proposals, key=lambda one: (one.opened_at, one.id))), findings


def find_proposal(project: Path, slugs: Sequence[str], wanted: str) -> tuple[str, Proposal]:
    """Return a proposal by its id, or by a beginning of it that no other has, and the briefing it is of.

    Raises:
        UsageError: There is none, there are several, or its file cannot be read.
    """
    found: list[tuple[str, Proposal]] = []
    problems: list[Finding] = []
    for slug in slugs:
        proposals, findings = read_proposals(project, slug)
        problems += findings
        found += [(slug, one) for one in proposals if one.id.startswith(wanted) and wanted]
    exact = [(slug, one) for slug, one in found if one.id == wanted] or found
    if len(exact) == 1:
        return exact[0]
    if exact:
        names = ", ".join(f"{slug}: {one.id}" for slug, one in exact[:5])
        raise UsageError(
            f"{len(exact)} proposals begin with {wanted!r}: {names}", "Write more of it, or --briefing."
        )
    hint = "`report refresh` lists those that are open."
    if problems:
        hint = f"Mend {problems[0].location} first: {problems[0].message}."
    raise UsageError(f"there is no proposal {wanted[:120]!r}", hint)


def write_proposal(project: Path, slug: str, proposal: Proposal) -> Path:
    """Write a proposal's file, whole; return its path.

    Raises:
        UsageError: The folder is a link.
        MissingDependencyError: The disk is full, or the folder cannot be written.
    """
    folder = proposals_folder(project, slug)
    if folder.is_symlink():
        raise UsageError(f"{folder} is a symbolic link", "Put the folder itself there.")
    path = folder / f"{proposal.id}.yaml"
    store.replace(path, to_yaml(proposal).encode("utf-8"))
    return path


def close(project: Path, slug: str, wanted: Proposal, **decision: object) -> Proposal:
    """Write down what was decided of a proposal; return it as it stands then.

    Raises:
        UsageError: It is not open any more, or its file was changed meanwhile.
        MissingDependencyError: The disk is full, or the folder cannot be written.
    """
    folder = proposals_folder(project, slug)
    with store.locked(folder):
        now, _ = _read(folder / f"{wanted.id}.yaml", f"content/{slug}/{FOLDER}/{wanted.id}.yaml")
        if now != wanted or not now.is_open:
            what = (
                f"was {now.status} meanwhile"
                if now is not None and not now.is_open
                else "was changed meanwhile"
            )
            raise UsageError(f"the proposal {wanted.id} {what}", "Look at it anew.")
        closed = now.model_copy(update=decision)
        write_proposal(project, slug, closed)
    return closed


def to_yaml(proposal: Proposal) -> str:
    """Return a proposal as its file says it; a difference stands there line by line."""
    data = proposal.model_dump(mode="json")
    return "# 由程序写；用 report accept 或 report reject 决定，不要手改。\n" + yaml.dump(
        data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110
    )


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _read(path: Path, shown: str) -> tuple[Proposal | None, list[Finding]]:
    if path.is_symlink():
        message = "a symbolic link; only files of the project itself are read"
        return None, [Finding(FILE_OUTSIDE, Location(shown), message, "Put the file itself here.")]
    data = read_file(path, shown, MAX_BYTES)
    text = data if isinstance(data, Finding) else read_utf8(data, shown)
    if isinstance(text, Finding):
        # One that was removed since the folder was listed is no trouble.
        return None, [] if text.code is FILE_MISSING and not path.exists() else [text]
    root, findings = parse_yaml(text, shown)
    if findings:
        return None, findings
    file = SourceFile(shown, text, root)
    proposal, findings = read_model(Proposal, file)
    if proposal is not None and proposal.id != path.stem:
        hint = f"Name the file {proposal.id}.yaml."
        message = f"`id` is {proposal.id!r} in a file of another name"
        return None, [Finding(VALUE_INVALID, file.locate("id"), message, hint)]
    return proposal, findings
