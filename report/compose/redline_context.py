"""What the template of a redline sees: two editions as one text, typed, frozen, in the reader's language."""

import dataclasses
from collections.abc import Mapping

from report.compose.context import ChangeGroup, Excerpt
from report.compose.fact_context import PrintedDate
from report.editions.redline import Piece


@dataclasses.dataclass(frozen=True)
class RedlineEdition:
    """One of the two editions: 第1版, and its as-of date."""

    edition: str
    as_of: PrintedDate


@dataclasses.dataclass(frozen=True)
class RedlineSection:
    """A section in full.

    Attributes:
        id: For its anchor.
        name: Its title as it is now, or was last, without marks.
        mark: 新增, 删去 or 移动 of the whole section, or empty.
        title: The redline of its title.
        blocks: All of them, in reading order.
        is_changed: Whether anything in it changed.
    """

    id: str
    name: str
    mark: str
    title: tuple[Piece, ...]
    blocks: tuple[Excerpt, ...]
    is_changed: bool


@dataclasses.dataclass(frozen=True)
class RedlineContext:
    """All that the template of a redline sees.

    Attributes:
        lang: BCP 47.
        name: The page's own title: 修订对照：TITLE（第1版 → 第2版）.
        plain_title: The briefing's title as it is now.
        title: The redline of the briefing's title.
        old: The older edition.
        new: The newer one.
        summary: How much of what changed, in one sentence.
        corrections: What each erratum since the older edition says of itself.
        key_points: All of them, those that are gone last.
        groups: The facts, conditions and references that changed, by weight.
        sections: All of them in reading order, those that are gone last.
        labels: The words of the page furniture.
        theme_css: Declarations of custom properties, for `:root`.
    """

    lang: str
    name: str
    plain_title: str
    title: tuple[Piece, ...]
    old: RedlineEdition
    new: RedlineEdition
    summary: str
    corrections: tuple[str, ...]
    key_points: tuple[Excerpt, ...]
    groups: tuple[ChangeGroup, ...]
    sections: tuple[RedlineSection, ...]
    labels: Mapping[str, str]
    theme_css: str
