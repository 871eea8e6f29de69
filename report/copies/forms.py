"""Laid-out slots as forms, with the structure elements of what they show.

On a sheet, all slots begin at the top left of a page, one over the other (`templates/pdf/slots.html`). Each is painted
as a group, so that the renderer makes a form of it.
"""

import dataclasses
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from report.copies import FormError
from report.copies.fonts import SheetFont
from report.incremental import Update, as_written, dictionary, reference, stream
from report.tagged_pdf.slots import MOST_MARKS, POINTS, Slot, factor

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


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """Where a stretch of marked content begins: what it is, and its number within the slot."""

    tag: bytes
    number: int


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """Text that is shown: in which font, its glyphs as this numbers them, and as numbers what is taken off between."""

    font: str
    parts: tuple[tuple[int, ...] | bytes, ...]


@dataclasses.dataclass(frozen=True)
class Form:
    """What fills a slot.

    Attributes:
        steps: How it is drawn: as it is written, where that is the same wherever it stands.
        glyphs: The glyphs of each font, by the font's name among the sheet's resources.
        resources: The names of other resources, by kind.
        group: Where it is drawn on the sheet, of pikepdf: names the resources.
        element: The structure element of the whole, of pikepdf; None for what is no content.
    """

    steps: Sequence[bytes | Mark | Text]
    glyphs: Mapping[str, frozenset[int]]
    resources: Mapping[str, frozenset[str]]
    group: Any
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
        steps: list[bytes | Mark | Text] = []
        font = ""
        for operands, name in _steps(group):
            if name in _MARKS and not slot.element:
                # What is drawn in the head or foot of a page stands in an artifact already.
                continue
            if name == "Tf":
                font = str(operands[0])[1:]
                glyphs.setdefault(font, set())
            elif name == "TJ":
                text = Text(font, tuple(_parts(operands[0])))
                glyphs[font].update(*(part for part in text.parts if isinstance(part, tuple)))
                steps.append(text)
                continue
            elif name == "BDC" and "/MCID" in operands[1]:
                steps.append(Mark(str(operands[0]).encode(), int(operands[1].MCID)))
                continue
            elif name in _OTHER_TEXT:
                raise FormError(f"a slot shows text with the operator {name}")
            elif name in _NAMING and operands and isinstance(operands[-1], pikepdf.Name):
                resources.setdefault(_NAMING[name], set()).add(str(operands[-1])[1:])
            steps.append(b" ".join([*map(_operand, operands), name.encode()]))
        return Form(
            steps,
            {name: frozenset(codes) for name, codes in glyphs.items()},
            {kind: frozenset(names) for kind, names in resources.items()},
            group,
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


def _parts(shown: Any) -> Iterator[tuple[int, ...] | bytes]:
    """Yield what is shown with a composite font, two bytes a glyph; what is taken off between, where it is anything."""
    import pikepdf

    glyphs: tuple[int, ...] = ()
    for item in shown:
        if isinstance(item, pikepdf.String):
            data = bytes(item)
            glyphs += struct.unpack(f">{len(data) // 2}H", data)
        elif item:
            yield from (glyphs, _number(item))
            glyphs = ()
    yield glyphs


class Filler:
    """Writes forms into the slots of one copy."""

    def __init__(self, update: Update, sheet: Sheet, forms: Mapping[str, Form]) -> None:
        self._update = update
        self._forms = forms
        self._fonts: dict[str, bytes] = {}
        # How each glyph of a font is written in the copy.
        self._codes: dict[str, dict[int, bytes]] = {}
        for name, glyphs in self._glyphs().items():
            self._fonts[name], numbers = sheet.font(name).embed(update, glyphs)
            self._codes[name] = {old: b"%04x" % new for old, new in numbers.items()}
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
        resources = {
            kind: dictionary(
                {
                    name: as_written(form.group.Resources[f"/{kind}"][f"/{name}"], self._take_over)
                    for name in sorted(names)
                }
            )
            for kind, names in sorted(form.resources.items())
        }
        if form.glyphs:
            resources["Font"] = dictionary({name: self._fonts[name] for name in sorted(form.glyphs)})
        entries = {**_placed(slot), "Resources": dictionary(resources)}
        if slot.element:
            entries["StructParents"] = b"%d" % slot.key
        content = b"\n".join(
            step if isinstance(step, bytes) else self._step(slot, step) for step in form.steps
        )
        self._update.put(slot.form, stream(entries, content))
        if slot.element and form.element is not None:
            _Elements(self._update, slot, form.group).write(form.element)

    def _step(self, slot: Slot, step: Mark | Text) -> bytes:
        if isinstance(step, Text):
            codes = self._codes[step.font]
            parts = (
                part if isinstance(part, bytes) else b"<%s>" % b"".join(map(codes.__getitem__, part))
                for part in step.parts
            )
            return b"[%s] TJ" % b"".join(parts)
        if step.number >= MOST_MARKS:
            raise FormError(f"a slot holds more than {MOST_MARKS} stretches of text")
        return b"%s <</MCID %d>> BDC" % (step.tag, slot.first + step.number)

    def _take_over(self, item: Any) -> bytes:
        """Return a reference to an object of the sheet that is taken over with all that it refers to.

        Fonts are not among it: those of the sheet have the characters of other clinics too.
        """
        import pikepdf

        if item.objgen not in self._taken_over:
            if item.get("/Type") in _NOT_TAKEN_OVER:
                raise FormError("a slot holds text within a group or a pattern, which it cannot")
            number = self._update.reserve()
            self._taken_over[item.objgen] = reference(number)
            if isinstance(item, pikepdf.Stream):
                self._update.put(number, self._stream(item))
            else:
                self._update.put(number, as_written(item, self._take_over, is_whole=True))
        return self._taken_over[item.objgen]

    def _stream(self, item: Any) -> bytes:
        """Return a stream of the sheet as it is written here, without fonts where it shows no text."""
        entries = {
            key[1:]: as_written(value, self._take_over)
            for key, value in item.stream_dict.items()
            if key not in ("/Length", "/Resources", "/StructParents")
        }
        resources = item.stream_dict.get("/Resources")
        if resources is not None:
            shows_text = any(name == "Tf" for _, name in _steps(item))
            entries["Resources"] = dictionary(
                {
                    key[1:]: as_written(value, self._take_over)
                    for key, value in resources.items()
                    if shows_text or key != "/Font"
                }
            )
        # The sheet's own streams are plain, unless they are pictures.
        if "Filter" in entries:
            return stream(entries, item.read_raw_bytes(), is_compressed=False)
        return stream(entries, item.read_raw_bytes())


def _placed(slot: Slot) -> dict[str, bytes]:
    """Return what a form says of its place: in CSS pixels and downwards, as the renderer writes it."""
    width, height = slot.width / POINTS, slot.height / POINTS
    matrix = (factor(1 / width), "0", "0", factor(-1 / height), "0", "1")
    return {
        "Type": b"/XObject",
        "Subtype": b"/Form",
        "BBox": b"[0 0 %s %s]" % (_number(width), _number(height)),
        "Matrix": b"[%s]" % " ".join(matrix).encode(),
    }


def _operand(item: Any) -> bytes:
    import pikepdf

    return item.unparse() if isinstance(item, pikepdf.Object) else _number(item)


def _number(item: Any) -> bytes:
    return f"{float(item):.5f}".rstrip("0").rstrip(".").encode()


def put_elements(update: Update, slot: Slot, kids: Sequence[bytes], marked: Mapping[int, bytes]) -> None:
    """Say what is in the element of a slot (ISO 32000-1, 14.7.4).

    Args:
        update: What is written.
        slot: Whose element it is.
        kids: What is in it.
        marked: The element that each stretch of marked content belongs to, by its number within the slot.
    """
    parents = [b"null"] * (slot.first + max(marked, default=-1) + 1)
    for number, element in marked.items():
        parents[slot.first + number] = element
    update.put(slot.parents, b"[%s]" % b" ".join(parents))
    update.put(
        slot.element,
        b"<</Type /StructElem/S /Div/P %s/K [%s]>>" % (reference(slot.parent), b" ".join(kids)),
    )


def marked_content(slot: Slot, number: int) -> bytes:
    """Return what names a stretch of marked content of a slot in its element."""
    return b"<</Type /MCR/Pg %d 0 R/Stm %d 0 R/MCID %d>>" % (slot.page, slot.form, slot.first + number)


class _Elements:
    """Writes what is in a structure element of the sheet into that of a slot."""

    def __init__(self, update: Update, slot: Slot, group: Any) -> None:
        self._update = update
        self._slot = slot
        self._group = group
        self._marked: dict[int, bytes] = {}

    def write(self, root: Any) -> None:
        """Write what is in an element into that of the slot.

        Raises:
            FormError: It holds what cannot be taken over.
        """
        kids = [self._written(kid, self._slot.element) for kid in kids_of(root)]
        put_elements(self._update, self._slot, kids, self._marked)

    def _written(self, item: Any, parent: int) -> bytes:
        """Write an element of the sheet and what is in it; return a reference to it."""
        if isinstance(item, int) or "/MCID" in item:
            return self._content(item, parent)
        if "/S" not in item:
            raise FormError("a slot holds a link, which it cannot")
        number = self._update.reserve()
        kids = [self._written(kid, number) for kid in kids_of(item)]
        said = {key[1:]: as_written(value, _refuse) for key, value in item.items() if key not in _PLACED}
        said |= {"Type": b"/StructElem", "P": reference(parent), "K": b"[%s]" % b" ".join(kids)}
        if item.S == "/Figure":
            said["A"] = self._attributes_of_figure(item)
        self._update.put(number, dictionary(said))
        return reference(number)

    def _content(self, item: Any, parent: int) -> bytes:
        stream = None if isinstance(item, int) else item.get("/Stm")
        if stream is None or stream.objgen != self._group.objgen:
            # Numbered by another stream than the slot's.
            raise FormError("a slot holds a picture with a text of its own within a group, which it cannot")
        mark = int(item.MCID)
        self._marked[mark] = reference(parent)
        return marked_content(self._slot, mark)

    def _attributes_of_figure(self, figure: Any) -> bytes:
        """Return where a figure stands on the page of the slot; on the sheet, slots begin at the top left."""
        slot = self._slot
        left, up = slot.left, slot.bottom + slot.height - float(figure.Pg.MediaBox[3])
        area = map(sum, zip(map(float, figure.A.BBox), (left, up, left, up), strict=True))
        return figure_attributes(*area)


def figure_attributes(left: float, bottom: float, right: float, top: float) -> bytes:
    """Return what a figure says of its place on the page, in points (ISO 32000-1, 14.8.5.4.3)."""
    return b"<</O /Layout/BBox [%.3f %.3f %.3f %.3f]>>" % (left, bottom, right, top)


def _refuse(item: Any) -> bytes:
    raise FormError(f"an element of a slot refers to {item!r}")


def kids_of(element: Any) -> list[Any]:
    """Return what is in a structure element of pikepdf, whether it is one thing or many."""
    import pikepdf

    found = element.get("/K")
    if found is None:
        return []
    return list(found) if isinstance(found, pikepdf.Array) else [found]
