"""Reads the lines of a finished PDF back as they are printed, glyph by glyph, by pdfium."""

import ctypes
import io
from collections.abc import Iterator
from typing import Any, NamedTuple

# How far from a line's baseline smaller glyphs may stand that are raised or lowered in it, in its ems; and how
# far glyphs of its own size.
_RAISED, _EVEN = 0.7, 0.2
_SMALLER = 0.9
# A gap of so many ems parts two lines that stand side by side: cells of a table, a head's left and right.
_APART = 2.0


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


def read_lines(data: bytes) -> tuple[PrintedLine, ...]:
    """Return the lines of all pages from top to bottom, those on one baseline from left to right.

    Raises:
        ValueError: The bytes are no PDF.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(io.BytesIO(data))
    except pypdfium2.PdfiumError as error:
        raise ValueError(f"the file is no PDF that can be read: {error}") from error
    try:
        lines: list[PrintedLine] = []
        for number, page in enumerate(document, 1):
            lines += _lines(number, list(_glyphs(page)))
        return tuple(lines)
    finally:
        document.close()


def _glyphs(page: Any) -> Iterator[Glyph]:
    """Yield the glyphs of a page in the order in which they are drawn; line ends that pdfium makes up are left out."""
    import pypdfium2.raw as pdfium

    text_page = page.get_textpage()
    handle = text_page.raw
    x, y, left, right, bottom, top = (ctypes.c_double() for _ in range(6))
    loose, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    fonts: dict[Any, tuple[str, float, int]] = {}
    try:
        for index in range(pdfium.FPDFText_CountChars(handle)):
            code = pdfium.FPDFText_GetUnicode(handle, index)
            if code in (10, 13):
                continue
            is_generated = pdfium.FPDFText_IsGenerated(handle, index) == 1
            pdfium.FPDFText_GetCharOrigin(handle, index, x, y)
            pdfium.FPDFText_GetCharBox(handle, index, left, right, bottom, top)
            pdfium.FPDFText_GetLooseCharBox(handle, index, loose)
            item = pdfium.FPDFText_GetTextObject(handle, index)
            key = ctypes.cast(item, ctypes.c_void_p).value
            if key not in fonts:
                pdfium.FPDFText_GetMatrix(handle, index, matrix)
                size = pdfium.FPDFText_GetFontSize(handle, index) * abs(matrix.d or 1.0)
                mark = pdfium.FPDFPageObj_GetMarkedContentID(item) if key else -1
                fonts[key] = (_font_name(handle, index), size, mark)
            name, size, mark = fonts[key]
            yield Glyph(
                chr(code),
                x.value,
                y.value,
                loose.right,
                left.value,
                right.value,
                size,
                name,
                is_generated,
                mark,
            )
    finally:
        text_page.close()
        page.close()


def _font_name(handle: Any, index: int) -> str:
    import pypdfium2.raw as pdfium

    buffer = ctypes.create_string_buffer(256)
    length = pdfium.FPDFText_GetFontInfo(handle, index, buffer, len(buffer), None)
    name = buffer.raw[: max(0, min(length, len(buffer)) - 1)].decode("utf-8", "replace")
    return name.partition("+")[2] or name


def _lines(page: int, glyphs: list[Glyph]) -> list[PrintedLine]:
    """Put glyphs on baselines, the large ones first, so that small ones find the line they stand in."""
    rows: list[tuple[float, float, list[Glyph]]] = []
    by_height: dict[int, list[int]] = {}
    for glyph in sorted(glyphs, key=lambda one: -one.size):
        if glyph.is_generated:
            continue
        place = _row_of(glyph, rows, by_height)
        if place is None:
            by_height.setdefault(int(glyph.y // 8), []).append(len(rows))
            rows.append((glyph.y, glyph.size, [glyph]))
        else:
            rows[place][2].append(glyph)
    generated = [glyph for glyph in glyphs if glyph.is_generated]
    for glyph in generated:
        place = _row_of(glyph, rows, by_height)
        if place is not None:
            rows[place][2].append(glyph)
    lines = [
        PrintedLine(page, height, tuple(part))
        for height, size, row in rows
        for part in _parts(sorted(row, key=lambda one: one.x), size)
    ]
    return sorted(lines, key=lambda line: (-round(line.baseline), line.glyphs[0].x))


def _row_of(
    glyph: Glyph, rows: list[tuple[float, float, list[Glyph]]], by_height: dict[int, list[int]]
) -> int | None:
    bucket = int(glyph.y // 8)
    best, distance = None, float("inf")
    for place in (place for near in range(bucket - 3, bucket + 4) for place in by_height.get(near, ())):
        height, size, _ = rows[place]
        away = abs(height - glyph.y)
        reach = (_RAISED if glyph.size < _SMALLER * size else _EVEN) * size
        if away <= reach and away < distance:
            best, distance = place, away
    return best


def _parts(row: list[Glyph], size: float) -> Iterator[list[Glyph]]:
    """Yield the parts of a row that stand apart; what a reader made up between them is nobody's."""
    part: list[Glyph] = []
    end = 0.0
    for glyph in row:
        if part and not glyph.is_generated and glyph.ink_left - end > _APART * size:
            yield _without_end(part)
            part = []
        if not part and glyph.is_generated:
            continue
        part.append(glyph)
        if not glyph.is_generated:
            end = max(end, glyph.right) if len(part) > 1 else glyph.right
    if part:
        yield _without_end(part)


def _without_end(part: list[Glyph]) -> list[Glyph]:
    while part[-1].is_generated:
        part.pop()
    return part
