"""What the template of a notice sees: typed, frozen, in the reader's language."""

import dataclasses
from collections.abc import Mapping

from markupsafe import Markup

from report.compose.context import PublisherContext
from report.compose.fact_context import Badge, PrintedDate
from report.editions.withdrawals import State

_EDITION_GLYPHS: Mapping[str, str] = {"current": "●", "superseded": "○", "withdrawn": "▲"}


def edition_badge(state: State, words: Mapping[str, str]) -> Badge:
    """Return how an edition stands as glyph and word."""
    return Badge(state, _EDITION_GLYPHS[state], words[f"edition_{state}"])


@dataclasses.dataclass(frozen=True)
class Said:
    """A text; `lang` (BCP 47) where it is not to be had in the page's language."""

    text: str
    lang: str = ""


@dataclasses.dataclass(frozen=True)
class Correction:
    """One value that the replacing edition states otherwise.

    Attributes:
        field: What of the thing: 施行日期; empty where that is the thing itself.
        old: 原文.
        new: 现文.
        sections: 影响章节, the titles of the sections that print it; may be empty.
        degree: 影响程度: 结论改变, 事实改变.
    """

    field: Said
    old: Said
    new: Said
    sections: Said
    degree: str


@dataclasses.dataclass(frozen=True)
class CorrectedThing:
    """A fact, key point or condition that was corrected.

    Attributes:
        what: 事实, 要点2, 条件.
        name: What the fact says, or the condition; empty for a key point.
        basis: 依据, the entries of its sources or the evidence; may be empty.
        mark: 勘误 where it mends a mistake of the publisher's own, else empty.
        corrections: At least one.
    """

    what: str
    name: Said
    basis: Said
    mark: str
    corrections: tuple[Correction, ...]


@dataclasses.dataclass(frozen=True)
class Addressee:
    """A clinic that a notice is for.

    Attributes:
        anchor: Its id on the sheet.
        name: As it calls itself.
        id: As in clinics.yaml.
        number: 通知编号, of its notice.
        size: The class of the size that its block is set in: empty, `small`, `tiny`.
    """

    anchor: str
    name: str
    id: str
    number: str
    size: str = ""


@dataclasses.dataclass(frozen=True)
class AddresseesContext:
    """All that the template of the sheet with whom notices are for sees.

    Attributes:
        lang: BCP 47.
        addressees: In order, each for a page of its own.
        labels: The words of the page furniture.
        theme_css: Declarations of custom properties, for `:root`.
    """

    lang: str
    addressees: tuple[Addressee, ...]
    labels: Mapping[str, str]
    theme_css: str


@dataclasses.dataclass(frozen=True)
class NoticeContext:
    """All that the template of a notice sees.

    Attributes:
        lang: BCP 47.
        kind: 勘误通知 or 撤回通知.
        name: The page's own title.
        title: Of the briefing.
        edition: The one that is withdrawn, 第1版.
        as_of: 数据截至, of that edition.
        replacement: The one that takes its place, 第2版; empty where there is none yet.
        replacement_as_of: 数据截至, of that one; None where there is none.
        withdrawn_on: The day.
        by: Who decided it; may be empty.
        reason: Why.
        must_return: What is to be done with what was handed out, in one sentence.
        is_to_return: Whether that is to take it out of use.
        things: What was corrected, the gravest first; empty where nothing replaces the edition yet.
        more: What else changed, as counts, and where it is told; empty where nothing did.
        acknowledge: How to acknowledge, in a sentence.
        sender: The publisher.
        link: Where the edition's state is told; may be empty.
        qr: An inline SVG that leads there.
        labels: The words of the page furniture.
        theme_css: Declarations of custom properties, for `:root`.
    """

    lang: str
    kind: str
    name: str
    title: Said
    edition: str
    as_of: PrintedDate
    replacement: str
    replacement_as_of: PrintedDate | None
    withdrawn_on: PrintedDate
    by: str
    reason: Said
    must_return: str
    is_to_return: bool
    things: tuple[CorrectedThing, ...]
    more: str
    acknowledge: str
    sender: PublisherContext
    link: str
    qr: Markup
    labels: Mapping[str, str]
    theme_css: str
