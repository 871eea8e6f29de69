"""What links say of themselves to those who do not see where they lead (ISO 14289-1, 7.18.5)."""

import re
from collections.abc import Iterator
from typing import Any

from report.tagged_pdf.structure import Annotation, Element

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PLACES = frozenset({"sup", "span", "a", "time", "em", "strong"})
_LONGEST = 60
# Joiners that the typesetter adds, and soft hyphens.
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]+")
# What a note or reference says of who cites it is none of its title.
_BACK_LINKS = "back-links"


def drop_nested(document: Any) -> None:
    """Take out links within links of a rendered document.

    WeasyPrint 70 makes an annotation of each box in a link: a line of the contents would be announced three times.
    """
    for page in document.pages:
        inner: set[int] = set()
        kept = []
        for link in page.links:
            box = link[3]
            if id(box) not in inner:
                kept.append(link)
                inner.update(id(item) for item in box.descendants() if item is not box)
        page.links[:] = kept


def describe(root: Element, html: Any) -> None:
    """Describe all links of a document in their annotations: what each reads as, and where it leads.

    Args:
        root: The structure tree.
        html: The document's root element.
    """
    import pydyf

    targets = _Targets(html)
    for link in _links(root):
        text = _plain("".join(link.texts or link.added))
        address = link.owner.get("href", "")
        label = link.owner.get("aria-label") or link.owner.get("title")
        if label:
            said = label
        elif address.startswith("#"):
            said = _joined(text, targets.title(address[1:]), link.lang)
        else:
            said = text or address
        for kid in link.kids:
            if isinstance(kid, Annotation):
                kid.annotation["Contents"] = pydyf.String(said)


def _joined(text: str, title: str, lang: str) -> str:
    if not title or title in text:
        return text or title
    if not text:
        return title
    return f"{text}{'：' if lang.startswith('zh') else ': '}{title}"


def _links(element: Element) -> Iterator[Element]:
    for kid in element.kids:
        if isinstance(kid, Element):
            if kid.kind == "Link":
                yield kid
            yield from _links(kid)


class _Targets:
    """What links of a page may lead to, each with what tells where that is."""

    def __init__(self, html: Any) -> None:
        # By id: the element, and the heading before it.
        self._places: dict[str, tuple[Any, Any]] = {}
        heading = None
        for element in html.iter():
            if element.tag in _HEADINGS:
                heading = element
            if name := element.get("id"):
                self._places[name] = (element, heading)

    def title(self, name: str) -> str:
        """Return the heading of what an id names, or how it begins; of a place in a text the heading above it."""
        element, before = self._places.get(name, (None, None))
        if element is None:
            return ""
        within = next((kid for kid in element.iter() if kid.tag in _HEADINGS), None)
        if within is None:
            within = before if element.tag in _PLACES else element
        text = "" if within is None else _plain("".join(_texts(within)))
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _texts(element: Any) -> Iterator[str]:
    if _BACK_LINKS in (element.get("class") or "").split():
        return
    yield element.text or ""
    for kid in element:
        if isinstance(kid.tag, str):
            yield from _texts(kid)
        yield kid.tail or ""


def _plain(text: str) -> str:
    return " ".join(_UNSEEN.sub("", text).split())
