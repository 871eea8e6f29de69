"""The pages of a briefing at one moment, as those who look at them see them."""

import dataclasses
from collections.abc import Mapping

from report.findings import Finding

# Left, top, right, bottom, as fractions of the page.
Box = tuple[float, float, float, float]


@dataclasses.dataclass(frozen=True)
class PageImage:
    """A page as an image.

    Attributes:
        number: Its place, from 1.
        label: The number that is printed on it.
        digest: By what `Session.page_png` knows it; the same for the same image.
        width_px: At one pixel a point, as `height_px`.
        height_px: Its height.
        is_exact: Whether it is as it will print; if not, what changed was laid out by itself and may still move.
        is_changed: Whether the last edit changed something on it.
        section: The id of the section that it begins in; empty where there is none.
    """

    number: int
    label: str
    digest: str
    width_px: int
    height_px: int
    is_exact: bool
    is_changed: bool
    section: str


@dataclasses.dataclass(frozen=True)
class Snapshot:
    """The pages, and what was found.

    Attributes:
        revision: Higher than that of every earlier one.
        slug: The briefing.
        view: `full` or `handout`.
        locale: BCP 47.
        pages: In order; those of the last state that could be laid out, where this one cannot.
        findings: Sorted, less what is waived; those of the finished file only where `is_exact`.
        changed_pages: The numbers of those that the last edit changed.
        is_exact: Whether all pages are as they will print.
        error: Why there are no pages of this state; empty where there are.
        seconds: From when the change was seen until these pages were there.
        marks: By page, the boxes that changed.
    """

    revision: int
    slug: str
    view: str
    locale: str
    pages: tuple[PageImage, ...] = ()
    findings: tuple[Finding, ...] = ()
    changed_pages: tuple[int, ...] = ()
    is_exact: bool = False
    error: str = ""
    seconds: float = 0.0
    marks: Mapping[int, tuple[Box, ...]] = dataclasses.field(default_factory=dict)
