"""What the templates see, and nothing else: typed, frozen, already in the reader's language.

`markupsafe.Markup` marks what is HTML already; every other text is escaped by the templates.
"""

import dataclasses
from collections.abc import Mapping

from markupsafe import Markup

from report.compose.fact_context import FactCard, PrintedDate, TimelineContext, TriggerRow
from report.editions.redline import Piece


@dataclasses.dataclass(frozen=True)
class PublisherContext:
    """Who answers for the briefing; `url`, `address` and `contact` may be empty."""

    name: str
    url: str = ""
    address: str = ""
    contact: str = ""


@dataclasses.dataclass(frozen=True)
class KeyPoint:
    """One point of the box: its text, with the citations of the facts it is bound to."""

    html: Markup
    facts: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class ContentsEntry:
    """A line of the contents; `number` is `一`, `1.1` or empty; `children` are the next level's."""

    id: str
    number: str
    title: str
    children: tuple["ContentsEntry", ...] = ()


@dataclasses.dataclass(frozen=True)
class SectionContext:
    """A section of the body: `html` begins below its title, with level-2 headings at the highest."""

    id: str
    number: str
    title: str
    html: Markup


@dataclasses.dataclass(frozen=True)
class BackReference:
    """A place that cites a note or a reference; `anchor` is the id of the citing element."""

    anchor: str


@dataclasses.dataclass(frozen=True)
class NoteContext:
    """A note of the back matter; `anchor` is its own id."""

    anchor: str
    number: int
    html: Markup
    back: tuple[BackReference, ...]


@dataclasses.dataclass(frozen=True)
class ReferenceContext:
    """An entry of the references, after GB/T 7714; `html` has no number before it.

    `lang` (BCP 47) is empty where the entry is in the script of the page.
    """

    anchor: str
    number: int
    html: Markup
    back: tuple[BackReference, ...]
    lang: str = ""


@dataclasses.dataclass(frozen=True)
class GlossaryEntry:
    """A term, its name in full (may be empty), and what it means."""

    term: str
    label: str
    definition: Markup


@dataclasses.dataclass(frozen=True)
class FieldRow:
    """A value that changed, as printed; `new` alone where something was added, else 无 stands for nothing."""

    name: str
    old: str
    new: str


@dataclasses.dataclass(frozen=True)
class Excerpt:
    """A block of text that changed, as its redline; `mark` says 新增, 删去 or 移动 of a whole block."""

    mark: str
    pieces: tuple[Piece, ...]


@dataclasses.dataclass(frozen=True)
class ChangeItem:
    """One thing that changed.

    Attributes:
        what: 事实, 要点2, 章节, 条件, 题名, 参考文献.
        name: The fact's or trigger's label, the section's title; empty for a key point.
        reason: What happened to it: 开始施行、改动.
        fields: The values that changed.
        excerpts: The blocks of its text that changed, long stretches that stayed left out.
        where: Of a fact: the titles of the sections that show it; else empty.
        sources: Of a fact: the entries of its sources; may be empty.
    """

    what: str
    name: str
    reason: str
    fields: tuple[FieldRow, ...] = ()
    excerpts: tuple[Excerpt, ...] = ()
    where: str = ""
    sources: str = ""


@dataclasses.dataclass(frozen=True)
class ChangeGroup:
    """The items of one weight, 结论改变, 事实改变 or 编辑性改动; those of an erratum (勘误) are apart."""

    title: str
    items: tuple[ChangeItem, ...]


@dataclasses.dataclass(frozen=True)
class ChangesSince:
    """What changed since an edition.

    Attributes:
        title: 自第1版以来.
        days: Both as-of dates.
        summary: How much of what, in one sentence.
        corrections: What each erratum since then says of itself.
        groups: The errata first, then by weight; empty where nothing changed.
        edition: 第1版.
    """

    title: str
    days: str
    summary: str
    corrections: tuple[str, ...] = ()
    groups: tuple[ChangeGroup, ...] = ()
    edition: str = ""


@dataclasses.dataclass(frozen=True)
class EditionEntry:
    """A line of the record of editions; `mark` is 勘误 for an erratum, else empty."""

    edition: str
    date: PrintedDate
    text: str
    mark: str = ""


@dataclasses.dataclass(frozen=True)
class ChangesContext:
    """What changed since an earlier edition, None where there is none, and all editions, the newest first.

    `each` holds what changed since every earlier edition, the newest first, for pages on which a reader chooses.
    """

    history: tuple[EditionEntry, ...]
    since: ChangesSince | None = None
    each: tuple[ChangesSince, ...] = ()


@dataclasses.dataclass(frozen=True)
class ContactContext:
    """The contact page; `qr` is an inline SVG that leads to `url`, both empty where there is no address."""

    publisher: PublisherContext
    url: str
    qr: Markup


@dataclasses.dataclass(frozen=True)
class Named:
    """A thing and what is said of it: a font and its licence, a program and its version."""

    name: str
    value: str


@dataclasses.dataclass(frozen=True)
class ColophonContext:
    """How this file was made: fonts, programs, and the hash of what it was made from.

    `release` says which edition it is and since when; empty for a file that was not released.
    """

    fonts: tuple[Named, ...]
    versions: tuple[Named, ...]
    content_hash: str
    release: str = ""


@dataclasses.dataclass(frozen=True)
class ApprovalContext:
    """A sign-off: in which role, by whom, and when; `lang` (BCP 47) where role and name are not in the page's."""

    role: str
    by: str
    on: PrintedDate
    lang: str = ""


@dataclasses.dataclass(frozen=True)
class BriefingContext:
    """All that a briefing's page templates see.

    Attributes:
        lang: BCP 47, for the `lang` attribute.
        title_lines: The title as the cover breaks it (`report.compose.titles`).
        edition: As printed, `第1版`; one that is not released says so, `第2版（构建稿）`.
        approvals: The sign-offs of exactly this content.
        contents: The sections' lines; the templates add the parts they print (`part_timeline`, …).
        labels: The words of the page furniture in the reader's language, by key (`labels/zh-Hans.yaml`).
        facts: What there is to say of each fact that the page shows, by id, in the order they are met.
        timeline_place: A section's id, after whose body the timeline stands, or `end`.
        theme_css: Declarations of custom properties, for `:root`.
    """

    lang: str
    title: str
    title_lines: tuple[str, ...]
    subtitle: str
    edition: str
    approvals: tuple[ApprovalContext, ...]
    as_of: PrintedDate
    next_review: PrintedDate
    publisher: PublisherContext
    authors: tuple[str, ...]
    disclosure: str
    keywords: tuple[str, ...]
    description: str
    key_points: tuple[KeyPoint, ...]
    contents: tuple[ContentsEntry, ...]
    sections: tuple[SectionContext, ...]
    timeline: TimelineContext | None
    facts: Mapping[str, FactCard]
    timeline_place: str
    triggers: tuple[TriggerRow, ...]
    notes: tuple[NoteContext, ...]
    references: tuple[ReferenceContext, ...]
    glossary: tuple[GlossaryEntry, ...]
    changes: ChangesContext
    disclaimer: SectionContext | None
    contact: ContactContext
    colophon: ColophonContext
    labels: Mapping[str, str]
    theme_css: str
