"""A finished EPUB, read back by the container's own description of itself; nothing here knows how it was written."""

import dataclasses
import io
import logging
import posixpath
import re
import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Any

from report.pages import Extract
from report.publication.opening import is_marked, open_container
from report.readback import (
    all_text_of,
    dead_links,
    figures_without_alt,
    headings_of,
    is_outside,
    links_without_text,
    requests_of,
    requests_of_style,
    sections_of,
)

# What is wrong with a font is told by findings: the library would write a line for each record of a broken table.
logging.getLogger("fontTools").addHandler(logging.NullHandler())

_XHTML = "application/xhtml+xml"
_NS = {
    "c": "urn:oasis:names:tc:opendocument:xmlns:container",
    "o": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
    "h": "http://www.w3.org/1999/xhtml",
}
_TYPE = "{http://www.idpf.org/2007/ops}type"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ROLES = "contains(concat(' ', @role, ' '), ' doc-{} ')"
# Families that every system has something for.
_GENERIC = frozenset(
    re.findall(r"[\w-]+", "serif sans-serif monospace cursive fantasy system-ui inherit initial unset")
)


@dataclasses.dataclass(frozen=True)
class _Item:
    """An entry of the manifest, its path from the top of the container."""

    path: str
    media_type: str
    properties: tuple[str, ...]


class _Publication:
    """An opened EPUB."""

    def __init__(self, data: bytes) -> None:
        self.is_marked = is_marked(data)
        self.files = open_container(data)
        container = self.xml("META-INF/container.xml")
        package_path = next(iter(container.xpath("//c:rootfile/@full-path", namespaces=_NS)), "")
        self.package_path = str(package_path)
        self.package = self.xml(self.package_path)
        self.items = {str(item.get("id")): self._item(item) for item in self.find("o:manifest/o:item")}
        self.spine = [str(item.get("idref")) for item in self.find("o:spine/o:itemref")]
        self.documents = {
            item.path: self.xml(item.path)
            for item in self._in_order()
            if item.media_type == _XHTML and item.path in self.files
        }

    def find(self, path: str) -> list[Any]:
        """Return what a path of the package document leads to."""
        return list(self.package.xpath(path, namespaces=_NS))

    def _in_order(self) -> list[_Item]:
        """Return what is in the manifest: the spine first, in its order."""
        names = dict.fromkeys([*(name for name in self.spine if name in self.items), *self.items])
        return [self.items[name] for name in names]

    def _item(self, element: Any) -> _Item:
        path = self.resolve(self.package_path, str(element.get("href") or ""))
        properties = tuple((element.get("properties") or "").split())
        return _Item(path, str(element.get("media-type") or ""), properties)

    def resolve(self, base: str, href: str) -> str:
        """Return the path that an address within a file leads to; an address outside stays as it is."""
        if is_outside(href):
            return href
        path = urllib.parse.unquote(href.partition("#")[0])
        return posixpath.normpath(posixpath.join(posixpath.dirname(base), path)) if path else base

    def xml(self, path: str) -> Any:
        """Return a file as a tree.

        Raises:
            ValueError: It is not there, or no XML.
        """
        from lxml import etree

        if path not in self.files:
            raise ValueError(
                f"the file is no EPUB that can be read: {path or 'a package document'!r} is missing"
            )
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            return etree.parse(io.BytesIO(self.files[path]), parser).getroot()
        except etree.XMLSyntaxError as error:
            raise ValueError(f"the file is no EPUB that can be read: {path}: {error}") from error

    @property
    def bodies(self) -> list[Any]:
        """The bodies of the documents that a reader meets, in reading order."""
        paths = [self.items[name].path for name in self.spine if name in self.items]
        found = (self.documents[path].find("h:body", _NS) for path in paths if path in self.documents)
        return [body for body in found if body is not None]

    def first(self, path: str) -> str:
        """Return the first text that a path of the package document leads to."""
        return next((str(element.text or "").strip() for element in self.find(path)), "")

    def every(self, path: str) -> list[str]:
        """Return every text that a path of the package document leads to."""
        return [str(element.text or "").strip() for element in self.find(path)]

    def meta(self, name: str) -> str:
        """Return what the package document says under a property."""
        return self.first(f"o:metadata/o:meta[@property='{name}']")


def read_publication(data: bytes) -> Extract:
    """Return what an EPUB holds.

    Raises:
        ValueError: The bytes are no EPUB, or one that no reading system should open.
    """
    publication = _Publication(data)
    bodies = publication.bodies
    embedded, named = _fonts(publication)
    return Extract(
        title=publication.first("o:metadata/dc:title"),
        lang=publication.first("o:metadata/dc:language"),
        pages=0,
        fonts=tuple(sorted({name for _, name in embedded})),
        unembedded_fonts=tuple(sorted(named - {family for family, _ in embedded})),
        outline=tuple(_outline(publication)),
        # What a picture is called is no text that is shown.
        text="\n".join(all_text_of(body, ("title", "desc")) for body in bodies),
        is_tagged=bool(publication.documents) and all(map(_has_language, publication.documents.values())),
        attachments={
            posixpath.basename(item.path): publication.files[item.path]
            for item in publication.items.values()
            if item.media_type == "application/json" and item.path in publication.files
        },
        sections=sections_of(bodies),
        headings=headings_of(bodies),
        figures_without_alt=figures_without_alt(bodies),
        links_without_text=links_without_text(bodies),
        dead_links=dead_links(publication.documents, publication.files),
        requests=tuple(dict.fromkeys(_requests(publication))),
        broken_rules=tuple(_broken_rules(publication)),
        stated=_stated(publication),
    )


def _stated(publication: _Publication) -> Mapping[str, str]:
    core = "o:metadata/dc:"
    subtitles = "//o:meta[@property='title-type'][text()='subtitle']/@refines"
    name = next((str(item).removeprefix("#") for item in publication.find(subtitles)), "")
    return {
        "identifier": publication.first(f"{core}identifier"),
        "subtitle": publication.first(f"{core}title[@id='{name}']") if name else "",
        "authors": "; ".join(publication.every(f"{core}creator")),
        "publisher": publication.first(f"{core}publisher"),
        "description": publication.first(f"{core}description"),
        "keywords": "; ".join(publication.every(f"{core}subject")),
        "edition": publication.meta("schema:bookEdition"),
        "as_of": publication.first(f"{core}date"),
    }


def _outline(publication: _Publication) -> Iterator[str]:
    for item in publication.items.values():
        if "nav" in item.properties and item.path in publication.documents:
            for nav in publication.documents[item.path].iter(f"{{{_NS['h']}}}nav"):
                if nav.get(_TYPE) == "toc":
                    for link in nav.iter(f"{{{_NS['h']}}}a"):
                        yield "".join(link.itertext()).strip()


def _has_language(document: Any) -> bool:
    return bool(document.get("lang")) and document.get("lang") == document.get(_LANG)


def _requests(publication: _Publication) -> Iterator[str]:
    yield from (item.path for item in publication.items.values() if is_outside(item.path))
    pictures = [
        publication.xml(item.path)
        for item in publication.items.values()
        if item.media_type == "image/svg+xml" and item.path in publication.files
    ]
    yield from requests_of([*publication.documents.values(), *pictures])
    for _, css in _style_sheets(publication):
        yield from requests_of_style(css)


def _style_sheets(publication: _Publication) -> Iterator[tuple[str, str]]:
    for item in publication.items.values():
        if item.media_type == "text/css" and item.path in publication.files:
            yield item.path, publication.files[item.path].decode("utf-8", "replace")


def _fonts(publication: _Publication) -> tuple[set[tuple[str, str]], set[str]]:
    """Return each embedded font as the family that a style sheet calls it and its own name, and all families named."""
    import tinycss2

    embedded: set[tuple[str, str]] = set()
    named: set[str] = set()
    for path, css in _style_sheets(publication):
        for rule in _rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)):
            families, address = _font_declarations(rule)
            if rule.type == "at-rule":
                data = publication.files.get(publication.resolve(path, address))
                if data is not None and families:
                    embedded |= {(family, _font_name(data)) for family in families}
            else:
                named |= families
    return embedded, named - _GENERIC


def _rules(rules: Any) -> Iterator[Any]:
    """Yield the rules of a style sheet that may name fonts, those of conditional groups too."""
    import tinycss2

    for rule in rules:
        if rule.type == "qualified-rule" or (rule.type == "at-rule" and rule.lower_at_keyword == "font-face"):
            yield rule
        elif (
            rule.type == "at-rule"
            and rule.content is not None
            and rule.lower_at_keyword in ("media", "supports")
        ):
            yield from _rules(
                tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            )


def _font_declarations(rule: Any) -> tuple[set[str], str]:
    """Return the families that a rule names, and the address that it takes a font from."""
    import tinycss2

    families: set[str] = set()
    address = ""
    for item in tinycss2.parse_blocks_contents(rule.content or (), skip_comments=True, skip_whitespace=True):
        if item.type == "declaration" and item.lower_name == "font-family":
            names = tinycss2.serialize(item.value).split(",")
            families |= {name.strip().strip("\"'") for name in names}
        elif item.type == "declaration" and item.lower_name == "src":
            address = next((token.value for token in item.value if token.type == "url"), address)
    return families, address


def _font_name(data: bytes) -> str:
    """Return a font's PostScript name, as the font tells it; empty for what is no font."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(io.BytesIO(data), lazy=True) as font:
            return str(font["name"].getDebugName(6) or "")
    except (TTLibError, KeyError):
        return ""


def _broken_rules(publication: _Publication) -> Iterator[str]:
    """Yield what breaks EPUB 3.3 and would be noticed by no other question, each with its clause."""
    if not publication.is_marked:
        yield "the container does not begin with its media type, stored as `mimetype` (OCF 3.3, 4.3)"
    paths = {item.path for item in publication.items.values()}
    for path in sorted(paths - publication.files.keys()):
        if not is_outside(path):
            yield f"the manifest names {path!r}, which is not in the container (EPUB 3.3, 5.6.2)"
    own = {"mimetype", publication.package_path}
    for path in publication.files:
        if path not in paths | own and not path.startswith("META-INF/"):
            yield f"{path!r} is in the container and not in the manifest (EPUB 3.3, 5.6.1)"
    for name in publication.spine:
        if name not in publication.items:
            yield f"the spine names {name!r}, which is not in the manifest (EPUB 3.3, 5.7.2)"
    if not publication.meta("dcterms:modified"):
        yield "the package document does not say when it was modified (EPUB 3.3, 5.5.4)"
    if sum("nav" in item.properties for item in publication.items.values()) != 1:
        yield "there is not one navigation document (EPUB 3.3, 7.1)"
    yield from _broken_pages(publication)


def _broken_pages(publication: _Publication) -> Iterator[str]:
    """Yield what is wrong with the page list: marks and entries are the same, each once, in one order."""
    order = [publication.items[name].path for name in publication.spine if name in publication.items]
    marks = [
        f"{path}#{mark.get('id')}"
        for path in order
        if path in publication.documents
        for mark in publication.documents[path].xpath(f"//*[{_ROLES.format('pagebreak')}]")
    ]
    listed = [
        publication.resolve(path, str(link.get("href"))) + "#" + str(link.get("href")).partition("#")[2]
        for path, document in publication.documents.items()
        for nav in document.xpath("//h:nav", namespaces=_NS)
        if nav.get(_TYPE) == "page-list"
        for link in nav.xpath(".//h:a", namespaces=_NS)
    ]
    if marks != listed:
        yield "the page list is not that of the page breaks, in their order (EPUB Accessibility 1.1, 4.2)"
