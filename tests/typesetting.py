"""Paragraphs with made-up metrics: Han fill ten pixels, Latin characters five, spaces two and a half."""

from math import inf

from report.typography.breaks import find_breaks
from report.typography.characters import Kind, kind_of
from report.typography.fitting import FAR_REACH, Fitting, Measures, Mode
from report.typography.paragraph import Paragraph, Text
from report.typography.variants import (
    CENTRED,
    CENTRED_END,
    CENTRED_END_WIDTH,
    CENTRED_FIXED,
    CLOSING,
    GAP,
    HALF,
    MARK_WIDTHS,
    OPENING,
    PROPORTIONAL,
    SPACE_AFTER,
    SPACE_AROUND,
    SPACE_BEFORE,
)

EM = 10.0
FLUSH, RAGGED = Mode(is_flush=True), Mode(is_flush=False)
_SIGNS = "℃①"
_ADVANCES = {Kind.SPACE: 0.25, Kind.LATIN: 0.5, Kind.NOTHING: 0.0, Kind.MIDDLE: 0.5}


def advance(char):
    return 1.0 if char in _SIGNS else _ADVANCES.get(kind_of(char), 1.0)


def form(char, feature):
    """The advance in ems of a form, as the bundled fonts have it."""
    if char in CLOSING + OPENING:
        widths = {HALF: 0.5, PROPORTIONAL: 0.35} | {name: width for width, name in MARK_WIDTHS.items()}
        return widths.get(feature)
    spaces = {SPACE_BEFORE: 1, SPACE_AFTER: 1, SPACE_AROUND: 2}.get(feature)
    if spaces and kind_of(char) is Kind.LATIN:
        return advance(char) + spaces * GAP
    return None


def traditional_form(char, feature):
    """The same in traditional Chinese."""
    if char in CENTRED and feature == CENTRED_END:
        return CENTRED_END_WIDTH
    return None if char in CENTRED_FIXED else form(char, feature)


def run(text, **options):
    return Text(text, [advance(char) * EM for char in text], EM, options.pop("variant", form), **options)


def paragraph(text):
    return Paragraph([run(text)])


def prices_of(cells, allowed=None):
    """The prices of line ends; between Latin characters UAX 14 is taken to allow them behind spaces and hyphens."""
    chars = cells.chars
    if allowed is None:
        allowed = [index > 0 and chars[index - 1] in " -/" for index in range(len(chars))]
    return find_breaks(cells, allowed, [True] * len(chars))


def lines_of(text, ems, mode=FLUSH, first=None):
    """The lines of a text at a measure in ems, with the paragraph."""
    cells = paragraph(text)
    width = ems * EM
    fitting = Fitting(
        Measures(cells), prices_of(cells), {}, 0, len(text), (first or ems) * EM, width, mode, FAR_REACH
    )
    return cells, fitting.lines()


def texts_of(text, ems, mode=FLUSH, first=None):
    _, lines = lines_of(text, ems, mode, first)
    return [text[line.start : line.end] for line in lines]


def broken_at(text):
    """The text with a bar wherever a line may end free of charge."""
    cells = paragraph(text)
    return "".join(
        ("|" if price < inf else "") + char for price, char in zip(prices_of(cells), text, strict=True)
    )
