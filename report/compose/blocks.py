"""The text of a finished part block by block, as an edition keeps it: what its readers read, less its marks."""

import re
from collections.abc import Iterator

import lxml.html

_HEADINGS = tuple(f"h{level}" for level in range(1, 7))
_LISTS = ("ul", "ol", "li", "dl", "dt", "dd")
_TABLES = ("table", "thead", "tbody", "tr", "caption", "figure", "figcaption")
_BLOCKS = frozenset(("p", "pre", "blockquote", "div", *_HEADINGS, *_LISTS, *_TABLES))
# Numbers of citations and notes change when anything before them does, and say nothing of their own.
_MARKS = frozenset({"cite", "note-ref"})
_LEFT_OUT = frozenset({"svg", "rp", "style"})
_JOINERS = re.compile("[\u00ad\u200b\u2060\ufeff]")
CELL = " | "


def blocks_of(html: str) -> tuple[str, ...]:
    """Return the paragraphs, headings, items, rows and captions of a part, in order.

    Cells of a row are parted by ` | `; an image stands as its text alternative in brackets. Citation and note
    marks are left out, and so are the joiners that the typesetter added.
    """
    if not html.strip():
        return ()
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    pieces = "".join(_pieces(root)).split("\0")
    cleaned = (_clean(piece) for piece in pieces)
    return tuple(text for text in cleaned if text)


def _pieces(element: lxml.html.HtmlElement) -> Iterator[str]:
    """Yield an element's text with NUL, which no text holds, at both ends of each block."""
    tag = element.tag if isinstance(element.tag, str) else ""
    is_mark = tag == "sup" and not _MARKS.isdisjoint(str(element.get("class") or "").split())
    if not tag or is_mark or tag in _LEFT_OUT:
        return
    if tag == "img":
        yield f"［{element.get('alt') or ''}］"
        return
    edge = "\0" if tag in _BLOCKS else ""
    if tag in ("td", "th") and element.getprevious() is not None:
        edge = CELL
    yield edge
    yield element.text or ""
    for child in element:
        yield from _pieces(child)
        yield child.tail or ""
    if tag in _BLOCKS:
        yield "\0"
    elif tag == "br":
        yield " "


def _clean(text: str) -> str:
    return re.sub(r"[ \t\n\r]+", " ", _JOINERS.sub("", text)).strip()
