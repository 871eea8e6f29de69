"""Judges images before the renderer sees them: size in pixels, and what an SVG may hold."""

import re
from typing import Any

from lxml import etree

from report.bitmaps import bitmap_problem

MAX_PIXELS = 40_000_000
MAX_SVG_ELEMENTS = 20_000
MAX_SVG_LENGTH = 20_000

_URL = re.compile(r"url\(\s*['\"]?([^'\")]*)", re.IGNORECASE)
_SVG = "{http://www.w3.org/2000/svg}"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_FORBIDDEN = frozenset(
    {"script", "foreignObject", "iframe", "image", "a", "handler", "set", "filter", "cursor"}
)


def image_problem(name: str, data: bytes) -> str:
    """Return what keeps an image from being used, in words; empty where nothing does."""
    if name.lower().endswith(".svg"):
        return _svg_problem(data)
    return bitmap_problem(data, MAX_PIXELS)


def _svg_problem(data: bytes) -> str:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        return f"the SVG cannot be read: {error.msg}"
    dtd: Any = root.getroottree().docinfo.internalDTD
    if dtd is not None and (list(dtd.iterentities()) or list(dtd.iterelements())):
        return "the SVG declares entities or elements of its own"
    if root.tag != f"{_SVG}svg":
        return 'the file is no SVG: its first element is not <svg xmlns="http://www.w3.org/2000/svg">'
    if any(item.tag is etree.PI for item in root.itersiblings(preceding=True)):
        return "the SVG has a processing instruction, such as for a style sheet"
    count = 0
    for element in root.iter():
        count += 1
        if count > MAX_SVG_ELEMENTS:
            return f"the SVG has more than {MAX_SVG_ELEMENTS:,} elements"
        if not isinstance(element.tag, str):
            if element.tag is etree.Comment:
                continue
            return "the SVG has a processing instruction or an entity"
        problem = _element_problem(element)
        if problem:
            return problem
    if _expanded_size(root) > MAX_SVG_ELEMENTS:
        return (
            f"elements that refer to each other draw more than {MAX_SVG_ELEMENTS:,} elements, or themselves"
        )
    return ""


def _expanded_size(root: etree._Element) -> int:
    """Return how many elements are drawn once every reference is followed; past the limit where one is a loop."""
    by_id = {str(element.get("id")): element for element in root.iter() if element.get("id")}
    sizes: dict[etree._Element, int] = {}
    # Children and targets first: an explicit stack, since a hostile file may be nested very deep.
    stack: list[tuple[etree._Element, bool]] = [(root, False)]
    is_open: set[etree._Element] = set()
    while stack:
        element, is_done = stack.pop()
        below = list(element)
        below += [by_id[name] for name in _references(element) if name in by_id]
        if is_done:
            is_open.discard(element)
            sizes[element] = 1 + sum(sizes[item] for item in below)
            if sizes[element] > MAX_SVG_ELEMENTS:
                return sizes[element]
            continue
        if element in sizes:
            continue
        if element in is_open:
            return MAX_SVG_ELEMENTS + 1
        is_open.add(element)
        stack.append((element, True))
        for item in below:
            if item in is_open:
                return MAX_SVG_ELEMENTS + 1
            if item not in sizes:
                stack.append((item, False))
    return sizes[root]


def _references(element: etree._Element) -> list[str]:
    """Return the ids that an element draws with: of `use`, patterns, masks, markers and the like."""
    found = [str(element.get("href") or element.get(_XLINK_HREF) or "").strip().removeprefix("#")]
    for key, value in element.attrib.items():
        if "url" in str(value).lower() and key != "id":
            found += [target.removeprefix("#") for target in _url_targets(str(value))]
    return [name for name in found if name]


def _url_targets(text: str) -> list[str]:
    return [str(target).strip() for target in _URL.findall(text)]


def _is_outside(text: str) -> bool:
    """Return whether CSS refers to something that is not in the file; escapes could hide it."""
    if not re.search(r"url|@|image|src", text, re.IGNORECASE) and "\\" not in text:
        return False
    is_hidden = "\\" in text or re.search(r"@\s*import|image(-set)?\(|src\(", text, re.IGNORECASE) is not None
    return is_hidden or any(not target.startswith("#") for target in _url_targets(text))


def _element_problem(element: etree._Element) -> str:
    name = etree.QName(element).localname
    if name in _FORBIDDEN or name.startswith("animate"):
        return f"the SVG has the element <{name}>"
    if name == "style" and _is_outside("".join(map(str, element.itertext()))):
        return "the SVG's style sheet refers to something outside it, or has escapes"
    for key, value in element.attrib.items():
        key, value = str(key), str(value)
        local = etree.QName(key).localname.lower()
        if local.startswith("on"):
            return f"the SVG has the event attribute {key!r}"
        if local == "base":
            return "the SVG has the attribute xml:base"
        if local in ("href", "src") and not value.strip().startswith("#"):
            return f"the SVG refers to {value[:60]!r}, outside it"
        if _is_outside(value) and local not in ("id", "class", "href"):
            return f"the SVG refers to {value[:60]!r}, outside it"
    return _size_problem(element) if element.getparent() is None else ""


def _size_problem(root: etree._Element) -> str:
    """Return what is wrong with the size of the whole; without one, the view box gives the proportions."""
    for key in ("width", "height"):
        match = re.match(r"\s*([0-9.]+)", str(root.get(key) or ""))
        if match and float(match.group(1).rstrip(".") or 0) > MAX_SVG_LENGTH:
            return f"the SVG's {key} is {root.get(key)!r}; the limit is {MAX_SVG_LENGTH:,}"
    return ""
