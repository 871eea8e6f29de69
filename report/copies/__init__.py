"""An edition's files, and what one clinic's copies of them have besides, put together: bytes in, bytes out.

Each module named like a format fills that format's slots. It has

- `open_edition(data: bytes) -> Edition`, which reads an edition's file once, for all copies;
- `read_identity(data: bytes) -> Identity`, which reads back whose copy a file is.
"""

import dataclasses
import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from report.copies.forms import Form, Sheet
    from report.copies.identity import Identity
    from report.copies.qr import Code


# The address of the clinic's picture in a fragment; each format puts its own in its place.
LOGO = "asset:///logo"


class FormError(ValueError):
    """What was laid out cannot be a slot."""


@dataclasses.dataclass(frozen=True)
class Filling:
    """What one clinic's copies have besides the edition.

    Attributes:
        fragments: HTML by slot; a slot without one stays empty.
        logo: The clinic's picture; empty where it has none.
        logo_type: Its media type.
        code: What the slot `qr` shows; None where it stays empty.
        sheet: Where the same are laid out for pages; None where no format has pages.
        forms: By slot, as the sheet has them.
    """

    fragments: Mapping[str, str]
    logo: bytes = b""
    logo_type: str = "image/png"
    code: "Code | None" = None
    sheet: "Sheet | None" = None
    forms: "Mapping[str, Form]" = dataclasses.field(default_factory=dict)


class Edition(Protocol):
    """A file of an edition, read once and copied many times."""

    @property
    def identifier(self) -> str:
        """What the file says that it is, `urn:uuid:…`."""

    @property
    def slots(self) -> frozenset[str]:
        """The names of its slots."""

    def copied(self, filling: Filling, identity: "Identity") -> bytes:
        """Return a copy.

        Raises:
            FormError: What was laid out does not go into a slot.
        """


def with_logo(fragment: str, address: str) -> str:
    """Return a fragment with another address of the clinic's picture; texts that read like the old one stay."""
    return fragment.replace(f'src="{LOGO}"', f'src="{address}"')


def load_filler(format_: str) -> Any:
    """Return the module that fills the slots of a format.

    Raises:
        ValueError: There is none.
    """
    try:
        return importlib.import_module(f"{__name__}.{format_}")
    except ModuleNotFoundError:
        raise ValueError(f"there are no copies of {format_!r}") from None
