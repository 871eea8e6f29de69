"""Copies of a web page: its slots filled, and whose copy it is in its head."""

import base64
import hashlib
import re
import uuid
from html import escape
from typing import Any

import lxml.html
from lxml import etree

from report.copies import Filling, with_logo
from report.copies.identity import Identity, identity_from, values

# As `templates/html/slot.html` writes it.
_SLOT = re.compile(rb'(<div class="slot slot-([a-z][a-z0-9-]*)" data-slot="\2">)(</div>)')
_HEAD = b"</title>"
_PREFIX = "copy"
_IDENTIFIER = "identifier"


class HtmlEdition:
    """A web page with slots."""

    def __init__(self, data: bytes) -> None:
        """Read a page.

        Raises:
            ValueError: It has no head that this program wrote.
        """
        if data.count(_HEAD) < 1:
            raise ValueError("the file is no web page of an edition")
        # The page itself states no identifier: its bytes stand for one.
        self.identifier = uuid.uuid5(uuid.NAMESPACE_URL, hashlib.sha256(data).hexdigest()).urn
        self._data = data

    @property
    def slots(self) -> frozenset[str]:
        """The names of its slots."""
        return frozenset(name.decode() for _, name, _ in _SLOT.findall(self._data))

    def copied(self, filling: Filling, identity: Identity) -> bytes:
        """Return a copy."""
        picture = f"data:{filling.logo_type};base64,{base64.b64encode(filling.logo).decode()}"

        def filled(found: re.Match[bytes]) -> bytes:
            fragment = with_logo(filling.fragments.get(found[2].decode(), ""), picture)
            return found[1] + fragment.encode() + found[3]

        told = {**values(identity), _IDENTIFIER: identity.identifier}
        head = "".join(
            f'\n<meta name="{_PREFIX}.{name}" content="{escape(value)}">' for name, value in told.items()
        )
        return _SLOT.sub(filled, self._data).replace(_HEAD, _HEAD + head.encode(), 1)


def open_edition(data: bytes) -> HtmlEdition:
    """Return an edition's web page, to be copied.

    Raises:
        ValueError: It is none that this program made.
    """
    return HtmlEdition(data)


def read_identity(data: bytes) -> Identity:
    """Return whose copy a web page is.

    Raises:
        ValueError: It is no copy, or is not written in UTF-8.
    """
    head, _, _ = data.decode("utf-8").partition("<body")
    try:
        root = lxml.html.document_fromstring(f"{head}</head></html>".encode(), parser=_parser())
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise ValueError(f"the file is no web page: {error}") from None
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        prefix, _, name = meta.get("name", "").partition(".")
        if prefix == _PREFIX:
            if name in found:
                raise ValueError("the file says twice whose copy it is")
            found[name] = meta.get("content", "")
    return identity_from(found, found.get(_IDENTIFIER, ""))


def _parser() -> Any:
    return lxml.html.HTMLParser(encoding="utf-8", no_network=True)
