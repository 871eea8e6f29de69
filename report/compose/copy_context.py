"""What the templates of slots see: one clinic, and the edition that its copy is of."""

import dataclasses
from collections.abc import Mapping

from markupsafe import Markup

from report.compose.context import ChangesContext


@dataclasses.dataclass(frozen=True)
class Recipient:
    """The clinic that a copy is for; what it did not tell is empty.

    Attributes:
        id: As in clinics.yaml.
        name: As printed.
        address: Of post.
        phone: As printed.
        email: One address.
        logo: The address of its picture, for `src`.
    """

    id: str
    name: str
    address: str = ""
    phone: str = ""
    email: str = ""
    logo: str = ""


@dataclasses.dataclass(frozen=True)
class CopyContext:
    """All that the template of a slot sees.

    Attributes:
        lang: BCP 47.
        labels: The words of its locale.
        recipient: Whose copy it is.
        title: Of the briefing.
        edition: As printed.
        as_of: 数据截至, as printed.
        link: Where the state of the edition is told; may be empty.
        is_sealed: Whether 本册送达 is stamped on the cover.
        qr: A QR code as inline SVG, for what has no pages; None elsewhere.
        changes: Since the edition that the clinic holds; None where it holds none.
        fit: How much smaller than designed the slot's text is set, in steps, because it did not fit; on pages only.
        theme_css: Declarations of custom properties, for `:root`; for a page of its own.
    """

    lang: str
    labels: Mapping[str, str]
    recipient: Recipient
    title: str
    edition: str
    as_of: str
    link: str = ""
    is_sealed: bool = False
    qr: Markup | None = None
    changes: ChangesContext | None = None
    fit: int = 0
    theme_css: str = ""


@dataclasses.dataclass(frozen=True)
class SheetContext:
    """All that the template of a sheet sees, on which the slots of many copies are laid out.

    Attributes:
        lang: BCP 47.
        labels: The words of its locale.
        sizes: Width and height of each slot in points, by name, in the order in which those of a copy stand.
        furniture: The slots that stand in the heads and feet of pages.
        copies: What the slots are filled with, copy by copy: what each sees, by its name.
        theme_css: Declarations of custom properties, for `:root`.
    """

    lang: str
    labels: Mapping[str, str]
    sizes: Mapping[str, tuple[float, float]]
    furniture: frozenset[str]
    copies: tuple[Mapping[str, CopyContext], ...]
    theme_css: str

    @property
    def width(self) -> float:
        """Of the page, in points."""
        return max(width for width, _ in self.sizes.values())

    @property
    def height(self) -> float:
        """Of the page, in points: more than any slot has, so that what is too long is seen to be."""
        return sum(height for _, height in self.sizes.values())
