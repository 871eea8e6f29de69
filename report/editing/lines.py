"""The lines of a text, and the stretches of it that give way to others."""

import dataclasses
import re
from collections.abc import Iterable

from report.editing.changes import CannotSpliceError


@dataclasses.dataclass(frozen=True, order=True)
class Splice:
    """A stretch of the text, and what comes in its place.

    Attributes:
        start: Where it begins; what is put in at one place stays in the order in which it was planned.
        end: Where it ends; the same as `start` where nothing gives way.
        text: What comes in its place.
    """

    start: int
    end: int
    text: str = dataclasses.field(compare=False)


def apply(text: str, splices: Iterable[Splice]) -> str:
    """Return a text with splices applied.

    Raises:
        CannotSpliceError: Two of them overlap.
    """
    parts: list[str] = []
    done = 0
    for splice in sorted(splices):
        if splice.start < done:
            raise CannotSpliceError
        parts += (text[done : splice.start], splice.text)
        done = splice.end
    return "".join((*parts, text[done:]))


class Lines:
    """A text by its lines, and what is cut from it and put in."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.splices: list[Splice] = []
        ends = re.search(r"\r\n|\n|\r", text)
        self.line_end = ends.group() if ends else "\n"

    def drop_from_flow(self, spans: list[tuple[int, int]], gone: set[int]) -> None:
        """Remove entries between brackets with the comma that parted them from what stays."""
        kept = [index for index in range(len(spans)) if index not in gone]
        if not gone or not kept:
            return
        for index in sorted(gone):
            if index < kept[-1]:
                self.cut(spans[index][0], spans[index + 1][0])
        if kept[-1] < len(spans) - 1:
            self.cut(spans[kept[-1]][1], spans[-1][1])

    def drop_lines(self, heads: list[int], ends: list[int], gone: set[int]) -> None:
        """Remove entries of a block with the lines that they take up, and no others."""
        if not gone:
            return
        first_kept = next(index for index in range(len(heads)) if index not in gone)
        if first_kept and not self.starts_line(heads[0]):
            # The first stands behind a dash, which the first that stays takes over.
            end = max(heads[first_kept - 1] + 1, ends[first_kept - 1])
            only_space = not self.text[end : heads[first_kept]].strip()
            self.cut(heads[0], heads[first_kept] if only_space else end)
        else:
            first_kept = 0
        for index in sorted(gone):
            if index >= first_kept:
                self.cut_lines(heads[index], max(heads[index], ends[index]))

    def cut_lines(self, start: int, end: int) -> None:
        """Remove whole lines with the line end before them, so that what is put in below has its place."""
        above, below = self.line_start(start), self.last_line_end(end)
        if above:
            above -= 2 if self.text.startswith("\r\n", above - 2) else 1
        else:
            below = self.next_line(below)
        self.cut(above, below)

    def put_line(self, behind: int, line: str) -> None:
        """Put a line below the one in which an entry ends."""
        self.put(self.last_line_end(behind), self.line_end + line)

    def last_line_end(self, behind: int) -> int:
        """Return where the last line of something ends, before its line end, which may be part of that."""
        if behind and self.text[behind - 1] in "\r\n":
            return behind - (2 if self.text.startswith("\r\n", behind - 2) else 1)
        return self.line_end_of(behind)

    def cut(self, start: int, end: int, text: str = "") -> None:
        """Let a stretch give way to a text."""
        self.splices.append(Splice(start, end, text))

    def put(self, at: int, text: str) -> None:
        """Put a text in."""
        self.splices.append(Splice(at, at, text))

    def line_start(self, at: int) -> int:
        """Return where the line of a character begins."""
        return max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1

    def line_end_of(self, at: int) -> int:
        """Return where the line of a character ends, before its line end."""
        match = re.compile(r"[\r\n]").search(self.text, at)
        return match.start() if match else len(self.text)

    def next_line(self, at: int) -> int:
        """Return where the line below begins."""
        match = re.compile(r"\r\n|\n|\r").search(self.text, at)
        return match.end() if match else len(self.text)

    def starts_line(self, at: int) -> bool:
        """Return whether nothing but spaces stands before a character in its line."""
        return not self.text[self.line_start(at) : at].strip(" ")

    def column(self, at: int) -> int:
        """Return a character's column, from 0."""
        return at - self.line_start(at)
