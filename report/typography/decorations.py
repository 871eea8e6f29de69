"""The marks that Chinese sets under text, drawn in place of three styles of underline; they are no text.

- `dotted`: 着重号, a dot under the middle of each Han and under nothing else (GB/T 15834-2011, 4.12; CLREQ 3.3.3).
- `wavy`: 书名号﹏, a smooth wave as wide as the text.

Replaced in WeasyPrint 70: `draw.text.draw_text_decoration`. It would draw dots and waves in steps of their own,
which fall anywhere under the characters, and a wave too small to be seen at the weight of a line.
"""

from typing import Any

from weasyprint.draw import text as drawing

from report.typography.characters import is_han
from report.typography.shaping import advances_in

# In ems: half a wave, and how far it rises and falls.
HALF_WAVE = 0.22
WAVE_HEIGHT = 0.055

_stock = drawing.draw_text_decoration


def install() -> None:
    """Replace the renderer's function; again is the same as once."""
    drawing.draw_text_decoration = _draw_text_decoration


def remove() -> None:
    """Give the renderer its own function back."""
    drawing.draw_text_decoration = _stock


def _draw_text_decoration(
    stream: Any, text_box: Any, offset_x: float, offset_y: float, thickness: float, color: Any
) -> None:
    style = text_box.style["text_decoration_style"]
    if style not in ("dotted", "wavy") or "underline" not in text_box.style["text_decoration_line"]:
        _stock(stream, text_box, offset_x, offset_y, thickness, color)
        return
    x, y = text_box.position_x, text_box.position_y + offset_y
    with stream.stacked():
        stream.set_color(color, stroke=True)
        stream.set_line_width(thickness)
        stream.set_line_cap(1)
        if style == "dotted":
            _draw_dots(stream, text_box, x, y)
        else:
            _draw_wave(stream, x, y, text_box.width, text_box.style["font_size"])
        stream.stroke()


def _draw_dots(stream: Any, text_box: Any, x: float, y: float) -> None:
    """Draw a line of no length under each Han, which its round ends make a dot."""
    middle = text_box.style["font_size"] / 2
    layout = text_box.pango_layout
    layout.reactivate(text_box.style)
    first_line, _ = layout.get_first_line()
    for char, advance in zip(layout.text, advances_in(layout.text, first_line), strict=True):
        if is_han(char):
            # What justification adds to the advance lies behind the character.
            stream.move_to(x + middle, y)
            stream.line_to(x + middle, y)
        x += advance


def _draw_wave(stream: Any, x: float, y: float, width: float, size: float) -> None:
    """Draw a wave of whole halves, so that it begins and ends on its own line."""
    count = max(1, round(width / (HALF_WAVE * size)))
    half = width / count
    # A cubic whose control points are 4/3 of the height away reaches the height itself.
    rise = WAVE_HEIGHT * size * 4 / 3
    stream.move_to(x, y)
    for number in range(count):
        start, end = x + number * half, x + (number + 1) * half
        bend = y - rise if number % 2 == 0 else y + rise
        stream.curve_to(start + half * 0.36, bend, end - half * 0.36, bend, end, y)
