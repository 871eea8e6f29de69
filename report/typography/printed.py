"""Reads the lines of a finished PDF back as they are printed, glyph by glyph, by pdfium."""

import ctypes
import io
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from report.pages import Glyph, PrintedLine

__all__ = ["Glyph", "PrintedLine", "glyphs_of", "lines_of", "read_lines"]

# How far from a line's baseline smaller glyphs may stand that are raised or lowered in it, in its ems; and how
# far glyphs of its own size.
_RAISED, _EVEN = 0.7, 0.2
_SMALLER = 0.9
# A gap of so many ems parts two lines that stand side by side: cells of a table, a head's left and right.
_APART = 2.0
# Baselines are looked up in strips of so many points, the reach of a glyph of 80 points.
_STRIP = 8
_STRIPS_AROUND = 7
# What pdfium gives for a hyphen at a line's end, which it takes for one of hyphenation (FPDFText_IsHyphen).
_HYPHEN = 2


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
            text_page = page.get_textpage()
            try:
                lines += lines_of(number, glyphs_of(text_page))
            finally:
                text_page.close()
                page.close()
        return tuple(lines)
    finally:
        document.close()


def glyphs_of(text_page: Any) -> list[Glyph]:
    """Return the glyphs of pypdfium2's text page in the order in which they are copied, without line ends.

    Spaces that pdfium makes up are set nowhere in particular; they count as standing with what they follow.
    """
    return list(_glyphs(text_page.raw))


def _glyphs(handle: Any) -> Iterator[Glyph]:
    import pypdfium2.raw as pdfium

    x, y, left, right, bottom, top = (ctypes.c_double() for _ in range(6))
    loose = pdfium.FS_RECTF()
    address_of = ctypes.addressof
    described: dict[int, tuple[float, str, int]] = {}
    fonts: dict[int, str] = {}
    glyph: Glyph | None = None
    for index in range(pdfium.FPDFText_CountChars(handle)):
        code = pdfium.FPDFText_GetUnicode(handle, index)
        if code in (10, 13):
            continue
        # It makes up nothing but spaces and line ends.
        if code == 32 and pdfium.FPDFText_IsGenerated(handle, index) == 1:
            if glyph is not None:
                yield glyph._replace(text=" ", is_generated=True)
            continue
        item = pdfium.FPDFText_GetTextObject(handle, index)
        key = address_of(item.contents) if item else 0
        if key not in described:
            described[key] = _describe(handle, index, item, fonts)
        size, font, mark = described[key]
        pdfium.FPDFText_GetCharOrigin(handle, index, x, y)
        pdfium.FPDFText_GetCharBox(handle, index, left, right, bottom, top)
        pdfium.FPDFText_GetLooseCharBox(handle, index, loose)
        glyph = Glyph(
            "-" if code == _HYPHEN else sys.intern(chr(code)),
            x.value,
            y.value,
            loose.right,
            left.value,
            right.value,
            size,
            font,
            False,
            mark,
        )
        yield glyph


def _describe(handle: Any, index: int, item: Any, fonts: dict[int, str]) -> tuple[float, str, int]:
    """Return what all glyphs of a text object share: size, font and marked content."""
    import pypdfium2.raw as pdfium

    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(handle, index, matrix)
    size = pdfium.FPDFText_GetFontSize(handle, index) * abs(matrix.d or 1.0)
    if not item:
        return size, "", -1
    font = pdfium.FPDFTextObj_GetFont(item)
    key = ctypes.addressof(font.contents) if font else 0
    if key not in fonts:
        fonts[key] = _font_name(handle, index)
    return size, fonts[key], pdfium.FPDFPageObj_GetMarkedContentID(item)


def _font_name(handle: Any, index: int) -> str:
    import pypdfium2.raw as pdfium

    buffer = ctypes.create_string_buffer(256)
    length = pdfium.FPDFText_GetFontInfo(handle, index, buffer, len(buffer), None)
    name = buffer.raw[: max(0, min(length, len(buffer)) - 1)].decode("utf-8", "replace")
    return name.partition("+")[2] or name


class _Rows:
    """Glyphs on baselines, the large ones first, so that small ones find the line they stand in."""

    def __init__(self) -> None:
        self.rows: list[tuple[float, float, list[Glyph]]] = []
        self._by_height: dict[int, list[int]] = {}
        self._known: dict[tuple[float, float], int | None] = {}

    def add(self, glyph: Glyph) -> None:
        """Put a glyph on its baseline; what a reader made up makes none of its own."""
        key = (glyph.y, glyph.size)
        place = self._known.get(key)
        if place is None:
            place = self._nearest(glyph.y, glyph.size)
            if place is None and not glyph.is_generated:
                place = len(self.rows)
                self._by_height.setdefault(int(glyph.y // _STRIP), []).append(place)
                self.rows.append((glyph.y, glyph.size, []))
            self._known[key] = place
        if place is not None:
            self.rows[place][2].append(glyph)

    def _nearest(self, y: float, size: float) -> int | None:
        strip = int(y // _STRIP)
        best, distance = None, float("inf")
        for near in range(strip - _STRIPS_AROUND, strip + _STRIPS_AROUND + 1):
            for place in self._by_height.get(near, ()):
                height, row_size, _ = self.rows[place]
                away = abs(height - y)
                reach = (_RAISED if size < _SMALLER * row_size else _EVEN) * row_size
                if away <= reach and away < distance:
                    best, distance = place, away
        return best


def lines_of(page: int, glyphs: Iterable[Glyph]) -> list[PrintedLine]:
    """Return the lines of one page from top to bottom, those on one baseline from left to right."""
    rows = _Rows()
    for glyph in sorted(glyphs, key=lambda one: (one.is_generated, -one.size)):
        rows.add(glyph)
    lines = [
        PrintedLine(page, height, tuple(part))
        for height, size, row in rows.rows
        for part in _parts(sorted(row, key=lambda one: one.x), size)
    ]
    return sorted(lines, key=lambda line: (-round(line.baseline), line.glyphs[0].x))


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
