"""Text of a tree made ready for Chinese lines: lines that the author broke are joined, marks stay with words."""

import re
from collections.abc import Iterator
from typing import Literal

from lxml.etree import _Element as Element

WORD_JOINER = "\u2060"

# Han, kana, bopomofo, CJK and full-width punctuation: between two of these a line end is no space
# (CSS Text 3, 4.1.2 Segment Break Transformation Rules; W3C CLREQ 3.1.1).
_CJK = "\u2e80-\u312f\u31a0-\u9fff\uf900-\ufaff\ufe10-\ufe6f\uff00-\uff60\uffe0-\uffee\U00020000-\U0003ffff"
# Marks that Chinese shares with other scripts: joined to Han, not to each other's Latin neighbours.
_SHARED = "\u2018-\u201d\u2014\u2026\u00b7"
_JOIN = re.compile(
    f"(?<=[{_CJK}])[ \t]*\n[ \t]*(?=[{_CJK}{_SHARED}])|(?<=[{_SHARED}])[ \t]*\n[ \t]*(?=[{_CJK}])"
)

Slot = tuple[Element, Literal["text", "tail"]]


def join_lines(root: Element) -> None:
    """Remove line ends between Han, also where they stand beside an element; `pre` is left alone."""
    slots = [slot for slot in _slots(root) if getattr(slot[0], slot[1])]
    texts = [getattr(element, part) for element, part in slots]
    whole = "".join(texts)
    if "\n" not in whole:
        return
    kept = [True] * len(whole)
    for match in _JOIN.finditer(whole):
        kept[match.start() : match.end()] = [False] * (match.end() - match.start())
    start = 0
    for (element, part), text in zip(slots, texts, strict=True):
        joined = "".join(
            char for char, keep in zip(text, kept[start : start + len(text)], strict=True) if keep
        )
        setattr(element, part, joined)
        start += len(text)


def bind_before(element: Element) -> None:
    """Keep an element on the line of what stands before it, by a word joiner (UAX 14, class WJ)."""
    previous = element.getprevious()
    if previous is not None:
        previous.tail = (previous.tail or "") + WORD_JOINER
    else:
        parent = element.getparent()
        if parent is not None and parent.text:
            parent.text += WORD_JOINER


def _slots(element: Element) -> Iterator[Slot]:
    """Yield the places of text in reading order, those in `pre` left out."""
    if element.tag == "pre":
        return
    yield element, "text"
    for child in element:
        yield from _slots(child)
        yield child, "tail"
