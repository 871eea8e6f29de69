"""An HTML tree as XHTML that an XML parser reads: namespaces, names of SVG, ids; and written so that both read it."""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast

from lxml import etree
from lxml.html import HtmlElement

XHTML = "http://www.w3.org/1999/xhtml"
OPS = "http://www.idpf.org/2007/ops"
SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"
# An element of an XML tree of lxml, whose stubs take everything for perhaps not there.
Element: TypeAlias = Any
# The stubs of lxml know no default namespace.
NAMESPACES = cast(Mapping[str, str], {None: XHTML, "epub": OPS})
_SVG_NAMESPACES = cast(Mapping[str, str], {None: SVG, "xlink": XLINK})

# The HTML parser makes every name lower case; these of SVG are not (https://html.spec.whatwg.org/#adjust-svg-attributes).
_SVG_ATTRIBUTES = {
    name.lower(): name
    for name in re.findall(
        r"\w+",
        "viewBox preserveAspectRatio textLength lengthAdjust gradientUnits gradientTransform patternUnits "
        "patternTransform patternContentUnits clipPathUnits maskUnits maskContentUnits markerWidth markerHeight "
        "markerUnits refX refY spreadMethod startOffset pathLength",
    )
}
_SVG_ELEMENTS = {
    name.lower(): name for name in re.findall(r"\w+", "clipPath linearGradient radialGradient textPath")
}
# Elements that have no end tag in HTML; every other one gets one, because programs that take XHTML for HTML would
# otherwise put what follows an empty element into it.
_VOID = frozenset(
    f"{{{XHTML}}}{name}" for name in re.findall(r"\w+", "area base br col embed hr img input link meta wbr")
)
# The typesetter adds these for printed lines; reading systems break Chinese lines themselves, and some show a box.
_WORD_JOINER = re.compile("\u2060")
# XML 1.0, production 5: a name does not begin with a digit, a dot or a hyphen.
_NO_NAME = re.compile(r"[^A-Za-z_]")
# HTML, 2.3.5: the dates that `datetime` may hold; EDTF has more.
_DATETIME = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")
# What only serves the printed page, or was used up.
_DROPPED = frozenset(
    {"xmlns", "xmlns:xlink", "xmlns:epub", "data-running", "data-foot", "data-title", "data-number"}
)
_REFERENCES = frozenset({"aria-labelledby", "aria-describedby", "aria-details", "headers", "for"})


def xml_id(name: str) -> str:
    """Return an id as XML takes it."""
    return f"_{name}" if _NO_NAME.match(name) else name


def to_xhtml(element: HtmlElement, address: Callable[[str], str]) -> Element:
    """Return an element as one of XHTML, with what is below it and without what follows it.

    Args:
        element: Of an HTML parser.
        address: Returns what stands for an address of the page in the document that the element goes to.
    """
    return _convert(element, address, is_svg=False)


def _convert(element: HtmlElement, address: Callable[[str], str], *, is_svg: bool) -> Element:
    is_svg = is_svg or element.tag == "svg"
    name = element.tag
    if is_svg:
        made = etree.Element(f"{{{SVG}}}{_SVG_ELEMENTS.get(name, name)}", nsmap=_SVG_NAMESPACES)
    else:
        is_no_date = name == "time" and not _DATETIME.fullmatch(element.get("datetime") or "")
        made = etree.Element(f"{{{XHTML}}}{'span' if is_no_date else name}", nsmap=NAMESPACES)
        if is_no_date:
            element.attrib.pop("datetime", None)
    for key, value in element.items():
        _set(made, key, value, address, is_svg=is_svg)
    made.text = _text(element.text)
    for child in element:
        if isinstance(child.tag, str):
            below = _convert(child, address, is_svg=is_svg)
            below.tail = _text(child.tail)
            made.append(below)
        else:
            append_text(made, _text(child.tail) or "")
    return made


def _set(made: Element, key: str, value: str, address: Callable[[str], str], *, is_svg: bool) -> None:
    if key in _DROPPED:
        return
    if key == "align":
        # HTML has it in style sheets only.
        made.set("class", f"{made.get('class') or ''} align-{value}".strip())
    elif key == "class":
        made.set("class", f"{value} {made.get('class') or ''}".strip())
    elif key == "id":
        made.set("id", xml_id(value))
    elif key in ("href", "src"):
        made.set(key, address(value))
    elif key == "xlink:href":
        made.set(f"{{{XLINK}}}href", address(value))
    elif key == "lang":
        made.set("lang", value)
        made.set(f"{{{XML}}}lang", value)
    elif key.startswith("epub:"):
        made.set(f"{{{OPS}}}{key.removeprefix('epub:')}", value)
    elif key in _REFERENCES:
        made.set(key, " ".join(map(xml_id, value.split())))
    elif ":" not in key:
        made.set(_SVG_ATTRIBUTES.get(key, key) if is_svg else key, _text(value) or "")


def append_text(element: Element, text: str) -> None:
    """Add a text behind all that an element holds."""
    if not text:
        return
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _text(text: str | None) -> str | None:
    return _WORD_JOINER.sub("", text) if text else text


def serialise(root: Element) -> bytes:
    """Return a document as UTF-8, which parsers of XML and of HTML take for the same."""
    _give_end_tags(root)
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", doctype="<!DOCTYPE html>")
    return data + b"\n"


def serialise_inside(element: Element) -> bytes:
    """Return what is in an element that has no attributes, as it stands in a document that was serialised."""
    _give_end_tags(element)
    data: bytes = etree.tostring(element, encoding="utf-8")
    return data[data.index(b">") + 1 : data.rindex(b"</")]


def _give_end_tags(root: Element) -> None:
    for element in root.iter():
        if (
            isinstance(element.tag, str)
            and not len(element)
            and not element.text
            and element.tag not in _VOID
        ):
            element.text = ""
