"""Measures text with the renderer's text engine, and draws it with the advances and forms that were chosen.

The widths of glyphs are read from what Pango shaped, and written into it before it is drawn; so no attribute has
to split a run of text, which would cost time and part ligatures and kerned pairs.
"""

import array
import dataclasses
from collections.abc import Sequence
from typing import Any

from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, ffi, pango
from weasyprint.text.line_break import Layout, line_size

from report.typography.variants import SPACE_AROUND

# `PangoGlyphInfo` as 32-bit numbers: glyph, width, x and y offset, flags.
_INFO_FIELDS = 5
_WIDTH = 1
_DECORATION = (
    "ascent",
    "underline_position",
    "strikethrough_position",
    "underline_thickness",
    "strikethrough_thickness",
)
# draw/text.py cuts a glyph's adjustment to whole thousandths of an em, so it is given a third of one more.
_BIAS = 0.3


@dataclasses.dataclass(frozen=True, slots=True)
class Form:
    """A character's glyph under an OpenType feature, and its advance in ems."""

    glyph: int
    advance: float


class Forms:
    """The forms of the characters of one font, looked up when first asked for."""

    def __init__(self, style: Any) -> None:
        self._style = style.copy()
        self._style["letter_spacing"] = "normal"
        self._style["word_spacing"] = 0
        self._settings = style["font_feature_settings"]
        self._known: dict[tuple[str, str], Form | None] = {}
        self._widths: dict[str, float] = {}

    def form(self, text: str, feature: str) -> Form | None:
        """Return the form of a character or ligature, or None where it is no other glyph than without the feature."""
        key = text, feature
        if key not in self._known:
            plain, formed = self._shape(text, ""), self._shape(text, feature)
            self._known[key] = formed if formed is not None and formed != plain else None
        return self._known[key]

    def advance(self, char: str, feature: str) -> float | None:
        """Return the form's advance in ems, or None without one."""
        form = self.form(char, feature)
        return None if form is None else form.advance

    def width(self, text: str) -> float:
        """Return the advance in ems of a text in its own glyphs."""
        if text not in self._widths:
            shaped = shape(text, self._style, self)
            self._widths[text] = sum(shaped.advances) / float(self._style["font_size"])
        return self._widths[text]

    def _shape(self, text: str, feature: str) -> Form | None:
        settings = () if self._settings == "normal" else tuple(self._settings)
        added = ((feature, 1),) if feature else ()
        style = self._style.copy()
        style["font_feature_settings"] = (*settings, *added) or "normal"
        layout = Layout(style)
        layout.set_text(text)
        first_line, _ = layout.get_first_line()
        fields = [number for run in _runs(first_line) for number in _fields(run)[0]]
        if len(fields) != _INFO_FIELDS:
            return None
        return Form(fields[0], fields[_WIDTH] * FROM_UNITS / self._style["font_size"])


@dataclasses.dataclass(frozen=True, slots=True)
class Shaped:
    """A text as one line, measured.

    Attributes:
        text: The text.
        advances: Of each character in pixels.
        forms: Those of its font.
        height: Of the line that Pango makes of it; `baseline` is measured from its top.
        decoration: What drawing lines under and through it asks its layout for.
    """

    text: str
    advances: tuple[float, ...]
    forms: Forms
    height: float
    baseline: float
    decoration: dict[str, float | None]


def shape(text: str, style: Any, forms: Forms) -> Shaped:
    """Return a text as it would be set in one line; line ends in it take no room."""
    layout = Layout(style)
    layout.set_text(text.replace("\n", "\u200b"))
    first_line, _ = layout.get_first_line()
    advances = advances_in(text, first_line)
    _, height = line_size(first_line, style)
    baseline = pango.pango_layout_get_baseline(layout.layout) * FROM_UNITS
    decoration = {name: getattr(layout, name) for name in _DECORATION if hasattr(layout, name)}
    return Shaped(text, tuple(advances), forms, height, baseline, decoration)


def advances_in(text: str, first_line: Any) -> list[float]:
    """Return the advance of each character of a line in pixels; of a ligature, the first one has it all."""
    advances = [0.0] * len(text)
    index_of = _indexes(text)
    for run in _runs(first_line):
        offset = run.item.offset
        fields, clusters = _fields(run)
        for width, cluster in zip(fields[_WIDTH::_INFO_FIELDS].tolist(), clusters, strict=True):
            advances[index_of[offset + cluster]] += width * FROM_UNITS
    return advances


def _indexes(text: str) -> dict[int, int]:
    """Return the index of each character by its place in UTF-8; a line end counts as the three bytes it is set as."""
    indexes: dict[int, int] = {}
    place = 0
    for index, char in enumerate(text):
        indexes[place] = index
        code = ord(char)
        if char == "\n" or 0x800 <= code < 0x10000:
            place += 3
        elif code < 0x80:
            place += 1
        else:
            place += 2 if code < 0x800 else 4
    return indexes


def _runs(first_line: Any) -> Any:
    run = first_line.runs
    while run != ffi.NULL:
        yield run.data
        run = run.next


def _fields(run: Any) -> tuple[memoryview, list[int]]:
    """Return the numbers of a run's glyphs as they lie in memory, and where in the run each one's text begins."""
    count = run.glyphs.num_glyphs
    buffer = ffi.buffer(run.glyphs.glyphs, count * ffi.sizeof("PangoGlyphInfo"))
    return memoryview(buffer).cast("i"), ffi.unpack(run.glyphs.log_clusters, count)


class SetText(Layout):  # type: ignore[misc]
    """Part of a line as it will be drawn: a Pango layout made anew for drawing, with the advances chosen.

    Attributes:
        text: What is set, a hyphen included.
        max_width: What the renderer would cut an overlong line to.
    """

    def __init__(
        self, text: str, shaped: Shaped, advances: Sequence[float], forms: Sequence[str], max_width: float
    ) -> None:
        self.text = text
        self.max_width = max_width
        self.justification_spacing = 0
        self.first_line_direction = 0
        self._forms = shaped.forms
        # Both are kept until all pages are drawn.
        self._advances = array.array("d", advances)
        self._features = tuple(forms) if any(forms) else ()
        self._is_cut = sum(advances) > max_width + 1
        for name, value in shaped.decoration.items():
            setattr(self, name, value)

    def get_first_line(self) -> Any:
        """Return the line with its glyphs moved; the renderer's own where the line is cut short with an ellipsis."""
        first_line, index = super().get_first_line()
        if not self._is_cut and len(self.text) == len(self._advances):
            self._move(first_line)
        return first_line, index

    def _move(self, first_line: Any) -> None:
        """Give each cluster of glyphs the advance chosen for its characters.

        The renderer cuts what it moves glyphs by to thousandths of an em; what is lost is given to the next, so
        that a line ends where it was meant to.
        """
        unit = self.style["font_size"] * TO_UNITS / 1000
        scale = TO_UNITS / unit
        advances, features = self._advances, self._features or ("",) * len(self._advances)
        index_of = _indexes(self.text)
        owed = 0.0
        for run in _runs(first_line):
            offset = run.item.offset
            fields, clusters = _fields(run)
            widths = fields[_WIDTH::_INFO_FIELDS]
            clusters.append(run.item.length)
            following = clusters[0]
            for place in range(len(widths)):
                cluster, following = following, clusters[place + 1]
                if following == cluster:
                    # A cluster of several glyphs is moved as one, by its last.
                    owed -= widths[place] / unit
                    continue
                first = index_of[offset + cluster]
                last = index_of.get(offset + following, len(advances))
                wanted, feature = advances[first], features[first]
                if last > first + 1:
                    wanted, feature = sum(advances[first:last]), _feature_of(features[first:last])
                form = self._forms.form(self.text[first:last], feature) if feature else None
                if form is not None:
                    fields[place * _INFO_FIELDS] = form.glyph
                    widths[place] = round(form.advance * unit * 1000)
                missing = wanted * scale - widths[place] / unit + owed
                whole = round(missing)
                owed = missing - whole
                if whole:
                    widths[place] += round((whole + (_BIAS if whole > 0 else -_BIAS)) * unit)


def _feature_of(features: Sequence[str]) -> str:
    """Return the feature of a cluster; a ligature has the space before its first character and behind its last."""
    asked = {feature for feature in features if feature}
    return SPACE_AROUND if len(asked) > 1 else next(iter(asked), "")
