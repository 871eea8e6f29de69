"""Objects added to a finished PDF, or put in the place of its own, written behind it (ISO 32000-1, 7.5.6).

The file that they are written behind stays as it is, byte for byte: whoever cuts a copy off where the edition ends has
the edition, and its SHA-256.
"""

import dataclasses
import hashlib
import zlib
from collections.abc import Callable, Mapping
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
        info: Likewise of the document information; empty where there is none.
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
            ValueError: It does not end as a PDF does that this program made.
        """
        start = start_of_references(data)
        if data[start:].startswith(b"xref"):
            # What stands behind a table would have to be one too (ISO 32000-1, 7.5.8.4).
            raise ValueError("the file has a table of cross-references; this program writes streams")
        if not {"/Root", "/Info", "/ID"} <= set(pdf.trailer.keys()):
            raise ValueError("the file's trailer names no catalogue, no information or no identifier")
        root, info = (f"{pdf.trailer[key].objgen[0]} 0 R".encode() for key in ("/Root", "/Info"))
        return cls(data, int(pdf.trailer["/Size"]), start, root, info, bytes(pdf.trailer["/ID"][0]))


class Update:
    """What is written behind one file; values are pydyf's, or `bytes` as they are written."""

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
        base, own = self._base, self._next
        parts = [] if base.data.endswith(b"\n") else [b"\n"]
        at = len(base.data) + len(parts)
        rows: dict[int, bytes] = {}
        digest = hashlib.sha256()
        for number, data in sorted(self._objects.items()):
            digest.update(data)
            part = b"%d 0 obj\n%s\nendobj\n" % (number, data)
            parts.append(part)
            rows[number] = b"\x01%s\x00" % at.to_bytes(4, "big")
            at += len(part)
        rows[own] = b"\x01%s\x00" % at.to_bytes(4, "big")
        entries = {
            "Type": b"/XRef",
            "Size": b"%d" % (own + 1),
            "Prev": b"%d" % base.start,
            "Root": base.root,
            **({"Info": base.info} if base.info else {}),
            "ID": b"[<%s> <%s>]" % (base.identifier.hex().encode(), digest.digest()[:16].hex().encode()),
            "W": b"[1 4 1]",
            "Index": b"[%s]" % b" ".join(b"%d %d" % run for run in _runs(list(rows))),
        }
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (own, stream(entries, b"".join(rows.values()))))
        parts.append(b"startxref\n%d\n%%%%EOF\n" % at)
        return b"".join(parts)


def start_of_references(data: bytes) -> int:
    """Return where the last section of cross-references of a PDF begins.

    Raises:
        ValueError: It does not say.
    """
    marker = data.rfind(b"startxref", max(0, len(data) - _TAIL))
    found = data[marker:].split()[1:2] if marker >= 0 else []
    if not found or not found[0].isdigit():
        raise ValueError("the file does not say where its cross-reference section is")
    return int(found[0])


def dictionary(entries: Mapping[str, bytes]) -> bytes:
    """Return a dictionary as it is written; keys without their slash, values as they are written."""
    return b"<<%s>>" % b"".join(b"/%s %s" % (key.encode(), value) for key, value in entries.items())


def stream(entries: Mapping[str, bytes], content: bytes, *, is_compressed: bool = True) -> bytes:
    """Return a stream as it is written."""
    if is_compressed:
        content = zlib.compress(content)
        entries = {**entries, "Filter": b"/FlateDecode"}
    written = dictionary({**entries, "Length": b"%d" % len(content)})
    return b"%s\nstream\n%s\nendstream" % (written, content)


def reference(number: int) -> bytes:
    """Return what refers to an object."""
    return b"%d 0 R" % number


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Return stretches of consecutive numbers, each with its length."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and sum(runs[-1]) == number:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((number, 1))
    return runs


def as_written(item: Any, refer: Callable[[Any], bytes], *, is_whole: bool = False) -> bytes:
    """Return a value of a pikepdf document as it is written.

    Args:
        item: Its value.
        refer: Returns a reference to an indirect object of that document.
        is_whole: Whether the value itself is wanted, though it is an indirect object.
    """
    import pikepdf

    if isinstance(item, pikepdf.Object) and item.is_indirect and not is_whole:
        return refer(item)
    if isinstance(item, pikepdf.Dictionary):
        return dictionary({key[1:]: as_written(value, refer) for key, value in item.items()})
    if isinstance(item, pikepdf.Array):
        return b"[%s]" % b" ".join(as_written(value, refer) for value in item)
    if isinstance(item, pikepdf.Object):
        return bytes(item.unparse())
    return bytes(pikepdf.Array([item]).unparse()[1:-1].strip())
