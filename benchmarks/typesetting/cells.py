"""The lines that a finished PDF has, told apart by the source's paragraphs, in ems from the left of the measure."""

import dataclasses
import functools
from collections.abc import Sequence
from pathlib import Path

from fontTools.ttLib import TTFont

from benchmarks.typesetting.documents import KAI, MARGIN_PT, SIZE_PT, SONG, SONG_BOLD, Document
from benchmarks.typesetting.glyphs import Glyph, read_lines
from benchmarks.typesetting.texts import plain

_INVISIBLE = "\u200b\u2060\ufeff"
# One glyph, several names: pdfium tells a hyphen at a line's end as U+0002, and XeTeX names the glyphs of hyphen
# and ellipsis after another character that shares them.
_SAME = str.maketrans("\x02\u00ad\u2010\u2011\u22ef", "----\u2026")


class UnreadableError(ValueError):
    """The printed characters are not those of the source, in its order."""


@dataclasses.dataclass(frozen=True)
class Cell:
    """One printed character; all lengths in ems of the text, from the left edge of the measure.

    Attributes:
        char: As the source has it; two or more where one glyph prints them (`——`).
        index: Its place in the paragraph, blanks counted.
        start: Where the box of its full glyph begins: left of the ink by the side bearing that the font gives it,
            whatever the box that this PDF gives it.
        end: Where that box ends.
        ink_left: The left edge of its ink.
        ink_right: The right edge of its ink.
    """

    char: str
    index: int
    start: float
    end: float
    ink_left: float
    ink_right: float


@dataclasses.dataclass(frozen=True)
class SetLine:
    """A line of a paragraph.

    Attributes:
        paragraph: The paragraph's number.
        text: The source from its first to its last visible character.
        cells: In reading order, at least one.
        hyphen: The hyphen that it was ended with, if any.
        is_joined: Whether the source has no blank between it and the next line.
        is_last: Whether the paragraph ends with it.
        is_only: Whether it is all of the paragraph.
    """

    paragraph: int
    text: str
    cells: tuple[Cell, ...]
    hyphen: Cell | None
    is_joined: bool
    is_last: bool
    is_only: bool


@functools.cache
def _metrics(file: Path) -> dict[int, tuple[float, float]]:
    """Return the left side bearing and the advance, in ems, of each character's own glyph."""
    with TTFont(file, lazy=True) as font:
        widths, scale = font["hmtx"], font["head"].unitsPerEm
        return {
            code: (widths[name][1] / scale, widths[name][0] / scale)
            for code, name in font.getBestCmap().items()
        }


def _file_of(font: str) -> str:
    if "Kai" in font:
        return KAI
    return SONG_BOLD if "Bold" in font else SONG


def read_set_lines(document: Document, fonts: Path) -> tuple[SetLine, ...]:
    """Return the lines of a finished PDF.

    Raises:
        UnreadableError: It does not print the document's text.
    """
    rows = [
        [glyph for glyph in line if _is_visible(glyph)] for line in read_lines(document.path.read_bytes())
    ]
    rows = [row for row in rows if row]
    lines: list[SetLine] = []
    position = 0
    for number, runs in enumerate(document.text.paragraphs):
        source, place, first = plain(runs), 0, position
        while place < len(source):
            if position == len(rows):
                raise UnreadableError(f"paragraph {number + 1} is cut off")
            cells, hyphen = _cells(rows[position], source, place, fonts)
            place, start = cells[-1].index + len(cells[-1].char), cells[0].index
            text = source[start:place]
            blanks = len(source[place:]) - len(source[place:].lstrip())
            place += blanks
            is_last = place == len(source)
            lines.append(SetLine(number, text, tuple(cells), hyphen, blanks == 0, is_last, False))
            position += 1
        if position == first + 1:
            lines[-1] = dataclasses.replace(lines[-1], is_only=True)
    if position < len(rows):
        raise UnreadableError(f"more is printed than the text: {_text(rows[position])}")
    return tuple(lines)


def squeezed(text: str) -> str:
    """Return a text without blanks and without characters that have no width."""
    return "".join(char for char in text if not char.isspace() and char not in _INVISIBLE).translate(_SAME)


def _is_visible(glyph: Glyph) -> bool:
    return bool(squeezed(glyph.text))


def _text(row: Sequence[Glyph]) -> str:
    return "".join(glyph.text for glyph in row)


def _cells(row: Sequence[Glyph], source: str, place: int, fonts: Path) -> tuple[list[Cell], Cell | None]:
    """Return a row's cells, and the hyphen that ends it and the source does not have, if any."""
    merged: list[tuple[Glyph, str]] = []
    for glyph in row:
        if merged and merged[-1][0].x == glyph.x and merged[-1][0].ink_right == glyph.ink_right:
            merged[-1] = (merged[-1][0], merged[-1][1] + glyph.text)
        else:
            merged.append((glyph, glyph.text.translate(_SAME)))
    cells: list[Cell] = []
    for glyph, chars in merged:
        while source[place : place + 1].isspace():
            place += 1
        cell = _cell(glyph, chars, place, fonts)
        if source[place : place + len(chars)] != chars:
            if cells and len(cells) == len(merged) - 1 and chars == "-":
                return cells, cell
            expected = source[place : place + 10]
            raise UnreadableError(f"{_text(row)!r} is printed where {expected!r} comes next")
        cells.append(cell)
        place += len(chars)
    return cells, None


def _cell(glyph: Glyph, chars: str, place: int, fonts: Path) -> Cell:
    left, right, scale = _ems(glyph.ink_left), _ems(glyph.ink_right), glyph.size / SIZE_PT
    if len(chars) > 1:
        start = _ems(glyph.x)
        return Cell(chars, place, start, start + len(chars) * scale, left, right)
    bearing, advance = _metrics(fonts / _file_of(glyph.font)).get(ord(chars), (0.0, right - left))
    start = left - bearing * scale
    return Cell(chars, place, start, start + advance * scale, left, right)


def _ems(x: float) -> float:
    return (x - MARGIN_PT) / SIZE_PT
