"""Where the pages of a rendered document begin."""

import itertools
import re
from collections.abc import Iterator
from typing import Any

from report.pages import PageStart

_LENGTH = 30
# Spaces, line ends, and joiners that the typesetter adds.
_UNSEEN = re.compile("[\\s\u00ad\u200b\u2060\ufeff]+")


def page_starts(pages: Any) -> tuple[PageStart, ...]:
    """Return where each page begins.

    What is text of the page's make-up is passed over: heads and feet, heads of tables that are repeated, and what
    style sheets add, as numbers of lists.

    Args:
        pages: Of the renderer's document, laid out.
    """
    reader = _Reader()
    return tuple(reader.start_of(number, page._page_box) for number, page in enumerate(pages, 1))


class _Reader:
    """One walk through all pages, which knows what began on the pages before."""

    def __init__(self) -> None:
        self._anchor = ""
        self._begun: set[Any] = set()
        self._repeated: set[Any] = set()

    def start_of(self, number: int, page_box: Any) -> PageStart:
        """Return where a page begins; pages come in order."""
        anchor: str | None = None
        text = ""
        groups: set[Any] = set()
        is_cut = False
        for box in self._content(page_box, groups):
            if not hasattr(box, "text"):
                self._begin(box.element)
            elif len(text) < _LENGTH and not is_cut:
                printed = _UNSEEN.sub("", box.text)
                if printed and anchor is None:
                    anchor = self._anchor
                # A word that is broken has a hyphen here that the text has not.
                is_cut = printed.endswith(("-", "\u2010"))
                text += printed.rstrip("-\u2010")
        self._repeated |= groups
        return PageStart(str(number), self._anchor if anchor is None else anchor, text[:_LENGTH])

    def _begin(self, element: Any) -> None:
        if element is not None and element not in self._begun:
            self._begun.add(element)
            self._anchor = element.get("id") or self._anchor

    def _content(self, box: Any, groups: set[Any]) -> Iterator[Any]:
        """Yield the boxes of a page in the order of the source, but for those of its make-up."""
        from weasyprint.formatting_structure import boxes

        box = getattr(box, "_box", box)
        if isinstance(box, boxes.MarginBox) or "::" in str(box.element_tag):
            return
        if getattr(box, "is_header", False) or getattr(box, "is_footer", False):
            if box.element in self._repeated:
                return
            groups.add(box.element)
        yield box
        yield from itertools.chain.from_iterable(self._content(child, groups) for child in box.children)
