"""One HTML page cut into the documents of a publication, in reading order."""

import dataclasses
import urllib.parse
from collections.abc import Callable, Iterator, Mapping, Sequence

from lxml import etree
from lxml.html import HtmlElement

from report.publication.xhtml import NAMESPACES, OPS, SVG, XHTML, XML, Element, to_xhtml, xml_id

STYLE_SHEET = "style.css"
_ASSET = "asset:///"
# EPUB 3 Structural Semantics Vocabulary 1.1 and DPUB-ARIA 1.1: what a document is, for programs and for screen readers.
_ROLES = {
    "abstract": "doc-abstract",
    "appendix": "doc-appendix",
    "bibliography": "doc-bibliography",
    "chapter": "doc-chapter",
    "colophon": "doc-colophon",
    "glossary": "doc-glossary",
    "toc": "doc-toc",
}


@dataclasses.dataclass(frozen=True)
class Document:
    """One XHTML document.

    Attributes:
        name: Its file name, such as introduction.xhtml.
        title: Of its head.
        root: The tree, XHTML.
        is_nav: Whether it is the navigation document (EPUB 3.3, 7).
    """

    name: str
    title: str
    root: Element
    is_nav: bool = False

    @property
    def body(self) -> Element:
        """Its body."""
        return self.root[-1]

    @property
    def properties(self) -> tuple[str, ...]:
        """What the package document says of it (EPUB 3.3, D.4)."""
        has_svg = next(self.root.iter(f"{{{SVG}}}svg"), None) is not None
        return (("nav",) if self.is_nav else ()) + (("svg",) if has_svg else ())


@dataclasses.dataclass(frozen=True)
class Alternate:
    """The same content for programs, named in the head of every document: its address, media type and title."""

    href: str
    media_type: str
    title: str


def parts_of(page: HtmlElement) -> list[HtmlElement]:
    """Return the elements of a page that become documents: those with `data-document`, the stem of the file's name."""
    return list(page.xpath("//*[@data-document]"))


def file_name(part: HtmlElement) -> str:
    """Return the file that a part becomes."""
    return f"{part.get('data-document')}.xhtml"


def cut(page: HtmlElement, lang: str, alternates: Sequence[Alternate] = ()) -> list[Document]:
    """Return the documents of a page.

    Each part becomes the body of one: `data-title` is its title, `data-type` what its first section is. Links are led
    to the documents that their targets went to, images to where `image_path` puts them.

    Args:
        page: Of an HTML parser; it is altered.
        lang: BCP 47.
        alternates: What every document names as the same content.
    """
    parts = parts_of(page)
    homes = {identifier: file_name(part) for part in parts for identifier in _ids(part)}
    return [_document(part, lang, alternates, homes) for part in parts]


def _ids(part: HtmlElement) -> Iterator[str]:
    return (
        element.get("id") for element in part.iter() if isinstance(element.tag, str) and element.get("id")
    )


def _document(
    part: HtmlElement, lang: str, alternates: Sequence[Alternate], homes: Mapping[str, str]
) -> Document:
    name, title = file_name(part), part.get("data-title") or ""
    _tell_type(part)
    root = etree.Element(f"{{{XHTML}}}html", nsmap=NAMESPACES)
    root.set("lang", lang)
    root.set(f"{{{XML}}}lang", lang)
    head = etree.SubElement(root, f"{{{XHTML}}}head")
    etree.SubElement(head, f"{{{XHTML}}}title").text = title or name
    etree.SubElement(head, f"{{{XHTML}}}link", rel="stylesheet", type="text/css", href=STYLE_SHEET)
    for item in alternates:
        attributes = {"rel": "alternate", "type": item.media_type, "href": item.href, "title": item.title}
        etree.SubElement(head, f"{{{XHTML}}}link", attributes)
    body = to_xhtml(part, _addresses(name, homes))
    body.tag = f"{{{XHTML}}}body"
    for key in set(body.attrib) - {"id"}:
        del body.attrib[key]
    root.append(body)
    is_nav = any(nav.get(f"{{{OPS}}}type") == "toc" for nav in body.iter(f"{{{XHTML}}}nav"))
    return Document(name, title, root, is_nav)


def _tell_type(part: HtmlElement) -> None:
    """Write what a part is on its first section, which is named by its heading."""
    kind = part.get("data-type")
    section = next((child for child in part if child.tag in ("section", "nav")), None)
    if section is None or not kind:
        return
    section.set("epub:type", kind)
    heading = next(section.iter("h1"), None)
    if kind in _ROLES:
        section.set("role", _ROLES[kind])
        if heading is not None:
            heading.set("id", heading.get("id") or f"{part.get('data-document')}_title")
            section.attrib.pop("aria-label", None)
            section.set("aria-labelledby", heading.get("id"))


def _addresses(name: str, homes: Mapping[str, str]) -> Callable[[str], str]:
    def address(href: str) -> str:
        if href.startswith(_ASSET):
            return image_path(urllib.parse.unquote(href.removeprefix(_ASSET)))
        if not href.startswith("#"):
            return href
        target = urllib.parse.unquote(href[1:])
        home = homes.get(target, name)
        return f"{'' if home == name else home}#{xml_id(target)}"

    return address


def image_path(path: str) -> str:
    """Return where an image of the page stands in the publication, in signs that every system takes in a file name."""
    return "images/" + urllib.parse.quote(path.replace("/", "-"), safe="").replace("%", "_")
