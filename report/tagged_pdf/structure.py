"""The structure tree of a PDF: as it grows, and as it is written (ISO 32000-1, 14.7)."""

import codecs
import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Union

# What stands for something even where nothing is in it: without an empty cell its row would be too short.
_MAY_BE_EMPTY = frozenset({"Document", "TD", "TH"})
_ROW_GROUPS = frozenset({"THead", "TBody", "TFoot"})


class Content(NamedTuple):
    """A stretch of marked content.

    Attributes:
        stream: The pydyf stream it is in: of a page, or of a group of what is painted as one.
        number: Its number there (MCID).
        page: Counted from 0.
    """

    stream: Any
    number: int
    page: int


class Annotation(NamedTuple):
    """A pydyf annotation that belongs to an element, and its page, counted from 0."""

    annotation: Any
    page: int


@dataclasses.dataclass(slots=True, eq=False)
class Element:
    """One structure element.

    Attributes:
        kind: Its structure type.
        owner: The HTML element that it stands for; None for the document.
        parent: The element that holds it; None for the document.
        context: What it is part of, where that changes what lists in it are: `contents`, `notes` or empty.
        lang: The language of what is in it.
        kids: What is in it, in reading order.
        entries: What else its dictionary says, such as /Alt.
        texts: What is printed in it; kept for links only, as is `added`.
        added: What the style sheet printed in it besides, such as the number of a page.
        is_implied: Whether no HTML element asks for it: it holds text that stands in a group.
        is_filled_later: Whether it stands for something though nothing is in it yet.
    """

    kind: str
    owner: Any = None
    parent: "Element | None" = None
    context: str = ""
    lang: str = ""
    kids: list[Union["Element", Content, Annotation]] = dataclasses.field(default_factory=list)
    entries: dict[str, Any] = dataclasses.field(default_factory=dict)
    texts: list[str] = dataclasses.field(default_factory=list)
    added: list[str] = dataclasses.field(default_factory=list)
    is_implied: bool = False
    is_filled_later: bool = False

    def add(self, kind: str, owner: Any, at: int | None = None) -> "Element":
        """Return a new element in this one, as the last or before the kid `at`."""
        kid = Element(kind, owner, self, self.context, self.lang)
        self.kids.insert(len(self.kids) if at is None else at, kid)
        return kid


def write(pdf: Any, document: Element, page_streams: Sequence[Any]) -> dict[int, bytes]:
    """Add a structure tree to a pydyf document, which WeasyPrint has told where the tags of each page are found.

    Args:
        pdf: The document; its pages have /StructParents with their number.
        document: The root of the tree; what is empty is taken out of it.
        page_streams: The content of each page.

    Returns:
        References to the elements, by their `id()`.
    """
    import pydyf

    _tidy(document)
    root = pydyf.Dictionary({"Type": "/StructTreeRoot"})
    pdf.add_object(root)
    elements = list(_in_order(document))
    written = {id(element): pydyf.Dictionary() for element in elements}
    for element in elements:
        pdf.add_object(written[id(element)])
    for element in elements:
        parent = root if element.parent is None else written[id(element.parent)]
        _fill(written[id(element)], element, parent.reference, written, pdf.page_references)
    root["K"] = pydyf.Array([written[id(document)].reference])
    root["ParentTree"] = _parent_tree(pdf, elements, written, page_streams)
    named = sorted((element for element in elements if "ID" in element.entries), key=_name)
    if named:
        pairs = ((element.entries["ID"], written[id(element)].reference) for element in named)
        root["IDTree"] = pydyf.Dictionary({"Names": pydyf.Array(itertools.chain.from_iterable(pairs))})
    pdf.catalog["StructTreeRoot"] = root.reference
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    return {key: bytes(entries.reference) for key, entries in written.items()}


def _name(element: Element) -> bytes:
    """Return an element's id as names are put in order (ISO 32000-1, 7.9.6): by its bytes in the file."""
    name = str(element.entries["ID"].string)
    return name.encode() if name.isascii() else codecs.BOM_UTF16_BE + name.encode("utf-16-be")


def _tidy(element: Element) -> bool:
    """Take what is empty out of an element; return whether something is left of it."""
    element.kids = [kid for kid in element.kids if not isinstance(kid, Element) or _tidy(kid)]
    groups = {kid.kind for kid in element.kids if isinstance(kid, Element)} & _ROW_GROUPS
    if element.kind == "Table" and groups and "TBody" not in groups:
        # A head without a body heads nothing (ISO 32000-1, table 337).
        element.kids = [kid for group in element.kids for kid in _rows(group)]
        for kid in element.kids:
            if isinstance(kid, Element):
                kid.parent = element
    return bool(element.kids) or element.is_filled_later or element.kind in _MAY_BE_EMPTY


def _rows(group: Element | Content | Annotation) -> list[Element | Content | Annotation]:
    return group.kids if isinstance(group, Element) and group.kind in _ROW_GROUPS else [group]


def _in_order(element: Element) -> Iterator[Element]:
    yield element
    for kid in element.kids:
        if isinstance(kid, Element):
            yield from _in_order(kid)


def _fill(
    dictionary: Any, element: Element, parent: bytes, written: dict[int, Any], pages: Sequence[bytes]
) -> None:
    """Say in a dictionary what its element is."""
    import pydyf

    page = next((kid.page for kid in element.kids if not isinstance(kid, Element)), None)
    kids = [
        written[id(kid)].reference if isinstance(kid, Element) else _kid(kid, page, pages)
        for kid in element.kids
    ]
    dictionary.update({"Type": "/StructElem", "S": f"/{element.kind}", "P": parent})
    if page is not None:
        dictionary["Pg"] = pages[page]
    if kids:
        dictionary["K"] = kids[0] if len(kids) == 1 else pydyf.Array(kids)
    dictionary.update(element.entries)


def _kid(kid: Content | Annotation, page: int | None, pages: Sequence[bytes]) -> Any:
    """Return what names marked content or an annotation in its element (ISO 32000-1, 14.7.4.2 and 14.7.4.3)."""
    import pydyf

    if isinstance(kid, Annotation):
        said = {"Type": "/OBJR", "Obj": kid.annotation.reference}
    elif "Subtype" in kid.stream.extra:
        said = {"Type": "/MCR", "Stm": kid.stream.reference, "MCID": kid.number}
    elif kid.page == page:
        return kid.number
    else:
        said = {"Type": "/MCR", "MCID": kid.number}
    return pydyf.Dictionary(said if kid.page == page else {**said, "Pg": pages[kid.page]})


def _parent_tree(
    pdf: Any, elements: Sequence[Element], written: dict[int, Any], page_streams: Sequence[Any]
) -> bytes:
    """Add what leads from marked content and annotations back to their elements (ISO 32000-1, 14.7.4.4)."""
    import pydyf

    streams = {id(stream): stream for stream in page_streams}
    parents: dict[int, dict[int, bytes]] = {number: {} for number in streams}
    numbers = pydyf.Array()
    of_annotations: list[tuple[Any, bytes]] = []
    for element in elements:
        reference = written[id(element)].reference
        for kid in element.kids:
            if isinstance(kid, Content):
                streams.setdefault(id(kid.stream), kid.stream)
                parents.setdefault(id(kid.stream), {})[kid.number] = reference
            elif isinstance(kid, Annotation):
                of_annotations.append((kid.annotation, reference))
    for key, (number, stream) in enumerate(streams.items()):
        if key >= len(page_streams):
            stream.extra["StructParents"] = key
        numbers += [key, pydyf.Array(reference for _, reference in sorted(parents[number].items()))]
    for key, (annotation, reference) in enumerate(of_annotations, len(streams)):
        annotation["StructParent"] = key
        numbers += [key, reference]
    tree = pydyf.Dictionary({"Nums": numbers})
    pdf.add_object(tree)
    return bytes(tree.reference)
