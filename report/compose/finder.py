"""Finds, in what the author wrote, the place of something that was found in what it became.

Jinja and Python-Markdown keep no positions, so a finding made after them is traced back by its own text:
the n-th time a text is asked for, its n-th place in the section (or in a part that it includes) is meant.
"""

import re
from collections.abc import Mapping

from report.findings import Location
from report.positions import SourceFile


class Finder:
    """Finds places in one section's file, then in the parts."""

    def __init__(self, file: SourceFile, start: int, parts: Mapping[str, SourceFile]) -> None:
        self._file = file
        self._start = start
        self._parts = parts
        self._next: dict[str | re.Pattern[str], int] = {}

    def find(self, *needles: str | re.Pattern[str]) -> Location:
        """Return the next place of the first of the texts that has one; else where the body begins.

        Of a pattern, the place of its last group is meant, and of the whole where it has none.
        """
        for needle in needles:
            if not needle:
                continue
            if isinstance(needle, re.Pattern):
                match = needle.search(self._file.text, self._next.get(needle, self._start))
                if match is not None:
                    self._next[needle] = match.end()
                    return self._file.at(match.start(match.lastindex or 0))
                continue
            offset = self._file.text.find(needle, self._next.get(needle, self._start))
            if offset >= 0:
                self._next[needle] = offset + 1
                return self._file.at(offset)
        for needle in needles:
            for part in self._parts.values():
                if isinstance(needle, re.Pattern):
                    match = needle.search(part.text)
                    offset = match.start(match.lastindex or 0) if match else -1
                else:
                    offset = part.text.find(needle) if needle else -1
                if offset >= 0:
                    return part.at(offset)
        body = re.compile(r"\S").search(self._file.text, self._start)
        return self._file.at(body.start() if body else self._start)

    def line(self, number: int, needle: str = "", part: str = "", after: int = 0) -> Location:
        """Return the place of a text on a line of the template, counted from 1 at its beginning.

        Args:
            number: The line.
            needle: The text, a whole word where it is one; where it is not there, the first tag stands for it.
            part: The part that the line is of; empty for the section itself.
            after: The column behind which it is looked for; its last place where there is none behind.
        """
        file, base = self._file, self._file.text.count("\n", 0, self._start)
        if part in self._parts:
            file, base = self._parts[part], 0
        lines = file.text.split("\n")
        line = number + base
        text = lines[line - 1] if line <= len(lines) else ""
        word = re.escape(needle)
        columns = [match.start() + 1 for match in re.finditer(rf"(?<![\w-]){word}(?![\w-])", text)]
        columns = columns or [match.start() + 1 for match in re.finditer(word, text)] if needle else []
        if not columns:
            tag = re.search(r"\{[{%]", text)
            return Location(file.path, line, tag.start() + 1 if tag else 1)
        return Location(file.path, line, next((column for column in columns if column > after), columns[-1]))
