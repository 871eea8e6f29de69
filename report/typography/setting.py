"""Gives each cell of a chosen line its advance and its form: edges trimmed, what is left over shared out."""

from report.typography.characters import Kind
from report.typography.fitting import Line
from report.typography.paragraph import Paragraph, narrowed_form
from report.typography.variants import HALF, SPACE_AFTER, SPACE_AROUND, SPACE_BEFORE

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
            is_mark = paragraph.kinds[cell] in _MARKS
            forms[index] = HALF if is_mark else without_space.get(forms[index], forms[index])
    if line.ratio > 0:
        _stretch(paragraph, line, advances)
    elif line.ratio < 0:
        _shrink(paragraph, line, advances, forms)
    return advances, forms


def _stretch(paragraph: Paragraph, line: Line, advances: list[float]) -> None:
    for cell in range(line.start, line.end - 1):
        share = paragraph.stretch[cell] * line.ratio + paragraph.space_stretch[cell] * line.space_ratio
        advances[cell - line.start] += share


def _shrink(paragraph: Paragraph, line: Line, advances: list[float], forms: list[str]) -> None:
    kinds = paragraph.kinds
    for cell in range(line.start, line.end - 1):
        given = paragraph.shrink[cell] * line.ratio
        if not given or (cell == line.start and kinds[cell] is Kind.OPENING):
            continue
        index = cell - line.start
        advances[index] += given
        if kinds[cell] in _MARKS:
            forms[index] = narrowed_form(advances[index] / paragraph.sizes[cell])
