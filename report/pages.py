"""What passes between composing, exporting and verifying: pages as HTML, and what was read back of a file."""

import dataclasses
import datetime
from collections.abc import Mapping


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
class Page:
    """One HTML page with the images it shows.

    Attributes:
        html: Complete; images are named `asset:///PATH`.
        assets: Bytes by path.
        attachments: The data that the page was made from.
    """

    html: str
    assets: Mapping[str, bytes]
    attachments: tuple[Attachment, ...] = ()


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
    """

    data: bytes
    pages: int
    messages: tuple[Message, ...]


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
