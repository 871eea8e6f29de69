"""EPUBs for the tests: opened, and made anew with something changed."""

import io
import zipfile
from collections.abc import Callable, Mapping

from lxml import etree

XHTML = "{http://www.w3.org/1999/xhtml}"
OPS = "{http://www.idpf.org/2007/ops}"
OPF = "{http://www.idpf.org/2007/opf}"


def files_of(data: bytes) -> dict[str, bytes]:
    """The files of a container, in its order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def documents_of(data: bytes) -> dict[str, etree._Element]:
    """The XHTML documents in reading order, by file name."""
    files = files_of(data)
    package = etree.fromstring(files["EPUB/package.opf"])
    paths = {item.get("id"): item.get("href") for item in package.iter(f"{OPF}item")}
    names = [paths[item.get("idref")] for item in package.iter(f"{OPF}itemref")]
    return {name: etree.fromstring(files[f"EPUB/{name}"]) for name in names}


def text_of(element: etree._Element) -> str:
    """All text of an element without white space."""
    return "".join("".join(element.itertext()).split())


def packed(files: Mapping[str, bytes], *, stored: tuple[str, ...] = ("mimetype",)) -> bytes:
    """A container of these files, in this order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            method = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, method)
    return out.getvalue()


def changed(data: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """A copy of an EPUB with one file's text changed; a change that changes nothing is an error of the test."""
    files = files_of(data)
    before = files[f"EPUB/{name}"].decode()
    after = change(before)
    assert after != before, f"nothing changed in {name}"
    return packed(files | {f"EPUB/{name}": after.encode()})
