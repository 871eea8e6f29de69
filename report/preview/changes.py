"""Which places of the pages an edit changed."""

import difflib
from collections.abc import Callable, Mapping

from report.preview.book import Book, LaidPage, PrintedLine
from report.preview.pictures import joined
from report.preview.snapshot import Box

# How high the mark is where a line was and is none any more, as a fraction of the page.
_GONE = 0.004

Compare = Callable[[LaidPage, LaidPage], tuple[Box, ...]]


def changed_places(before: Book, now: Book, compare: Compare) -> Mapping[int, tuple[Box, ...]]:
    """Return the boxes that changed, by page.

    Lines are compared as text, section by section, so that what only moved is no change; where the lines of a page
    are the same and its image is another, the images are compared.

    Args:
        before: The pages before the edit; where there are none, nothing is said to have changed.
        now: The pages after it.
        compare: Returns where two pages differ.
    """
    if not before.groups:
        return {}
    known = {page.digest for page in before.pages}
    old, new = _by_section(before), _by_section(now)
    marks: dict[int, list[Box]] = {}
    for section, pages in new.items():
        if all(page.digest in known for _, page in pages) and len(pages) == len(old.get(section, ())):
            continue
        lines = [(number, line) for number, page in pages for line in page.lines]
        earlier = [line.text for _, page in old.get(section, ()) for line in page.lines]
        for number, box in _changed_lines(earlier, lines):
            marks.setdefault(number, []).append(box)
        for (number, page), (_, other) in zip(pages, old.get(section, ()), strict=False):
            is_same_text = [line.text for line in page.lines] == [line.text for line in other.lines]
            if number not in marks and is_same_text and page.digest not in known:
                marks[number] = list(compare(other, page))
    return {number: joined(boxes) for number, boxes in sorted(marks.items()) if boxes}


def _by_section(book: Book) -> dict[str, list[tuple[int, LaidPage]]]:
    found: dict[str, list[tuple[int, LaidPage]]] = {}
    for number, page in enumerate(book.pages, 1):
        found.setdefault(page.section, []).append((number, page))
    return found


def _changed_lines(earlier: list[str], lines: list[tuple[int, PrintedLine]]) -> list[tuple[int, Box]]:
    matcher = difflib.SequenceMatcher(None, earlier, [line.text for _, line in lines], autojunk=False)
    found = []
    for kind, _, _, start, end in matcher.get_opcodes():
        if kind in ("replace", "insert"):
            found += [(number, line.box) for number, line in lines[start:end]]
        elif kind == "delete" and lines:
            number, line = lines[min(start, len(lines) - 1)]
            left, top, right, bottom = line.box
            edge = top if start < len(lines) else bottom
            found.append((number, (left, max(edge - _GONE, 0.0), right, edge)))
    return found
