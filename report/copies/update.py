"""Objects added to a finished PDF, or put in the place of its own, written behind it (ISO 32000-1, 7.5.6).

The file that they are written behind stays as it is, byte for byte: whoever cuts a copy off where the edition ends has
the edition, and its SHA-256.
"""

import dataclasses
import hashlib
import io
import itertools
from collections.abc import Callable
from typing import Any

_TAIL = 1024


@dataclasses.dataclass(frozen=True)
class Base:
    """A finished PDF, as far as what is written behind it has to know it.

    Attributes:
        data: The file.
        size: The number of the first object that is not taken.
        start: Where its cross-reference section begins.
        root: What its trailer says of the catalogue, as a reference, such as `b"1 0 R"`.
        info: Likewise of the document information.
        identifier: The first of the two strings of its /ID.
    """

    data: bytes
    size: int
    start: int
    root: bytes
    info: bytes
    identifier: bytes

    @classmethod
    def read(cls, data: bytes, pdf: Any) -> "Base":
        """Return what a pikepdf document, which the bytes are of, says of itself.

        Raises:
            ValueError: It does not end as a PDF does.
        """
        marker = data.rfind(b"startxref", len(data) - _TAIL)
        if marker < 0:
            raise ValueError("the file does not say where its cross-reference section is")
        start = int(data[marker:].split()[1])
        root, info = (f"{pdf.trailer[key].objgen[0]} 0 R".encode() for key in ("/Root", "/Info"))
        return cls(data, int(pdf.trailer["/Size"]), start, root, info, bytes(pdf.trailer["/ID"][0]))


class Update:
    """What is written behind one file; values are pydyf's, references to other objects `bytes`."""

    def __init__(self, base: Base) -> None:
        self._base = base
        self._objects: dict[int, bytes] = {}
        self._next = base.size

    def reserve(self) -> int:
        """Return a number for an object that is given later."""
        self._next += 1
        return self._next - 1

    def add(self, value: Any) -> bytes:
        """Add an object and return a reference to it."""
        number = self.reserve()
        self.put(number, value)
        return reference(number)

    def put(self, number: int, value: Any) -> None:
        """Say what an object is from now on."""
        self._objects[number] = value.data if hasattr(value, "data") else value

    def written(self) -> bytes:
        """Return what is to stand behind the file; its /ID says that it is of other contents (ISO 32000-1, 14.4)."""
        import pydyf

        out = io.BytesIO()
        start = len(self._base.data)
        if not self._base.data.endswith(b"\n"):
            out.write(b"\n")
        offsets: dict[int, int] = {}
        digest = hashlib.sha256()
        for number, data in sorted(self._objects.items()):
            digest.update(data)
            offsets[number] = start + out.tell()
            out.write(b"%d 0 obj\n%s\nendobj\n" % (number, data))
        own = self._next
        offsets[own] = start + out.tell()
        entries = {
            "Type": "/XRef",
            "Size": own + 1,
            "Prev": self._base.start,
            "Root": self._base.root,
            "Info": self._base.info,
            "ID": pydyf.Array(map(_hexadecimal, (self._base.identifier, digest.digest()[:16]))),
            "W": pydyf.Array([1, 4, 1]),
            "Index": pydyf.Array(itertools.chain.from_iterable(_runs(sorted(offsets)))),
        }
        rows = [b"\x01%s\x00" % offset.to_bytes(4, "big") for _, offset in sorted(offsets.items())]
        table = pydyf.Stream([b"".join(rows)], pydyf.Dictionary(entries), compress=True)
        out.write(b"%d 0 obj\n%s\nendobj\n" % (own, table.data))
        out.write(b"startxref\n%d\n%%%%EOF\n" % offsets[own])
        return out.getvalue()


def reference(number: int) -> bytes:
    """Return what refers to an object."""
    return b"%d 0 R" % number


def _hexadecimal(text: bytes) -> bytes:
    return b"<%s>" % text.hex().encode()


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Return stretches of consecutive numbers, each with its length."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and sum(runs[-1]) == number:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((number, 1))
    return runs


def as_written(item: Any, refer: Callable[[Any], bytes], *, is_whole: bool = False) -> Any:
    """Return a value of a pikepdf document as one of pydyf's.

    Args:
        item: Its value.
        refer: Returns a reference to an indirect object of that document.
        is_whole: Whether the value itself is wanted, though it is an indirect object.
    """
    import pikepdf
    import pydyf

    if isinstance(item, pikepdf.Object) and item.is_indirect and not is_whole:
        return refer(item)
    if isinstance(item, pikepdf.Dictionary):
        return pydyf.Dictionary({key[1:]: as_written(value, refer) for key, value in item.items()})
    if isinstance(item, pikepdf.Array):
        return pydyf.Array(as_written(value, refer) for value in item)
    if isinstance(item, pikepdf.Object):
        return item.unparse()
    return pikepdf.Array([item]).unparse()[1:-1].strip()
