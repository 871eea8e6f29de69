"""The annotations of a finished PDF, read back (ISO 32000-1, 12.5), as plain values."""

import dataclasses
from collections.abc import Iterator
from decimal import Decimal
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
        is_outside: Whether it lies outside what of its page is shown, so that nobody meets it.
    """

    page: int
    objgen: tuple[int, int]
    kind: str
    address: str
    contents: str
    flags: int
    is_dead: bool
    request: str
    is_outside: bool = False


def read_annotations(pdf: Any) -> tuple[FoundAnnotation, ...]:
    """Return the annotations of a pikepdf document, page by page."""
    names = frozenset(_destinations(pdf))
    return tuple(
        _note(number, item, names, page)
        for number, page in enumerate(pdf.pages, 1)
        for item in map(dictionary, array(page.get("/Annots")))
    )


def _note(number: int, item: Any, names: frozenset[str], page: Any) -> FoundAnnotation:
    import pikepdf

    action = dictionary(item.get("/A"))
    target = item.get("/Dest", action.get("/D"))
    is_name = isinstance(target, pikepdf.String | pikepdf.Name)
    kind = str(action.get("/S", ""))
    return FoundAnnotation(
        page=number,
        objgen=item.objgen,
        kind=str(item.get("/Subtype", ""))[1:],
        address=f"#{target}" if is_name else str(action.get("/URI", "")),
        contents=str(item.get("/Contents", "")).strip(),
        flags=flags if isinstance(flags := item.get("/F"), int) else 0,
        is_dead=is_name and str(target) not in names,
        request=str(action.get("/F", kind)) if kind in _REQUESTS else "",
        is_outside=_is_outside(_box(item.get("/Rect")), _box(_shown(page))),
    )


def _shown(page: Any) -> Any:
    """Return the crop box of a page; None where a broken page has none."""
    import pikepdf

    try:
        return page.cropbox
    except (pikepdf.PdfError, AttributeError, ValueError, TypeError):
        return None


def _box(value: Any) -> tuple[float, ...]:
    """Return left, bottom, right and top; nothing where a value is no rectangle (7.9.5)."""
    numbers = tuple(array(value))
    if len(numbers) != 4 or not all(isinstance(number, int | float | Decimal) for number in numbers):
        return ()
    left, bottom, right, top = map(float, numbers)
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def _is_outside(box: tuple[float, ...], page: tuple[float, ...]) -> bool:
    if not box or not page:
        return False
    return box[2] < page[0] or box[3] < page[1] or box[0] > page[2] or box[1] > page[3]


def _destinations(pdf: Any) -> Iterator[str]:
    """Yield the names of places in a file: of the old dictionary and of the name tree (12.3.2.3)."""
    import pikepdf

    yield from map(str, dictionary(pdf.Root.get("/Dests")).keys())
    tree = dictionary(pdf.Root.get("/Names")).get("/Dests")
    if isinstance(tree, pikepdf.Dictionary):
        yield from map(str, pikepdf.NameTree(tree).keys())
