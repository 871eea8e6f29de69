"""The annotations of a finished PDF, read back (ISO 32000-1, 12.5), as plain values."""

import dataclasses
from collections.abc import Iterator
from typing import Any

from report.tagged_pdf.reading import array, dictionary

# Actions that make a reader's program ask for something, or run something (ISO 32000-1, table 198).
_REQUESTS = frozenset({"/GoToR", "/Launch", "/SubmitForm", "/ImportData", "/Rendition"})


@dataclasses.dataclass(frozen=True, slots=True)
class FoundAnnotation:
    """One annotation of a page.

    Attributes:
        page: From 1.
        objgen: The number and generation of its object.
        kind: Its subtype, such as Link.
        address: Where it leads: `#` and a name within the file, or a URI.
        contents: What it says of itself.
        flags: Its flags (table 165).
        is_dead: Whether it leads to a place that is not in the file.
        request: What it would make a program ask for or run, if not merely follow; empty for nothing.
    """

    page: int
    objgen: tuple[int, int]
    kind: str
    address: str
    contents: str
    flags: int
    is_dead: bool
    request: str


def read_annotations(pdf: Any) -> tuple[FoundAnnotation, ...]:
    """Return the annotations of a pikepdf document, page by page."""
    names = frozenset(_destinations(pdf))
    return tuple(
        _note(number, item, names)
        for number, page in enumerate(pdf.pages, 1)
        for item in map(dictionary, array(page.get("/Annots")))
    )


def _note(page: int, item: Any, names: frozenset[str]) -> FoundAnnotation:
    import pikepdf

    action = dictionary(item.get("/A"))
    target = item.get("/Dest", action.get("/D"))
    is_name = isinstance(target, pikepdf.String | pikepdf.Name)
    kind = str(action.get("/S", ""))
    return FoundAnnotation(
        page=page,
        objgen=item.objgen,
        kind=str(item.get("/Subtype", ""))[1:],
        address=f"#{target}" if is_name else str(action.get("/URI", "")),
        contents=str(item.get("/Contents", "")).strip(),
        flags=flags if isinstance(flags := item.get("/F"), int) else 0,
        is_dead=is_name and str(target) not in names,
        request=str(action.get("/F", kind)) if kind in _REQUESTS else "",
    )


def _destinations(pdf: Any) -> Iterator[str]:
    """Yield the names of places in a file: of the old dictionary and of the name tree (12.3.2.3)."""
    import pikepdf

    yield from map(str, dictionary(pdf.Root.get("/Dests")).keys())
    tree = dictionary(pdf.Root.get("/Names")).get("/Dests")
    if isinstance(tree, pikepdf.Dictionary):
        yield from map(str, pikepdf.NameTree(tree).keys())
