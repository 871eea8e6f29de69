"""QR codes of copies, as paths of a form."""

import functools
from typing import Any, NamedTuple

from report.copies.forms import marked_content, put_elements
from report.copies.update import Update, reference
from report.tagged_pdf.slots import Slot, form_entries

SLOT = "qr"


class Code(NamedTuple):
    """A QR code: the address that it leads to, and the text that stands for it."""

    address: str
    alternative: str


@functools.lru_cache(maxsize=256)
def _rows(address: str) -> tuple[bytes, ...]:
    """Return the modules of a code (ISO/IEC 18004, level M), row by row, 1 for a dark one."""
    import segno

    return tuple(bytes(row) for row in segno.make_qr(address, error="m").matrix)


def fill(update: Update, slot: Slot, code: Code) -> None:
    """Draw a code into a slot as a figure with a text alternative (ISO 14289-1, 7.3)."""
    import pydyf

    entries: dict[str, Any] = {**form_entries(slot.width, slot.height), "StructParents": slot.key}
    number = update.reserve()
    content = b"/Figure <</MCID %d>> BDC\n%s\nEMC" % (slot.first, _path(_rows(code.address), slot))
    update.put(slot.form, pydyf.Stream([content], pydyf.Dictionary(entries), compress=True))
    corners = (slot.left, slot.bottom, slot.left + slot.width, slot.bottom + slot.height)
    area = pydyf.Dictionary({"O": "/Layout", "BBox": pydyf.Array(corners)})
    figure = {
        "Type": "/StructElem",
        "S": "/Figure",
        "P": reference(slot.element),
        "Alt": pydyf.String(code.alternative),
        "A": area,
        "K": marked_content(slot, 0),
    }
    update.put(number, pydyf.Dictionary(figure))
    put_elements(update, slot, [reference(number)], {0: reference(number)})


def _path(rows: tuple[bytes, ...], slot: Slot) -> bytes:
    """Return what fills a slot with the dark modules, each run of a row one rectangle."""
    side = min(slot.width, slot.height) / len(rows)
    lines = [b"0 g"]
    for index, row in enumerate(rows):
        bottom = slot.height - (index + 1) * side
        start = 0
        while (start := row.find(1, start)) >= 0:
            end = row.find(0, start)
            end = len(row) if end < 0 else end
            lines.append(b"%.3f %.3f %.3f %.3f re" % (start * side, bottom, (end - start) * side, side))
            start = end
    return b"\n".join([*lines, b"f"])
