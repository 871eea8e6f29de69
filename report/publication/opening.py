"""The files of a ZIP container, an EPUB's first of all, read within limits: a small file may hold a large one."""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Mapping

MAX_ENTRIES = 2_000
MAX_BYTES = 200_000_000
# Text shrinks to a tenth, an empty table to a hundredth; what shrinks to less was made to.
MAX_RATIO = 200
_SMALL = 100_000
_ENCRYPTED = 0x1
# A container may hold no others (OCF 3.3, 4.2.2), and each of the others breaks with errors of its own.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What zipfile lets out of a broken file: its own error; an unknown way of encryption or version; a file that ends too
# soon; an offset before the file's begin; a name that is no text; and, from the library below it, broken packing.
_BROKEN = (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, UnicodeDecodeError, zlib.error)


def open_container(data: bytes, what: str = "EPUB", max_bytes: int = MAX_BYTES) -> Mapping[str, bytes]:
    """Return the files of a container by name, in its order.

    Args:
        data: The container.
        what: What it should be, for the error.
        max_bytes: Of all its files, unpacked.

    Raises:
        ValueError: It is no ZIP file, one with names or sizes that no reading system should accept, or encrypted.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check(entries, what, max_bytes)
            return {entry.filename: _read(archive, entry) for entry in entries if not entry.is_dir()}
    except _BROKEN as error:
        raise ValueError(f"the file is no {what} that can be read: {error}") from error


def is_marked(data: bytes) -> bool:
    """Return whether a container begins with its media type, stored, for programs that know no ZIP (OCF 3.3, 4.3)."""
    return data[30:38] == b"mimetype" and data[38:58] == b"application/epub+zip" and data[28:30] == b"\0\0"


def _check(entries: list[zipfile.ZipInfo], what: str, max_bytes: int) -> None:
    """Look at what the container says of its files, before any is read."""
    if len(entries) > MAX_ENTRIES:
        raise ValueError(f"the file holds {len(entries):,} files; the limit is {MAX_ENTRIES:,}")
    size = sum(entry.file_size for entry in entries)
    if size > max_bytes:
        raise ValueError(f"the files take {size:,} bytes; the limit is {max_bytes:,}")
    names = [entry.filename for entry in entries]
    for entry in entries:
        name = entry.filename
        if name.startswith("/") or "\\" in name or posixpath.normpath(name).startswith(".."):
            raise ValueError(f"the file name {name[:100]!r} leads out of the container")
        if entry.flag_bits & _ENCRYPTED:
            raise ValueError(f"the file {name[:100]!r} is encrypted")
        if entry.compress_type not in _METHODS:
            method = entry.compress_type
            raise ValueError(
                f"the file {name[:100]!r} is packed by method {method}; an {what} may hold 0 and 8 only"
            )
        ratio = entry.file_size / max(entry.compress_size, 1)
        if entry.file_size > _SMALL and ratio > MAX_RATIO:
            raise ValueError(f"the file {name[:100]!r} is packed {ratio:.0f} to 1; the limit is {MAX_RATIO}")
    if len(set(names)) < len(names):
        name = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the file name {name[:100]!r} stands twice in the container")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return a file; what it says of its size may be a lie."""
    with archive.open(entry) as stream:
        data = stream.read(entry.file_size + 1)
    if len(data) != entry.file_size:
        raise ValueError(f"the file {entry.filename[:100]!r} has another size than it says")
    return data
