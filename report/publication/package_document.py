"""The package document, the container file, and the page list of an EPUB 3.3 publication."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from lxml import etree

from report.pages import Metadata
from report.publication.documents import Document
from report.publication.page_list import PageBreak
from report.publication.xhtml import OPS, XHTML, XML, Element

OPF = "http://www.idpf.org/2007/opf"
DC = "http://purl.org/dc/elements/1.1/"
_CONTAINER = "urn:oasis:names:tc:opendocument:xmlns:container"
FOLDER = "EPUB"
PACKAGE_PATH = f"{FOLDER}/package.opf"
COVER_ID = "cover-image"
CONFORMS = "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"
# Schema.org Accessibility Properties for Discoverability Vocabulary.
_FEATURES = (
    "ARIA",
    "alternativeText",
    "displayTransformability",
    "readingOrder",
    "structuralNavigation",
    "tableOfContents",
    "unlocked",
)
_PAGE_FEATURES = ("pageBreakMarkers", "pageNavigation")


@dataclasses.dataclass(frozen=True)
class Resource:
    """A file of the publication that is no document: its path below the package, its media type, its bytes."""

    path: str
    media_type: str
    data: bytes
    is_cover: bool = False


def container_xml() -> bytes:
    """Return META-INF/container.xml (OCF 3.3, 4.2.6.3.1)."""
    root = etree.Element(f"{{{_CONTAINER}}}container", nsmap=_default(_CONTAINER), version="1.0")
    files = etree.SubElement(root, f"{{{_CONTAINER}}}rootfiles")
    attributes = {"full-path": PACKAGE_PATH, "media-type": "application/oebps-package+xml"}
    etree.SubElement(files, f"{{{_CONTAINER}}}rootfile", attributes)
    return _xml(root)


def package_document(
    metadata: Metadata,
    labels: Mapping[str, str],
    documents: Sequence[Document],
    resources: Iterable[Resource],
    *,
    has_pages: bool,
) -> bytes:
    """Return package.opf.

    Args:
        metadata: What the publication says of itself; its as-of date stands in for the instant of its making.
        labels: Words of its locale.
        documents: In reading order.
        resources: All other files.
        has_pages: Whether it has a page list.
    """
    root = etree.Element(f"{{{OPF}}}package", nsmap=_default(OPF), version="3.0")
    root.set("unique-identifier", "publication-id")
    root.set(f"{{{XML}}}lang", metadata.lang)
    _Metadata(root).write(metadata, labels, has_pages=has_pages)
    manifest = etree.SubElement(root, f"{{{OPF}}}manifest")
    spine = etree.SubElement(root, f"{{{OPF}}}spine")
    spine.set("page-progression-direction", "ltr")
    for number, document in enumerate(documents, 1):
        item = {"id": f"document-{number}", "href": document.name, "media-type": "application/xhtml+xml"}
        if document.properties:
            item["properties"] = " ".join(document.properties)
        etree.SubElement(manifest, f"{{{OPF}}}item", item)
        etree.SubElement(spine, f"{{{OPF}}}itemref", idref=f"document-{number}")
    for number, resource in enumerate(resources, 1):
        name = COVER_ID if resource.is_cover else f"file-{number}"
        item = {"id": name, "href": resource.path, "media-type": resource.media_type}
        if resource.is_cover:
            item["properties"] = "cover-image"
        etree.SubElement(manifest, f"{{{OPF}}}item", item)
    return _xml(root)


class _Metadata:
    """The metadata section as it grows."""

    def __init__(self, package: Element) -> None:
        self.parent = etree.SubElement(package, f"{{{OPF}}}metadata", nsmap={"dc": DC})

    def write(self, metadata: Metadata, labels: Mapping[str, str], *, has_pages: bool) -> None:
        """Write all that the publication says of itself."""
        self.core("identifier", metadata.identifier, id="publication-id")
        self.core("title", metadata.title, id="title")
        self.meta("title-type", "main", refines="#title")
        if metadata.subtitle:
            self.core("title", metadata.subtitle, id="subtitle")
            self.meta("title-type", "subtitle", refines="#subtitle")
        self.core("language", metadata.lang)
        for author in metadata.authors:
            self.core("creator", author)
        self.core("publisher", metadata.publisher)
        self.core("description", metadata.description)
        for keyword in metadata.keywords:
            self.core("subject", keyword)
        self.core("date", metadata.as_of.isoformat())
        self.meta("dcterms:modified", f"{metadata.as_of.isoformat()}T00:00:00Z")
        self.meta("schema:bookEdition", metadata.edition)
        # Kindle and Kobo look for the cover as EPUB 2 names it.
        etree.SubElement(self.parent, f"{{{OPF}}}meta", name="cover", content=COVER_ID)
        self.accessibility(metadata, labels, has_pages=has_pages)

    def accessibility(self, metadata: Metadata, labels: Mapping[str, str], *, has_pages: bool) -> None:
        """Write what readers with disabilities may expect (EPUB Accessibility 1.1, 3)."""
        for mode in ("textual", "visual"):
            self.meta("schema:accessMode", mode)
        for modes in ("textual", "textual,visual"):
            self.meta("schema:accessModeSufficient", modes)
        for feature in sorted((*_FEATURES, *(_PAGE_FEATURES if has_pages else ()))):
            self.meta("schema:accessibilityFeature", feature)
        self.meta("schema:accessibilityHazard", "none")
        self.meta("schema:accessibilitySummary", labels["accessibility_summary"])
        self.meta("dcterms:conformsTo", CONFORMS)
        self.meta("a11y:certifiedBy", metadata.publisher)
        if has_pages:
            self.meta("pageBreakSource", labels["page_source"].format(edition=metadata.edition))

    def core(self, name: str, text: str, **attributes: str) -> None:
        """Write an element of Dublin Core; nothing where there is nothing to say."""
        if text:
            etree.SubElement(self.parent, f"{{{DC}}}{name}", attributes).text = text

    def meta(self, name: str, text: str, **attributes: str) -> None:
        """Write a property of another vocabulary; nothing where there is nothing to say."""
        if text:
            etree.SubElement(self.parent, f"{{{OPF}}}meta", {**attributes, "property": name}).text = text


def add_page_list(nav: Document, breaks: Iterable[PageBreak], title: str) -> None:
    """Add the page list to the navigation document, behind what it has (EPUB 3.3, 7.5.2)."""
    section = etree.SubElement(nav.body, f"{{{XHTML}}}nav")
    section.set(f"{{{OPS}}}type", "page-list")
    section.set("role", "doc-pagelist")
    section.set("aria-label", title)
    section.set("hidden", "hidden")
    entries = etree.SubElement(section, f"{{{XHTML}}}ol")
    for page in breaks:
        item = etree.SubElement(entries, f"{{{XHTML}}}li")
        etree.SubElement(item, f"{{{XHTML}}}a", href=page.href).text = page.label


def _default(namespace: str) -> Mapping[str, str]:
    """Return the namespaces of a root; the stubs of lxml know no default one."""
    return cast(Mapping[str, str], {None: namespace})


def _xml(root: Element) -> bytes:
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return data
