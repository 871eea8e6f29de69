"""Judges finished lines after CLREQ: edges, breaks, squeeze, evenness; pure functions of the lines' cells."""

import dataclasses
import itertools
import re
import statistics
from collections.abc import Iterator, Sequence

from benchmarks.typesetting.cells import Cell, SetLine
from report.typography.variants import CLOSING, OPENING

# In ems: how far an edge may be off, or the distance of two marks that are squeezed to half.
EDGE_TOLERANCE = 0.06
# Kerned Latin letters overlap by less.
MAX_OVERLAP = 0.05
LOOSE_ADVANCE = 1.08
# Anything wider is a full-width glyph.
_FULL_WIDTH = 0.9

# CLREQ 3.1.4, prohibition rules for line start and line end (strict), and the Latin marks of UAX 14.
_NOT_AT_START = frozenset(CLOSING + "·—～–-…⋯％%‰℃°/,.;:!?)]}®™")
_NOT_AT_END = frozenset(OPENING + "([{￥¥$£€№")
_UNBREAKABLE = ("——", "……")
_TORN = re.compile(r"[0-9](?:[0-9年月日％%‰℃]|[.,][0-9])|[A-Za-z][A-Za-z]")


@dataclasses.dataclass
class Tally:
    """What was found in some lines; lengths in ems.

    Attributes:
        lines: All of them.
        justified: Those that are not the last of their paragraph.
        starts: Lines that are not the first of their paragraph.
        flush_starts: Those whose left edge is within 0.06 em of the measure's, opening marks taken as half.
        flush: Justified lines whose right edge is within 0.06 em of the measure's, closing marks taken as half.
        sticking_out: Justified lines that end beyond it.
        left_short: Justified lines that end before it.
        forbidden: Lines that begin or end with a mark that must not, the first line of a paragraph aside.
        dashes: `——` or `……` torn, or at a line's start.
        torn: Numbers, dates and units of which a line end tears a digit off, and words torn without a hyphen.
        overlaps: Neighbours whose ink overlaps by more than 0.05 em.
        han_means: The mean advance between neighbouring Han, for each justified line that has such.
        largest_advance: Between two neighbouring Han of a justified line.
        mark_widths: Of full-width marks that stand alone between Han in justified lines.
        last_lines: Of paragraphs that have more than one.
        lonely: Those that hold one character, marks not counted.
        pairs: Neighbouring full-width marks on one line, the first of which closes or the second of which opens.
        squeezed: Pairs that take a mark and a half, and what justification adds to the line's Han.
        loose_pairs: The others, with the distance of their boxes.
        gaps: Between Han and Latin letters or digits.
    """

    lines: int = 0
    justified: int = 0
    starts: int = 0
    flush_starts: int = 0
    flush: int = 0
    sticking_out: list[str] = dataclasses.field(default_factory=list)
    left_short: list[str] = dataclasses.field(default_factory=list)
    forbidden: list[str] = dataclasses.field(default_factory=list)
    dashes: list[str] = dataclasses.field(default_factory=list)
    torn: list[str] = dataclasses.field(default_factory=list)
    overlaps: list[str] = dataclasses.field(default_factory=list)
    han_means: list[float] = dataclasses.field(default_factory=list)
    largest_advance: float = 0.0
    mark_widths: list[float] = dataclasses.field(default_factory=list)
    last_lines: int = 0
    lonely: list[str] = dataclasses.field(default_factory=list)
    pairs: int = 0
    squeezed: int = 0
    loose_pairs: list[str] = dataclasses.field(default_factory=list)
    gaps: list[float] = dataclasses.field(default_factory=list)

    @property
    def loose_share(self) -> float:
        """The share of justified lines whose mean Han advance is above 1.08 em."""
        if not self.han_means:
            return 0.0
        return sum(mean > LOOSE_ADVANCE for mean in self.han_means) / len(self.han_means)


def is_han(char: str) -> bool:
    """Return whether a character is a Han ideograph."""
    return (
        "\u3400" <= char <= "\u4dbf" or "\u4e00" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff"
    )


def is_latin(char: str) -> bool:
    """Return whether a character is a letter or digit that is spaced from Han."""
    return char.isascii() and char.isalnum()


def judge(lines: Sequence[SetLine], width: float, tally: Tally) -> None:
    """Add what some lines of a measure show to a tally."""
    for number, line in enumerate(lines):
        begins = number == 0 or lines[number - 1].paragraph != line.paragraph
        tally.lines += 1
        _judge_breaks(line, begins, None if line.is_last else lines[number + 1], tally)
        _judge_neighbours(line, tally)
        if not begins:
            tally.starts += 1
            nearest, farthest = left_edge(line.cells[0])
            tally.flush_starts += nearest <= EDGE_TOLERANCE and farthest >= -EDGE_TOLERANCE
        if line.is_last:
            if not line.is_only:
                tally.last_lines += 1
                if sum(char.isalnum() for char in line.text) == 1:
                    tally.lonely.append(line.text)
            continue
        tally.justified += 1
        _judge_edge(line, width, tally)
        _judge_evenness(line, tally)


def _judge_edge(line: SetLine, width: float, tally: Tally) -> None:
    nearest, farthest = right_edge(line.hyphen or line.cells[-1])
    if nearest > width + EDGE_TOLERANCE:
        tally.sticking_out.append(f"{line.text} {nearest - width:+.2f}")
    elif farthest < width - EDGE_TOLERANCE:
        tally.left_short.append(f"{line.text} {farthest - width:+.2f}")
    else:
        tally.flush += 1


def right_edge(cell: Cell) -> tuple[float, float]:
    """Return between which places the measure may end for a last character that is flush.

    The end of its box; for a full-width closing mark anywhere between its ink and half a box: some trim the mark
    to half, some align its ink.
    """
    if cell.char in CLOSING and cell.end - cell.start > _FULL_WIDTH:
        return cell.ink_right, (cell.start + cell.end) / 2
    return cell.end, cell.end


def left_edge(cell: Cell) -> tuple[float, float]:
    """Return between which places the measure may begin for a first character that is flush."""
    if cell.char in OPENING and cell.end - cell.start > _FULL_WIDTH:
        return (cell.start + cell.end) / 2, cell.ink_left
    return cell.start, cell.start


def _judge_breaks(line: SetLine, begins: bool, following: SetLine | None, tally: Tally) -> None:
    text = line.text
    if not begins:
        if text.startswith(_UNBREAKABLE):
            tally.dashes.append(text)
        elif text[0] in _NOT_AT_START:
            tally.forbidden.append(text)
    if following is not None:
        if text[-1] in _NOT_AT_END:
            tally.forbidden.append(text)
        if text[-1] + following.text[0] in _UNBREAKABLE:
            tally.dashes.append(text)
        if line.is_joined and not line.hyphen and _TORN.match(text[-1] + following.text[:2]):
            tally.torn.append(f"{text}|{following.text}")


def _judge_neighbours(line: SetLine, tally: Tally) -> None:
    advances = _han_advances(line)
    stretch = statistics.fmean(advances) - 1 if advances else 0.0
    for first, second in _neighbours(line):
        if first.ink_right - second.ink_left > MAX_OVERLAP:
            tally.overlaps.append(f"{first.char}{second.char} {first.ink_right - second.ink_left:.2f}")
        if _is_pair(first, second):
            tally.pairs += 1
            if second.start - first.start - stretch <= 0.5 + EDGE_TOLERANCE:
                tally.squeezed += 1
            else:
                tally.loose_pairs.append(f"{first.char}{second.char} {second.start - first.start:.2f}")
        elif (is_han(first.char) and is_latin(second.char)) or (is_latin(first.char) and is_han(second.char)):
            tally.gaps.append(second.start - first.end)


def _judge_evenness(line: SetLine, tally: Tally) -> None:
    advances = _han_advances(line)
    if advances:
        tally.han_means.append(statistics.fmean(advances))
        tally.largest_advance = max(tally.largest_advance, *advances)
    for (before, mark), (_, after) in itertools.pairwise(_neighbours(line)):
        is_mark = mark.char in CLOSING or mark.char in OPENING
        if is_mark and mark.end - mark.start > _FULL_WIDTH and is_han(before.char) and is_han(after.char):
            tally.mark_widths.append(after.start - before.end)


def _han_advances(line: SetLine) -> list[float]:
    return [
        second.start - first.start
        for first, second in _neighbours(line)
        if is_han(first.char) and is_han(second.char)
    ]


def _neighbours(line: SetLine) -> Iterator[tuple[Cell, Cell]]:
    """Yield the characters that follow one another without a blank."""
    for first, second in itertools.pairwise(line.cells):
        if first.index + len(first.char) == second.index:
            yield first, second


def _is_pair(first: Cell, second: Cell) -> bool:
    """Return whether two full-width marks have a blank half between them."""
    is_full = min(first.end - first.start, second.end - second.start) > _FULL_WIDTH
    closes = first.char in CLOSING and second.char in CLOSING + OPENING
    return is_full and (closes or (first.char in OPENING and second.char in OPENING))
