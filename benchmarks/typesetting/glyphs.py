"""The glyphs of each line of a finished PDF of one column, by pdfium, in the order in which the file shows them.

The product's own reader goes by place. Peers set marks whose boxes overlap, so that place is not their order, and
stretch lines until words look like columns; here everyone is read in the same, plainer way.
"""

import ctypes
import dataclasses
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

_SAME_LINE_PT = 2.0


@dataclasses.dataclass(frozen=True)
class Glyph:
    """One character as pdfium tells it; lengths in points from the left edge of the page.

    Attributes:
        text: What it stands for.
        x: Its origin.
        ink_left: The left edge of its ink.
        ink_right: The right edge of its ink.
        size: Of its font.
        font: The font's name.
    """

    text: str
    x: float
    ink_left: float
    ink_right: float
    size: float
    font: str


def read_lines(data: bytes) -> list[list[Glyph]]:
    """Return the lines of a PDF of one column, from the top of the first page to the foot of the last."""
    lines: list[list[Glyph]] = []
    document = pypdfium2.PdfDocument(data)
    try:
        for page in document:
            by_baseline: dict[float, list[Glyph]] = {}
            for baseline, glyph in _glyphs(page):
                near = (y for y in by_baseline if abs(y - baseline) < _SAME_LINE_PT)
                by_baseline.setdefault(next(near, baseline), []).append(glyph)
            lines += [by_baseline[y] for y in sorted(by_baseline, reverse=True)]
            page.close()
    finally:
        document.close()
    return lines


def _glyphs(page: Any) -> Iterator[tuple[float, Glyph]]:
    """Yield baseline and glyph, those left out that pdfium makes up: blanks and line ends."""
    text = page.get_textpage()
    x, y, left, right, bottom, top = (ctypes.c_double() for _ in range(6))
    name, matrix = ctypes.create_string_buffer(256), pdfium.FS_MATRIX()
    for index in range(pdfium.FPDFText_CountChars(text)):
        if pdfium.FPDFText_IsGenerated(text, index) == 1:
            continue
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        pdfium.FPDFText_GetCharBox(text, index, left, right, bottom, top)
        pdfium.FPDFText_GetMatrix(text, index, matrix)
        pdfium.FPDFText_GetFontInfo(text, index, name, len(name), None)
        size = pdfium.FPDFText_GetFontSize(text, index) * abs(matrix.d)
        char = chr(pdfium.FPDFText_GetUnicode(text, index))
        font = name.value.decode(errors="replace")
        yield y.value, Glyph(char, x.value, left.value, right.value, size, font)
    text.close()
