"""What passes between composing, exporting and verifying: pages as HTML, and what was read back of a file."""

import dataclasses
import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

# The views of a briefing: for clinicians, with all front and back matter; for patients, on one page.
FULL, HANDOUT = "full", "handout"
VIEWS = (FULL, HANDOUT)


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
class FontFile:
    """A font that a file may carry: the family and weight that style sheets call it by, and where it lies."""

    family: str
    weight: int
    path: Path


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
        fonts: Those that its style sheets name.
    """

    html: str
    assets: Mapping[str, bytes]
    attachments: tuple[Attachment, ...] = ()
    metadata: Metadata | None = None
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)
    page_starts: tuple[PageStart, ...] = ()
    fonts: tuple[FontFile, ...] = ()


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


class CarriedSection(NamedTuple):
    """A section that every file must carry.

    Attributes:
        id: Its anchor.
        number: 一, as printed before its title; may be empty.
        title: As printed.
        text: What stands under it, without furniture (`report.readback.text_of`).
    """

    id: str
    number: str
    title: str
    text: str


class CarriedRow(NamedTuple):
    """A row of the timeline: its fact's id, its date and its event as printed."""

    fact: str
    date: str
    event: str


class CarriedValue(NamedTuple):
    """A value of a fact where it is printed: in a section, or in `key-points`, `triggers`, `timeline` or `notes`."""

    fact: str
    field: str
    text: str
    section: str


@dataclasses.dataclass(frozen=True)
class Content:
    """What every file of a view and locale must carry, whatever its format.

    Attributes:
        view: `full` or `handout`.
        locale: BCP 47.
        title: Of the briefing.
        edition: As printed.
        as_of: As printed.
        as_of_label: What stands before it, 数据截至.
        sections: In order; the disclaimer is apart.
        disclaimer: None where the view has none.
        key_points: The text of each.
        triggers: Label and state of each, as printed.
        timeline: Its rows, in order.
        notes: Number and text.
        references: Number and text.
        glossary: Term and definition.
        values: Each value once, in the order of the document.
        appendix: What stands in place of a number before the title of a part behind the sections.
        back_words: What stands between an entry and the pages that cite it.
        part_titles: What stands over `key-points`, `triggers`, `timeline`, `notes`, `references`, `glossary`.
    """

    view: str
    locale: str
    title: str
    edition: str
    as_of: str
    as_of_label: str
    sections: tuple[CarriedSection, ...]
    disclaimer: CarriedSection | None
    key_points: tuple[str, ...]
    triggers: tuple[tuple[str, str], ...]
    timeline: tuple[CarriedRow, ...]
    notes: tuple[tuple[int, str], ...]
    references: tuple[tuple[int, str], ...]
    glossary: tuple[tuple[str, str], ...]
    values: tuple[CarriedValue, ...]
    appendix: str
    back_words: tuple[str, ...]
    part_titles: Mapping[str, str]


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
        outline_pages: The number printed on the page that each leads to; 0 where it leads to none with a number.
        text: Of all pages, one string.
        is_tagged: Whether it has a structure tree and says so.
        attachments: The bytes of the files it says it is made from (ISO 19005-3: associated files whose
            relationship is Data), by name.
        blocks: The printed lines, by paragraph.
        passages: What each stretch of marked content reads as, in the order of the tags; then what no tag holds.
        sections: Title and text of each section (a level-1 heading, and what stands under it up to the next), in
            reading order, without furniture (`report.readback.sections_of`); of a PDF, a line for each passage.
        headings: Level and text of each heading, in reading order.
        figures_without_alt: What is shown as a picture without a text alternative, in a few words.
        links_without_text: The addresses of links of which nothing is said.
        dead_links: Links that lead to no place inside, as `document: address`.
        requests: The addresses outside that a reader's program would load to show it.
        pdf_parts: Of a PDF, the standards it states in its XMP, such as `PDF/A-3a` and `PDF/UA-1`.
        broken_rules: Of a PDF, what its objects do against these (`report.tagged_pdf.rules`), each with its clause.
        stated: What its metadata say, by the attribute of `Metadata`, as text; `keywords` and `authors` joined
            by `; `. What the format has no place for is left out.
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
    sections: tuple[tuple[str, str], ...] = ()
    headings: tuple[tuple[int, str], ...] = ()
    figures_without_alt: tuple[str, ...] = ()
    links_without_text: tuple[str, ...] = ()
    dead_links: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    pdf_parts: tuple[str, ...] = ()
    broken_rules: tuple[str, ...] = ()
    stated: Mapping[str, str] = dataclasses.field(default_factory=dict)
