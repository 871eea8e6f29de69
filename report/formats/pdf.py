"""PDF: paginated, accessible (PDF/UA-1) and archival (PDF/A-3a), by WeasyPrint; read back by pikepdf and pdfium.

Nothing heavy is imported at the top: a run with nothing to do must not pay for the renderer.
"""

import contextlib
import datetime
import functools
import io
import logging
import os
import re
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from report.errors import MissingDependencyError, RenderingError
from report.pages import NOT_ADAPTED, Attachment, Exported, Extract, Glyph, Message, Page
from report.tagged_pdf import slots, tagging
from report.tagged_pdf.annotations import FoundAnnotation, read_annotations
from report.tagged_pdf.identification import identify, read_statements
from report.tagged_pdf.links import drop_nested
from report.tagged_pdf.page_starts import page_starts
from report.tagged_pdf.reading import Node, array, dictionary, read_structure
from report.tagged_pdf.rules import broken_rules
from report.tagged_pdf.sheets import slots_with_room
from report.typography.blocks import blocks_of, headings_of, passages_of, read_tags, sections_of
from report.typography.printed import glyphs_of, lines_of
from report.typography.renderer import VERSION as RENDERER_VERSION
from report.typography.renderer import adapt

SUFFIX = ".pdf"
VIEWS = ("full", "handout")
NEEDS: tuple[str, ...] = ()
VARIANT = "pdf/a-3a"


def prepare(fontconfig: Path) -> None:
    """Choose the fonts and load the renderer; before the first page of the process.

    Args:
        fontconfig: The only configuration that is read, so that no font of the system leaks in.
    """
    os.environ["FONTCONFIG_FILE"] = str(fontconfig)
    os.environ.pop("FONTCONFIG_PATH", None)
    try:
        import weasyprint  # noqa: F401
        from weasyprint.text.fonts import FontConfiguration
    except OSError as error:
        # cffi's message names the library it could not open.
        raise MissingDependencyError(
            f"a system library is missing: {str(error).splitlines()[0]}",
            "Run `report doctor`; it says what to install.",
        ) from None

    _adapt()
    FontConfiguration()
    _fonts_of_sheets.cache_clear()


def _adapt() -> bool:
    """Change the renderer as this project needs it; return False, and change nothing, if it is not the pinned one."""
    is_adapted = adapt()
    if is_adapted:
        tagging.install()
    return is_adapted


_STEPS = {
    "Step 1": "reading the page",
    "Step 3": "applying the style sheets",
    "Step 4": "building the boxes",
    "Step 5": "laying out",
    "Step 6": "drawing",
}


class _Records(logging.Handler):
    """Keeps what the renderer logs; tells its progress."""

    def __init__(self, progress: Callable[[str], None]) -> None:
        super().__init__(logging.INFO)
        self.messages: dict[Message, None] = {}
        self._progress = progress

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.name == "weasyprint.progress":
            self._tell(text)
        elif record.levelno >= logging.WARNING:
            self.messages.setdefault(Message(text.strip(), record.levelno >= logging.ERROR))

    def _tell(self, text: str) -> None:
        """Tell a step of WeasyPrint's ("Step 5 - Creating layout - Page 12") in the product's words."""
        step = next((words for start, words in _STEPS.items() if text.startswith(start)), None)
        if step is not None:
            page = re.search(r" - Page ([0-9]+)", text)
            self._progress(f"{step}, page {page.group(1)}" if page else step)


@contextlib.contextmanager
def _recorded(progress: Callable[[str], None]) -> Iterator[_Records]:
    records = _Records(progress)
    loggers = [logging.getLogger(name) for name in ("weasyprint", "weasyprint.progress", "fontTools")]
    for logger in loggers:
        logger.addHandler(records)
        logger.setLevel(logging.INFO if logger.name == "weasyprint.progress" else logging.WARNING)
        logger.propagate = False
    try:
        yield records
    finally:
        for logger in loggers:
            logger.removeHandler(records)


def export(page: Page, progress: Callable[[str], None]) -> Exported:
    """Return the page as a PDF; what cannot be had is a message that is an error."""
    return export_shown(page, progress, lambda document: None)


def export_shown(page: Page, progress: Callable[[str], None], look: Callable[[Any], None]) -> Exported:
    """Return the page as a PDF, as `export` does; `look` is shown the renderer's document once it is laid out."""
    import weasyprint
    from weasyprint.urls import FatalURLFetchingError

    with _recorded(progress) as records:
        try:
            html = weasyprint.HTML(string=page.html, base_url="asset:///", url_fetcher=_fetcher(page))
            document = html.render(pdf_variant=VARIANT)
            look(document)
            drop_nested(document)
            identify(document, page.metadata, is_tagged=_adapt())
            data = document.write_pdf(
                pdf_variant=VARIANT,
                attachments=[_attachment(item) for item in page.attachments],
                finisher=_finish,
            )
        except FatalURLFetchingError as error:
            return Exported(b"", 0, (*records.messages, Message(str(error), is_error=True)))
    messages = (*_adaptation(), *records.messages)
    return Exported(data, len(document.pages), messages, page_starts(document.pages))


def export_part(page: Page, lay_out: Callable[[Any], Any]) -> bytes:
    """Return what is laid out of a page as a PDF to be looked at: without tags, metadata and attachments.

    Args:
        page: The page.
        lay_out: Returns the renderer's document of its HTML.

    Raises:
        RenderingError: The page asks for what is none of its own images.
    """
    import weasyprint
    from weasyprint.urls import FatalURLFetchingError

    with _recorded(lambda text: None):
        try:
            html = weasyprint.HTML(string=page.html, base_url="asset:///", url_fetcher=_fetcher(page))
            return bytes(lay_out(html).write_pdf(finisher=_finish))
        except FatalURLFetchingError as error:
            raise RenderingError(str(error), "Name a file of the briefing's figures/.") from None


def export_sheet(page: Page) -> tuple[Exported, tuple[bool, ...]]:
    """Return a page of slots as a PDF to be taken apart: without metadata, nothing in it compressed.

    Returns:
        The PDF, and of each slot, in the order of the page, whether all that is in it has room.
    """
    import weasyprint
    from weasyprint.urls import FatalURLFetchingError

    with _recorded(lambda text: None) as records:
        try:
            html = weasyprint.HTML(string=page.html, base_url="asset:///", url_fetcher=_fetcher(page))
            document = html.render(pdf_variant=VARIANT, font_config=_fonts_of_sheets())
            data = document.write_pdf(pdf_variant=VARIANT, finisher=_finish, uncompressed_pdf=True)
        except FatalURLFetchingError as error:
            return Exported(b"", 0, (*records.messages, Message(str(error), is_error=True))), ()
    messages = (*_adaptation(), *records.messages)
    return Exported(data, len(document.pages), messages), slots_with_room(document.pages)


@functools.cache
def _fonts_of_sheets() -> Any:
    """Return the fonts of all sheets of this process; they bring none of their own.

    What is known of the forms of glyphs belongs to it, and would stay of each sheet else.
    """
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def _adaptation() -> Iterator[Message]:
    """Yield a message where the renderer is left as it is: `adapt` changes the pinned version alone."""
    if not _adapt():
        import weasyprint

        versions = f"WeasyPrint {weasyprint.__version__} is installed, not {RENDERER_VERSION}"
        yield Message(f"{versions}: {NOT_ADAPTED}, without those of Chinese typesetting", is_error=False)


_RELATIONSHIP = "Data"


def _attachment(item: Attachment) -> Any:
    import weasyprint

    at = datetime.datetime.combine(item.day, datetime.time(), datetime.UTC)
    return weasyprint.Attachment(
        string=item.data,
        name=item.name,
        description=item.description,
        created=at,
        modified=at,
        relationship=_RELATIONSHIP,
    )


def _finish(document: Any, pdf: Any) -> None:
    """Mend what WeasyPrint leaves short of the standards."""
    import pydyf

    files: list[Any] = [
        item for item in pdf.objects if isinstance(item, dict) and item.get("Type") == "/Filespec"
    ]
    if files:
        # WeasyPrint 70 lists each twice.
        pdf.catalog["AF"] = pydyf.Array([item.reference for item in files])
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream):
            # Not allowed where it is true (ISO 19005-3, 6.2.8), whatever a style sheet says.
            item.extra.pop("Interpolate", None)
            if item.extra.get("Type") == "/Metadata":
                # Programs that know no PDF find it in plain text only (ISO 32000-1, 14.3.2).
                item.compress = False


def _fetcher(page: Page) -> Any:
    """Return a fetcher that serves the page's own images and refuses everything else.

    WeasyPrint catches ordinary exceptions and goes on without the resource; only
    FatalURLFetchingError, which is no Exception, ends the rendering.
    """
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class SealedFetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> object:
            scheme, _, path = url.partition(":///")
            name = urllib.parse.unquote(path)
            if scheme == "asset" and name.startswith(slots.ASSETS):
                return URLFetcherResponse(url, slots.PLACEHOLDER)
            if scheme != "asset" or name not in page.assets:
                raise FatalURLFetchingError(
                    f"the page asks for {url[:200]!r}, which is none of its own images"
                )
            return URLFetcherResponse(url, page.assets[name])

    return SealedFetcher(allowed_protocols={"asset"}, allow_redirects=False, fail_on_errors=True)


def inspect(data: bytes) -> Extract:
    """Return what a PDF holds.

    Raises:
        ValueError: The bytes are no PDF.
    """
    import pikepdf
    import pypdfium2

    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            fonts = {_font_name(font): embedded for font, embedded in _fonts(pdf)}
            document = pypdfium2.PdfDocument(data)
            try:
                bookmarks = tuple(_bookmarks(document))
                texts, glyphs = _read_pages(document)
            finally:
                document.close()
            tags = read_tags(pdf)
            lines = [line for number, page in enumerate(glyphs, 1) for line in lines_of(number, page)]
            root, annotations = read_structure(pdf), read_annotations(pdf)
            standards, stated = read_statements(pdf)
            return Extract(
                title=str(pdf.docinfo.get("/Title", "")),
                lang=str(pdf.Root.get("/Lang", "")),
                pages=len(pdf.pages),
                fonts=tuple(sorted(name for name, is_embedded in fonts.items() if is_embedded)),
                unembedded_fonts=tuple(
                    sorted(name for name, is_embedded in fonts.items() if not is_embedded)
                ),
                outline=tuple(title for title, _ in bookmarks),
                outline_pages=tuple(_printed_number(pdf, page) for _, page in bookmarks),
                text="\n".join(texts),
                is_tagged="/StructTreeRoot" in pdf.Root
                and bool(dictionary(pdf.Root.get("/MarkInfo")).get("/Marked", False)),
                attachments=dict(_associated_files(pdf)),
                blocks=blocks_of(lines, tags),
                passages=passages_of(glyphs, tags),
                sections=sections_of(glyphs, tags),
                headings=headings_of(glyphs, tags),
                figures_without_alt=tuple(_figures_without_alt(root)),
                links_without_text=tuple(_links_without_text(root, annotations)),
                dead_links=tuple(f"page {item.page}: {item.address}" for item in annotations if item.is_dead),
                requests=tuple(item.request for item in annotations if item.request),
                pdf_parts=standards,
                broken_rules=tuple(dict.fromkeys(broken_rules(pdf, root, annotations))),
                stated=stated,
            )
    except (pikepdf.PdfError, pypdfium2.PdfiumError) as error:
        # pikepdf names its stream by address before what is wrong.
        reason = str(error).rpartition(">: ")[2]
        raise ValueError(f"the file is no PDF that can be read: {reason}") from error


def _figures_without_alt(root: Node | None) -> Iterator[str]:
    for node in root.below() if root else ():
        said = node.entries.get("Alt", "") + node.entries.get("ActualText", "")
        if node.kind == "Figure" and not said.strip():
            yield f"figure on page {node.page}"


def _links_without_text(root: Node | None, annotations: Sequence[FoundAnnotation]) -> Iterator[str]:
    """Yield the addresses of links that say nothing of themselves, or in whose element there is nothing to read."""
    silent = {
        objgen
        for node in (root.below() if root else ())
        if node.kind == "Link" and not node.entries.get("Alt") and not any(kid.marks for kid in node.below())
        for objgen in node.annotations
    }
    for item in annotations:
        if item.kind == "Link" and (not item.contents or item.objgen in silent):
            yield item.address


def _associated_files(pdf: Any) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each file that the document is said to be made from."""
    for item in map(dictionary, array(pdf.Root.get("/AF"))):
        if item.get("/AFRelationship") == f"/{_RELATIONSHIP}" and "/EF" in item:
            yield str(item.get("/UF", item.get("/F", ""))), item.EF.F.read_bytes()


def _read_pages(document: Any) -> tuple[list[str], list[list[Glyph]]]:
    """Return text and glyphs of each page."""
    texts, glyphs = [], []
    for page in document:
        text_page = page.get_textpage()
        try:
            texts.append(str(text_page.get_text_bounded()))
            glyphs.append(glyphs_of(text_page))
        finally:
            text_page.close()
            page.close()
    return texts, glyphs


def _fonts(pdf: Any) -> Iterator[tuple[Any, bool]]:
    """Yield every font of a PDF, and whether its program is embedded (ISO 32000-1, 9.9)."""
    for item in pdf.objects:
        try:
            kind = item.get("/Type")
        except (AttributeError, TypeError, ValueError):
            continue
        if kind != "/Font" or item.get("/Subtype") == "/Type0":
            continue
        descriptor = dictionary(item.get("/FontDescriptor"))
        keys = ("/FontFile", "/FontFile2", "/FontFile3")
        yield item, any(key in descriptor for key in keys)


def _font_name(font: Any) -> str:
    name = str(font.get("/BaseFont", "")).lstrip("/")
    prefix, plus, rest = name.partition("+")
    return rest if plus and len(prefix) == 6 else name


def _printed_number(pdf: Any, page: int) -> int:
    """Return the number that is printed on a page counted from 1: as the file says, else that of its place."""
    if not page or "/PageLabels" not in pdf.Root:
        return page
    label = str(pdf.pages[page - 1].label)
    return int(label) if label.isdecimal() else 0


def _bookmarks(document: Any) -> Iterator[tuple[str, int]]:
    for item in document.get_toc(max_depth=100):
        target = item.get_dest()
        index = target.get_index() if target is not None else None
        yield str(item.get_title()), 0 if index is None else index + 1
