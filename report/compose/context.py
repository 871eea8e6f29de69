"""What the templates see, and nothing else: typed, frozen, already in the reader's language.

`markupsafe.Markup` marks what is HTML already; every other text is escaped by the templates.
"""

import dataclasses
import re
from collections.abc import Mapping

from markupsafe import Markup

from report.editions.redline import Piece


@dataclasses.dataclass(frozen=True)
class PrintedDate:
    """A date as printed (`2026年11月22日`) and for machines (`2026-11-22`, EDTF)."""

    text: str
    iso: str

    @property
    def html(self) -> str:
        """For `datetime` of a `time` element, which takes a year, a month or a day; empty for any other EDTF."""
        return self.iso if re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", self.iso) else ""


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
class Badge:
    """An effect or status as glyph and word, `■` and `叫停`: never colour alone. `key` names the CSS class."""

    key: str
    glyph: str
    word: str


@dataclasses.dataclass(frozen=True)
class TimelineRow:
    """One fact of the timeline.

    Attributes:
        date: At its own precision.
        event: The fact's label.
        badge: What the event does (叫停, 规范, 松绑, 撤回, 命名, 未施行).
        kind: 类型, in words.
        citations: Links to the references, `[3][7]`.
        check: 核实, in words: 已核实, 待核, 有争议, 已被取代.
        is_future: Announced, and not yet in force at as-of.
        country: 法域 without the province, for those who look for a country.
        order: Its place by date, which in a grouped timeline is not where it stands.
    """

    fact_id: str
    date: PrintedDate
    jurisdiction: str
    event: str
    kind: str
    badge: Badge
    citations: Markup
    check: str
    check_key: str
    is_future: bool = False
    country: str = ""
    order: int = 0


@dataclasses.dataclass(frozen=True)
class DatedName:
    """A date of a fact with its name: 施行, 2026年5月1日."""

    name: str
    date: PrintedDate


@dataclasses.dataclass(frozen=True)
class FactCard:
    """What there is to say of a fact to whoever asks for it.

    Attributes:
        label: What it says.
        status: 核实, as in the timeline; its glyph is empty.
        effect: What it does.
        in_force: 已施行, 未施行 or 施行日期待核; empty for what never comes into force.
        dates: All of them, in the fact's order.
        last_checked: Both empty where it was never checked.
        references: Links to its entries in the references, `[3][7]`; may be empty.
    """

    id: str
    label: str
    kind: str
    jurisdiction: str
    status: Badge
    effect: Badge
    in_force: str
    dates: tuple[DatedName, ...]
    last_checked: PrintedDate
    references: Markup


@dataclasses.dataclass(frozen=True)
class TimelineGroup:
    """Rows under one head; a timeline that is not grouped is one group with an empty title."""

    title: str
    rows: tuple[TimelineRow, ...]


@dataclasses.dataclass(frozen=True)
class TimelineContext:
    """The timeline: its groups, the legend of its badges, and the figure (SVG) with its text alternative.

    `figure_caption` says how to read the figure; it may be empty.
    """

    groups: tuple[TimelineGroup, ...]
    legend: tuple[Badge, ...]
    figure: Markup
    figure_alt: str
    figure_caption: str = ""


@dataclasses.dataclass(frozen=True)
class TriggerEvidence:
    """A fact that bears a trigger's state out.

    Attributes:
        event: The fact's label.
        date: The date that does so, with its name, `施行 2026年5月1日`; both empty where it has none.
        check: 有争议 or 待核, where it is that; else empty.
        citations: Links to the references, `[3][7]`.
    """

    event: str
    date: PrintedDate
    check: str
    citations: Markup


@dataclasses.dataclass(frozen=True)
class TriggerRow:
    """One condition for the next step, as it stands at as-of.

    Attributes:
        label: The condition, in the author's words.
        note: What the author says of it; may be empty.
        basis: What it is judged by, in words: “国务院令第818号”已施行.
        state: `✓` and 已满足, `✗` and 未满足, `◐` and 不明; its key is a fixed word of the program.
        count: How many facts there are of how many, where it counts; else empty.
        evidence: Empty where nothing that is known bears the state out.
    """

    id: str
    label: str
    note: str
    basis: str
    state: Badge
    count: str
    evidence: tuple[TriggerEvidence, ...]


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
