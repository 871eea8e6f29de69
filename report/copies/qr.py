"""QR codes of copies, as paths of a form."""

import functools
from collections.abc import Sequence
from typing import NamedTuple

from report.copies.forms import figure_attributes, marked_content, put_elements
from report.incremental import Update, dictionary, reference, stream
from report.tagged_pdf.slots import Slot

SLOT = "qr"


class Code(NamedTuple):
    """A QR code: the address that it leads to, and the text that stands for it."""

    address: str
    alternative: str


def fill(update: Update, slot: Slot, code: Code) -> None:
    """Draw a code into a slot as a figure with a text alternative (ISO 14289-1, 7.3); in a foot, as decoration."""
    update.put(slot.form, _form(code.address, slot))
    if not slot.element:
        return
    number = update.reserve()
    area = (slot.left, slot.bottom, slot.left + slot.width, slot.bottom + slot.height)
    figure = {
        "Type": b"/StructElem",
        "S": b"/Figure",
        "P": reference(slot.element),
        "Alt": b"<%s>" % (b"\xfe\xff" + code.alternative.encode("utf-16-be")).hex().encode(),
        "A": figure_attributes(*area),
        "K": b"[%s]" % marked_content(slot, 0),
    }
    update.put(number, dictionary(figure))
    put_elements(update, slot, [reference(number)], {0: reference(number)})


@functools.lru_cache(maxsize=16)
def _form(address: str, slot: Slot) -> bytes:
    """Return the form of a code, of which many copies have the same: its modules are of unit size."""
    import segno

    # ISO/IEC 18004, level M; row by row, 1 for a dark module.
    rows = [bytes(row) for row in segno.make_qr(address, error="m").matrix]
    count = len(rows)
    side = min(slot.width, slot.height)
    scale = (side / slot.width / count, side / slot.height / count, 1 - side / slot.height)
    entries = {
        "Type": b"/XObject",
        "Subtype": b"/Form",
        "BBox": b"[0 0 %d %d]" % (count, count),
        "Matrix": b"[%.9f 0 0 %.9f 0 %.9f]" % scale,
        "Resources": b"<<>>",
    }
    if not slot.element:
        return stream(entries, _path(rows))
    entries["StructParents"] = b"%d" % slot.key
    return stream(entries, b"/Figure <</MCID %d>> BDC\n%s\nEMC" % (slot.first, _path(rows)))


def _path(rows: Sequence[bytes]) -> bytes:
    """Return what paints the dark modules, each run of a row one rectangle."""
    lines = [b"0 g"]
    for index, row in enumerate(rows):
        start = 0
        while (start := row.find(1, start)) >= 0:
            end = row.find(0, start)
            end = len(row) if end < 0 else end
            lines.append(b"%d %d %d 1 re" % (start, len(rows) - index - 1, end - start))
            start = end
    return b"\n".join([*lines, b"f"])
