"""PDF: paginated and tagged (PDF/UA-1), by WeasyPrint; read back by pikepdf and pdfium.

Nothing heavy is imported at the top: a run with nothing to do must not pay for the renderer.
"""

import datetime
import io
import logging
import os
import re
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from report.errors import MissingDependencyError
from report.pages import NOT_ADAPTED, Attachment, Exported, Extract, Glyph, Message, Page
from report.typography.blocks import blocks_of, passages_of, read_tags
from report.typography.printed import glyphs_of, lines_of
from report.typography.renderer import VERSION as RENDERER_VERSION
from report.typography.renderer import adapt

SUFFIX = ".pdf"
VIEWS = ("full", "handout")
NEEDS: tuple[str, ...] = ()
VARIANT = "pdf/ua-1"


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

    adapt()
    FontConfiguration()


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


def export(page: Page, progress: Callable[[str], None]) -> Exported:
    """Return the page as a PDF; what cannot be had is a message that is an error."""
    import weasyprint
    from weasyprint.urls import FatalURLFetchingError

    records = _Records(progress)
    loggers = [logging.getLogger(name) for name in ("weasyprint", "weasyprint.progress", "fontTools")]
    for logger in loggers:
        logger.addHandler(records)
        logger.setLevel(logging.INFO if logger.name == "weasyprint.progress" else logging.WARNING)
        logger.propagate = False
    try:
        html = weasyprint.HTML(string=page.html, base_url="asset:///", url_fetcher=_fetcher(page))
        document = html.render(pdf_variant=VARIANT)
        data = document.write_pdf(
            pdf_variant=VARIANT,
            attachments=[_attachment(item) for item in page.attachments],
            finisher=_finish,
        )
    except FatalURLFetchingError as error:
        return Exported(b"", 0, (*records.messages, Message(str(error), is_error=True)))
    finally:
        for logger in loggers:
            logger.removeHandler(records)
    return Exported(data, len(document.pages), (*_adaptation(), *records.messages))


def _adaptation() -> Iterator[Message]:
    """Yield a message where the renderer is left as it is: `adapt` changes the pinned version alone."""
    if not adapt():
        import weasyprint

        versions = f"WeasyPrint {weasyprint.__version__} is installed, not {RENDERER_VERSION}"
        yield Message(f"{versions}: {NOT_ADAPTED}, without those of Chinese typesetting", is_error=False)


_PRINT_FLAG = 4
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
    """Add what WeasyPrint leaves out of a PDF/UA file."""
    _complete_tags(pdf)
    _associate_files(pdf)


def _associate_files(pdf: Any) -> None:
    """Say of each attachment that the pages are made from it, which WeasyPrint says in PDF/A-3 only.

    The catalog names them under /AF, and each its /AFRelationship (ISO 32000-2, 14.13).
    """
    files: list[Any] = [
        item for item in pdf.objects if isinstance(item, dict) and item.get("Type") == "/Filespec"
    ]
    for item in files:
        item["AFRelationship"] = f"/{_RELATIONSHIP}"
    if files:
        import pydyf

        pdf.catalog["AF"] = pydyf.Array([item.reference for item in files])


def _complete_tags(pdf: Any) -> None:
    """Add what WeasyPrint leaves out of its tags.

    A header cell says what it heads (/Scope, ISO 32000-1 table 349): its column in a head, its row in a
    body. An annotation is printed as it is shown (/F, ISO 32000-1 table 165).
    """
    for item in pdf.objects:
        if not isinstance(item, dict):
            continue
        if item.get("S") == "/TH" and "A" in item:
            row = _referred(pdf, item["P"])
            section = _referred(pdf, row["P"])
            item["A"]["Scope"] = "/Column" if section.get("S") == "/THead" else "/Row"
        elif item.get("Subtype") == "/Link":
            item["F"] = _PRINT_FLAG


def _referred(pdf: Any, reference: bytes) -> Any:
    """Return the object that a reference (`12 0 R`) means."""
    return pdf.objects[int(reference.split()[0])]


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
            mark_info: Any = pdf.Root.get("/MarkInfo", {})
            document = pypdfium2.PdfDocument(data)
            try:
                bookmarks = tuple(_bookmarks(document))
                texts, glyphs = _read_pages(document)
            finally:
                document.close()
            tags = read_tags(pdf)
            lines = [line for number, page in enumerate(glyphs, 1) for line in lines_of(number, page)]
            return Extract(
                title=str(pdf.docinfo.get("/Title", "")),
                lang=str(pdf.Root.get("/Lang", "")),
                pages=len(pdf.pages),
                fonts=tuple(sorted(name for name, is_embedded in fonts.items() if is_embedded)),
                unembedded_fonts=tuple(
                    sorted(name for name, is_embedded in fonts.items() if not is_embedded)
                ),
                outline=tuple(title for title, _ in bookmarks),
                outline_pages=tuple(page for _, page in bookmarks),
                text="\n".join(texts),
                is_tagged="/StructTreeRoot" in pdf.Root and bool(mark_info.get("/Marked", False)),
                attachments=dict(_associated_files(pdf)),
                blocks=blocks_of(lines, tags),
                passages=passages_of(glyphs, tags),
            )
    except pikepdf.PdfError as error:
        # pikepdf names its stream by address before what is wrong.
        reason = str(error).rpartition(">: ")[2]
        raise ValueError(f"the file is no PDF that can be read: {reason}") from error


def _associated_files(pdf: Any) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each file that the document is said to be made from."""
    for item in pdf.Root.get("/AF", []):
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
        descriptor = item.get("/FontDescriptor")
        keys = ("/FontFile", "/FontFile2", "/FontFile3")
        yield item, descriptor is not None and any(key in descriptor for key in keys)


def _font_name(font: Any) -> str:
    name = str(font.get("/BaseFont", "")).lstrip("/")
    prefix, plus, rest = name.partition("+")
    return rest if plus and len(prefix) == 6 else name


def _bookmarks(document: Any) -> Iterator[tuple[str, int]]:
    for item in document.get_toc(max_depth=100):
        target = item.get_dest()
        index = target.get_index() if target is not None else None
        yield str(item.get_title()), 0 if index is None else index + 1
