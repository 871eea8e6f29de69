"""Documents as the text that counts: HTML by the region that is watched, else its main text; PDF, JSON, plain text.

What is read here was written by strangers: it is parsed in a child with limits (`report.sandbox`).
"""

import dataclasses
import functools
import hashlib
import importlib.metadata
import json
import logging
import re
from typing import TYPE_CHECKING

from report.errors import ReportError
from report.monitor.page_text import block_text, drop_silent, main_text
from report.monitor.plain_text import decoded, fingerprint, normalised
from report.sandbox import Limits, Progress, Worker

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LIMITS = Limits(memory_bytes=1_500_000_000, cpu_seconds=30, wall_seconds=60.0)
MOST_PAGES = 2_000
MOST_CHARACTERS = 5_000_000
# Raised where what is read out of the same bytes changes, so that it is not taken for a change of the source.
VERSION = 1

# Short enough for trafilatura to ask justext too, whose word lists are then read.
_SAMPLE = (
    "<html><body><nav><a href='/'>1</a></nav>"
    "<article><h1>2</h1><p>根据有关规定，公告如下。</p></article></body></html>"
)


@dataclasses.dataclass(frozen=True)
class Document:
    """Bytes as they were sent.

    Attributes:
        body: The bytes.
        media_type: As it was told.
        charset: As it was told.
        selector: The region of a page that counts (CSS); "" for its main text.
    """

    body: bytes = dataclasses.field(repr=False)
    media_type: str = ""
    charset: str = ""
    selector: str = ""


@dataclasses.dataclass(frozen=True)
class Extracted:
    """What a document says.

    Attributes:
        text: Normalised; "" of what is compared by its bytes, such as a picture.
        fingerprint: What is compared.
        how: By what it was read; only texts that were read alike can be compared.
        fault: Why there is nothing, in words; "" where there is.
        is_selector: Whether the selector is at fault.
    """

    text: str = ""
    fingerprint: str = ""
    how: str = ""
    fault: str = ""
    is_selector: bool = False


def extract(document: Document) -> Extracted:
    """Return what a document says, read in a child of its own; what it does to the child is told as a fault."""
    how = how_of(document)
    _make_ready(_kind(document))
    try:
        with Worker(_work, name="reading the document", prepare=_load, limits=LIMITS) as worker:
            return worker.run(document)
    except ReportError as error:
        return Extracted(how=how, fault=error.message)


def how_of(document: Document) -> str:
    """Return by what a document is read."""
    kind = _kind(document)
    if kind == "html":
        reader = f"trafilatura {importlib.metadata.version('trafilatura')}"
        return f"{VERSION} html {document.selector or reader}"
    if kind == "pdf":
        return f"{VERSION} pdf {importlib.metadata.version('pypdfium2')}"
    return f"{VERSION} {kind}"


@functools.cache
def _make_ready(kind: str) -> None:
    """Import here what children read with, and let it read its word lists: each is forked, and would do so anew.

    The first page costs trafilatura 0.17 s, the next ones 0.006 s.
    """
    if kind == "html":
        main_text(_tree(_SAMPLE))
    elif kind == "pdf":
        import pypdfium2  # noqa: F401


def _load() -> None:
    """Keep libraries from writing about strangers' documents on the terminal."""
    logging.disable(logging.CRITICAL)


def _work(document: Document, _: Progress) -> Extracted:
    how, kind = how_of(document), _kind(document)
    if kind == "bytes":
        return Extracted("", hashlib.sha256(document.body).hexdigest(), how)
    try:
        text = normalised(_text(document, kind))
    except _NothingError as error:
        return Extracted(how=how, fault=error.args[0], is_selector=error.is_selector)
    if not text:
        what = "it has no text; perhaps it is a picture, or a script makes the page"
        return Extracted(how=how, fault=what)
    if len(text) > MOST_CHARACTERS:
        what = f"its text has {len(text):,} characters; the limit is {MOST_CHARACTERS:,}"
        return Extracted(how=how, fault=what)
    return Extracted(text, fingerprint(text), how)


class _NothingError(Exception):
    def __init__(self, why: str, *, is_selector: bool = False) -> None:
        super().__init__(why)
        self.is_selector = is_selector


def _kind(document: Document) -> str:
    """Return what a document is: by its first bytes, else by what it was sent as."""
    start = document.body[:1024].lstrip(b"\xef\xbb\xbf\0\t\r\n ")
    if start.startswith(b"%PDF-"):
        return "pdf"
    lower = start.lower()
    if lower.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or "html" in document.media_type:
        return "html"
    if document.media_type.partition("+")[2] == "json" or document.media_type.endswith("/json"):
        return "json"
    is_text = document.media_type.startswith("text/") or document.media_type.endswith(("xml", "javascript"))
    is_wide = document.body.startswith((b"\xff\xfe", b"\xfe\xff"))
    return (
        "text"
        if (is_text or not document.media_type) and (is_wide or b"\0" not in document.body)
        else "bytes"
    )


def _text(document: Document, kind: str) -> str:
    if kind == "pdf":
        return _text_of_pdf(document.body)
    text = decoded(document.body, document.charset)
    if kind == "html":
        return _text_of_html(text, document.selector)
    return _text_of_json(text) if kind == "json" else text


def _text_of_pdf(body: bytes) -> str:
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(body)
        if len(pdf) > MOST_PAGES:
            raise _NothingError(f"it has {len(pdf):,} pages; the limit is {MOST_PAGES:,}")
        return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)
    except pypdfium2.PdfiumError as error:
        raise _NothingError(f"it is no PDF that can be read: {str(error)[:100]}") from None


def _text_of_json(text: str) -> str:
    """Return JSON a value a line, in the order of its keys; what is none as it is."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=1, sort_keys=True)
    except (ValueError, RecursionError):
        return text


def _text_of_html(text: str, selector: str) -> str:
    tree = _tree(text)
    drop_silent(tree)
    if selector:
        return _region(tree, selector)
    return main_text(tree)


def _tree(text: str) -> "HtmlElement":
    import lxml.etree
    import lxml.html

    # The declaration of an encoding is of no use in what is decoded, and lxml refuses it.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    parser = lxml.html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        return lxml.html.document_fromstring(text, parser=parser)
    except (lxml.etree.ParserError, ValueError):
        raise _NothingError("there is no page in it") from None


def _region(tree: "HtmlElement", selector: str) -> str:
    """Return all text of what a selector finds: whoever named the region wants it whole."""
    import cssselect

    try:
        found = tree.cssselect(selector)
    except (cssselect.SelectorError, cssselect.ExpressionError) as error:
        message = f"{selector[:100]!r} is no CSS selector: {str(error)[:100]}"
        raise _NothingError(message, is_selector=True) from None
    if not found:
        raise _NothingError(f"nothing in it fits the selector {selector[:100]!r}", is_selector=True)
    within = {below for element in found for below in element.iterdescendants()}
    return "\n".join(block_text(element) for element in found if element not in within)
