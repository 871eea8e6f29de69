"""Text of a tree made ready for Chinese lines: lines that the author broke are joined, marks stay with words."""

import re
from collections.abc import Iterator
from typing import Literal

from lxml.etree import _Element as Element

WORD_JOINER = "\u2060"

# Han, kana, bopomofo, CJK and full-width punctuation: between two of these a line end is no space
# (CSS Text 3, 4.1.2 Segment Break Transformation Rules; W3C CLREQ 3.1.1).
_CJK = "\u2e80-\u312f\u31a0-\u9fff\uf900-\ufaff\ufe10-\ufe6f\uff00-\uff60\uffe0-\uffee\U00020000-\U0003ffff"
# Between Han and these the typesetter puts a space of its own (CLREQ 3.2.2).
_LATIN = "A-Za-z0-9\u00c0-\u024f\u0370-\u03ff"
# Marks that Chinese shares with other scripts: joined to Han, not to each other's Latin neighbours.
_SHARED = "\u2018-\u201d\u2014\u2026\u00b7"
_JOIN = re.compile(
    f"(?<=[{_CJK}])[ \t]*\n[ \t]*(?=[{_CJK}{_SHARED}{_LATIN}])|(?<=[{_SHARED}{_LATIN}])[ \t]*\n[ \t]*(?=[{_CJK}])"
)

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_MARKS = f"\u3001-\u3003\u3008-\u301f\uff01-\uff0f\uff1a-\uff20{_SHARED}\\s{WORD_JOINER}"
_LAST_TWO = re.compile(f"([{_HAN}])[{_HAN}][{_MARKS}]*\\Z")
_ONLY_MARKS = re.compile(f"[{_MARKS}]*")
_BLOCKS = ("p", "li", "dd", "dt", "figcaption", "blockquote")

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


def bind_last_words(root: Element) -> None:
    """Keep the last two Han of each paragraph on one line, so that no last line holds one alone (孤字).

    Marks of citations and notes, and closing punctuation, hang on to the Han before them anyway.
    """
    for block in root.iter(*_BLOCKS):
        if block.find(".//p") is not None or block.find(".//li") is not None:
            continue
        for element, part in reversed(list(_slots(block))):
            text = getattr(element, part) or ""
            if not text.strip() or _is_within_mark(element, part):
                continue
            match = _LAST_TWO.search(text)
            if match:
                setattr(element, part, text[: match.end(1)] + WORD_JOINER + text[match.end(1) :])
            if match or not _ONLY_MARKS.fullmatch(text):
                break


def _is_within_mark(element: Element, part: str) -> bool:
    """Return whether a text belongs to a superscript, and not to what follows it."""
    holder = element if part == "text" else element.getparent()
    while holder is not None:
        if holder.tag == "sup":
            return True
        holder = holder.getparent()
    return False


def _slots(element: Element) -> Iterator[Slot]:
    """Yield the places of text in reading order, those in `pre` left out."""
    if element.tag == "pre":
        return
    yield element, "text"
    for child in element:
        yield from _slots(child)
        yield child, "tail"
