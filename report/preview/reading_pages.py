"""What the pages of a laid-out document hold: parts, places, strings of the margins, lines of text."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from report.preview.book import PrintedLine
from report.preview.parts import CONTAINER
from report.preview.snapshot import Box


@dataclasses.dataclass(frozen=True)
class ReadPage:
    """What one page holds; see `report.preview.book.LaidPage`.

    Attributes:
        parts: The places of the parts that stand on it, in order.
        section: As there; empty where no part on it has an id.
        body: As there, as the rest.
        lines: In order.
        anchors: In order.
        strings: Their last values.
    """

    parts: tuple[int, ...]
    section: str
    body: Box
    lines: tuple[PrintedLine, ...]
    anchors: tuple[str, ...]
    strings: dict[str, str]


def read_pages(document: Any) -> tuple[ReadPage, ...]:
    """Return what each page of the renderer's document holds."""
    elements = _part_elements(document._html.etree_element)
    part_of = {inner: place for place, part in enumerate(elements) for inner in part.iter()}
    pages = []
    section = ""
    for page in document.pages:
        read = _read(page, part_of, elements, section)
        section = read.section
        pages.append(read)
    return tuple(pages)


def _part_elements(root: Any) -> list[Any]:
    body = next((child for child in root if child.tag == "body"), ())
    parts: list[Any] = []
    for child in body:
        if child.tag == CONTAINER:
            parts += [inner for inner in child if isinstance(inner.tag, str)]
        elif isinstance(child.tag, str):
            parts.append(child)
    return parts


def _read(page: Any, part_of: dict[Any, int], elements: Sequence[Any], before: str) -> ReadPage:
    box = page._page_box
    parts: dict[int, None] = {}
    lines: list[PrintedLine] = []
    strings: dict[str, str] = {}
    for inner in _flow(box.children[0]):
        place = part_of.get(inner.element)
        if place is not None:
            parts[place] = None
        if inner.string_set and inner.string_set != "none":
            strings.update(inner.string_set)
        if hasattr(inner, "text_overflow") and hasattr(inner, "children"):
            text = "".join(_texts(inner))
            if text.strip():
                bounds = _fractions(page, inner.position_x, inner.position_y, inner.width, inner.height)
                lines.append(PrintedLine(text, bounds))
    ids = [elements[place].get("id", "") for place in sorted(parts)]
    named = [anchor for anchor in page.anchors if anchor.startswith("part_")]
    body = _fractions(page, box.content_box_x(), box.content_box_y(), box.width, box.height)
    if not box.margin_top and not box.margin_bottom:
        body = (0.0, 0.0, 1.0, 1.0)
    return ReadPage(
        tuple(sorted(parts)),
        next((item for item in [*ids, *named[:1]] if item), before),
        body,
        tuple(lines),
        tuple(page.anchors),
        strings,
    )


def _flow(box: Any) -> Iterator[Any]:
    """Yield a box and all within it."""
    box = getattr(box, "_box", box)
    yield box
    for child in getattr(box, "children", ()):
        yield from _flow(child)


def _texts(box: Any) -> Iterator[str]:
    for child in _flow(box):
        text = getattr(child, "text", None)
        if isinstance(text, str):
            yield text


def _fractions(page: Any, left: float, top: float, width: float, height: float) -> Box:
    return (
        left / page.width,
        top / page.height,
        (left + width) / page.width,
        (top + height) / page.height,
    )
