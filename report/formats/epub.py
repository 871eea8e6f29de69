"""EPUB 3.3: a reflowable publication with the page numbers of the PDF; read back by zipfile and an XML parser.

Nothing heavy is imported at the top: a run with nothing to do must not pay for it.
"""

import importlib
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from report.media_types import media_type
from report.pages import Exported, Extract, FontFile, Message, Page

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from report.publication.documents import Alternate, Document
    from report.publication.package_document import Resource

SUFFIX = ".epub"
VIEWS = ("full",)
NEEDS = ("pdf",)

_HEAVY = (
    "cssselect2",
    "fontTools.ttLib",
    "lxml.html",
    "report.publication.package_document",
    "report.publication.reading",
    "report.typography.face_use",
    "tinycss2",
    "uharfbuzz",
)
# Where the pipeline puts the picture of the PDF's first page.
COVER = "cover.png"
_COVER_PATH = "images/cover.png"
_BLANK = "\u3000"


def prepare(fontconfig: Path) -> None:
    """Load what takes long to load.

    Args:
        fontconfig: Not read; fonts are taken as the page names them.
    """
    for name in _HEAVY:
        importlib.import_module(name)


def export(page: Page, progress: Callable[[str], None]) -> Exported:
    """Return the page as an EPUB; what cannot be had is a message that is an error."""
    import lxml.html

    from report.publication.archive import pack
    from report.publication.documents import cut
    from report.publication.glossary import link_terms
    from report.publication.package_document import FOLDER, add_page_list, container_xml, package_document
    from report.publication.page_list import insert_page_breaks
    from report.publication.semantics import give_meaning
    from report.publication.xhtml import serialise

    progress("putting the publication together")
    metadata, labels = page.metadata, page.labels
    assert metadata is not None, "an EPUB says what it is"
    html = lxml.html.document_fromstring(page.html)
    messages = tuple(_faults(page, html))
    if messages:
        return Exported(b"", 0, messages)
    link_terms(html, (labels["mentioned_in"], ""), labels["list_separator"])
    give_meaning(html)
    documents = cut(html, metadata.lang, list(_alternates(page)))
    breaks = insert_page_breaks(documents, page.page_starts)
    nav = next(item for item in documents if item.is_nav)
    if breaks:
        add_page_list(nav, breaks, labels["page_list"])
    progress("cutting down the fonts")
    resources = [*_style(page, html, documents), *_images(page), *_data(page)]
    package = package_document(metadata, labels, documents, resources, has_pages=bool(breaks))
    files = [("META-INF/container.xml", container_xml()), (f"{FOLDER}/package.opf", package)]
    files += [(f"{FOLDER}/{item.name}", serialise(item.root)) for item in documents]
    files += [(f"{FOLDER}/{item.path}", item.data) for item in resources]
    return Exported(pack(files), 0, ())


def _faults(page: Page, html: "HtmlElement") -> Iterator[Message]:
    """Yield what a page has that cannot go into a publication, or lacks."""
    for image in html.iter("img"):
        address = image.get("src") or ""
        if urllib.parse.unquote(address.removeprefix("asset:///")) not in page.assets:
            text = f"the page asks for {address[:200]!r}, which is none of its own images"
            yield Message(text, is_error=True)
    for element in html.iter("script", "iframe", "object", "embed"):
        yield Message(f"the page has a <{element.tag}>, which no reading system has to show", is_error=True)
    if not html.xpath("//*[@data-document]//nav[@*[name()='epub:type']='toc']"):
        text = 'the page has no <nav epub:type="toc"> in an element with data-document'
        yield Message(text, is_error=True)


def _style(page: Page, html: "HtmlElement", documents: "Sequence[Document]") -> "Iterator[Resource]":
    """Yield the fonts, each cut down to what is set in it, and the style sheet with what names them before it."""
    from report.publication.documents import STYLE_SHEET
    from report.publication.package_document import Resource
    from report.typography.embedding import subset_font
    from report.typography.face_use import characters_by_font

    css = "\n".join(element.text or "" for element in html.iter("style"))
    languages = {element.get("lang") or "" for item in documents for element in item.root.iter()}
    is_regional = any(language.startswith("zh-Hant") for language in languages)
    used = characters_by_font((item.root for item in documents), css, page.fonts)
    # A family that no text is set in is named all the same: with nothing but a blank, it is no font of the reader's.
    families = {font.family for font in used}
    first = {font.family: font for font in reversed(page.fonts)}
    unused = [font for font in page.fonts if font.family not in families and font is first[font.family]]
    faces = []
    for font, characters in (used | dict.fromkeys(unused, frozenset(_BLANK))).items():
        name = f"fonts/{font.path.name}"
        faces.append(_font_face(font, name))
        data = subset_font(font.path, characters, is_regional=is_regional and font in used)
        yield Resource(name, media_type(name), data)
    yield Resource(STYLE_SHEET, "text/css", ("".join(faces) + css).encode())


def _font_face(font: FontFile, name: str) -> str:
    return (
        f'@font-face {{ font-family: "{font.family}"; font-weight: {font.weight}; font-style: normal; '
        f"src: url({name}); }}\n"
    )


def _images(page: Page) -> "Iterator[Resource]":
    from report.publication.documents import image_path
    from report.publication.package_document import Resource

    for path, data in sorted(page.assets.items()):
        is_cover = path == COVER
        name = _COVER_PATH if is_cover else image_path(path)
        yield Resource(name, media_type(path), data, is_cover)


def _data(page: Page) -> "Iterator[Resource]":
    from report.publication.package_document import Resource

    return (Resource(item.name, media_type(item.name), item.data) for item in page.attachments)


def _alternates(page: Page) -> "Iterator[Alternate]":
    from report.publication.documents import Alternate

    return (Alternate(item.name, media_type(item.name), item.description) for item in page.attachments)


def inspect(data: bytes) -> Extract:
    """Return what an EPUB holds.

    Raises:
        ValueError: The bytes are no EPUB, or one that no reading system should open.
    """
    from report.publication.reading import read_publication

    return read_publication(data)
