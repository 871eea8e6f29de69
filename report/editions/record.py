"""The record of an edition, `editions/NNN.json`, and of the sign-offs: frozen, versioned, sealed.

Both are canonical JSON with a seal over it (`report.editions.sealed`).
"""

import dataclasses
import datetime
from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar, Literal

import pydantic

from report.editions.sealed import STRICT, digest_of, open_sealed, plain, seal, validated

EDITION_FORMAT = "jianbao-edition"
APPROVALS_FORMAT = "jianbao-approvals"

_Sha256 = Annotated[str, pydantic.Field(pattern="^[0-9a-f]{64}$")]


@dataclasses.dataclass(frozen=True, slots=True)
class Approval:
    """One sign-off.

    Attributes:
        role: Such as 医学审校.
        by: Who.
        on: The day.
        content_digest: Of the content that was signed off (`report.editions.state.content_digest`).
    """

    __pydantic_config__: ClassVar = STRICT

    role: str
    by: str
    on: datetime.date
    content_digest: _Sha256


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """One place where a fact shows.

    Attributes:
        section: A section's id, `key-points` or `timeline`.
        field: `label`, `dates.effective`, `attrs.age_min`, `note`, `in_force`, `days_between` …
        text: As printed in this edition.
    """

    __pydantic_config__: ClassVar = STRICT

    section: str
    field: str
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class CitedSource:
    """Where a fact comes from; the entry itself is in `Edition.sources`."""

    __pydantic_config__: ClassVar = STRICT

    ref: str
    locator: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class FactState:
    """A fact as an edition states it; texts are in the edition's language, and empty where there is none.

    Attributes:
        dates: EDTF by name, in alphabetical order, as are `attrs`.
        valid: EDTF.
        attrs: As printed.
        sources: In the order of the fact.
        known_since: The first day on which it may have been public; None where nothing bounds it.
        in_force: At the edition's day.
        superseded_by: The id of the fact that took its place at the edition's day.
        shown: Where it prints, without repeats, in the order of the document.
    """

    __pydantic_config__: ClassVar = STRICT

    kind: str
    status: str
    label: str
    jurisdiction: str
    effect: str = ""
    grade: str = ""
    subject: str = ""
    dates: Mapping[str, str] = dataclasses.field(default_factory=dict)
    primary_date: str = ""
    valid: str = ""
    attrs: Mapping[str, str] = dataclasses.field(default_factory=dict)
    sources: tuple[CitedSource, ...] = ()
    known_since: datetime.date | None = None
    in_force: Literal["yes", "no", "unclear"] = "unclear"
    superseded_by: str = ""
    contradicts: tuple[str, ...] = ()
    shown: tuple[Shown, ...] = ()

    @property
    def printed(self) -> dict[str, tuple[str, ...]]:
        """The texts that print it, by field, each once, in the order of the document."""
        found: dict[str, dict[str, None]] = {}
        for one in self.shown:
            found.setdefault(one.field, {})[one.text] = None
        return {field: tuple(texts) for field, texts in found.items()}

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections where it shows, each once, in the order of the document."""
        return tuple(dict.fromkeys(one.section for one in self.shown))


@dataclasses.dataclass(frozen=True, slots=True)
class KeyPointState:
    """A key point as printed, and the ids of the facts it rests on."""

    __pydantic_config__: ClassVar = STRICT

    text: str
    facts: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class TriggerState:
    """A trigger: its label, its state in a fixed word of the program, and the evidence as printed."""

    __pydantic_config__: ClassVar = STRICT

    label: str
    state: str
    evidence: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class SectionState:
    """A section: its title and its blocks of text as printed, and a digest of both (`freeze_section`)."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    title: str
    paragraphs: tuple[str, ...]
    digest: _Sha256


@dataclasses.dataclass(frozen=True, slots=True)
class Edition:
    """One released edition.

    Attributes:
        number: From 1.
        briefing: The slug.
        title: In the language `lang` (BCP 47), as is every text below.
        as_of: 数据截至.
        is_erratum: Whether it mends a mistake of the publisher's own.
        reason: What the mistake was; empty elsewhere.
        summary: How much changed since the edition before, as printed; empty for the first.
        content_digest: Of what sign-off covers.
        facts: By id: those known at `as_of`.
        key_points: In the order of the box, as `sections` are in reading order.
        triggers: By id.
        sources: The entries of the references by id.
        artefacts: SHA-256 (hex) of each file that was made, by name.
        versions: Of programs by name.
    """

    __pydantic_config__: ClassVar = STRICT

    number: Annotated[int, pydantic.Field(ge=1)]
    briefing: str
    title: str
    lang: str
    as_of: datetime.date
    released_on: datetime.date
    content_digest: _Sha256
    is_erratum: bool = False
    reason: str = ""
    summary: str = ""
    approvals: tuple[Approval, ...] = ()
    facts: Mapping[str, FactState] = dataclasses.field(default_factory=dict)
    key_points: tuple[KeyPointState, ...] = ()
    triggers: Mapping[str, TriggerState] = dataclasses.field(default_factory=dict)
    sections: tuple[SectionState, ...] = ()
    sources: Mapping[str, str] = dataclasses.field(default_factory=dict)
    artefacts: Mapping[str, _Sha256] = dataclasses.field(default_factory=dict)
    versions: Mapping[str, str] = dataclasses.field(default_factory=dict)


def to_json(edition: Edition) -> bytes:
    """Return the record of an edition as canonical, sealed JSON."""
    return seal(EDITION_FORMAT, plain(edition))


def from_json(data: bytes) -> Edition:
    """Return the edition that a record holds.

    Raises:
        EditionError: The record is damaged, was rewritten, is of another version, or is none.
    """
    body = open_sealed(EDITION_FORMAT, data, "the record of an edition")
    return validated(Edition, body, "the record of an edition")


def seal_of(edition: Edition) -> str:
    """Return the seal that the record of an edition bears: a digest of everything in it."""
    return digest_of(EDITION_FORMAT, plain(edition))


def approvals_to_json(approvals: Iterable[Approval]) -> bytes:
    """Return sign-offs, in the order given, as canonical, sealed JSON."""
    return seal(APPROVALS_FORMAT, {"approvals": [plain(approval) for approval in approvals]})


def approvals_from_json(data: bytes) -> tuple[Approval, ...]:
    """Return the sign-offs that a record holds, in its order.

    Raises:
        EditionError: As `from_json`.
    """
    body = open_sealed(APPROVALS_FORMAT, data, "the record of sign-offs")
    return validated(_Approvals, body, "the record of sign-offs").approvals


@dataclasses.dataclass(frozen=True, slots=True)
class _Approvals:
    __pydantic_config__: ClassVar = STRICT

    approvals: tuple[Approval, ...]
