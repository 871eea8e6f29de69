"""Values of facts in prose: marked where a template prints them, links to what there is to say of them on a web page.

The marks are noncharacters, which no text holds and which Unicode leaves to a program's own use (Unicode 17.0, 23.7).
They go through Markdown with the value, are taken out of the tree before anything looks at its text, and become links
when nothing changes it any more. A value whose text is not found again where it stood is left without a link.
"""

import dataclasses
import re
from collections.abc import Iterator
from typing import Literal, Self

import lxml.html
from lxml import etree

from report.typography.text import Slot

LINK_CLASS = "fact"
ANCHOR = "fact_"
_OPEN, _BETWEEN, _CLOSE = "\ufdd0", "\ufdd1", "\ufdd2"
# Two of these for each byte of the ids: what Markdown could read of a name is not there to be read.
_NIBBLES = "".join(map(chr, range(0xFDE0, 0xFDF0)))
_VALUE = re.compile(f"{_OPEN}((?:[{_NIBBLES}]{{2}})+){_BETWEEN}([^{_OPEN}{_CLOSE}]*){_CLOSE}")
_ANY = re.compile("[\ufdd0-\ufdd2\ufde0-\ufdef]")
# A link in one of these would be a link in a link, part of the contents, or no prose.
_WITHOUT_LINKS = ("a", "code", "h1", "h2", "h3", "h4", "h5", "h6", "kbd", "pre", "rt", "sup")
# What the passes over the tree add to a text and take away from it.
_UNSEEN = re.compile("[\\s\u200b\u2060]")
_LINK = re.compile(f'<a (?=[^>]*class="{LINK_CLASS}")(?=[^>]*href="#{ANCHOR})[^>]*>([^<]*)</a>')


class PrintedValue(str):
    """A value as it is printed, with the ids of the facts that it comes from."""

    facts: tuple[str, ...]

    __slots__ = ("facts",)

    def __new__(cls, text: str, facts: tuple[str, ...]) -> Self:
        """Take the text and the ids."""
        value = super().__new__(cls, text)
        value.facts = facts
        return value


def marked(text: str, facts: tuple[str, ...]) -> str:
    """Return the text of a value between marks that name its facts."""
    name = " ".join(facts).encode().hex()
    return f"{_OPEN}{''.join(_NIBBLES[int(digit, 16)] for digit in name)}{_BETWEEN}{text}{_CLOSE}"


def unmarked(text: str) -> str:
    """Return a text without marks."""
    return _ANY.sub("", text)


@dataclasses.dataclass(frozen=True)
class _Place:
    """Where a value stands: in which text of the tree, behind how many characters that readers see."""

    slot: Slot
    start: int
    value: str
    facts: tuple[str, ...]


class FactMarks:
    """The values of one section, from its tree as Markdown made it to its links."""

    def __init__(self, root: lxml.html.HtmlElement) -> None:
        """Take all marks out of a tree, and remember where they stood."""
        self._places: list[_Place] = []
        for element in root.iter(etree.Element):
            for name, value in element.items():
                if _ANY.search(str(value)):
                    element.set(name, unmarked(str(value)))
            parts: tuple[Literal["text", "tail"], ...] = ("text", "tail")
            for part in parts:
                if _ANY.search(getattr(element, part) or ""):
                    self._take((element, part))

    def _take(self, slot: Slot) -> None:
        element, part = slot
        text = getattr(element, part)
        holder = element if part == "text" else element.getparent()
        is_linked = holder is not None and not _is_within(holder)
        for match in _VALUE.finditer(text) if is_linked else ():
            start = len(_seen(text[: match.start()]))
            facts = bytes.fromhex("".join(f"{_NIBBLES.index(char):x}" for char in match[1])).decode(
                errors="replace"
            )
            self._places.append(_Place(slot, start, _seen(match[2]), tuple(facts.split())))
        # Also what is left of a mark whose other end Markdown took.
        setattr(element, part, unmarked(text))

    def link(self, root: lxml.html.HtmlElement) -> None:
        """Make links of the values below an element; each leads to the first of its facts, and names them all."""
        # From the last: what is before it stays in its slot.
        for place in reversed(self._places):
            element, part = place.slot
            text = getattr(element, part) or ""
            start, end = _find(text, place)
            if end and (element is root or root in element.iterancestors()):
                _insert(place, text, start, end)


def without_links(html: str) -> str:
    """Return a page for which no links to facts are meant."""
    return _LINK.sub(r"\1", html)


def _insert(place: _Place, text: str, start: int, end: int) -> None:
    element, part = place.slot
    link = lxml.html.Element("a")
    link.set("class", LINK_CLASS)
    link.set("href", f"#{ANCHOR}{place.facts[0]}")
    if len(place.facts) > 1:
        link.set("data-facts", " ".join(place.facts))
    link.text, link.tail = text[start:end], text[end:]
    setattr(element, part, text[:start])
    if part == "text":
        element.insert(0, link)
    else:
        parent = element.getparent()
        assert parent is not None
        parent.insert(parent.index(element) + 1, link)


def _find(text: str, place: _Place) -> tuple[int, int]:
    """Return from where to where a value stands in a text; twice 0 where it does not."""
    seen = [index for index, char in enumerate(text) if not _UNSEEN.match(char)]
    places = seen[place.start : place.start + len(place.value)]
    if not places or "".join(text[index] for index in places) != place.value:
        return 0, 0
    return places[0], places[-1] + 1


def _seen(text: str) -> str:
    return _UNSEEN.sub("", unmarked(text))


def _is_within(element: etree._Element) -> bool:
    return any(item.tag in _WITHOUT_LINKS for item in _self_and_ancestors(element))


def _self_and_ancestors(element: etree._Element) -> Iterator[etree._Element]:
    yield element
    yield from element.iterancestors()
