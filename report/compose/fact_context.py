"""What templates see of facts: typed, frozen, already in the reader's language."""

import dataclasses
import datetime
import re

from markupsafe import Markup

from report.facts.dates import date_of_day
from report.facts.printing import print_date


@dataclasses.dataclass(frozen=True)
class PrintedDate:
    """A date as printed (`2026年11月22日`) and for machines (`2026-11-22`, EDTF)."""

    text: str
    iso: str

    @property
    def html(self) -> str:
        """For `datetime` of a `time` element, which takes a year, a month or a day; empty for any other EDTF."""
        return self.iso if re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", self.iso) else ""


def printed_day(day: datetime.date, locale: str) -> PrintedDate:
    """Return a day as it is printed in a locale."""
    return PrintedDate(print_date(date_of_day(day), locale), day.isoformat())


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
