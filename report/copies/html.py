"""Copies of a web page: its slots filled, and whose copy it is in its head."""

import base64
import hashlib
import re
import uuid
from html import escape, unescape

from report.copies import LOGO, Filling
from report.copies.identity import Identity, identity_from, values

# As `templates/html/slot.html` writes it.
_SLOT = re.compile(rb'(<div class="slot slot-([a-z]+)" data-slot="\2">)(</div>)')
_HEAD = b"</title>"
_META = re.compile(r'<meta name="copy\.([a-z]+)" content="([^"]*)">')
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
            fragment = filling.fragments.get(found[2].decode(), "").replace(LOGO, picture)
            return found[1] + fragment.encode() + found[3]

        told = {**values(identity), _IDENTIFIER: identity.identifier}
        head = "".join(
            f'\n<meta name="copy.{name}" content="{escape(value)}">' for name, value in told.items()
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
    pairs = _META.findall(head)
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("the file says twice whose copy it is")
    found = {name: unescape(value) for name, value in pairs}
    return identity_from(found, found.get(_IDENTIFIER, ""))
