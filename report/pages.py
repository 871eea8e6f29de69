"""What passes between composing, exporting and verifying: pages as HTML, and what was read back of a file."""

import dataclasses
import datetime
from collections.abc import Mapping
from typing import NamedTuple


@dataclasses.dataclass(frozen=True)
class Attachment:
    """A file that a page carries with it.

    Attributes:
        name: Its file name.
        data: Its bytes.
        description: What it is, for those who list a file's attachments.
        day: The day it is stated for; it stands in for the instants that a format asks for.
    """

    name: str
    data: bytes
    description: str
    day: datetime.date


@dataclasses.dataclass(frozen=True)
class Metadata:
    """What a file says of itself.

    Attributes:
        identifier: `urn:uuid:…`; the same for the same content, edition, view and locale.
        title: Of the briefing.
        subtitle: May be empty, as may `description`.
        lang: BCP 47.
        authors: Who wrote it.
        publisher: Who answers for it.
        description: What it is about.
        keywords: In the author's order.
        edition: As printed, 第1版.
        edition_number: From 1.
        is_released: Whether it is that edition, or what would become it.
        as_of: 数据截至; it stands in for every instant that a format asks for.
        as_of_text: As printed.
    """

    identifier: str
    title: str
    subtitle: str
    lang: str
    authors: tuple[str, ...]
    publisher: str
    description: str
    keywords: tuple[str, ...]
    edition: str
    edition_number: int
    is_released: bool
    as_of: datetime.date
    as_of_text: str


@dataclasses.dataclass(frozen=True)
class PageStart:
    """Where a page of the PDF begins, for the page list of an EPUB.

    Attributes:
        label: The page's number as it is printed.
        anchor: The id of the nearest element with one, at or before the place; empty where there is none.
        text: The first characters of running text on the page, without white space.
    """

    label: str
    anchor: str
    text: str


@dataclasses.dataclass(frozen=True)
class Page:
    """One HTML page with the images it shows.

    Attributes:
        html: Complete; images are named `asset:///PATH`.
        assets: Bytes by path.
        attachments: The data that the page was made from.
        metadata: What the file says of itself; None for a page that is no briefing.
        labels: The words of its locale, by key.
        page_starts: Of the PDF of the same view and locale; empty where there is none.
    """

    html: str
    assets: Mapping[str, bytes]
    attachments: tuple[Attachment, ...] = ()
    metadata: Metadata | None = None
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)
    page_starts: tuple[PageStart, ...] = ()


# What a message says where another version of the renderer than the pinned one is installed.
NOT_ADAPTED = "its lines are set by the renderer's own rules"


@dataclasses.dataclass(frozen=True)
class Message:
    """Something that the renderer said; an error where `is_error`."""

    text: str
    is_error: bool


@dataclasses.dataclass(frozen=True)
class Exported:
    """A finished file, in memory.

    Attributes:
        data: The file.
        pages: How many pages it has; 0 for a format without pages.
        messages: What the renderer said, in order, each once.
        page_starts: Where its pages begin; empty for a format without pages.
    """

    data: bytes
    pages: int
    messages: tuple[Message, ...]
    page_starts: tuple[PageStart, ...] = ()


class Glyph(NamedTuple):
    """One printed glyph; all lengths in points, from the left and the bottom of the page.

    Attributes:
        text: The characters that a reader copies for it.
        x: Where it is set: the left edge of its advance.
        y: Its baseline.
        right: The right edge of its advance.
        ink_left: The left edge of its ink; `ink_right` the right one.
        size: Its font size.
        font: The name of its font, without subset prefix.
        is_generated: Whether the reader made it up, as it does spaces between words that stand apart.
        mark: The number of the marked content it belongs to (ISO 32000-1, 14.7.4.2), -1 for none.
    """

    text: str
    x: float
    y: float
    right: float
    ink_left: float
    ink_right: float
    size: float
    font: str
    is_generated: bool
    mark: int


class PrintedLine(NamedTuple):
    """One line.

    Attributes:
        page: Its page, from 1.
        baseline: Of its largest glyphs.
        glyphs: From left to right, at least one.
    """

    page: int
    baseline: float
    glyphs: tuple[Glyph, ...]

    @property
    def text(self) -> str:
        """What is printed, spaces that the reader made up left out."""
        return "".join(glyph.text for glyph in self.glyphs if not glyph.is_generated)


class Block(NamedTuple):
    """The lines of one paragraph, heading, cell or the like; what runs on over a page is two.

    Attributes:
        kind: Its structure type (ISO 32000-1, 14.8.4), such as P; empty for what no tag holds.
        lines: In reading order, at least one.
    """

    kind: str
    lines: tuple[PrintedLine, ...]


@dataclasses.dataclass(frozen=True)
class Extract:
    """What was read back from a finished file, by another library than made it.

    Attributes:
        title: The document's title.
        lang: BCP 47; empty where the file states none.
        pages: How many.
        fonts: The names of the embedded fonts, without subset prefix, sorted.
        unembedded_fonts: The names of fonts that are named and not embedded.
        outline: The bookmarks' titles, in order.
        outline_pages: The page that each leads to, from 1; 0 where it leads to none.
        text: Of all pages, one string.
        is_tagged: Whether it has a structure tree and says so.
        attachments: The bytes of the files it says it is made from (ISO 19005-3: associated files whose
            relationship is Data), by name.
        blocks: The printed lines, by paragraph.
        passages: What each stretch of marked content reads as, in the order of the tags; then what no tag holds.
    """

    title: str
    lang: str
    pages: int
    fonts: tuple[str, ...]
    unembedded_fonts: tuple[str, ...]
    outline: tuple[str, ...]
    text: str
    is_tagged: bool
    outline_pages: tuple[int, ...] = ()
    attachments: Mapping[str, bytes] = dataclasses.field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    passages: tuple[str, ...] = ()
