"""What is read back of HTML and XHTML: sections, headings, links and what a reading system would load; pure.

Elements are lxml's, of either parser. What only helps to get about in one format is furniture and no content: back
links, permalinks, page breaks, controls, what is hidden, drawings (their text alternative is checked apart), and
whatever carries the attribute `data-furniture`.
"""

import posixpath
import re
import unicodedata
import urllib.parse
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Protocol, Self

FURNITURE = "data-furniture"
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# `rp` is shown where ruby is not. A drawing has a text alternative.
_LEFT_OUT = frozenset(
    {
        "audio",
        "button",
        "canvas",
        "datalist",
        "dialog",
        "iframe",
        "input",
        "nav",
        "noscript",
        "object",
        "option",
    }
    | {"rp", "script", "select", "style", "svg", "template", "textarea", "title", "video"}
)
_CLASSES = frozenset({"back-links", "permalink"})
# DPUB-ARIA 1.1; EPUB 3 Structural Semantics Vocabulary. Notes are checked as notes, wherever a format puts them.
_ROLES = frozenset({"doc-backlink", "doc-pagebreak", "doc-footnote", "doc-pageheader", "doc-pagefooter"})
_TYPES = frozenset({"backlink", "pagebreak", "footnote"})
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_XLINK = "{http://www.w3.org/1999/xlink}href"


class Element(Protocol):
    """What is used of an element of lxml."""

    tag: object
    text: str | None
    tail: str | None

    def get(self, key: str, default: str = "", /) -> str | None: ...  # noqa: D102
    def items(self) -> "Iterable[tuple[str, str]]": ...  # noqa: D102
    def iter(self) -> "Iterator[Self]": ...  # noqa: D102
    def __iter__(self) -> "Iterator[Self]": ...


# Joiners that the typesetter adds, spaces and line ends: what readers do not see may change.
_UNSEEN = re.compile(r"[\s\u00ad\u200b\u2060\ufeff\ufffe]+")


def seen(text: str) -> str:
    """Return a text as it is compared: composed, without spaces, line ends and joiners."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text))


def sections_of(bodies: Iterable[Element], level: int = 1) -> tuple[tuple[str, str], ...]:
    """Return title and text of each section, in reading order; text before the first has an empty title.

    Args:
        bodies: The bodies of the documents, in reading order. A document without a heading goes on with the section
            before it.
        level: Sections begin at headings of this level or a higher one.
    """
    sections: list[tuple[list[str], list[str]]] = [([], [])]
    for body in bodies:
        for is_title, text in _pieces(body, level):
            if is_title:
                sections.append(([text], []))
            else:
                sections[-1][1].append(text)
    told = [("".join(title).strip(), "".join(texts).strip()) for title, texts in sections]
    return tuple((title, text) for title, text in told if title or text)


def text_of(element: Element) -> str:
    """Return the text of an element without furniture; headings are text here."""
    return "".join(text for _, text in _pieces(element, 0))


def all_text_of(element: Element, left_out: Collection[str] = ()) -> str:
    """Return the text of an element and all within it, furniture too, but for elements of the names left out."""
    return "".join(_texts(element, left_out))


def _texts(element: Element, left_out: Collection[str]) -> Iterator[str]:
    if _name(element) and _name(element) not in left_out:
        yield element.text or ""
        for child in element:
            yield from _texts(child, left_out)
            yield child.tail or ""


def headings_of(bodies: Iterable[Element]) -> tuple[tuple[int, str], ...]:
    """Return level and text of each heading, in reading order."""
    return tuple(
        (int(_name(element)[1]), text_of(element).strip())
        for body in bodies
        for element in _shown(body)
        if _name(element) in _HEADINGS
    )


def figures_without_alt(bodies: Iterable[Element]) -> tuple[str, ...]:
    """Return what is shown as a picture and has no text alternative (WCAG 2.2, 1.1.1), each in a few words."""
    return tuple(
        f"{_name(element)} {(element.get('src') or element.get('id') or '')[:60]}".strip()
        for body in bodies
        for element in _shown(body)
        if _name(element) in ("img", "svg") and not _has_alternative(element)
    )


def links_without_text(bodies: Iterable[Element]) -> tuple[str, ...]:
    """Return the addresses of links of which nothing is said (WCAG 2.2, 2.4.4)."""
    return tuple(
        element.get("href") or ""
        for body in bodies
        for element in _shown(body)
        if _name(element) == "a" and element.get("href") and not _says_something(element)
    )


def dead_links(documents: Mapping[str, Element], files: Collection[str] = ()) -> tuple[str, ...]:
    """Return the links that lead to no file and no id inside, as `document: address`.

    Args:
        documents: By path in the container; a web page that is alone has any name.
        files: The paths of what else is in the container.
    """
    ids = {path: _ids(document) for path, document in documents.items()}
    dead = []
    for path, document in documents.items():
        for element in document.iter():
            address = element.get("href") or element.get(_XLINK) or ""
            if not address or _name(element) in ("link", "base") or _scheme(address):
                continue
            target, _, fragment = urllib.parse.unquote(address).partition("#")
            aim = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
            is_there = aim in ids and (not fragment or fragment in ids[aim])
            if not is_there and (fragment or aim not in files) and address != "#":
                dead.append(f"{path}: {address}")
    return tuple(dead)


def requests_of(documents: Iterable[Element]) -> tuple[str, ...]:
    """Return the addresses outside that a reading system would load to show these documents, each once, in order.

    Links that a reader follows are none. What a script would ask for is told by the addresses it holds.
    """
    loads = (url for document in documents for element in document.iter() for url in _loads(element))
    return tuple(dict.fromkeys(filter(is_outside, loads)))


def requests_of_style(css: str) -> tuple[str, ...]:
    """Return the addresses outside that a style sheet loads, each once, in order."""
    return tuple(dict.fromkeys(filter(is_outside, _loads_of_style(css))))


def is_outside(url: str) -> bool:
    """Return whether an address is in no container: it has a scheme or a host, and is no data itself."""
    return url.startswith("//") or _scheme(url) not in ("", "data", "about", "blob", "javascript")


_LOADED = ("src", "poster", "background", "data")
_LOADED_RELATIONS = frozenset(
    {"apple-touch-icon", "dns-prefetch", "icon", "manifest", "mask-icon", "modulepreload", "preconnect"}
    | {"prefetch", "preload", "prerender", "shortcut", "stylesheet"}
)
_DRAWN = frozenset({"image", "use", "feImage", "feimage", "script", "pattern", "textPath", "textpath"})
_CSS_URL = re.compile(
    r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"']*?))\s*\)|@import\s+(?:"([^"]*)"|'([^']*)')""", re.I
)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_ADDRESS = re.compile(r"""(?:\b(?:https?|wss?|ftp):|(?<=["'`]))//[a-z0-9][^\s"'`<>\\)]*""", re.IGNORECASE)
# Names of XML vocabularies, which are never fetched.
_NAMESPACES = re.compile(r"https?://(?:www\.w3\.org|www\.idpf\.org|purl\.org|schema\.org)/")


def _loads(element: Element) -> Iterator[str]:
    name = _name(element)
    if not name:
        return
    for key in _LOADED:
        if element.get(key) and not (key == "data" and name != "object"):
            yield (element.get(key) or "").strip()
    for key in ("srcset", "imagesrcset"):
        for candidate in re.split(r",\s", element.get(key) or ""):
            yield candidate.strip().partition(" ")[0]
    href = (element.get("href") or element.get(_XLINK) or "").strip()
    relations = (element.get("rel") or "").lower().split()
    if name in _DRAWN or name == "base" or (name == "link" and not _LOADED_RELATIONS.isdisjoint(relations)):
        yield href
    if name == "a":
        yield from (element.get("ping") or "").split()
    if name == "meta" and (element.get("http-equiv") or "").lower() == "refresh":
        yield (element.get("content") or "").partition("=")[2].strip(" '\"")
    yield from _loads_of_style(element.get("style") or "")
    if name == "style":
        yield from _loads_of_style(element.text or "")
    if name == "script" and "json" not in (element.get("type") or ""):
        yield from (url for url in _ADDRESS.findall(element.text or "") if not _NAMESPACES.match(url))


def _loads_of_style(css: str) -> Iterator[str]:
    for match in _CSS_URL.finditer(_CSS_COMMENT.sub(" ", css)):
        yield next((group for group in match.groups() if group is not None), "").strip()


def _scheme(url: str) -> str:
    match = re.match(r"\s*([A-Za-z][A-Za-z0-9+.-]*):", url)
    return match[1].lower() if match else ""


def _pieces(element: Element, level: int) -> Iterator[tuple[bool, str]]:
    """Yield the text below an element piece by piece, and whether it is the title of a section.

    What else stands in a `header` with a title, such as its number, is furniture.
    """
    name = _name(element)
    if not name or is_furniture(element):
        return
    if name in _HEADINGS[:level]:
        yield True, text_of(element)
        return
    if name == "ruby":
        yield from _ruby_pieces(element, level)
        return
    yield False, element.text or ""
    titles = [] if name != "header" else [item for item in element.iter() if _name(item) in _HEADINGS[:level]]
    if titles:
        yield from ((True, text_of(title)) for title in titles)
        return
    for child in element:
        yield from _pieces(child, level)
        yield False, child.tail or ""


def _ruby_pieces(ruby: Element, level: int) -> Iterator[tuple[bool, str]]:
    """Yield the text of a ruby, then its gloss, as formats have them (HTML, 4.5.10; ISO 32000-1, table 339).

    For the PDF's lines they are composed the other way round.
    """
    glosses = [child for child in ruby if _name(child) == "rt"]
    yield False, ruby.text or ""
    for child in ruby:
        if child not in glosses:
            yield from _pieces(child, level)
        yield False, child.tail or ""
    for gloss in glosses:
        yield from _pieces(gloss, level)


def is_furniture(element: Element) -> bool:
    """Return whether an element only helps to get about in one format."""
    return (
        _is_hidden(element)
        or _name(element) in _LEFT_OUT
        or element.get(FURNITURE) is not None
        or not _CLASSES.isdisjoint((element.get("class") or "").split())
        or not _ROLES.isdisjoint((element.get("role") or "").split())
        or not _TYPES.isdisjoint((element.get(_EPUB_TYPE) or element.get("epub:type") or "").split())
    )


def _is_hidden(element: Element) -> bool:
    return element.get("hidden") is not None or element.get("aria-hidden") == "true"


def _shown(element: Element) -> Iterator[Element]:
    """Yield an element and all within it, but for what is hidden from readers or from their programs."""
    if not _is_hidden(element):
        yield element
        for child in element:
            yield from _shown(child)


def _has_alternative(element: Element) -> bool:
    if element.get("alt") is not None or element.get("role") in ("presentation", "none"):
        return True
    named = any((element.get(key) or "").strip() for key in ("aria-label", "aria-labelledby"))
    return named or any(_name(child) in ("title", "desc") and (child.text or "").strip() for child in element)


def _says_something(link: Element) -> bool:
    if any((link.get(key) or "").strip() for key in ("aria-label", "aria-labelledby", "title")):
        return True
    for element in link.iter():
        if (element.get("alt") or "").strip() or (element.get("aria-label") or "").strip():
            return True
        if _name(element) and not _is_hidden(element) and (element.text or "").strip():
            return True
        if element is not link and (element.tail or "").strip():
            return True
    return False


def _ids(document: Element) -> frozenset[str]:
    return frozenset(element.get("id") or "" for element in document.iter() if _name(element)) - {""}


def _name(element: Element) -> str:
    """Return an element's name without namespace; empty for comments and processing instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
