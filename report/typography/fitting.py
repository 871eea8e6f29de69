"""Chooses the ends of all lines of a paragraph at once, so that no line is loose to please the one before.

Total fit after Knuth and Plass, Breaking Paragraphs into Lines (1981), over the cells of Chinese text: a line's
width depends on the marks at its edges, so widths come from prefix sums and are corrected for both ends.
"""

import dataclasses
import itertools
from collections.abc import Iterable, Mapping, Sequence
from math import inf

from report.typography.breaks import FORBIDDEN
from report.typography.characters import Kind
from report.typography.paragraph import Paragraph

# By how much of an em a Han's advance may grow. Readers of a PDF take a gap of a tenth of an em for a space
# (poppler, minWordBreakSpace), so a line that would need more is left short.
MOST_STRETCH = 0.098
# The stretch at which a line begins to look loose.
LOOSE = 0.08
# What spaces between Latin words may take besides: they are spaces to every reader anyway.
MOST_SPACE_STRETCH = 0.25
# A line is flush that ends within so many ems of the edge.
FLUSH = 0.05
# Lines whose width differs from the measure by fewer pixels are full.
TOLERANCE = 0.01

# What lines cost that nobody should see: one that sticks out, a last one of one character, one left short.
_OVERFULL = 1e12
_ALONE = 1e9
_SHORT = 1e7
# How many ems of room are left at most in lines that are worth comparing; where no choice is good, in more.
REACH, FAR_REACH = 1.5, 4.0


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One line.

    Attributes:
        start: Its first cell.
        end: The cell behind its last, spaces at its end left out.
        resume: The cell that the next line begins at.
        ratio: By how many ems each full share is stretched; negative, which part of what cells can give is
            taken.
        space_ratio: By how many ems the shares of spaces between Latin words are stretched besides.
        is_hyphenated: Whether a hyphen is added.
        is_last: Whether the paragraph, or the part before a forced line end, ends with it.
        is_poor: Whether it is looser than lines should be, or does not fit.
    """

    start: int
    end: int
    resume: int
    ratio: float
    space_ratio: float
    is_hyphenated: bool
    is_last: bool
    is_poor: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Mode:
    """How lines are to be filled: flush on both sides, ragged, or evenly, as headings are."""

    is_flush: bool
    is_balanced: bool = False


# Widths, stretch, the part of it that spaces have, and shrink, in pixels.
Sums = tuple[float, float, float, float]


class Measures:
    """Prefix sums over a paragraph's cells, by which any line is measured in a few additions."""

    def __init__(self, paragraph: Paragraph) -> None:
        self.paragraph = paragraph
        boxes = zip(paragraph.before, paragraph.widths, paragraph.after, strict=True)
        self._widths = _sums([before + width + after for before, width, after in boxes])
        self._stretch = _sums(paragraph.stretch)
        self._shrink = _sums(paragraph.shrink)
        self._spaces = _sums(paragraph.space_stretch)

    def head(self, cell: int) -> Sums:
        """Return what a line that begins at a cell takes off the sums."""
        paragraph = self.paragraph
        # A mark that begins a line is halved, and gives nothing more.
        given = paragraph.shrink[cell] if paragraph.kinds[cell] is Kind.OPENING else 0.0
        width, shrink = self._widths[cell] + paragraph.trim_start[cell], self._shrink[cell] + given
        return width, self._stretch[cell], self._spaces[cell], shrink

    def tail(self, end: int) -> Sums:
        """Return the sums up to the end of a line, to take a head's from."""
        trim = self.paragraph.trim_end[end - 1]
        return self._widths[end] - trim, self._stretch[end - 1], self._spaces[end - 1], self._shrink[end - 1]

    def natural(self, start: int, end: int) -> float:
        """Return the width of the cells of a line, its edges trimmed."""
        return self.tail(end)[0] - self.head(start)[0]

    def trim(self, start: int, cell: int) -> int:
        """Return where a line ends that is broken before a cell: spaces at its end are left out."""
        kinds = self.paragraph.kinds
        while cell > start + 1 and kinds[cell - 1] in (Kind.SPACE, Kind.NOTHING):
            cell -= 1
        return cell


_UNCOUNTED = frozenset({Kind.NOTHING, Kind.SPACE, Kind.OPENING, Kind.CLOSING, Kind.MIDDLE, Kind.DASH})


def _sums(values: Iterable[float]) -> list[float]:
    return list(itertools.accumulate(values, initial=0.0))


@dataclasses.dataclass(frozen=True, slots=True)
class Fitting:
    """What the lines of a part of a paragraph, without a forced line end within, are chosen from.

    Attributes:
        measures: The paragraph's.
        prices: Of a line end before each cell.
        hyphens: The width of the hyphen that a break before a cell adds.
        first: The first cell; a space is none.
        end: The cell behind the last.
        first_width: The width of the first line.
        width: The width of the others.
        mode: How lines are filled.
        reach: How many ems of room are left at most in lines that are worth comparing.
    """

    measures: Measures
    prices: Sequence[float]
    hyphens: Mapping[int, float]
    first: int
    end: int
    first_width: float
    width: float
    mode: Mode
    reach: float = REACH

    @property
    def em(self) -> float:
        """The largest font size in it."""
        return max(self.measures.paragraph.sizes[self.first : self.end], default=0.0) or 1.0

    def lines(self) -> list[Line]:
        """Return the lines that together cost least."""
        if self.first >= self.end:
            return []
        em, costs, origins = self.em, {self.first: 0.0}, {}
        active = [(self.first, self.measures.head(self.first))]
        for cell in range(self.first + 1, self.end + 1):
            price = 0.0 if cell == self.end else self.prices[cell]
            if price == FORBIDDEN:
                continue
            costs[cell], origins[cell] = self._cheapest(cell, price * price, active, costs, em)
            if cell < self.end:
                active.append((cell, self.measures.head(cell)))
        starts = [self.end]
        while starts[-1] != self.first:
            starts.append(origins[starts[-1]])
        starts.reverse()
        return [self._line(start, cell) for start, cell in itertools.pairwise(starts)]

    def _cheapest(
        self, cell: int, price: float, active: list[tuple[int, Sums]], costs: Mapping[int, float], em: float
    ) -> tuple[float, int]:
        """Return what all lines cost if one ends before a cell, and where that one begins best.

        Starts whose line would stick out are dropped for good: later ends only make it longer.
        """
        is_flush, is_last, latest = self.mode.is_flush, cell == self.end, active[-1][0]
        end = self.measures.trim(self.first, cell)
        width, units, spaces, shrink = self.measures.tail(end)
        width += self.hyphens.get(cell, 0.0)
        best, origin, dropped = inf, latest, 0
        reach = inf if self.mode.is_balanced else self.reach * em
        for start, head in active:
            spare = (self.first_width if start == self.first else self.width) - width + head[0]
            room = shrink - head[3] if is_flush else 0.0
            if spare < -room - TOLERANCE and start != latest:
                dropped += 1
                continue
            if spare < -TOLERANCE:
                cost = self._tight(spare, room)
            elif is_last:
                cost = self._last(start, end, spare / em)
            elif is_flush:
                stretch, spread = units - head[1], spaces - head[2]
                cost = _loose(spare, stretch, spread, em)
            else:
                cost = 400 + (spare / em) ** 2 * (40 if self.mode.is_balanced else 100)
            if is_last and start > self.first and self._is_alone(start, end):
                cost += _ALONE
            if costs[start] + cost < best:
                best, origin = costs[start] + cost, start
            # Later starts only leave more room.
            if spare > reach and not is_last:
                break
        del active[:dropped]
        return best + price, origin

    def _tight(self, spare: float, room: float) -> float:
        """Return the cost of a line whose marks and spaces are narrowed, or which sticks out."""
        if -spare > room + TOLERANCE:
            return _OVERFULL * (1 - spare)
        return float((1 + 60 * (-spare / room) ** 3) ** 2)

    def _last(self, start: int, end: int, spare: float) -> float:
        """Return the cost of a last line: only a heading's is to be as long as the others."""
        return 1 + spare**2 * 40 if self.mode.is_balanced and start > self.first else 1.0

    def _is_alone(self, start: int, end: int) -> bool:
        """Return whether a last line has a single character, marks not counted (孤字)."""
        return sum(kind not in _UNCOUNTED for kind in self.measures.paragraph.kinds[start:end]) < 2

    def _line(self, start: int, position: int) -> Line:
        is_last = position == self.end
        end = self.measures.trim(start, position)
        hyphen = self.hyphens.get(position, 0.0) if not is_last else 0.0
        width, units, spaces, shrink = (
            tail - head for tail, head in zip(self.measures.tail(end), self.measures.head(start), strict=True)
        )
        spare = (self.first_width if start == self.first else self.width) - width - hyphen
        ratio = spread = 0.0
        is_poor = spare < -TOLERANCE - (shrink if self.mode.is_flush else 0.0)
        if self.mode.is_flush and spare < -TOLERANCE:
            ratio = max(-1.0, spare / shrink) if shrink > 0 else 0.0
        elif self.mode.is_flush and spare > 0 and not is_last:
            ratio, spread, rest = share_out(spare, units, spaces)
            is_poor = ratio > LOOSE or rest > TOLERANCE
        return Line(start, end, position, ratio, spread, bool(hyphen), is_last, is_poor)


def _loose(spare: float, stretch: float, spaces: float, em: float) -> float:
    """Return the cost of a line that is stretched, the steeper the looser it is."""
    if stretch > 0 and spare <= MOST_STRETCH * stretch:
        return float((1 + 100 * (spare / stretch / LOOSE) ** 3) ** 2)
    ratio, besides, rest = share_out(spare, stretch, spaces)
    cost = (1 + 100 * min((ratio + besides) / LOOSE, 3.0) ** 3) ** 2
    return float(cost + (_SHORT * (1 + (rest / em) ** 2) if rest > FLUSH * em else 0.0))


def share_out(spare: float, stretch: float, spaces: float) -> tuple[float, float, float]:
    """Return by how many ems all shares are stretched, those of spaces besides, and the pixels left over."""
    if stretch <= 0:
        return 0.0, 0.0, spare
    if spare <= MOST_STRETCH * stretch:
        return spare / stretch, 0.0, 0.0
    rest = spare - MOST_STRETCH * stretch
    besides = min(rest / spaces, MOST_SPACE_STRETCH) if spaces > 0 else 0.0
    return MOST_STRETCH, besides, rest - besides * spaces
