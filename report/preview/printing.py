"""A composed page as laid-out pages: whole, in a child of its own, or part by part, here."""

import dataclasses
import hashlib
import re
import urllib.parse
from collections.abc import Mapping, Sequence
from typing import Any

from report.errors import RenderingError
from report.formats import pdf
from report.pages import Exported, Page
from report.pipeline.run import Progress
from report.preview.book import Book, Group, LaidPage, Stretch, grouped
from report.preview.parts import CutPage, PagePart
from report.preview.pictures import digests_of
from report.preview.reading_pages import ReadPage, read_pages
from report.typography.part_layout import Before, PartLayout

_ASSET = re.compile(r"asset:///([^\"'\s)<>]+)")
_TARGET = re.compile(r"""\shref=["']#([^"']+)["']""")


@dataclasses.dataclass(frozen=True)
class Printable:
    """A composed page that is to be laid out.

    Attributes:
        page: It.
        cut: The same in parts.
        digests: Of each part, with the images it shows.
    """

    page: Page
    cut: CutPage
    digests: tuple[str, ...]

    @property
    def targets(self) -> tuple[frozenset[str], ...]:
        """What each part refers to."""
        return tuple(frozenset(_TARGET.findall(part.rest)) for part in self.cut.parts)


def printable(page: Page, cut: CutPage) -> Printable:
    """Return a page with its parts told apart by hashes."""
    images = {name: hashlib.sha256(data).hexdigest() for name, data in page.assets.items()}
    return Printable(page, cut, tuple(_digest(part, images) for part in cut.parts))


def _digest(part: PagePart, images: Mapping[str, str]) -> str:
    names = [urllib.parse.unquote(name) for name in _ASSET.findall(part.start_tag + part.rest)]
    return " ".join([part.digest, *(images.get(name, "") for name in names)])


@dataclasses.dataclass(frozen=True)
class Printed:
    """What came of laying out.

    Attributes:
        groups: The pages.
        source: The name of the PDF they are drawn in.
        data: That PDF.
        exported: The finished file, where it is one.
    """

    groups: tuple[Group, ...]
    source: str
    data: bytes
    exported: Exported | None = None


def print_whole(wanted: Printable, progress: Progress) -> Printed:
    """Return the whole briefing as it will print; for a child.

    Raises:
        RenderingError: The renderer made nothing.
    """
    read: list[ReadPage] = []
    # Of stages nothing is told: what a child says is its result, and who hears that it says something waits for that.
    del progress
    exported = pdf.export_shown(
        wanted.page, lambda text: None, lambda document: read.extend(read_pages(document))
    )
    if not exported.data:
        said = [message.text for message in exported.messages if message.is_error]
        raise RenderingError(
            (said or ["the renderer made no pages"])[0], "Mend it; what is found says where."
        )
    source = _name(exported.data)
    parts = range(len(wanted.digests))
    groups = _groups(wanted, parts, read, exported.data, source, is_exact=True)
    return Printed(groups, source, exported.data, exported)


def print_stretch(wanted: Printable, stretch: Stretch, book: Book, layout: PartLayout) -> Printed:
    """Return some neighbouring parts as they stand between the pages that there are.

    Raises:
        RenderingError: The page asks for what is none of its own images.
    """
    standing = len(book.pages) - sum(
        len(group.pages) for group in book.groups[stretch.place : stretch.place + stretch.replaced]
    )
    before = Before(
        pages=len(book.pages_before(stretch.place)),
        strings=book.strings_before(stretch.place),
        anchors=book.anchors,
        total=lambda count: standing + count,
    )
    parts = range(stretch.first, stretch.end)
    # What stands on no page is a running element: it is set into the margins of this one.
    known = {part for group in book.groups if not group.pages for part in group.parts}
    running = [place for place, digest in enumerate(wanted.digests) if digest in known]
    shown = dataclasses.replace(wanted.page, html=wanted.cut.shown({*parts, *running}), attachments=())
    read: list[ReadPage] = []

    def lay_out(html: Any) -> Any:
        document = layout.lay_out(html, before)
        read.extend(read_pages(document))
        return document

    data = pdf.export_part(shown, lay_out)
    source = _name(data)
    return Printed(_groups(wanted, parts, read, data, source, is_exact=False), source, data)


def _groups(
    wanted: Printable, parts: range, read: Sequence[ReadPage], data: bytes, source: str, *, is_exact: bool
) -> tuple[Group, ...]:
    pages = []
    for index, (page, (digest, width, height)) in enumerate(zip(read, digests_of(data), strict=True)):
        laid = LaidPage(
            digest=digest,
            width_px=width,
            height_px=height,
            source=source,
            index=index,
            section=page.section,
            body=page.body,
            lines=page.lines,
            anchors=page.anchors,
            strings=page.strings,
            is_exact=is_exact,
        )
        pages.append(([place - parts.start for place in page.parts if place in parts], laid))
    places = slice(parts.start, parts.stop)
    return grouped(wanted.digests[places], wanted.targets[places], pages)


def _name(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
