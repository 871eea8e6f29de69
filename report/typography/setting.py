"""Gives each cell of a chosen line its advance and its form: edges trimmed, what is left over shared out."""

from report.typography.characters import Kind
from report.typography.fitting import Line
from report.typography.paragraph import Paragraph, mark_form
from report.typography.variants import SPACE_AFTER, SPACE_AROUND, SPACE_BEFORE, WIDENED

# Readers of a PDF take a gap of a tenth of an em for a space (poppler, minWordBreakSpace): before that, part of
# the stretch goes into the glyphs.
_MOST_GAP = 0.098
_MARKS = (Kind.OPENING, Kind.CLOSING)
_AT_START = {SPACE_BEFORE: "", SPACE_AROUND: SPACE_AFTER}
_AT_END = {SPACE_AFTER: "", SPACE_AROUND: SPACE_BEFORE}


def set_line(paragraph: Paragraph, line: Line) -> tuple[list[float], list[str]]:
    """Return the advance in pixels and the OpenType feature of the form, "" for none, of each cell of a line."""
    start, end = line.start, line.end
    advances, forms = paragraph.widths[start:end], paragraph.forms[start:end]
    if not advances:
        return advances, forms
    for index, trims, without_space in (
        (0, paragraph.trim_start, _AT_START),
        (-1, paragraph.trim_end, _AT_END),
    ):
        cell = start if index == 0 else end - 1
        if trims[cell]:
            # The blank half of a mark, or the space to the Han beside.
            advances[index] -= trims[cell]
            without = without_space.get(forms[index], forms[index])
            forms[index] = paragraph.trimmed_forms.get(cell, without)
    if line.ratio > 0:
        _stretch(paragraph, line, advances, forms)
    elif line.ratio < 0:
        _shrink(paragraph, line, advances, forms)
    return advances, forms


def _stretch(paragraph: Paragraph, line: Line, advances: list[float], forms: list[str]) -> None:
    for cell in _changed(paragraph, line):
        share = paragraph.stretch[cell] * line.ratio + paragraph.late_stretch[cell] * line.late_ratio
        _change(paragraph, line, cell, share, advances, forms)


def _shrink(paragraph: Paragraph, line: Line, advances: list[float], forms: list[str]) -> None:
    for cell in _changed(paragraph, line):
        _change(paragraph, line, cell, paragraph.shrink[cell] * line.ratio, advances, forms)


def _changed(paragraph: Paragraph, line: Line) -> range:
    """Return the cells that give or take: not the last, nor a mark that begins the line."""
    is_mark = paragraph.kinds[line.start] is Kind.OPENING
    return range(line.start + is_mark, line.end - 1)


def _change(
    paragraph: Paragraph, line: Line, cell: int, share: float, advances: list[float], forms: list[str]
) -> None:
    index = cell - line.start
    advances[index] += share
    size = paragraph.sizes[cell]
    if share and paragraph.shrink[cell] and paragraph.kinds[cell] in _MARKS:
        forms[index] = mark_form(advances[index] / size)
    elif share > _MOST_GAP * size and paragraph.kinds[cell] is Kind.HAN:
        forms[index] = WIDENED
