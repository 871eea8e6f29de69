"""Judges printed lines after the rules of Chinese typesetting: CLREQ 3.1, GB/T 15834-2011, 5.1.

Pure. What is no fault beyond doubt is none: a line that the author ended, a design that spaces its letters, an
address that is cut for want of room.
"""

import dataclasses
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from enum import Enum, auto
from statistics import median

from report.pages import Block, Glyph, PrintedLine
from report.typography.blocks import FIGURE, GLOSS, LABEL
from report.typography.breaks import ADDRESS
from report.typography.characters import SHARED, UNITS, Kind, kind_of, may_begin_line, may_end_line
from report.typography.variants import takes_space

# Lengths in ems of the smaller of two neighbours.
OVERLAP = 0.1
# The same of the ink of two letters, which fonts let reach into each other: AV, To.
LETTERS_OVERLAP = 0.2
LOOSE = 1 / 3
# Elements that stand further apart are parted on purpose, and a space between them in copied text is welcome.
PARTED = 0.5
# No narrower column can be asked to end in two characters.
NARROWEST = 6.0
# What is longer is no word or number, but an address or a key.
LONGEST_WORD = 24

# What stands less than half an em higher covers part of the same height; what is several times as large is meant to
# lie behind the text.
_LEVEL = 0.5
_WATERMARK = 2.5
_RAISED = 0.1
_SMALLER = 0.9
# The size of marks of notes in parts of the text's; a line may hold nothing else.
_NOTE = 0.75
_FITS = 0.05
_UNIT_SIGNS = frozenset("%％‰℃℉°")
_MINUS = frozenset("-‐–－−")
_NUMBER_SIGNS = frozenset("第№")
_TOKEN_END = re.compile(r"[^\s\u2e80-\uffff]+\Z")
_TOKEN_START = re.compile(r"[^\s\u2e80-\uffff]+")
# Signs that addresses, keys and file names hold, and words and numbers do not.
_WORD = re.compile(r"[^\W_\u2e80-\uffff]+(?:[.,'’][^\W_\u2e80-\uffff]+)*")
_KEY_SIGNS = frozenset("/\\_@#=&?")
_COMPATIBILITY = (
    (0x2E80, 0x2FDF, "a radical"),
    (0xF900, 0xFAFF, "a compatibility ideograph"),
    (0x2F800, 0x2FA1F, "a compatibility ideograph"),
    (0xE000, 0xF8FF, "a character of private use"),
    (0xF0000, 0x10FFFF, "a character of private use"),
)
_CHINESE_MARKS = (Kind.OPENING, Kind.CLOSING, Kind.MIDDLE, Kind.DASH)


class FaultKind(Enum):
    """What can be wrong with a line."""

    FORBIDDEN_START = auto()
    FORBIDDEN_END = auto()
    MARK_SPLIT = auto()
    OVERLAP = auto()
    LONE_CHARACTER = auto()
    LOOSE = auto()
    TORN = auto()
    COMPATIBILITY = auto()
    MADE_UP_SPACE = auto()


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    Attributes:
        kind: What is wrong.
        page: From 1.
        line: The text of the line.
        what: The fault in words, with its values.
    """

    kind: FaultKind
    page: int
    line: str
    what: str


def find_faults(blocks: Sequence[Block], wanted: str = "") -> Iterator[Fault]:
    """Yield the faults of a file's lines.

    Args:
        blocks: Its lines, by paragraph.
        wanted: The text that was to be set: characters for compatibility that it holds itself are none.
    """
    lines = [line for block in blocks for line in block.lines]
    yield from _overlaps(lines)
    yield from _compatibility(lines, Counter(wanted))
    words = frozenset(_WORD.findall(wanted))
    edges: dict[tuple[str, int], float] = defaultdict(float)
    for block in blocks:
        edges[_column(block)] = max(edges[_column(block)], *(line.glyphs[-1].right for line in block.lines))
    for block in blocks:
        if block.kind in (FIGURE, GLOSS, LABEL):
            continue
        for line in block.lines:
            yield from _made_up_spaces(line)
        if block.kind and len(block.lines) > 1:
            yield from _joints(block, edges[_column(block)], words)
            yield from _loose(block)


def _fault(kind: FaultKind, line: PrintedLine, what: str) -> Fault:
    return Fault(kind, line.page, line.text.strip(), what)


def _overlaps(lines: Iterable[PrintedLine]) -> Iterator[Fault]:
    """Compare neighbours from left to right, whichever blocks they belong to."""
    for row in _rows(lines):
        glyphs = [
            (glyph, line)
            for line in row
            for glyph in line.glyphs
            if glyph.right > glyph.x and not glyph.text.isspace()
        ]
        glyphs.sort(key=lambda item: item[0].x)
        for (glyph, line), (other, _) in itertools.pairwise(glyphs):
            if other.x < glyph.right and (overlap := _overlap(glyph, other)):
                what = f"{glyph.text!r} and {other.text!r} overlap by {overlap:.2f} em"
                yield _fault(FaultKind.OVERLAP, line, what)


def _rows(lines: Iterable[PrintedLine]) -> Iterator[list[PrintedLine]]:
    """Yield the lines that stand on about one height of a page."""
    row: list[PrintedLine] = []
    for line in sorted(lines, key=lambda line: (line.page, line.baseline)):
        if row and (
            line.page != row[-1].page or not _is_level(line.baseline - row[-1].baseline, line, row[-1])
        ):
            yield row
            row = []
        row.append(line)
    if row:
        yield row


def _is_level(height: float, line: PrintedLine, other: PrintedLine) -> bool:
    return height < _LEVEL * min(line.glyphs[0].size, other.glyphs[0].size)


def _overlap(glyph: Glyph, other: Glyph) -> float:
    """Return by how many ems two neighbours overlap; 0 where that is as it should be."""
    size = min(glyph.size, other.size)
    if abs(glyph.y - other.y) >= _LEVEL * size or max(glyph.size, other.size) > _WATERMARK * size:
        return 0.0
    kinds = _kinds(glyph, other)
    # The characters of one ligature, such as ffi and ——, have one box.
    is_one = glyph.mark == other.mark and (glyph.x, glyph.right) == (other.x, other.right)
    if is_one or Kind.NOTHING in kinds:
        return 0.0
    if kinds == (Kind.LATIN, Kind.LATIN):
        overlap = (min(glyph.ink_right, other.ink_right) - max(glyph.ink_left, other.ink_left)) / size
        return overlap if overlap > LETTERS_OVERLAP else 0.0
    overlap = (min(glyph.right, other.right) - other.x) / size
    return overlap if overlap > OVERLAP else 0.0


def _kinds(glyph: Glyph, other: Glyph) -> tuple[Kind, Kind]:
    return kind_of(glyph.text), kind_of(other.text)


def _compatibility(lines: Iterable[PrintedLine], wanted: Counter[str]) -> Iterator[Fault]:
    for line in lines:
        if not line.text.isascii():
            for char in line.text:
                for first, last, name in _COMPATIBILITY if char > "\u2e7f" else ():
                    if first <= ord(char) <= last and not wanted[char]:
                        what = f"{char!r} (U+{ord(char):04X}) is copied, {name}"
                        yield _fault(FaultKind.COMPATIBILITY, line, what)


def _made_up_spaces(line: PrintedLine) -> Iterator[Fault]:
    """Find where a reader copies a space that is not there: between Han, at marks, between Han and Latin."""
    if not any(glyph.is_generated for glyph in line.glyphs):
        return
    found = []
    for before, space, after in zip(line.glyphs, line.glyphs[1:], line.glyphs[2:], strict=False):
        if space.is_generated and _are_joined(before, after):
            gap = (after.x - before.right) / min(before.size, after.size)
            # What is only furniture of the page has no marks.
            if before.mark == after.mark != -1 or gap < PARTED:
                found.append(f"between {before.text!r} and {after.text!r}, {gap:.2f} em apart")
    if found:
        others = f", and {len(found) - 1} more" if len(found) > 1 else ""
        yield _fault(FaultKind.MADE_UP_SPACE, line, f"a space is copied {found[0]}{others}")


def _are_joined(glyph: Glyph, other: Glyph) -> bool:
    kinds = _kinds(glyph, other)
    if not any(kind is Kind.HAN or kind in _CHINESE_MARKS for kind in kinds):
        return False
    return all(
        kind in (Kind.HAN, Kind.WIDE, *_CHINESE_MARKS) or (kind is Kind.LATIN and takes_space(one.text))
        for kind, one in zip(kinds, (glyph, other), strict=True)
    )


@dataclasses.dataclass(frozen=True, slots=True)
class _Printed:
    """A line as it is judged.

    Attributes:
        line: The line.
        glyphs: What prints.
        text: One character for each of them.
        size: Of the most of them.
    """

    line: PrintedLine
    glyphs: tuple[Glyph, ...]
    text: str
    size: float

    def is_raised(self, index: int) -> bool:
        """Return whether a glyph stands above or below the line, as marks of notes do."""
        glyph = self.glyphs[index]
        raised = abs(glyph.y - self.line.baseline) > _RAISED * self.size
        return raised and glyph.size < _SMALLER * self.size


def _printed(line: PrintedLine) -> _Printed | None:
    glyphs = tuple(
        glyph for glyph in line.glyphs if not glyph.text.isspace() and kind_of(glyph.text) is not Kind.NOTHING
    )
    if not glyphs:
        return None
    size = max(glyph.size for glyph in glyphs)
    return _Printed(line, glyphs, "".join(glyph.text for glyph in glyphs), size)


def _column(block: Block) -> tuple[str, int]:
    """Return what blocks share that stand below each other: their kind and their left edge."""
    return block.kind, round(min(line.glyphs[0].x for line in block.lines))


def _joints(block: Block, edge: float, words: Container[str]) -> Iterator[Fault]:
    """Judge what stands on the two sides of each line end.

    Args:
        block: The lines.
        edge: The right edge of their column.
        words: Those that were to be set.
    """
    lines = [printed for line in block.lines if (printed := _printed(line)) is not None]
    addresses = _address_spans("".join(printed.text for printed in lines))
    place = 0
    for before, after in itertools.pairwise(lines):
        place += len(before.text)
        if any(start < place < end for start, end in addresses):
            continue
        is_joined = _goes_on(before, after, edge)
        yield from _edges(before, after, is_joined)
        if is_joined:
            yield from _torn(before, after, words)
    if len(lines) > 1 and _goes_on(lines[-2], lines[-1], edge):
        yield from _lone_character(lines)


def _address_spans(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in ADDRESS.finditer(text)] if "." in text else []


def _goes_on(before: _Printed, after: _Printed, edge: float) -> bool:
    """Return whether a line ends for want of room, and not because its author ended it.

    What begins the next line would have found no place before the right edge.
    """
    word = _TOKEN_START.match(after.text)
    end = word.end() if word else 1
    while end < len(after.text) and not may_begin_line(after.text[end]):
        end += 1
    needed = after.glyphs[end - 1].right - after.glyphs[0].x
    return before.glyphs[-1].right + needed > edge + _FITS * before.size


def _edges(before: _Printed, after: _Printed, is_joined: bool) -> Iterator[Fault]:
    """Find marks that may not begin or end a line; only closing and opening ones where the author ended it."""
    last, first = before.text[-1], after.text[0]
    if is_joined and last == first and kind_of(first) is Kind.DASH:
        yield _fault(FaultKind.MARK_SPLIT, after.line, f"{last + first!r} is split over a line end")
    elif _may_not_begin(before, after, is_joined):
        yield _fault(FaultKind.FORBIDDEN_START, after.line, f"{first!r} begins a line")
    if _may_not_end(before, after, is_joined):
        yield _fault(FaultKind.FORBIDDEN_END, before.line, f"{last!r} ends a line")


def _may_not_begin(before: _Printed, after: _Printed, is_joined: bool) -> bool:
    first = after.text[0]
    if after.is_raised(0) or after.size < _NOTE * before.size:
        return is_joined and not before.is_raised(-1)
    if may_begin_line(first) or not (is_joined or kind_of(first) is Kind.CLOSING):
        return False
    if first in _MINUS and after.text[1:2].isdigit():
        return False
    return first not in SHARED or _is_chinese(before.text[-1] + after.text[1:2])


def _may_not_end(before: _Printed, after: _Printed, is_joined: bool) -> bool:
    last = before.text[-1]
    if may_end_line(last) or not (is_joined or kind_of(last) is Kind.OPENING):
        return False
    return last not in SHARED or _is_chinese(before.text[-2:-1] + after.text[0])


def _is_chinese(neighbours: str) -> bool:
    """Return whether what stands around a mark that scripts share makes it a Chinese one."""
    return any(
        kind_of(char) in (Kind.HAN, Kind.WIDE, *_CHINESE_MARKS) and char not in SHARED for char in neighbours
    )


def _torn(before: _Printed, after: _Printed, words: Container[str]) -> Iterator[Fault]:
    """Find numbers, words and measures that a line end parts.

    A space that ended a line is not printed: whether two words or one were torn, only what was to be set tells.
    """
    if before.is_raised(-1) or after.is_raised(0):
        return
    last, first = before.text[-1], after.text[0]
    if last.isdigit() and (first in UNITS or first in _UNIT_SIGNS):
        yield _fault(FaultKind.TORN, before.line, f"{_token_before(before)!r} is parted from {first!r}")
    elif last in _NUMBER_SIGNS and first.isdigit():
        yield _fault(FaultKind.TORN, before.line, f"{last!r} is parted from {_token_after(after)!r}")
    elif _is_word(last) and _is_word(first):
        start, end = _token_before(before), _token_after(after)
        word = start + end
        # What fills a line alone has to be cut somewhere.
        is_cut = len(word) > LONGEST_WORD or _KEY_SIGNS & set(word) or len(start) == len(before.text)
        if is_cut or not any(
            match[0] in words for match in _WORD.finditer(word) if match.start() < len(start) < match.end()
        ):
            return
        yield _fault(FaultKind.TORN, before.line, f"{start + '|' + end!r} is torn without a hyphen")


def _is_word(char: str) -> bool:
    return kind_of(char) is Kind.LATIN and char.isalnum()


def _token_before(printed: _Printed) -> str:
    match = _TOKEN_END.search(printed.line.text.rstrip())
    return match[0] if match else ""


def _token_after(printed: _Printed) -> str:
    match = _TOKEN_START.match(printed.line.text.lstrip())
    return match[0] if match else ""


def _lone_character(lines: Sequence[_Printed]) -> Iterator[Fault]:
    """Find a last line of one character, marks of punctuation and of notes not counted (CLREQ 3.1.4)."""
    *others, last = lines
    if last.size < _NOTE * others[-1].size:
        return
    characters = [
        glyph.text
        for index, glyph in enumerate(last.glyphs)
        if not last.is_raised(index)
        and (glyph.text.isalnum() or kind_of(glyph.text) in (Kind.HAN, Kind.WIDE))
    ]
    widest = max(printed.glyphs[-1].right - printed.glyphs[0].x for printed in others)
    if len(characters) == 1 and widest >= NARROWEST * last.size:
        yield _fault(FaultKind.LONE_CHARACTER, last.line, f"{characters[0]!r} stands alone on a last line")


def _loose(block: Block) -> Iterator[Fault]:
    """Find gaps between Han; what the last line has as well, which nothing stretches, is a design."""
    *lines, last = block.lines
    own = [gap for gap, _, _ in _han_gaps(last)]
    design = max(0.0, median(own)) if own else 0.0
    for line in lines:
        gap, glyph, other = max(_han_gaps(line), default=(0.0, None, None), key=lambda item: item[0])
        if glyph is not None and other is not None and gap - design > LOOSE:
            what = f"{glyph.text!r} and {other.text!r} stand {gap:.2f} em apart"
            yield _fault(FaultKind.LOOSE, line, what)


def _han_gaps(line: PrintedLine) -> Iterator[tuple[float, Glyph, Glyph]]:
    """Yield the gaps between neighbouring Han of one text, in ems; margins of elements are none."""
    glyphs = [glyph for glyph in line.glyphs if not glyph.is_generated]
    for glyph, other in itertools.pairwise(glyphs):
        is_one_text = glyph.mark == other.mark and glyph.size == other.size
        if is_one_text and _kinds(glyph, other) == (Kind.HAN, Kind.HAN):
            yield (other.x - glyph.right) / glyph.size, glyph, other
