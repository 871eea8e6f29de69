"""A paragraph as a row of cells with widths, what each may give and take, and what line edges take off.

Pure: it is given measured text and knows nothing of the renderer. Widths are in CSS pixels unless they are
said to be in ems of the cell's own font size.
"""

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Sequence

from report.typography.characters import SHARED, Kind, is_ambiguous, kind_of
from report.typography.variants import (
    CENTRED_END,
    GAP,
    HALF,
    MARK_WIDTHS,
    PROPORTIONAL,
    SPACE_AFTER,
    SPACE_AROUND,
    SPACE_BEFORE,
    takes_space,
)

# How far a single full-width mark is narrowed, in ems: what XeLaTeX's xeCJK was measured to do as well. Half an
# em, as others do, would make a lone comma look like part of a pair.
NARROWEST_MARK = 0.77
# How many times a Han's share a single mark takes on its blank side besides, where the eye minds it least; and
# where Han are stretched to their limit already.
MARK_STRETCH = 2.6
LATE_MARK_STRETCH = 0.6
# What part of a Han's share goes beside what has no wider form: dashes, signs, marks that are halved.
OTHER_STRETCH = 0.75
# By how many ems Han may move together, where a line is a little too long: half of the white that they keep around
# themselves, and less than the eye minds in a line that would else be loose by twice as much.
TIGHTEST_HAN = 0.05
# What part of a Han's share the letters of a Latin word take, so that both look alike, and by how many ems they may
# move together where they are not kerned.
LETTER_STRETCH = 0.6
TIGHTEST_LETTERS = 0.04
# What a space between Latin words gives, in parts of its width, and how many times a Han's share it takes.
SPACE_SHRINK = 0.25
SPACE_STRETCH = 3.0

_FULL = 0.9
_KERNED = 0.012
_TIGHTEST = {Kind.HAN: TIGHTEST_HAN, Kind.LATIN: TIGHTEST_LETTERS}
_CHINESE = frozenset({Kind.HAN, Kind.WIDE, Kind.OPENING, Kind.CLOSING})


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """A run of text in one style.

    Attributes:
        text: What is set, white space collapsed.
        advances: Of each character, as shaped; 0 for the later characters of a ligature.
        size: The em.
        variant: The advance in ems of a character's form under an OpenType feature, None without one.
        wraps: Whether lines may break within (CSS `white-space`).
        is_raised: Whether it stands above or below the line, as marks of notes do.
        is_foreign: Whether its language is not written in Han.
        hyphen: The width of a hyphen; 0 where words are not hyphenated.
    """

    text: str
    advances: Sequence[float]
    size: float
    variant: Callable[[str, str], float | None]
    wraps: bool = True
    is_raised: bool = False
    is_foreign: bool = False
    hyphen: float = 0.0


@dataclasses.dataclass(frozen=True, slots=True)
class Atom:
    """A box that is set whole, such as an image."""

    width: float


@dataclasses.dataclass(frozen=True, slots=True)
class Edge:
    """The margin, border and padding where an inline box begins or ends."""

    width: float
    is_opening: bool


Piece = Text | Atom | Edge


class Paragraph:
    """Cells in reading order: one for each character, one for each atom.

    Attributes:
        pieces: What it was made of.
        chars: The character of each cell; U+FFFC for an atom.
        kinds: Their classes, shared marks decided.
        piece_of: Which piece each cell belongs to.
        starts: The first cell of each piece, then the number of cells.
        sizes: The em of each cell.
        widths: Advances in the middle of a line, edges of boxes not counted.
        forms: The OpenType feature of the form in which a cell is set, "" for its own.
        stretch: What share a cell's right side takes of a line's extra width, in pixels for one em of stretch.
        late_stretch: The same of what goes on growing where Han may no more: spaces, and single marks.
        shrink: By how much a cell may be narrowed.
        trim_start: What is taken off where the cell begins a line.
        trim_end: What is taken off where the cell ends a line.
        trimmed_forms: The form of a mark that a line's edge takes its blank from.
        before: Edges of boxes that begin before the cell; `after`: of those that end behind it.
    """

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = pieces
        self.chars: list[str] = []
        self.kinds: list[Kind] = []
        self.piece_of: list[int] = []
        self.starts: list[int] = []
        self.sizes: list[float] = []
        self.widths: list[float] = []
        self.before: list[float] = []
        self.after: list[float] = []
        self._add_pieces()
        count = len(self.chars)
        self.forms = [""] * count
        self.stretch = [0.0] * count
        self.late_stretch = [0.0] * count
        self.shrink = [0.0] * count
        self.trim_start = [0.0] * count
        self.trim_end = [0.0] * count
        self.trimmed_forms: dict[int, str] = {}
        # Most cells are Han: what is only asked of the others is not asked of them.
        self._others = [cell for cell, kind in enumerate(self.kinds) if kind is not Kind.HAN]
        self._decide_shared()
        self.previous, self.next = _neighbours(self.kinds, self._others)
        self._squeeze()
        self._space()
        self._stretch()

    def _add_pieces(self) -> None:
        opening = 0.0
        for index, piece in enumerate(self.pieces):
            self.starts.append(len(self.chars))
            if isinstance(piece, Edge):
                if piece.is_opening:
                    opening += piece.width
                elif self.after:
                    self.after[-1] += piece.width
                continue
            if isinstance(piece, Text):
                count, size = len(piece.text), piece.size
                self.chars += piece.text
                self.kinds += map(kind_of, piece.text)
                self.widths += piece.advances
            else:
                count, size = 1, 0.0
                self.chars.append("\ufffc")
                self.kinds.append(Kind.ATOM)
                self.widths.append(piece.width)
            self.piece_of += [index] * count
            self.sizes += [size] * count
            self.after += [0.0] * count
            self.before += [0.0] * count
            if count:
                self.before[-count] += opening
                opening = 0.0
        self.starts.append(len(self.chars))

    def text_of(self, cell: int) -> Text:
        """Return the run of text that a cell belongs to; atoms have none."""
        piece = self.pieces[self.piece_of[cell]]
        assert isinstance(piece, Text)
        return piece

    def _decide_shared(self) -> None:
        """Take quotes, dashes and dots for Latin ones in Latin text, with their proportional forms."""
        is_chinese = len(self._others) < len(self.chars) or any(
            self.kinds[cell] in _CHINESE and self.chars[cell] not in SHARED for cell in self._others
        )
        for cell in self._others:
            char = self.chars[cell]
            if char not in SHARED:
                if self.kinds[cell] is Kind.LATIN and self.widths[cell] >= _FULL * self.sizes[cell]:
                    self.kinds[cell] = Kind.WIDE if is_ambiguous(char) else Kind.LATIN
                continue
            text = self.text_of(cell)
            if is_chinese and not text.is_foreign and not self._is_within_word(cell):
                continue
            self.kinds[cell] = Kind.LATIN
            width = text.variant(char, PROPORTIONAL)
            if width is not None:
                self.forms[cell], self.widths[cell] = PROPORTIONAL, width * self.sizes[cell]

    def _is_within_word(self, cell: int) -> bool:
        """Return whether an apostrophe or a middle dot stands between Latin letters: It’s, mg·kg."""
        if self.chars[cell] not in "’·" or not 0 < cell < len(self.chars) - 1:
            return False
        before, after = self.chars[cell - 1], self.chars[cell + 1]
        return all(kind_of(char) is Kind.LATIN and char.isalpha() for char in (before, after))

    def _squeeze(self) -> None:
        """Halve the marks whose blank halves would meet (CLREQ 3.1.6.1), and let single ones be narrowed.

        What the font has no narrower form of is left as wide as it is: in traditional Chinese ！ and ？.
        """
        for cell in self._others:
            kind, size = self.kinds[cell], self.sizes[cell]
            if kind is not Kind.CLOSING and kind is not Kind.OPENING:
                continue
            variant, char = self.text_of(cell).variant, self.chars[cell]
            half = variant(char, HALF)
            if half is None:
                continue
            half *= size
            centred_end = variant(char, CENTRED_END)
            if (
                self._meets_blank(cell, is_centred=centred_end is not None)
                or self.widths[cell] < _FULL * size
            ):
                self.forms[cell], self.widths[cell] = HALF, half
                continue
            self.shrink[cell] = (1 - NARROWEST_MARK) * size
            self.stretch[cell] = MARK_STRETCH * size
            self.late_stretch[cell] = LATE_MARK_STRETCH * size
            trim = self.trim_start if kind is Kind.OPENING else self.trim_end
            trim[cell] = self.widths[cell] - (half if centred_end is None else centred_end * size)
            self.trimmed_forms[cell] = HALF if centred_end is None else CENTRED_END

    def _meets_blank(self, cell: int, *, is_centred: bool) -> bool:
        """Return whether the blank of a mark meets that of another one.

        A mark in the middle of its square leaves it to brackets to come nearer, which so stay with what they hold;
        only behind it, where a closing one has no blank, it gives its own.
        """
        before, after = self.previous[cell], self.next[cell]
        if self.kinds[cell] is Kind.OPENING:
            return before >= 0 and (self.kinds[before] is Kind.OPENING or self._is_central(before))
        if after < 0:
            return False
        if is_centred:
            return self.kinds[after] is Kind.CLOSING and not self._is_central(after)
        return self.kinds[after] in (Kind.OPENING, Kind.CLOSING, Kind.MIDDLE) or self.chars[after] == "\u3000"

    def _is_central(self, cell: int) -> bool:
        """Return whether a mark has blank on both sides, as pauses, stops and the dot of traditional Chinese."""
        if self.kinds[cell] is Kind.MIDDLE:
            return self.widths[cell] >= _FULL * self.sizes[cell]
        if self.kinds[cell] is not Kind.CLOSING:
            return False
        variant, char = self.text_of(cell).variant, self.chars[cell]
        return variant(char, HALF) is None or variant(char, CENTRED_END) is not None

    def _space(self) -> None:
        """Put the space between Han and Latin into the advance of the Latin character (CLREQ 3.2.2)."""
        for cell in self._others:
            if self.kinds[cell] is not Kind.LATIN or not takes_space(self.chars[cell]):
                continue
            text = self.text_of(cell)
            if text.is_raised:
                continue
            gap = GAP * self.sizes[cell]
            before = self._is_spaced(self.previous[cell], cell)
            after = self._is_spaced(cell, self.next[cell])
            if not before and not after:
                continue
            form = SPACE_AROUND if before and after else SPACE_BEFORE if before else SPACE_AFTER
            has_form = text.variant(self.chars[cell], form) is not None
            if has_form:
                self.forms[cell] = form
            if after:
                self.widths[cell] += gap
                self.trim_end[cell] += gap
            if before:
                # Without a form of its own the space is a Han's, on whose right side it lies.
                holder, trim = (cell, self.trim_start) if has_form else (self.previous[cell], self.trim_end)
                self.widths[holder] += gap
                trim[holder] += gap

    def _is_spaced(self, first: int, second: int) -> bool:
        """Return whether two neighbours are Han and Latin, with no edge of a box between them."""
        if first < 0 or second < 0:
            return False
        other = first if self.kinds[first] is Kind.HAN else second
        if self.kinds[other] is not Kind.HAN or self.text_of(other).is_raised:
            return False
        return not any(self.after[first:second]) and not any(self.before[first + 1 : second + 1])

    def _stretch(self) -> None:
        """Give each cell its share; first as if all were Han, then those that are not or stand beside such."""
        own = {cell: (self.stretch[cell], self.shrink[cell]) for cell in self._others}
        asked = {*self._others, *(self.previous[cell] for cell in self._others)}
        for piece, (start, end) in zip(self.pieces, itertools.pairwise(self.starts), strict=True):
            if isinstance(piece, Text) and end > start:
                self.stretch[start:end] = [piece.size] * (end - start)
                self.shrink[start:end] = [TIGHTEST_HAN * piece.size] * (end - start)
                asked |= {end - 1, *(range(start, end) if piece.is_raised else ())}
        for cell in asked:
            if cell >= 0:
                self.stretch[cell], self.shrink[cell] = own.get(cell, (0.0, 0.0))
                self._stretch_one(cell)

    def _stretch_one(self, cell: int) -> None:
        kind, after, size = self.kinds[cell], self.next[cell], self.sizes[cell]
        if kind is Kind.SPACE:
            self.stretch[cell] = self.late_stretch[cell] = SPACE_STRETCH * size
            self.shrink[cell] = SPACE_SHRINK * self.widths[cell]
        elif after >= 0 and kind is not Kind.NOTHING and kind is not Kind.ATOM:
            share = self._share(cell, after)
            self.stretch[cell] += share
            if share and kind is self.kinds[after] and not self._is_kerned(cell):
                self.shrink[cell] += _TIGHTEST.get(kind, 0.0) * size

    def _is_kerned(self, cell: int) -> bool:
        """Return whether a letter stands nearer to the next than by its own advance, so that ink might meet."""
        if self.kinds[cell] is not Kind.LATIN:
            return False
        spaced = self.text_of(cell).variant(self.chars[cell], SPACE_AFTER)
        return spaced is None or self.widths[cell] < (spaced - GAP - _KERNED) * self.sizes[cell]

    def _share(self, cell: int, after: int) -> float:
        """Return what share of extra width goes between two neighbours."""
        kind, other = self.kinds[cell], self.kinds[after]
        is_one_run = self.piece_of[cell] == self.piece_of[after]
        if kind is Kind.HAN and other is Kind.HAN and is_one_run:
            return self.sizes[cell] if not self.text_of(cell).is_raised else 0.0
        if kind is Kind.LATIN and other is Kind.LATIN:
            return LETTER_STRETCH * self.sizes[cell] if is_one_run else 0.0
        if (kind, other) in _RIGID or other is Kind.SPACE or kind is Kind.OPENING:
            return 0.0
        if kind is Kind.DASH and self.chars[cell] == self.chars[after]:
            return 0.0
        if self.text_of(cell).is_raised or (other is not Kind.ATOM and self.text_of(after).is_raised):
            return 0.0
        share = self.sizes[cell] if other is Kind.ATOM else min(self.sizes[cell], self.sizes[after])
        is_widened = kind is Kind.HAN or (kind in _MARKS and self.shrink[cell])
        return share if is_widened else OTHER_STRETCH * share


# Between these nothing is put: Han and Latin have their space, and marks that meet stay together.
_MARKS = (Kind.OPENING, Kind.CLOSING)
_RIGID = frozenset({(Kind.HAN, Kind.LATIN), (Kind.LATIN, Kind.HAN), *itertools.product(_MARKS, _MARKS)})


def _neighbours(kinds: Sequence[Kind], others: Iterable[int]) -> tuple[list[int], list[int]]:
    """Return for each cell the nearest cells before and behind it that are not nothing; -1 for none."""
    count = len(kinds)
    previous, following = list(range(-1, count - 1)), [*range(1, count), -1] if count else []
    nothing = [cell for cell in others if kinds[cell] is Kind.NOTHING]
    for cell in nothing:
        if cell + 1 < count:
            previous[cell + 1] = previous[cell]
    for cell in reversed(nothing):
        if cell:
            following[cell - 1] = following[cell]
    return previous, following


def mark_form(width: float) -> str:
    """Return the feature of the form of a mark that comes nearest to a width in ems, "" for the full one."""
    nearest = min((1.0, *MARK_WIDTHS), key=lambda advance: abs(advance - width))
    return "" if nearest == 1.0 else MARK_WIDTHS[nearest]
