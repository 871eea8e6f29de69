"""Finds, in what the author wrote, the place of something that was found in what it became.

Jinja and Python-Markdown keep no positions, so a finding made after them is traced back by its own text:
the n-th time a text is asked for, its n-th place in the section (or in a part that it includes) is meant.
"""

from collections.abc import Mapping

from report.findings import Location
from report.positions import SourceFile


class Finder:
    """Finds places in one section's file, then in the parts."""

    def __init__(self, file: SourceFile, start: int, parts: Mapping[str, SourceFile]) -> None:
        self._file = file
        self._start = start
        self._parts = parts
        self._next: dict[str, int] = {}

    def find(self, *needles: str) -> Location:
        """Return the next place of the first of the texts that has one; else the file itself."""
        for needle in needles:
            if not needle:
                continue
            offset = self._file.text.find(needle, self._next.get(needle, self._start))
            if offset >= 0:
                self._next[needle] = offset + 1
                return self._file.at(offset)
        for needle in needles:
            for part in self._parts.values():
                offset = part.text.find(needle) if needle else -1
                if offset >= 0:
                    return part.at(offset)
        return Location(self._file.path)

    def line(self, number: int, needle: str = "", part: str = "") -> Location:
        """Return the place of a text on a line of the template, counted from 1 at its beginning."""
        file, base = self._file, self._file.text.count("\n", 0, self._start)
        if part in self._parts:
            file, base = self._parts[part], 0
        lines = file.text.split("\n")
        line = number + base
        column = lines[line - 1].find(needle) + 1 if needle and line <= len(lines) else 1
        return Location(file.path, line, max(column, 1))
