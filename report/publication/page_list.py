"""Where the pages of the printed edition begin within the documents (EPUB Accessibility 1.1, 4.2: page navigation)."""

import bisect
import dataclasses
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from report.pages import PageStart
from report.publication.documents import Document
from report.publication.xhtml import OPS, SVG, XHTML, Element, xml_id
from report.readback import FURNITURE, is_furniture

# So much of a page's first words is looked for; where a list of numbers or the contents were printed, less is found.
_LENGTHS = (30, 20, 14, 10, 7, 5)
# Few words are looked for near the element that the page is said to follow, and nowhere else.
_FEW, _NEAR = 14, 4000
# Where a mark may stand beside blocks; elsewhere only text and what is set in a line with it.
_FLOW = frozenset(
    f"{{{XHTML}}}{name}"
    for name in re.findall(
        r"[\w-]+",
        "article aside blockquote body dd div figcaption figure footer header li main section td th",
    )
)
_BODY = f"{{{XHTML}}}body"
# A mark within one of these would part what is one.
_WHOLE = frozenset(f"{{{XHTML}}}{name}" for name in re.findall(r"[\w-]+", "a abbr rt ruby sub sup time"))


@dataclasses.dataclass(frozen=True)
class PageBreak:
    """A page of the printed edition: its number, and where it begins."""

    label: str
    href: str


@dataclasses.dataclass(frozen=True)
class _Piece:
    """A run of text: whose it is, whether it follows its owner, and how much text stands before it."""

    owner: Element
    is_tail: bool
    start: int
    document: Document


@dataclasses.dataclass(frozen=True)
class _Text:
    """The text of all documents without white space, and where in it each id stands."""

    whole: str
    pieces: tuple[_Piece, ...]
    anchors: dict[str, int]


def insert_page_breaks(documents: Sequence[Document], starts: Iterable[PageStart]) -> list[PageBreak]:
    """Put a mark where each page begins, and return the pages in order.

    A page is found by its first words, not before the page before it and not before the element that it is said to
    follow; one whose words are not there begins at that element.
    """
    text = _read(documents)
    places: list[tuple[int, PageStart]] = []
    behind = 0
    for start in starts:
        behind = max(behind, _find(text, start, behind))
        places.append((behind, start))
    # From the end, so that what is put in moves nothing that is still to be found.
    breaks = [_insert(text, place, start.label) for place, start in reversed(places)]
    return breaks[::-1]


def _find(text: _Text, start: PageStart, behind: int) -> int:
    anchor = text.anchors.get(xml_id(start.anchor), behind) if start.anchor else behind
    begin = max(anchor, behind)
    words = "".join(start.text.split())
    for length in _LENGTHS:
        if len(words) >= length or length == _LENGTHS[-1]:
            end = begin + _NEAR if length <= _FEW else len(text.whole)
            place = text.whole.find(words[:length], begin, end)
            if place >= 0:
                return place
    return begin


def _read(documents: Sequence[Document]) -> _Text:
    pieces: list[_Piece] = []
    anchors: dict[str, int] = {}
    texts: list[str] = []
    length = 0
    for document in documents:
        for owner, is_tail in _runs(document.body):
            if not is_tail and owner.get("id"):
                anchors.setdefault(owner.get("id"), length)
            text = (owner.tail if is_tail else owner.text) or ""
            shown = "".join(text.split())
            if shown:
                pieces.append(_Piece(owner, is_tail, length, document))
                texts.append(shown)
                length += len(shown)
    return _Text("".join(texts), tuple(pieces), anchors)


def _runs(element: Element) -> Iterator[tuple[Element, bool]]:
    """Yield each element for its text, and each again for what follows it, in reading order, furniture left out."""
    yield element, False
    for child in element:
        if isinstance(child.tag, str) and (child.tag.endswith("}nav") or not _is_passed_over(child)):
            yield from _runs(child)
        yield child, True


def _is_passed_over(element: Element) -> bool:
    # A note is furniture to those who compare sections; its text is printed nevertheless.
    is_note = element.get(f"{{{OPS}}}type") == "footnote"
    return element.tag == f"{{{SVG}}}svg" or (is_furniture(element) and not is_note)


def _insert(text: _Text, place: int, label: str) -> PageBreak:
    """Put a mark before the character at a place."""
    index = bisect.bisect_right([piece.start for piece in text.pieces], place) - 1
    piece = text.pieces[index]
    # An underscore, because no id of an author's has one.
    attributes = {
        "id": f"page_{label}",
        f"{{{OPS}}}type": "pagebreak",
        "role": "doc-pagebreak",
        "aria-label": label,
    }
    mark = piece.owner.makeelement(f"{{{XHTML}}}span", attributes)
    # Not the piece's: another page may begin further on in the same run, and have parted it.
    run = (piece.owner.tail if piece.is_tail else piece.owner.text) or ""
    offset = _offset(run, place - piece.start)
    mark.tail = run[offset:]
    if piece.is_tail:
        piece.owner.tail = run[:offset]
        parent = piece.owner.getparent()
        parent.insert(parent.index(piece.owner) + 1, mark)
    else:
        piece.owner.text = run[:offset]
        piece.owner.insert(0, mark)
    _move_out(mark)
    return PageBreak(label, f"{piece.document.name}#page_{label}")


def _move_out(mark: Element) -> None:
    """Move a mark as far out as nothing that is read stands between, and out of what may not be parted."""
    node, best = mark, None
    while node.getparent().tag != _BODY:
        parent = node.getparent()
        is_whole = parent.tag in _WHOLE
        is_first = not _has_text_before(parent, node)
        if not is_first and not is_whole:
            break
        if is_first and parent.tag in _FLOW:
            best = (parent, parent[0])
        if is_whole or parent.getparent().tag in _FLOW:
            best = (parent.getparent(), parent)
        node = parent
    if best is None or best[1] is mark:
        return
    holder, child = best
    while child.getprevious() is not None and child.getprevious().get("role") == mark.get("role"):
        child = child.getprevious()
    previous, text = mark.getprevious(), mark.tail or ""
    mark.tail = None
    if previous is not None:
        previous.tail = (previous.tail or "") + text
    else:
        mark.getparent().text = (mark.getparent().text or "") + text
    mark.getparent().remove(mark)
    holder.insert(holder.index(child), mark)


def _has_text_before(parent: Element, child: Element) -> bool:
    """Return whether something that is read or seen stands in an element before one of its children."""
    if (parent.text or "").strip():
        return True
    for item in itertools.takewhile(lambda sibling: sibling is not child, parent):
        is_number = item.get(FURNITURE) is not None
        is_seen = any(True for _ in item.iter(f"{{{XHTML}}}img", f"{{{SVG}}}svg"))
        if not is_number and (is_seen or "".join(item.itertext()).strip()):
            return True
        if (item.tail or "").strip():
            return True
    return False


def _offset(text: str, count: int) -> int:
    """Return where a text's character stands, of which `count` that can be seen stand before."""
    seen = (index for index, char in enumerate(text) if not char.isspace())
    return next(itertools.islice(seen, count, None), len(text))
