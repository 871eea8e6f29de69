"""Marks of the timeline's picture: shapes, lines and text as SVG, in ink and grey, after one size of text."""

from xml.sax.saxutils import escape

FACE = "Jianbao Hei"
INK, GREY, HAIRLINE, FAINT = "#1b1d1f", "#5c6266", "#b9bfc3", "#dfe3e5"
SIZE = 8.0
# From the middle of a row to the line its text stands on.
BASELINE = SIZE * 0.36


def text_width(text: str, size: float = SIZE) -> float:
    """Return a cautious estimate of a text's width in pt: never less than the face of the figure sets it."""
    ems = 0.0
    for character in text:
        if character >= "\u2000":
            ems += 1.0
        elif character in "MWmw@%":
            ems += 0.95
        elif character.isupper():
            ems += 0.72
        else:
            ems += 0.6
    return ems * size


# Corners and radii about the middle, in parts of the figure's size of text: shapes, not letters, so that
# no face has to hold them and each stands exactly on its day.
_SHAPES = {
    "■": ('<rect x="{a}" y="{b}" width="{w}" height="{w}" fill="{ink}"/>', 0.36),
    "□": (
        '<rect x="{a}" y="{b}" width="{w}" height="{w}" fill="#ffffff" stroke="{ink}" stroke-width="0.9"/>',
        0.34,
    ),
    "◆": ('<path d="M{x} {b}L{c} {y}L{x} {d}L{a} {y}Z" fill="{ink}"/>', 0.47),
    "◇": (
        '<path d="M{x} {b}L{c} {y}L{x} {d}L{a} {y}Z" fill="#ffffff" stroke="{ink}" stroke-width="0.9"/>',
        0.44,
    ),
    "●": ('<circle cx="{x}" cy="{y}" r="{r}" fill="{ink}"/>', 0.38),
    "○": ('<circle cx="{x}" cy="{y}" r="{r}" fill="#ffffff" stroke="{ink}" stroke-width="0.9"/>', 0.36),
    "▽": ('<path d="M{a} {b}L{c} {b}L{x} {d}Z" fill="#ffffff" stroke="{ink}" stroke-width="0.9"/>', 0.4),
    "▼": ('<path d="M{a} {b}L{c} {b}L{x} {d}Z" fill="{ink}"/>', 0.42),
    "△": ('<path d="M{a} {d}L{c} {d}L{x} {b}Z" fill="#ffffff" stroke="{ink}" stroke-width="0.9"/>', 0.4),
    "▲": ('<path d="M{a} {d}L{c} {d}L{x} {b}Z" fill="{ink}"/>', 0.42),
}


def glyph_mark(glyph: str, x: float, y: float) -> str:
    """Return a badge's glyph about a point, as a shape; as text where it has none."""
    if glyph not in _SHAPES:
        return text_mark(x - text_width(glyph) / 2, y + BASELINE, glyph)
    shape, share = _SHAPES[glyph]
    r = share * SIZE
    return shape.format(
        x=number(x),
        y=number(y),
        a=number(x - r),
        b=number(y - r),
        c=number(x + r),
        d=number(y + r),
        r=number(r),
        w=number(2 * r),
        ink=INK,
    )


def text_mark(
    x: float, y: float, text: str, *, fill: str = INK, weight: int = 400, anchor: str = "start"
) -> str:
    """Return a text on its line; `anchor` is the end of it that stands at `x`."""
    more = f' font-weight="{weight}"' if weight != 400 else ""
    if anchor != "start":
        more += f' text-anchor="{anchor}"'
    return f'<text x="{number(x)}" y="{number(y)}" fill="{fill}"{more}>{escape(text)}</text>'


def line_mark(x1: float, y1: float, x2: float, y2: float, stroke: str, width: float, more: str = "") -> str:
    """Return a straight line; `more` is further attributes."""
    return (
        f'<path d="M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}" fill="none" stroke="{stroke}"'
        f' stroke-width="{number(width)}"{more}/>'
    )


def number(value: float) -> str:
    """Return a number as SVG has it: two decimals at the most, and no minus before zero."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
