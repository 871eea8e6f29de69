"""The ZIP container of an EPUB (OCF 3.3), written: the same files always give the same bytes."""

import io
import zipfile
from collections.abc import Iterable

MEDIA_TYPE = b"application/epub+zip"
# The first day that ZIP can write.
_DATE = (1980, 1, 1, 0, 0, 0)
# What is compressed already.
_STORED = (".png", ".jpg", ".jpeg")
_LEVEL = 6
_UNIX = 3
_READABLE_FILE = 0o100644 << 16


def pack(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return the container with its files in the order given, `mimetype` first and stored (OCF 3.3, 4.3)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        _write(archive, "mimetype", MEDIA_TYPE, zipfile.ZIP_STORED)
        _write_all(archive, files)
    return out.getvalue()


def extend(container: bytes, files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a container with files behind those that it holds, which are not packed again."""
    out = io.BytesIO(container)
    with zipfile.ZipFile(out, "a") as archive:
        _write_all(archive, files)
    return out.getvalue()


def _write_all(archive: zipfile.ZipFile, files: Iterable[tuple[str, bytes]]) -> None:
    for name, data in files:
        is_stored = name.lower().endswith(_STORED)
        _write(archive, name, data, zipfile.ZIP_STORED if is_stored else zipfile.ZIP_DEFLATED)


def _write(archive: zipfile.ZipFile, name: str, data: bytes, method: int) -> None:
    info = zipfile.ZipInfo(name, _DATE)
    info.compress_type = method
    # Python would write the system it runs on.
    info.create_system = _UNIX
    info.external_attr = _READABLE_FILE
    archive.writestr(info, data, compresslevel=_LEVEL)
