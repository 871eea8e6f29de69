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

# By how much of an em a Han's advance may grow; a line that would need more is left short.
MOST_STRETCH = 0.125
# The stretch at which a line begins to look loose.
LOOSE = 0.08
# By how much of an em late shares may grow then: spaces, which are spaces to every reader anyway, and single marks.
MOST_LATE_STRETCH = 0.25
# A line is flush that ends within so many ems of the edge.
FLUSH = 0.05
# Lines whose width differs from the measure by fewer pixels are full.
TOLERANCE = 0.01

# What lines cost that nobody should see: one that sticks out, a last one of one character, one left short.
_OVERFULL = 1e12
_ALONE = 1e9
_SHORT = 1e7
# What a line that looks loose costs besides: rather one of them than two that nearly do.
_UNEVEN = 3e4
# How many ems of room are left at most in lines that are compared; where no choice among these is good, any.
REACH, FAR_REACH = 1.5, inf


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One line.

    Attributes:
        start: Its first cell.
        end: The cell behind its last, spaces at its end left out.
        resume: The cell that the next line begins at.
        ratio: By how many ems each full share is stretched; negative, which part of what cells can give is
            taken.
        late_ratio: By how many ems the late shares are stretched besides.
        is_hyphenated: Whether a hyphen is added.
        is_last: Whether the paragraph, or the part before a forced line end, ends with it.
        is_poor: Whether it is looser than lines should be, does not fit, or ends a part with one character.
    """

    start: int
    end: int
    resume: int
    ratio: float
    late_ratio: float
    is_hyphenated: bool
    is_last: bool
    is_poor: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Mode:
    """How lines are to be filled: flush on both sides, ragged, or evenly, as headings are."""

    is_flush: bool
    is_balanced: bool = False


# Widths, stretch, late stretch, and shrink, in pixels.
Sums = tuple[float, float, float, float]


class Measures:
    """Prefix sums over a paragraph's cells, by which any line is measured in a few additions."""

    def __init__(self, paragraph: Paragraph) -> None:
        self.paragraph = paragraph
        boxes = zip(paragraph.before, paragraph.widths, paragraph.after, strict=True)
        self._widths = _sums([before + width + after for before, width, after in boxes])
        self._stretch = _sums(paragraph.stretch)
        self._shrink = _sums(paragraph.shrink)
        self._late = _sums(paragraph.late_stretch)

    def head(self, cell: int) -> Sums:
        """Return what a line that begins at a cell takes off the sums."""
        paragraph = self.paragraph
        width, stretch, shrink = self._widths[cell], self._stretch[cell], self._shrink[cell]
        late = self._late[cell]
        if paragraph.kinds[cell] is Kind.OPENING:
            # A mark that begins a line is halved, and neither gives nor takes more.
            stretch, late = stretch + paragraph.stretch[cell], late + paragraph.late_stretch[cell]
            shrink += paragraph.shrink[cell]
        return width + paragraph.trim_start[cell], stretch, late, shrink

    def tail(self, end: int) -> Sums:
        """Return the sums up to the end of a line, to take a head's from."""
        trim = self.paragraph.trim_end[end - 1]
        return self._widths[end] - trim, self._stretch[end - 1], self._late[end - 1], self._shrink[end - 1]

    def natural(self, start: int, end: int) -> float:
        """Return the width of the cells of a line, its edges trimmed."""
        return self.tail(end)[0] - self.head(start)[0]

    def width_between(self, head: tuple[int, Sums], cell: int) -> float:
        """Return the width from a line's head up to a cell, at the most: what its end is trimmed by comes off."""
        return self._widths[cell] - head[1][0]

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
        """Return the lines that together cost least; none where every choice has a line beyond reach."""
        if self.first >= self.end:
            return []
        em, costs, origins = self.em, {self.first: 0.0}, {}
        reach = self.reach * em
        active = [(self.first, self.measures.head(self.first))]
        for cell in range(self.first + 1, self.end):
            price = self.prices[cell]
            if price == FORBIDDEN or self.measures.width_between(active[0], cell) < self.least - reach:
                continue
            cost, origin = self._cheapest(cell, active, costs, em)
            if cost < inf:
                costs[cell], origins[cell] = cost + price * price, origin
                active.append((cell, self.measures.head(cell)))
        cost, origins[self.end] = self._cheapest(self.end, active, costs, em)
        if cost == inf:
            return []
        starts = [self.end]
        while starts[-1] != self.first:
            starts.append(origins[starts[-1]])
        starts.reverse()
        return [self._line(start, cell) for start, cell in itertools.pairwise(starts)]

    @property
    def least(self) -> float:
        """The width of the shorter lines."""
        return min(self.first_width, self.width)

    def _cheapest(
        self, cell: int, active: list[tuple[int, Sums]], costs: Mapping[int, float], em: float
    ) -> tuple[float, int]:
        """Return what all lines cost if one ends before a cell, and where that one begins best.

        Starts whose line would stick out are dropped for good: later ends only make it longer. Infinite where
        all leave more room than is reached for.
        """
        is_flush, is_last, latest = self.mode.is_flush, cell == self.end, active[-1][0]
        end = self.measures.trim(self.first, cell)
        width, units, late, shrink = self.measures.tail(end)
        width += self.hyphens.get(cell, 0.0)
        best, origin, dropped = inf, latest, 0
        reach = self.reach * em
        for start, head in active:
            spare = (self.first_width if start == self.first else self.width) - width + head[0]
            room = shrink - head[3] if is_flush else 0.0
            if spare < -room - TOLERANCE and (start != latest or self.reach == REACH):
                dropped += start != latest
                continue
            if is_last:
                cost = self._last(start, end, spare, room, em)
            elif spare > reach:
                # Later starts only leave more room.
                break
            elif spare < -TOLERANCE:
                cost = _tight(spare, room)
            elif is_flush:
                cost = _loose(spare, units - head[1], late - head[2], em)
            else:
                cost = 400 + (spare / em) ** 2 * (40 if self.mode.is_balanced else 100)
            if costs[start] + cost < best:
                best, origin = costs[start] + cost, start
        del active[:dropped]
        return best, origin

    def _last(self, start: int, end: int, spare: float, room: float, em: float) -> float:
        """Return the cost of a last line: only a heading's is to be as long as the others."""
        cost = 1.0
        if spare < -TOLERANCE:
            cost = _tight(spare, room)
        elif self.mode.is_balanced and start > self.first:
            cost += (spare / em) ** 2 * 40
        return cost + (_ALONE if start > self.first and self._is_alone(start, end) else 0.0)

    def _is_alone(self, start: int, end: int) -> bool:
        """Return whether a last line has a single character, marks not counted (孤字)."""
        kinds = self.measures.paragraph.kinds[start:end]
        return Kind.ATOM not in kinds and sum(kind not in _UNCOUNTED for kind in kinds) < 2

    def _line(self, start: int, position: int) -> Line:
        is_last = position == self.end
        end = self.measures.trim(start, position)
        hyphen = self.hyphens.get(position, 0.0) if not is_last else 0.0
        width, units, late, shrink = (
            tail - head for tail, head in zip(self.measures.tail(end), self.measures.head(start), strict=True)
        )
        spare = (self.first_width if start == self.first else self.width) - width - hyphen
        ratio = spread = 0.0
        is_poor = spare < -TOLERANCE - (shrink if self.mode.is_flush else 0.0)
        is_poor |= is_last and start > self.first and self._is_alone(start, end)
        if self.mode.is_flush and spare < -TOLERANCE:
            ratio = max(-1.0, spare / shrink) if shrink > 0 else 0.0
        elif self.mode.is_flush and spare > 0 and not is_last:
            ratio, spread, rest = share_out(spare, units, late)
            is_poor = ratio > LOOSE or rest > TOLERANCE
        return Line(start, end, position, ratio, spread, bool(hyphen), is_last, is_poor)


def _tight(spare: float, room: float) -> float:
    """Return the cost of a line whose marks and spaces are narrowed, or which sticks out."""
    if -spare > room + TOLERANCE:
        return _OVERFULL * (1 - spare)
    return float((1 + 60 * (-spare / room) ** 3) ** 2)


def _loose(spare: float, stretch: float, late: float, em: float) -> float:
    """Return the cost of a line that is stretched, the steeper the looser it is."""
    if stretch > 0 and spare <= LOOSE * stretch:
        return float((1 + 100 * (spare / stretch / LOOSE) ** 3) ** 2)
    ratio, besides, rest = share_out(spare, stretch, late)
    cost = _UNEVEN + (1 + 100 * min((ratio + besides) / LOOSE, 3.0) ** 3) ** 2
    return float(cost + (_SHORT * (1 + (rest / em) ** 2) if rest > FLUSH * em else 0.0))


def share_out(spare: float, stretch: float, late: float) -> tuple[float, float, float]:
    """Return by how many ems all shares are stretched, the late shares besides, and the pixels left over."""
    if stretch <= 0:
        return 0.0, 0.0, spare
    if spare <= MOST_STRETCH * stretch:
        return spare / stretch, 0.0, 0.0
    rest = spare - MOST_STRETCH * stretch
    besides = min(rest / late, MOST_LATE_STRETCH) if late > 0 else 0.0
    return MOST_STRETCH, besides, rest - besides * late
