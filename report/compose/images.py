"""Judges images before the renderer sees them: size in pixels, and what an SVG may hold."""

import io
import struct

from lxml import etree

MAX_PIXELS = 40_000_000
MAX_SVG_ELEMENTS = 20_000

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_FORBIDDEN = frozenset(
    {"script", "foreignObject", "iframe", "image", "feImage", "a", "handler", "set", "animate"}
)


def image_problem(name: str, data: bytes) -> str:
    """Return what keeps an image from being used, in words; empty where nothing does."""
    if name.lower().endswith(".svg"):
        return _svg_problem(data)
    try:
        width, height = _png_size(data) if data.startswith(b"\x89PNG\r\n\x1a\n") else _jpeg_size(data)
    except (struct.error, ValueError, IndexError):
        return "the file is no PNG or JPEG image that can be read"
    if not width or not height:
        return f"the image is {width} × {height} pixels"
    if width * height > MAX_PIXELS:
        return (
            f"the image is {width:,} × {height:,} pixels; the limit is {MAX_PIXELS // 1_000_000} megapixels"
        )
    return _decoding_problem(data)


def _decoding_problem(data: bytes) -> str:
    # Pillow is imported here: a briefing without pictures does not pay for it.
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        return f"the image is damaged ({str(error) or type(error).__name__})"
    return ""


def _png_size(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Return the size that a JPEG's frame header states (ITU-T T.81, B.2.2)."""
    if not data.startswith(b"\xff\xd8"):
        raise ValueError("no JPEG")
    offset = 2
    while True:
        marker, length = struct.unpack(">xBH", data[offset : offset + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[offset + 5 : offset + 9])
            return width, height
        offset += 2 + length


def _svg_problem(data: bytes) -> str:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        return f"the SVG cannot be read: {error.msg}"
    if b"<!DOCTYPE" in data:
        return "the SVG has a document type declaration"
    if root.tag != f"{_SVG}svg":
        return f"the file's root is {root.tag!r}, not svg"
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
        return f"the SVG's <use> elements draw more than {MAX_SVG_ELEMENTS:,} elements, or themselves"
    return ""


def _expanded_size(root: etree._Element) -> int:
    """Return how many elements are drawn once every `use` is followed; past the limit where one is a loop."""
    by_id = {str(element.get("id")): element for element in root.iter() if element.get("id")}
    sizes: dict[etree._Element, int] = {}
    # Children and targets first: an explicit stack, since a hostile file may be nested very deep.
    stack: list[tuple[etree._Element, bool]] = [(root, False)]
    is_open: set[etree._Element] = set()
    while stack:
        element, is_done = stack.pop()
        below = list(element)
        if element.tag == f"{_SVG}use":
            target = by_id.get(str(element.get("href") or element.get(_XLINK_HREF) or "").lstrip("#"))
            if target is not None:
                below.append(target)
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


def _element_problem(element: etree._Element) -> str:
    name = etree.QName(element).localname
    if name in _FORBIDDEN:
        return f"the SVG has the element {name!r}"
    if name == "style" and element.text and ("url(" in element.text or "@import" in element.text):
        return "the SVG's style refers to something outside it"
    for key, value in element.attrib.items():
        key, value = str(key), str(value)
        if etree.QName(key).localname.lower().startswith("on"):
            return f"the SVG has the event attribute {key!r}"
        if key in ("href", _XLINK_HREF) and not value.startswith("#"):
            return f"the SVG refers to {value[:60]!r}, outside it"
        if "url(" in value.replace(" ", "") and "url(#" not in value.replace(" ", "").replace(
            "'", ""
        ).replace('"', ""):
            return f"the SVG refers to {value[:60]!r}, outside it"
    return ""
