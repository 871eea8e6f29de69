"""The text of a page: all of a region, or the region that its main text stands in, taken whole.

trafilatura tells running text from what stands around it, and leaves out what is too short for it: a last line without
a paragraph, a table beside the text, a caption. A number may stand there. So it is asked where the main text is, and
that part of the page is taken whole, with headings and tables of data that stand elsewhere.
"""

import copy
import re
from collections.abc import Callable, Set
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote body br caption center dd details div dl dt fieldset figcaption figure"
        " footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol option p pre section summary table"
        " tbody tfoot thead tr ul",
    )
)
_CELLS = frozenset(("td", "th"))
_CONTAINERS = frozenset(
    ("body", "center", "div", "form", "main", "article", "section", "table", "tbody", "td", "tr")
)
# What these hold is one text by its author's own word.
_WHOLE = frozenset(("article", "main"))
_AROUND = frozenset(("aside", "footer", "nav"))
_SILENT = frozenset(
    re.findall(
        r"\w+",
        "script style noscript template iframe object embed svg canvas select button input textarea",
    )
)
_ADVERTISING = frozenset(
    re.findall(
        r"\w+",
        "ad ads adv adbox adsbygoogle advert adverts advertisement advertising sponsor sponsored guanggao",
    )
)
# What is longer is no advertisement, whatever it is called.
_LONGEST_ADVERTISEMENT = 2_000
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# A shorter text may stand in the main text by chance.
_TELLING = 8
# Of the main text, what has to stand in a part of the page for it to be the part that is meant.
_SHARE = 0.85


def drop_silent(tree: "HtmlElement") -> None:
    """Take out what no reader reads: scripts, styles, forms' fields."""
    _drop(tree, lambda element: element.tag in _SILENT)


def main_text(tree: "HtmlElement") -> str:
    """Return the main text of a page, and all that stands beside it in the same part; the tree is changed."""
    import trafilatura

    _drop(tree, _is_advertising)
    found = trafilatura.extract(
        copy.deepcopy(tree), include_comments=False, include_tables=True, deduplicate=False
    )
    main = _compact(found or "")
    leaves = _leaves_in(tree, main)
    part = _part_of(tree, leaves, len(main))
    if part is None:
        # A page without running text, such as a list or a form, is compared as a whole.
        return block_text(tree)
    kept = {*part.iter(), *leaves, *tree.iter("h1")}
    for table in tree.iter("table"):
        if _is_of_data(table):
            kept.update(table.iter())
    return _text_of(tree, kept)


def block_text(element: "HtmlElement") -> str:
    """Return an element's text: a line for a block, ` | ` behind each cell of a row."""
    return _text_of(element, None)


def _drop(tree: "HtmlElement", is_meant: "Callable[[HtmlElement], bool]") -> None:
    for element in list(tree.iterdescendants()):
        if element.getparent() is not None and is_meant(element):
            element.drop_tree()


def _is_advertising(element: "HtmlElement") -> bool:
    if element.tag in ("body", "main", "article"):
        return False
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    is_called_so = any(word.lower() in _ADVERTISING for word in _WORD.findall(named))
    return is_called_so and len(element.text_content()) <= _LONGEST_ADVERTISEMENT


def _compact(text: str) -> str:
    """Return a text without what trafilatura adds and what separates blocks."""
    return re.sub(r"^\s*[-|]+|[\s|]+|-{3,}", "", text, flags=re.MULTILINE)


def _leaves_in(tree: "HtmlElement", main: str) -> "dict[HtmlElement, int]":
    """Return the blocks that hold no other and whose text is part of the main text, each with how long that is."""
    leaves = {}
    for element in tree.iterdescendants(*_BLOCKS):
        if next(element.iterdescendants(*_BLOCKS - {"br"}), None) is None:
            text = _compact(element.text_content())
            if len(text) >= _TELLING and text in main:
                leaves[element] = len(text)
    return leaves


def _part_of(tree: "HtmlElement", leaves: "dict[HtmlElement, int]", whole: int) -> "HtmlElement | None":
    """Return the smallest part of a page that most of its main text stands in; None where it is found nowhere."""
    weights: dict[HtmlElement, int] = {}
    for leaf, weight in leaves.items():
        for one in (leaf, *leaf.iterancestors()):
            weights[one] = weights.get(one, 0) + weight
    found = weights.get(tree, 0)
    if not found or found < whole / 2:
        return None
    part = tree
    while part.tag not in _WHOLE:
        most = max(part, key=lambda below: weights.get(below, 0), default=None)
        if most is None or most.tag not in _CONTAINERS or weights.get(most, 0) < _SHARE * found:
            break
        part = most
    return part


def _is_of_data(table: "HtmlElement") -> bool:
    """Return whether a table holds values: it is neither laid out with, nor is it a table of links."""
    if table.find(".//table") is not None or next(table.iterancestors("table"), None) is not None:
        return False
    rows = [row for row in table.iter("tr") if sum(below.tag in _CELLS for below in row) > 1]
    linked = sum(len(link.text_content()) for link in table.iter("a"))
    return len(rows) > 1 and linked * 2 < len(table.text_content())


def _text_of(element: "HtmlElement", kept: "Set[HtmlElement] | None") -> str:
    """Return the text of an element in the order of the page: all of it, or what is kept."""
    parts: list[str] = []

    def walk(one: "HtmlElement", is_within: bool) -> None:
        name = one.tag if isinstance(one.tag, str) else ""
        if name == "head" or (kept is not None and name in _AROUND):
            return
        is_shown = kept is None or one in kept or (is_within and name not in _BLOCKS)
        end = "\n" if name in _BLOCKS else " | " if name in _CELLS and is_shown else ""
        parts.append("\n" if name in _BLOCKS else "")
        if is_shown:
            parts.append(_spaced(one.text))
        for below in one:
            walk(below, is_shown)
            if is_shown:
                parts.append(_spaced(below.tail))
        parts.append(end)

    walk(element, False)
    return "".join(parts)


def _spaced(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")
