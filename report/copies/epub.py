"""Copies of an EPUB: documents with slots filled, and whose copy it is in the package document."""

import re
from collections.abc import Mapping
from typing import Any

import lxml.html
from lxml import etree

from report.copies import Filling, with_logo
from report.copies.identity import NAMESPACE, PROPERTIES, Identity, identity_from, text_of, values
from report.publication.archive import extend, pack
from report.publication.opening import open_container
from report.publication.package_document import DC, FOLDER, OPF, PACKAGE_PATH
from report.publication.xhtml import serialise_inside, to_xhtml

_SLOT = re.compile(rb'(<div class="slot slot-([a-z][a-z0-9-]*)" data-slot="\2")(?:/>|></div>)')
_MIMETYPE = "mimetype"
_PICTURE = "images/recipient"
_PREFIX = "copy"


class EpubEdition:
    """An EPUB with slots, all but the documents that differ from copy to copy packed already."""

    def __init__(self, data: bytes) -> None:
        """Read an EPUB.

        Raises:
            ValueError: It is none that can be read.
        """
        files = open_container(data)
        if PACKAGE_PATH not in files:
            raise ValueError("the file is no EPUB of an edition")
        self._documents = {name: text for name, text in files.items() if _SLOT.search(text)}
        self._package = files[PACKAGE_PATH]
        apart = {PACKAGE_PATH, _MIMETYPE, *self._documents}
        self._same = pack((name, text) for name, text in files.items() if name not in apart)
        self.identifier = _identifier(_parsed(self._package))

    @property
    def slots(self) -> frozenset[str]:
        """The names of its slots."""
        return frozenset(
            name.decode() for text in self._documents.values() for _, name in _SLOT.findall(text)
        )

    def copied(self, filling: Filling, identity: Identity) -> bytes:
        """Return a copy."""
        picture = f"{_PICTURE}.{filling.logo_type.rpartition('/')[2]}"
        fragments = {
            name: _as_xhtml(with_logo(text, picture)) for name, text in filling.fragments.items() if text
        }

        def filled(found: re.Match[bytes]) -> bytes:
            return found[1] + b">" + fragments.get(found[2].decode(), b"") + b"</div>"

        files = {name: _SLOT.sub(filled, text) for name, text in self._documents.items()}
        drawn = [name for name, text in files.items() if b"<svg" in text]
        files[PACKAGE_PATH] = self._stated(
            identity, drawn, picture if filling.logo else "", filling.logo_type
        )
        if filling.logo:
            files[f"{FOLDER}/{picture}"] = filling.logo
        return extend(self._same, files.items())

    def _stated(self, identity: Identity, drawn: list[str], picture: str, media_type: str) -> bytes:
        """Return the package document of a copy: its own identifier, whose it is, and what its documents hold now."""
        root = _parsed(self._package)
        metadata, manifest = root.find(f"{{{OPF}}}metadata"), root.find(f"{{{OPF}}}manifest")
        metadata.find(f"{{{DC}}}identifier").text = identity.identifier
        root.set("prefix", f"{root.get('prefix', '')} {_PREFIX}: {NAMESPACE}:".strip())
        for name, value in values(identity).items():
            etree.SubElement(metadata, f"{{{OPF}}}meta", property=f"{_PREFIX}:{name}").text = value
        for item in manifest:
            if f"{FOLDER}/{item.get('href')}" in drawn:
                item.set("properties", " ".join(sorted({*item.get("properties", "").split(), "svg"})))
        if picture:
            etree.SubElement(
                manifest,
                f"{{{OPF}}}item",
                {"id": "recipient-picture", "href": picture, "media-type": media_type},
            )
        written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
        return written


def _parsed(data: bytes) -> Any:
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise ValueError(f"the package document cannot be read: {error}") from None


def _identifier(root: Any) -> str:
    found = root.findall(f"{{{OPF}}}metadata/{{{DC}}}identifier")
    if len(found) > 1:
        raise ValueError("the file has two identifiers")
    return text_of(found[0]) if found else ""


def _as_xhtml(fragment: str) -> bytes:
    """Return a piece of HTML as XHTML."""
    holder = lxml.html.fragment_fromstring(fragment, create_parent="div")
    return serialise_inside(to_xhtml(holder, lambda address: address))


def open_edition(data: bytes) -> EpubEdition:
    """Return an edition's EPUB, to be copied.

    Raises:
        ValueError: It is none that can be read.
    """
    return EpubEdition(data)


def read_identity(data: bytes) -> Identity:
    """Return whose copy an EPUB is.

    Raises:
        ValueError: It is no copy, or cannot be read.
    """
    files: Mapping[str, bytes] = open_container(data)
    if PACKAGE_PATH not in files:
        raise ValueError("the file is no EPUB of a copy")
    root = _parsed(files[PACKAGE_PATH])
    found: dict[str, str] = {}
    for meta in root.iter(f"{{{OPF}}}meta"):
        prefix, _, name = meta.get("property", "").partition(":")
        if prefix == _PREFIX and name in PROPERTIES:
            if name in found:
                raise ValueError("the file says twice whose copy it is")
            found[name] = text_of(meta)
    return identity_from(found, _identifier(root))
