"""Laid-out slots as forms, with the structure elements of what they show.

On a sheet, all slots begin at the top left of a page, one over the other (`templates/pdf/slots.html`). Each is painted
as a group, so that the renderer makes a form of it.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from report.copies.fonts import SheetFont
from report.copies.update import Update, as_written, reference
from report.tagged_pdf.slots import MOST_MARKS, POINTS, Slot, factor, form_entries

_MARKS = frozenset({"BMC", "BDC", "EMC"})
# Operators that name a resource, and the kind of resource (ISO 32000-1, 7.8.3).
_NAMING = {"gs": "ExtGState", "cs": "ColorSpace", "CS": "ColorSpace", "scn": "Pattern", "SCN": "Pattern"} | {
    "sh": "Shading",
    "Do": "XObject",
}
# Shows text by other numbers than those of which `TJ` is read (ISO 32000-1, 9.4.3); the renderer writes none.
_OTHER_TEXT = frozenset({"Tj", "'", '"'})
_NOT_TAKEN_OVER = frozenset({"/Font", "/Page", "/Pages", "/Catalog", "/StructTreeRoot", "/StructElem"})
# What an element says of its place in the tree is told anew.
_PLACED = frozenset({"/K", "/P", "/Pg", "/Type", "/ID"})


class FormError(ValueError):
    """What was laid out cannot be a slot."""


@dataclasses.dataclass(frozen=True)
class Form:
    """What fills a slot.

    Attributes:
        operations: Operands and operator of each step of drawing it.
        glyphs: The glyphs of each font, by the font's name among the sheet's resources.
        resources: The names of other resources, by kind.
        source: The dictionary that they are named in, of pikepdf.
        element: The structure element of the whole, of pikepdf; None for what is no content.
    """

    operations: Sequence[tuple[Sequence[Any], str]]
    glyphs: Mapping[str, frozenset[int]]
    resources: Mapping[str, frozenset[str]]
    source: Any
    element: Any


class Sheet:
    """A PDF of laid-out slots."""

    def __init__(self, pdf: Any) -> None:
        """Take a pikepdf document, which stays open as long as forms of it are used."""
        self._pdf = pdf
        self._resources = pdf.pages[0].Resources
        self._fonts: dict[str, SheetFont] = {}
        self._parents = _numbers(pdf)
        self._painted: dict[int, list[str]] = {}

    def font(self, name: str) -> SheetFont:
        """Return one of its fonts."""
        if name not in self._fonts:
            self._fonts[name] = SheetFont.read(self._resources.Font[f"/{name}"])
        return self._fonts[name]

    def forms(self, page: int, slots: Mapping[str, Slot], copy: int = 0) -> dict[str, Form]:
        """Return the forms of one copy, by slot.

        Args:
            page: On which they are, counted from 0.
            slots: Those of each copy, in order.
            copy: Which of the page, counted from 0.

        Raises:
            FormError: The page does not hold just these.
        """
        painted = self._groups(page)
        if len(painted) % len(slots) or copy * len(slots) >= len(painted):
            raise FormError(f"a page of {len(slots)} slots for each copy shows {len(painted)} groups")
        own = painted[copy * len(slots) : (copy + 1) * len(slots)]
        return {
            name: self._form(self._resources.XObject[f"/{group}"], slot)
            for (name, slot), group in zip(slots.items(), own, strict=True)
        }

    def _groups(self, page: int) -> list[str]:
        if page not in self._painted:
            if len(self._pdf.pages[page].obj.get("/Annots", ())):
                raise FormError("a slot holds a link, which it cannot")
            steps = _steps(self._pdf.pages[page])
            self._painted[page] = [str(operands[0])[1:] for operands, name in steps if name == "Do"]
        return self._painted[page]

    def _form(self, group: Any, slot: Slot) -> Form:
        import pikepdf

        glyphs: dict[str, set[int]] = {}
        resources: dict[str, set[str]] = {}
        operations: list[tuple[Sequence[Any], str]] = []
        font = ""
        for operands, name in _steps(group):
            if name in _MARKS and not slot.element:
                # What is drawn in the head or foot of a page stands in an artifact already.
                continue
            if name == "Tf":
                font = str(operands[0])[1:]
                glyphs.setdefault(font, set())
            elif name == "TJ":
                glyphs[font].update(code for item in operands[0] for code in _codes(item))
            elif name in _OTHER_TEXT:
                raise FormError(f"a slot shows text with the operator {name}")
            elif name in _NAMING and operands and isinstance(operands[-1], pikepdf.Name):
                resources.setdefault(_NAMING[name], set()).add(str(operands[-1])[1:])
            operations.append((operands, name))
        return Form(
            operations,
            {name: frozenset(codes) for name, codes in glyphs.items()},
            {kind: frozenset(names) for kind, names in resources.items()},
            group.Resources,
            self._element(group) if slot.element else None,
        )

    def _element(self, group: Any) -> Any:
        """Return the element of a slot: the one two below the document that a group's content belongs to."""
        for element in self._parents.get(int(group.get("/StructParents", -1)), []):
            while element.P.P.get("/S") != "/Document":
                element = element.P
            return element
        return None


def _steps(stream: Any) -> Iterator[tuple[Sequence[Any], str]]:
    import pikepdf

    for step in pikepdf.parse_content_stream(stream):
        yield list(step.operands), str(step.operator)


def _numbers(pdf: Any) -> dict[int, Any]:
    """Return the parent tree, which this program writes as one list."""
    items = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    return {int(key): value for key, value in zip(items[::2], items[1::2], strict=True)}


def _codes(item: Any) -> Iterator[int]:
    """Yield the glyphs of a string of a composite font: two bytes each; spaces between strings are numbers."""
    import pikepdf

    if isinstance(item, pikepdf.String):
        data = bytes(item)
        for start in range(0, len(data), 2):
            yield int.from_bytes(data[start : start + 2], "big")


class Filler:
    """Writes forms into the slots of one copy."""

    def __init__(self, update: Update, sheet: Sheet, forms: Mapping[str, Form]) -> None:
        self._update = update
        self._forms = forms
        self._fonts = {
            name: sheet.font(name).embed(update, glyphs) for name, glyphs in self._glyphs().items()
        }
        self._taken_over: dict[tuple[int, int], bytes] = {}

    def _glyphs(self) -> dict[str, set[int]]:
        glyphs: dict[str, set[int]] = {}
        for form in self._forms.values():
            for name, codes in form.glyphs.items():
                glyphs.setdefault(name, set()).update(codes)
        return glyphs

    def fill(self, slots: Mapping[str, Slot]) -> None:
        """Write each form into its slot.

        Raises:
            FormError: A form has more stretches of marked content than a slot can hold.
        """
        for name, form in self._forms.items():
            self._fill(slots[name], form)

    def _fill(self, slot: Slot, form: Form) -> None:
        import pydyf

        resources = {
            kind: pydyf.Dictionary(
                {
                    name: as_written(form.source[f"/{kind}"][f"/{name}"], self._take_over)
                    for name in sorted(names)
                }
            )
            for kind, names in form.resources.items()
        }
        if form.glyphs:
            resources["Font"] = pydyf.Dictionary({name: self._fonts[name][0] for name in sorted(form.glyphs)})
        entries = {**_placed(slot), "Resources": pydyf.Dictionary(resources)}
        if slot.element:
            entries["StructParents"] = slot.key
        content = b"\n".join(self._operation(slot, *operation) for operation in _followed(form.operations))
        self._update.put(slot.form, pydyf.Stream([content], pydyf.Dictionary(entries), compress=True))
        if slot.element and form.element is not None:
            write_elements(self._update, slot, form.element)

    def _take_over(self, item: Any) -> bytes:
        """Return a reference to an object of the sheet that is taken over with all that it refers to.

        Fonts are not among it: those of the sheet have the characters of other clinics too.
        """
        import pikepdf
        import pydyf

        if item.objgen not in self._taken_over:
            if item.get("/Type") in _NOT_TAKEN_OVER:
                raise FormError("a slot holds text within a group or a pattern, which it cannot")
            number = self._update.reserve()
            self._taken_over[item.objgen] = reference(number)
            if isinstance(item, pikepdf.Stream):
                entries = self._entries(item)
                self._update.put(number, pydyf.Stream([item.read_raw_bytes()], pydyf.Dictionary(entries)))
            else:
                self._update.put(number, as_written(item, self._take_over, is_whole=True))
        return self._taken_over[item.objgen]

    def _entries(self, stream: Any) -> dict[str, Any]:
        """Return what the dictionary of a stream of the sheet says, without fonts where it shows no text."""
        import pydyf

        entries = {
            key[1:]: as_written(value, self._take_over)
            for key, value in stream.stream_dict.items()
            if key not in ("/Length", "/Resources", "/StructParents")
        }
        resources = stream.stream_dict.get("/Resources")
        if resources is not None:
            shows_text = any(name == "Tf" for _, name in _steps(stream))
            entries["Resources"] = pydyf.Dictionary(
                {
                    key[1:]: as_written(value, self._take_over)
                    for key, value in resources.items()
                    if shows_text or key != "/Font"
                }
            )
        return entries

    def _operation(self, slot: Slot, operands: Sequence[Any], name: str, font: str) -> bytes:
        import pikepdf

        if name == "TJ":
            numbers = self._fonts[font][1]
            parts = (
                b"<%s>" % b"".join(b"%04x" % numbers[code] for code in _codes(item))
                if isinstance(item, pikepdf.String)
                else _number(item)
                for item in operands[0]
            )
            return b"[%s] TJ" % b"".join(parts)
        if name == "BDC" and "/MCID" in operands[1]:
            mark = int(operands[1].MCID)
            if mark >= MOST_MARKS:
                raise FormError(f"a slot holds more than {MOST_MARKS} stretches of text")
            return b"%s <</MCID %d>> BDC" % (str(operands[0]).encode(), slot.first + mark)
        return b" ".join([*(_operand(item) for item in operands), name.encode()])


def _placed(slot: Slot) -> dict[str, Any]:
    """Return what a form says of its place: in CSS pixels and downwards, as the renderer writes it."""
    import pydyf

    width, height = slot.width / POINTS, slot.height / POINTS
    matrix = pydyf.Array([factor(1 / width), 0, 0, factor(-1 / height), 0, 1])
    return {**form_entries(width, height), "Matrix": matrix}


def _followed(operations: Sequence[tuple[Sequence[Any], str]]) -> Iterator[tuple[Sequence[Any], str, str]]:
    """Yield each operation with the name of the font that is set."""
    font = ""
    for operands, name in operations:
        if name == "Tf":
            font = str(operands[0])[1:]
        yield operands, name, font


def _operand(item: Any) -> bytes:
    import pikepdf

    return item.unparse() if isinstance(item, pikepdf.Object) else _number(item)


def _number(item: Any) -> bytes:
    return f"{float(item):.5f}".rstrip("0").rstrip(".").encode()


def write_elements(update: Update, slot: Slot, root: Any) -> None:
    """Write what is in a structure element of the sheet into that of a slot."""
    marked: dict[int, bytes] = {}
    kids = [_written(update, slot, kid, slot.element, marked) for kid in kids_of(root)]
    put_elements(update, slot, kids, marked)


def put_elements(update: Update, slot: Slot, kids: Sequence[Any], marked: Mapping[int, bytes]) -> None:
    """Say what is in the element of a slot (ISO 32000-1, 14.7.4).

    Args:
        update: What is written.
        slot: Whose element it is.
        kids: What is in it.
        marked: The element that each stretch of marked content belongs to, by its number within the slot.
    """
    import pydyf

    parents = [b"null"] * (slot.first + max(marked, default=-1) + 1)
    for number, element in marked.items():
        parents[slot.first + number] = element
    update.put(slot.parents, pydyf.Array(parents))
    entries = {"Type": "/StructElem", "S": "/Div", "P": reference(slot.parent), "K": pydyf.Array(kids)}
    update.put(slot.element, pydyf.Dictionary(entries))


def marked_content(slot: Slot, number: int) -> Any:
    """Return what names a stretch of marked content of a slot in its element."""
    import pydyf

    entries = {"Type": "/MCR", "Pg": reference(slot.page), "Stm": reference(slot.form)}
    return pydyf.Dictionary({**entries, "MCID": slot.first + number})


def _written(update: Update, slot: Slot, item: Any, parent: int, marked: dict[int, bytes]) -> Any:
    """Write an element of the sheet and what is in it; return a reference to it."""
    import pydyf

    if isinstance(item, int) or "/MCID" in item:
        mark = item if isinstance(item, int) else int(item.MCID)
        marked[mark] = reference(parent)
        return marked_content(slot, mark)
    if "/S" not in item:
        raise FormError("a slot holds a link, which it cannot")
    number = update.reserve()
    kids = [_written(update, slot, kid, number, marked) for kid in kids_of(item)]
    said = {key[1:]: as_written(value, _refuse) for key, value in item.items() if key not in _PLACED}
    said |= {"Type": "/StructElem", "P": reference(parent), "K": pydyf.Array(kids)}
    update.put(number, pydyf.Dictionary(said))
    return reference(number)


def _refuse(item: Any) -> bytes:
    raise FormError(f"an element of a slot refers to {item!r}")


def kids_of(element: Any) -> list[Any]:
    """Return what is in a structure element of pikepdf, whether it is one thing or many."""
    import pikepdf

    found = element.get("/K")
    if found is None:
        return []
    return list(found) if isinstance(found, pikepdf.Array) else [found]
