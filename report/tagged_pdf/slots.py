"""Places in a PDF that are filled later, each an empty form that stands where a page has `<img data-slot>`.

What fills one is put behind the finished file (`report.incremental`): its form, its structure element and what leads
from the form's content to its elements are objects of their own, so that nothing else of the file has to change. The
catalogue says where they are, as data of this program (ISO 32000-1, 14.5).
"""

import base64
import dataclasses
from collections.abc import Mapping
from typing import Any, NamedTuple

# A white point: the renderer wants a picture, and what it makes of this one gives way to the form.
PLACEHOLDER = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="
)
ASSETS = "slots/"
# How many stretches of marked content a slot may be filled with.
MOST_MARKS = 64
_OWNER = "Jianbao"
# Where a page does not say when it was changed: the entry must be there (ISO 32000-1, table 319).
_NO_DAY = "D:20000101000000Z"
# CSS pixels are 1/96 inch, PDF's units 1/72.
POINTS = 0.75


class Drawn(NamedTuple):
    """A slot as it was laid out; lengths in points.

    Attributes:
        image: The id of its picture.
        left: From the left edge of the page.
        bottom: From its bottom.
        width: Of its place.
        height: Likewise.
        page: Counted from 0.
        element: Its structure element; None where it stands in the head or foot of pages: what is in it then is
            no content.
    """

    image: str
    left: float
    bottom: float
    width: float
    height: float
    page: int
    element: Any = None


@dataclasses.dataclass(frozen=True)
class Slot:
    """A slot of a finished PDF: numbers of objects, and lengths in points.

    Attributes:
        form: What is drawn.
        width: Of the form's content, in its own coordinates.
        height: Likewise.
        element: Its structure element; 0 for what is no content, as are all that follow.
        parent: The element that this stands in.
        parents: The array that leads from the form's marked content to the elements it belongs to.
        key: What the form has as /StructParents.
        first: The number of its first stretch of marked content: no other on the page has it, so that programs
            which do not ask for the stream tell them apart.
        page: The page it stands on.
        left: Where its left edge lies on that page.
        bottom: Where its bottom lies.
    """

    form: int
    width: float
    height: float
    element: int = 0
    parent: int = 0
    parents: int = 0
    key: int = 0
    first: int = 0
    page: int = 0
    left: float = 0
    bottom: float = 0


def name_of(box: Any) -> str:
    """Return the slot that a box of the renderer holds the place of; empty where it holds none."""
    element = box.element
    return str(element.get("data-slot", "")) if element is not None and box.element_tag == "img" else ""


def takes_room(box: Any) -> bool:
    """Return whether anything is drawn of the picture that holds the place of a slot."""
    return bool(box.width > 0 and box.height > 0 and box.style["visibility"] == "visible")


def drawn(box: Any, page: int, page_height: float, element: Any = None) -> Drawn:
    """Return a slot as the box of its picture tells it; `page_height` is in CSS pixels."""
    bottom = page_height - box.content_box_y() - box.height
    lengths = (box.content_box_x(), bottom, box.width, box.height)
    left, bottom, width, height = (length * POINTS for length in lengths)
    return Drawn(box.replacement.id, left, bottom, width, height, page, element)


def empty_forms(
    pdf: Any, slots: Mapping[str, Drawn], references: Mapping[str, bytes], counts: Mapping[int, int]
) -> None:
    """Put an empty form in the place of each slot's picture, and tell the catalogue.

    Args:
        pdf: A pydyf document, its structure tree written.
        slots: By name.
        references: Of the structure elements of those that have one.
        counts: How many stretches of marked content each page has, pages counted from 0.
    """
    import pydyf

    if not slots:
        return
    told = pydyf.Dictionary()
    numbers = _parent_tree(pdf)["Nums"]
    taken = dict(counts)
    for name, slot in sorted(slots.items()):
        form = _picture(pdf, slot.image)
        form.stream = [b""]
        form.extra = pydyf.Dictionary(form_entries(slot.width, slot.height))
        of_slot = {"Form": form.reference, "Width": slot.width, "Height": slot.height}
        if name in references:
            parents = pydyf.Array()
            pdf.add_object(parents)
            key, first = numbers[-2] + 1, taken[slot.page]
            taken[slot.page] = first + MOST_MARKS
            form.extra["StructParents"] = key
            numbers += [key, parents.reference]
            of_slot |= {
                "Element": references[name],
                "Parents": parents.reference,
                "Key": key,
                "First": first,
                "Left": slot.left,
                "Bottom": slot.bottom,
                "Page": pdf.page_references[slot.page],
            }
        told[name] = pydyf.Dictionary(of_slot)
    private = pydyf.Dictionary({"Slots": told})
    changed = pdf.info.get("ModDate", pydyf.String(_NO_DAY))
    data = pydyf.Dictionary({"LastModified": changed, "Private": private})
    pdf.catalog["PieceInfo"] = pydyf.Dictionary({_OWNER: data})


def form_entries(width: float, height: float) -> dict[str, Any]:
    """Return what the dictionary of a form says that is drawn as a picture is: its content fills a square of 1."""
    import pydyf

    return {
        "Type": "/XObject",
        "Subtype": "/Form",
        "BBox": pydyf.Array([0, 0, width, height]),
        "Matrix": pydyf.Array([factor(1 / width), 0, 0, factor(1 / height), 0, 0]),
        "Resources": pydyf.Dictionary(),
    }


def _parent_tree(pdf: Any) -> Any:
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    return _object(pdf, root["ParentTree"])


def _picture(pdf: Any, image: str) -> Any:
    """Return the stream that a picture of the renderer became; its resources name it by the picture's id."""
    for item in pdf.objects:
        if isinstance(item, dict) and "XObject" in item:
            for name, reference in item["XObject"].items():
                if name.startswith(f"i{image}"):
                    return _object(pdf, reference)
    raise LookupError(image)


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def read_slots(pdf: Any) -> dict[str, Slot]:
    """Return the slots of a pikepdf document, by name; empty where it has none."""
    from report.tagged_pdf.reading import dictionary

    data: Any = pdf.Root
    for key in ("/PieceInfo", f"/{_OWNER}", "/Private", "/Slots"):
        data = dictionary(dictionary(data).get(key))
    return {name.lstrip("/"): _slot(entry) for name, entry in data.items()}


def _slot(entry: Any) -> Slot:
    def number(key: str) -> int:
        item = entry.get(key)
        return 0 if item is None else int(item.objgen[0])

    def length(key: str) -> float:
        return float(entry.get(key, 0))

    return Slot(
        form=number("/Form"),
        width=length("/Width"),
        height=length("/Height"),
        element=number("/Element"),
        parent=int(entry.Element.P.objgen[0]) if "/Element" in entry else 0,
        parents=number("/Parents"),
        key=int(entry.get("/Key", 0)),
        first=int(entry.get("/First", 0)),
        page=number("/Page"),
        left=length("/Left"),
        bottom=length("/Bottom"),
    )


def factor(number: float) -> str:
    """Return a number of a matrix: pydyf writes six decimals, and those of a small one have to be more."""
    return f"{number:.9f}"
