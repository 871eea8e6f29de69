"""What a line box of the renderer holds, as the pieces of a paragraph: measured once, for every width."""

import dataclasses
import weakref
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import preferred
from weasyprint.text.line_break import _font_style_cache_key

from report.typography.paragraph import Atom, Edge, Piece, Text
from report.typography.shaping import Forms, Shaped, shape

WRAPPING = ("normal", "pre-line")
_PRESERVED = ("pre", "pre-wrap")
_HAN_LANGUAGES = ("zh", "ja", "ko", "yue")

_forms: weakref.WeakKeyDictionary[Any, dict[str, Forms]] = weakref.WeakKeyDictionary()


class UnsupportedError(Exception):
    """A line box holds what is left to the renderer."""


@dataclasses.dataclass(frozen=True, slots=True)
class Leaf:
    """A text box or an atom, where it stands in the tree, and the boxes around it."""

    box: Any
    path: tuple[int, ...]
    piece: int
    around: tuple[Any, ...]


class Content:
    """What a line box holds, as a paragraph.

    Attributes:
        line_box: The box.
        pieces: Its text, atoms and edges of boxes, in reading order; atoms without their widths.
        leaves: Its text boxes and atoms.
        shaped: The measured text of each piece that is text.
        atom_widths: The widths of its atoms, by that of the block they stand in.
        known: What `line_plans` made of it, by the widths of the atoms.
    """

    def __init__(self, line_box: Any) -> None:
        self.line_box = line_box
        self.pieces: list[Piece] = []
        self.leaves: list[Leaf] = []
        self.shaped: dict[int, Shaped] = {}
        self.atom_widths: dict[float, list[float]] = {}
        self.known: dict[tuple[float, ...], Any] = {}
        self._walk(line_box, (), (line_box,), is_raised=False)

    def _walk(self, parent: Any, path: tuple[int, ...], around: tuple[Any, ...], is_raised: bool) -> None:
        for index, child in enumerate(parent.children):
            if child.is_floated():
                raise UnsupportedError
            if not child.is_in_normal_flow():
                continue
            here = (*path, index)
            if isinstance(child, boxes.TextBox):
                if child.text and child.style["font_size"]:
                    self.leaves.append(Leaf(child, here, len(self.pieces), around))
                    self.pieces.append(self._text(child, is_raised))
            elif isinstance(child, boxes.InlineBox):
                align = child.style["vertical_align"]
                self.pieces.append(Edge(preferred.margin_width(child, 0, right=False), is_opening=True))
                self._walk(child, here, (*around, child), is_raised or align not in ("baseline", 0))
                self.pieces.append(Edge(preferred.margin_width(child, 0, left=False), is_opening=False))
            else:
                self.leaves.append(Leaf(child, here, len(self.pieces), around))
                self.pieces.append(Atom(0.0))

    def _text(self, box: Any, is_raised: bool) -> Text:
        style = box.style
        if style["white_space"] in _PRESERVED or style["direction"] == "rtl" or "\t" in box.text:
            raise UnsupportedError
        if style["word_break"] == "break-all":
            raise UnsupportedError
        shaped = _shaped(box)
        self.shaped[len(self.pieces)] = shaped
        language = style["lang"] or ""
        return Text(
            box.text,
            shaped.advances,
            style["font_size"],
            shaped.forms.advance,
            wraps=style["white_space"] in WRAPPING,
            is_raised=is_raised,
            is_foreign=bool(language) and not language.lower().startswith(_HAN_LANGUAGES),
            hyphen=_hyphen_width(style, shaped.forms) if style["hyphens"] == "auto" else 0.0,
        )


def _shaped(box: Any) -> Shaped:
    known: Shaped | None = getattr(box, "shaped", None)
    if known is None or known.text != box.text:
        known = box.shaped = shape(box.text, box.style, _forms_of(box.style))
    return known


def _forms_of(style: Any) -> Forms:
    by_font = _forms.setdefault(style.font_config, {})
    key = _font_style_cache_key(style)
    if key not in by_font:
        by_font[key] = Forms(style)
    return by_font[key]


def _hyphen_width(style: Any, forms: Forms) -> float:
    return forms.width(style["hyphenate_character"]) * float(style["font_size"])
