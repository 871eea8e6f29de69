"""The lines chosen for the paragraph of a line box, kept for each width that is asked for."""

import bisect
import dataclasses
import functools
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyphen
from weasyprint.formatting_structure import boxes
from weasyprint.text.ffi import ffi, pango, unicode_to_char_p

from report.phrases import phrases_of
from report.typography import breaks
from report.typography.characters import Kind
from report.typography.fitting import FAR_REACH, TOLERANCE, Fitting, Line, Measures, Mode
from report.typography.inline_content import WRAPPING, Content
from report.typography.paragraph import Atom, Paragraph, Text

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# What a break stands on where there is no character: an atom behaves like an ideograph (CSS Text 3, 5.1).
_ATOM_CHARACTER = "\u2e80"


def lines_of(content: Content, widths: Sequence[float]) -> "Lines":
    """Return the paragraph of a line box whose atoms have the given widths, made once for the same ones."""
    known: dict[tuple[float, ...], Lines] = content.known
    key = tuple(widths)
    if key not in known:
        known[key] = Lines(content, widths)
    return known[key]


class Lines:
    """A paragraph ready to be broken, and the lines found for the widths that were asked for."""

    def __init__(self, content: Content, widths: Sequence[float] = ()) -> None:
        pieces = content.pieces
        if widths:
            given = iter(widths)
            pieces = [Atom(next(given)) if isinstance(piece, Atom) else piece for piece in pieces]
        self.content = content
        self.leaves = content.leaves
        self.paths = [leaf.path for leaf in self.leaves]
        self.leaf_of = {id(leaf.box): leaf for leaf in self.leaves}
        self.box_of = {leaf.piece: leaf.box for leaf in self.leaves}
        self.paragraph = paragraph = Paragraph(pieces)
        self.measures = Measures(paragraph)
        self.mode = self._mode()
        self.prices = self._find_prices()
        self._plans: list[tuple[float, float, dict[int, Line]]] = []

    def _mode(self) -> Mode:
        style, tag = self.content.line_box.style, self.content.line_box.element_tag
        return Mode(style["text_align_all"] == "justify", is_balanced=tag in _HEADINGS)

    def _find_prices(self) -> list[float]:
        paragraph = self.paragraph
        chars = "".join(paragraph.chars)
        language = self.content.line_box.style["lang"] or ""
        begins: Iterable[int] = ()
        if self.mode.is_balanced and language.lower().startswith("zh"):
            begins = itertools.accumulate(map(len, phrases_of(chars, language)))
        allowed = _allowed_by_unicode(chars.replace("\ufffc", _ATOM_CHARACTER), language)
        return breaks.find_breaks(paragraph, allowed, self._wraps(), begins)

    def _wraps(self) -> list[bool]:
        """Return for each cell whether lines may break before it: within a box, and between two of them."""
        wraps: list[bool] = []
        before: tuple[Any, ...] = ()
        for leaf in self.leaves:
            common = [one for one, other in zip(before, leaf.around, strict=False) if one is other]
            first = not common or common[-1].style["white_space"] in WRAPPING
            piece = self.paragraph.pieces[leaf.piece]
            if isinstance(piece, Text):
                wraps += [first, *[piece.wraps] * (len(piece.text) - 1)]
            else:
                wraps.append(first)
            before = leaf.around
        return wraps

    @functools.cached_property
    def _hyphens(self) -> dict[int, float]:
        """Return the cells before which a word may be parted, and the width of its hyphen."""
        hyphens: dict[int, float] = {}
        for leaf in self.leaves:
            piece = self.paragraph.pieces[leaf.piece]
            if not isinstance(piece, Text) or not piece.hyphen or not piece.wraps:
                continue
            start = self.paragraph.starts[leaf.piece]
            for place, word in breaks.hyphenated(piece.text):
                for offset in _dictionary().positions(word):
                    hyphens[start + place + offset] = piece.hyphen
        return hyphens

    def cell_at(self, skip_stack: Any) -> int:
        """Return the cell that WeasyPrint's way of saying where a line begins means."""
        path: list[int] = []
        while skip_stack is not None:
            ((index, skip_stack),) = skip_stack.items()
            path.append(index or 0)
        if path:
            place = bisect.bisect_left(self.paths, tuple(path[:-1]))
            if place < len(self.paths) and self.paths[place] == tuple(path[:-1]):
                leaf = self.leaves[place]
                if isinstance(leaf.box, boxes.TextBox):
                    skipped = leaf.box.text.encode()[: path[-1]].decode()
                    return self.paragraph.starts[leaf.piece] + len(skipped)
        place = bisect.bisect_left(self.paths, tuple(path))
        if place == len(self.paths):
            return len(self.paragraph.chars)
        return self.paragraph.starts[self.leaves[place].piece]

    def line_at(self, cell: int, first_width: float, width: float) -> Line | None:
        """Return the line that begins at a cell, None where nothing is left."""
        while cell < len(self.paragraph.chars) and self.paragraph.chars[cell] == " ":
            cell += 1
        for known_first, known, lines in self._plans:
            is_same = abs(known - width) < TOLERANCE and cell in lines
            if is_same and (abs(known_first - first_width) < TOLERANCE or cell != next(iter(lines))):
                return lines[cell]
        lines = dict(self._find_lines(cell, first_width, width))
        self._plans.append((first_width, width, lines))
        return lines.get(cell)

    def _find_lines(self, cell: int, first_width: float, width: float) -> Iterator[tuple[int, Line]]:
        for start, end in self.parts(cell):
            is_forced = end < len(self.paragraph.chars)
            lines = self._fit(start, end, first_width, width)
            if not lines and is_forced:
                lines = [Line(start, start, end, 0.0, 0.0, is_hyphenated=False, is_last=True)]
            for line in lines:
                ended = is_forced and line.is_last
                yield line.start, dataclasses.replace(line, resume=end + 1) if ended else line
            first_width = width

    def _fit(self, start: int, end: int, first_width: float, width: float) -> list[Line]:
        """Return the lines of a part; only where they are poor, words are parted and more choices compared."""
        while start < end and self.paragraph.kinds[start] is Kind.SPACE:
            start += 1
        fitting = Fitting(self.measures, self.prices, {}, start, end, first_width, width, self.mode)
        lines = [] if self.mode.is_balanced else fitting.lines()
        if start == end or (lines and not any(line.is_poor for line in lines)):
            return lines
        prices = self._with_cuts(min(first_width, width))
        for cell in self._hyphens:
            prices[cell] = min(prices[cell], breaks.HYPHEN)
        return dataclasses.replace(fitting, prices=prices, hyphens=self._hyphens, reach=FAR_REACH).lines()

    def parts(self, cell: int = 0) -> Iterator[tuple[int, int]]:
        """Yield the spans between forced line ends, from a cell on."""
        chars = self.paragraph.chars
        while cell < len(chars):
            end = chars.index("\n", cell) if "\n" in chars[cell:] else len(chars)
            yield cell, end
            cell = end + 1

    def min_content_width(self) -> float:
        """Return the width of the widest part that no line end parts; `anywhere` parts words as well."""
        prices = list(self.prices)
        for cell in range(1, len(prices)):
            if prices[cell] == breaks.FORBIDDEN and self._may_cut(cell, ("anywhere",)):
                prices[cell] = breaks.CUT
        return max((self.measures.natural(start, end) for start, end in self.chunks(prices)), default=0.0)

    def max_content_width(self, indent: float) -> float:
        """Return the width of the longest line when lines end where they are forced to, and nowhere else."""
        longest = 0.0
        for start, end in self.parts():
            while end > start and self.paragraph.kinds[end - 1] in (Kind.SPACE, Kind.NOTHING):
                end -= 1
            while start < end and self.paragraph.kinds[start] is Kind.SPACE:
                start += 1
            if start < end:
                longest = max(longest, self.measures.natural(start, end) + indent)
            indent = 0.0
        return longest

    def _with_cuts(self, width: float) -> list[float]:
        """Return the prices with those of cutting words that are longer than a line, where CSS lets them be."""
        prices = list(self.prices)
        for start, end in self.chunks(self.prices):
            if self.measures.natural(start, end) <= width:
                continue
            for cell in range(start + 1, end):
                if prices[cell] == breaks.FORBIDDEN and self._may_cut(cell, ("anywhere", "break-word")):
                    prices[cell] = breaks.CUT
        return prices

    def _may_cut(self, cell: int, allowing: tuple[str, ...]) -> bool:
        paragraph = self.paragraph
        if not paragraph.kinds[cell - 1] is paragraph.kinds[cell] is Kind.LATIN:
            return False
        style = self.box_of[paragraph.piece_of[cell]].style
        return style["overflow_wrap"] in allowing and style["white_space"] in WRAPPING

    def chunks(self, prices: Sequence[float]) -> Iterator[tuple[int, int]]:
        """Yield the spans that no line end parts, spaces behind them left out."""
        kinds = self.paragraph.kinds
        for start, end in self.parts():
            while start < end and kinds[start] is Kind.SPACE:
                start += 1
            for cell in range(start + 1, end + 1):
                if cell < end and prices[cell] == breaks.FORBIDDEN:
                    continue
                last = cell
                while last > start + 1 and kinds[last - 1] in (Kind.SPACE, Kind.NOTHING):
                    last -= 1
                if start < last:
                    yield start, last
                start = cell


def _allowed_by_unicode(text: str, language: str) -> list[bool]:
    """Return whether UAX 14 lets a line break before each character."""
    if language:
        language_p, _ = unicode_to_char_p(language)
        pango_language = pango.pango_language_from_string(language_p)
    else:
        pango_language = pango.pango_language_get_default()
    text_p, data = unicode_to_char_p(text)
    count = len(text) + 1
    attributes = ffi.new("PangoLogAttr[]", count)
    pango.pango_get_log_attrs(text_p, len(data), -1, pango_language, attributes, count)
    # The first bit of each is `is_line_break`.
    return [bool(bits & 1) for bits in memoryview(ffi.buffer(attributes)).cast("I")[: len(text)]]


@functools.cache
def _dictionary() -> Any:
    return pyphen.Pyphen(lang="en_US", left=breaks.HYPHEN_BEFORE, right=breaks.HYPHEN_AFTER)
