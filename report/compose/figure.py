"""The timeline as a picture: an inline SVG, in ink and grey, and the sentence that stands for it.

Events stand in lanes, one a jurisdiction, over an axis of years. Nothing is drawn sharper than it is known:
a day is a point, a month a short bar, a year or an interval a bar over all of it. Years without events are
compressed, and dotted where they are. Past `MOST_EVENTS` the picture counts events instead of naming them.
"""

import calendar
import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

Precision = Literal["day", "month", "year", "range"]

# The text measure of 41 Han at 11 pt; `templates/css/theme.css` has the same.
WIDTH_PT = 451.0
MOST_EVENTS = 24
MOST_COLUMNS = 16
MOST_WIDE_COLUMNS = 9  # those headed `1950–59`

_FACE = "Jianbao Hei"
_INK, _GREY, _HAIRLINE, _FAINT = "#1b1d1f", "#5c6266", "#b9bfc3", "#dfe3e5"
_SIZE = 8.0
_ROW = 14.0
_LANE_PADDING = 4.0
_AXIS_HEIGHT = 16.0
_LANE_HEAD = 38.0
_CLEARANCE = 4.0
_GAP_WEIGHT = 0.3
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclasses.dataclass(frozen=True)
class FigureEvent:
    """An event of the figure.

    Attributes:
        earliest: The first day it can have happened; None where the date is open to the past.
        latest: The last day; None where it is open to the future. Not both are None.
        precision: How sharply the date is known.
        lane: The lane's name, as printed (`中国`).
        glyph: The badge's glyph, `■`.
        key: The badge's key; kept as the class of the event's group.
        label: A few words.
        is_future: Announced, and not yet in force at as-of: its label is grey, and its glyph says so.
    """

    earliest: datetime.date | None
    latest: datetime.date | None
    precision: Precision
    lane: str
    glyph: str
    key: str
    label: str
    is_future: bool = False

    @property
    def start(self) -> datetime.date:
        """The day its mark begins at."""
        day = self.earliest or self.latest
        if day is None:
            raise ValueError(f"{self.label!r} has neither an earliest nor a latest day")
        return day

    @property
    def end(self) -> datetime.date:
        """The day its mark ends at."""
        return self.latest or self.start


@dataclasses.dataclass(frozen=True)
class _Placed:
    """An event with its place, in pt.

    Attributes:
        span: What the bar under the glyph covers; None for a day, and where the date is open.
        middle: Where the glyph stands: on its day, or amid the bar.
        text_x: Where the label begins.
    """

    event: FigureEvent
    row: int
    span: tuple[float, float] | None
    middle: float
    text_x: float
    text: str


class _Axis:
    """Years on a line: each has a width after what happens in it, so that time is piecewise linear."""

    def __init__(self, events: Sequence[FigureEvent], left: float, right: float) -> None:
        first = min(event.start.year for event in events)
        last = max(event.end.year for event in events)
        counts = dict.fromkeys(range(first, last + 1), 0)
        for event in events:
            for year in {event.start.year, event.end.year}:
                counts[year] += 1
        self.counts = counts
        # The square root keeps a busy year from taking the whole line, and a lone event its width.
        weights = {year: count**0.5 if count else _GAP_WEIGHT for year, count in counts.items()}
        scale = (right - left) / sum(weights.values())
        self.edges: dict[int, float] = {}
        x = left
        for year, weight in weights.items():
            self.edges[year] = x
            x += weight * scale
        self.edges[last + 1] = x

    def x(self, day: datetime.date, part: float = 0.5) -> float:
        """Return where a day stands; `part` is the time of that day, 0 to 1."""
        days = 366 if calendar.isleap(day.year) else 365
        share = (day.timetuple().tm_yday - 1 + part) / days
        return self.edges[day.year] + share * (self.edges[day.year + 1] - self.edges[day.year])


def text_width(text: str, size: float = _SIZE) -> float:
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


def timeline_figure(
    events: Sequence[FigureEvent], *, title: str, lanes: Sequence[str] = (), width: float = WIDTH_PT
) -> str:
    """Return the timeline as an inline SVG; the empty string where there are no events.

    The same events give the same text. It holds no script, no style and no reference to anything outside.

    Args:
        events: In any order; they are drawn by date, then label.
        title: The text alternative (see `figure_alt`): WeasyPrint takes it as the tag's `Alt`.
        lanes: The order of the lanes; those not named follow in the order of their first event.
        width: In pt.

    Raises:
        ValueError: An event has neither an earliest nor a latest day.
    """
    if not events:
        return ""
    ordered = sorted(events, key=lambda event: (event.end, event.start, event.lane, event.label))
    present = dict.fromkeys([*lanes, *(event.lane for event in ordered)])
    names = [lane for lane in present if any(event.lane == lane for event in ordered)]
    body, height = (
        _counts(ordered, names, width) if len(ordered) > MOST_EVENTS else _lanes(ordered, names, width)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(width)}pt" height="{_n(height)}pt"'
        f' viewBox="0 0 {_n(width)} {_n(height)}" role="img" aria-label={quoteattr(title)}'
        f' font-family="{_FACE}" font-size="{_n(_SIZE)}"><title>{escape(title)}</title>{body}</svg>'
    )


def figure_alt(events: Sequence[FigureEvent], *, labels: Mapping[str, str], lanes: Sequence[str] = ()) -> str:
    """Return the text alternative of the figure: how many events, where and when, the first and the last.

    Args:
        events: The figure's events.
        labels: The words of a locale; those that begin with `figure_`, and `list_separator`.
        lanes: As for `timeline_figure`.

    Raises:
        KeyError: A label is missing.
    """
    if not events:
        return labels["figure_alt_empty"]
    ordered = sorted(events, key=lambda event: (event.end, event.start, event.lane, event.label))
    present = dict.fromkeys([*lanes, *(event.lane for event in ordered)])
    counts = {lane: sum(event.lane == lane for event in ordered) for lane in present}
    told = labels["list_separator"].join(
        labels["figure_alt_lane"].format(lane=lane, count=count) for lane, count in counts.items() if count
    )
    first, last = ordered[0], ordered[-1]
    key = "figure_alt" if len(ordered) > 1 else "figure_alt_one"
    return labels[key].format(
        first=min(event.start.year for event in ordered),
        last=max(event.end.year for event in ordered),
        total=len(ordered),
        lanes=told,
        earliest=labels["figure_alt_event"].format(date=_told_date(first, labels), label=first.label),
        latest=labels["figure_alt_event"].format(date=_told_date(last, labels), label=last.label),
    )


def figure_caption(events: Sequence[FigureEvent], *, labels: Mapping[str, str]) -> str:
    """Return how to read the figure that `timeline_figure` draws of these events; empty where there is none.

    Raises:
        KeyError: A label is missing.
    """
    if not events:
        return ""
    if len(events) <= MOST_EVENTS:
        return labels["figure_caption"]
    step, _ = _columns(sorted({event.end.year for event in events}))
    return labels["figure_counts_caption" if step == 1 else "figure_counts_step_caption"]


def _told_date(event: FigureEvent, labels: Mapping[str, str]) -> str:
    def day(value: datetime.date, precision: Precision) -> str:
        key = "day" if precision == "range" else precision
        return labels[f"figure_{key}"].format(year=value.year, month=value.month, day=value.day)

    if event.earliest is None:
        return labels["figure_open_start"].format(end=day(event.end, event.precision))
    if event.latest is None:
        return labels["figure_open_end"].format(start=day(event.start, event.precision))
    if event.precision == "range":
        return labels["figure_range"].format(start=day(event.start, "day"), end=day(event.end, "day"))
    return day(event.end, event.precision)


# --- Events by name ---


def _lanes(events: Sequence[FigureEvent], names: Sequence[str], width: float) -> tuple[str, float]:
    axis = _Axis(events, _LANE_HEAD, width - 2)
    drawn: list[str] = []
    y = _AXIS_HEIGHT
    for name in names:
        placed = _place([event for event in events if event.lane == name], axis, _LANE_HEAD, width)
        height = 2 * _LANE_PADDING + _ROW * (1 + max(item.row for item in placed))
        if y > _AXIS_HEIGHT:
            drawn.append(_line(0, y, width, y, _HAIRLINE, 0.4))
        drawn.append(_text(0, y + _LANE_PADDING + _ROW * 0.5 + _SIZE * 0.36, name, weight=700))
        for item in placed:
            drawn.append(_event(item, y + _LANE_PADDING + _ROW * (item.row + 0.5)))
        y += height
    drawn.append(_line(0, y, width, y, _HAIRLINE, 0.4))
    return _year_axis(axis, y, width) + "".join(drawn), y + 1


def _place(events: Sequence[FigureEvent], axis: _Axis, left: float, right: float) -> list[_Placed]:
    """Give each event the first row where neither its mark nor its label meets another; see `_candidates`."""
    rows: list[list[tuple[float, float]]] = []
    placed: list[_Placed] = []
    for event in events:
        span = _span(event, axis)
        middle = sum(span) / 2 if span else axis.x(event.start)
        candidates = _candidates(event.label, middle, span, left, right)
        for row in range(len(rows) + 1):
            if row == len(rows):
                rows.append([])
            for text, text_x in candidates:
                begin = min(text_x, middle - _SIZE / 2, *(span or ()))
                end = max(text_x + text_width(text), middle + _SIZE / 2, *(span or ()))
                if all(begin - _CLEARANCE >= taken[1] or end + _CLEARANCE <= taken[0] for taken in rows[row]):
                    rows[row].append((begin, end))
                    placed.append(_Placed(event, row, span, middle, text_x, text))
                    break
            else:
                continue
            break
    return placed


def _candidates(
    label: str, middle: float, span: tuple[float, float] | None, left: float, right: float
) -> list[tuple[str, float]]:
    """Return the label's texts and places, best first: beside the bar, over it beside the glyph, cut."""
    gap, half = 3.0, _SIZE / 2
    begin, end = span or (middle, middle)
    needed = text_width(label)
    starts = (
        max(end, middle + half) + gap,
        min(begin, middle - half) - gap - needed,
        middle + half + gap,
        middle - half - gap - needed,
    )
    found = [(label, x) for x in dict.fromkeys(starts) if x >= left and x + needed <= right]
    if found:
        return found
    after, before = right - middle - half - gap, middle - half - gap - left
    cut = label
    while cut and text_width(cut + "…") > max(after, before):
        cut = cut[:-1]
    cut += "…"
    return [(cut, middle + half + gap if after >= before else middle - half - gap - text_width(cut))]


def _span(event: FigureEvent, axis: _Axis) -> tuple[float, float] | None:
    """Return what the bar of an event covers; None for a day, and where the date is open."""
    if event.start == event.end:
        return None
    return axis.x(event.start, 0.0), axis.x(event.end, 1.0)


def _event(item: _Placed, y: float) -> str:
    event = item.event
    middle = item.middle
    width = text_width(item.text)
    fill = _GREY if event.is_future else _INK
    # Paper under the label, so that the years' lines do not cross it.
    parts = [
        f'<rect x="{_n(item.text_x)}" y="{_n(y - _SIZE * 0.6)}"'
        f' width="{_n(width)}" height="{_n(_SIZE * 1.2)}" fill="#ffffff"/>'
    ]
    base = y + _SIZE * 0.62
    if item.span is not None:
        x0, x1 = item.span
        parts.append(_line(x0, base, x1, base, _INK, 1.4))
    if event.earliest is None:
        parts.append(_line(middle - 14, base, middle, base, _INK, 1.4, ' stroke-dasharray="1.5 1.5"'))
    if event.latest is None:
        parts.append(_line(middle, base, middle + 14, base, _INK, 1.4, ' stroke-dasharray="1.5 1.5"'))
    parts.append(_glyph(event.glyph, middle, y))
    if item.text_x < middle:
        parts.append(_text(item.text_x + width, y + _SIZE * 0.36, item.text, fill=fill, anchor="end"))
    else:
        parts.append(_text(item.text_x, y + _SIZE * 0.36, item.text, fill=fill))
    return f"<g class={quoteattr('event badge-' + event.key)}>{''.join(parts)}</g>"


def _year_axis(axis: _Axis, bottom: float, width: float) -> str:
    """Draw the years: a tick and a name for each with events; dots over those without."""
    parts: list[str] = []
    free_from, last_edge = 0.0, -1.0
    for year, count in axis.counts.items():
        x, end = axis.edges[year], axis.edges[year + 1]
        base = _AXIS_HEIGHT
        if not count:
            parts.append(_line(x, base, end, base, _INK, 0.8, ' stroke-dasharray="0.8 2.2"'))
            continue
        parts.append(_line(x, base, end, base, _INK, 0.8))
        for edge in dict.fromkeys((x, end)):
            if edge != last_edge:
                parts.append(_line(edge, base - 2, edge, bottom, _FAINT, 0.4))
        last_edge = end
        name = str(year)
        half = text_width(name) / 2
        centre = min(max((x + end) / 2, free_from + half), width - half)
        if centre <= (x + end) / 2 + half:
            parts.append(_text(centre, base - 5, name, fill=_GREY, anchor="middle"))
            free_from = centre + half + 2
    return "".join(parts)


# --- Events by number ---


def _counts(events: Sequence[FigureEvent], names: Sequence[str], width: float) -> tuple[str, float]:
    """Draw how many events each lane has in each year, or in each run of years where they are many."""
    step, columns = _columns(sorted({event.end.year for event in events}))
    left, row = _LANE_HEAD, 20.0
    cell = (width - left) / len(columns)
    tally = {
        (name, start): sum(event.lane == name and start <= event.end.year < start + step for event in events)
        for name in names
        for start in columns
    }
    largest = max(tally.values())
    parts: list[str] = []
    for index, start in enumerate(columns):
        name = (
            str(start)
            if step == 1
            else f"{start}–{start + step - 1}"
            if step > 10
            else f"{start}–{(start + step - 1) % 100:02d}"
        )
        x = left + cell * (index + 0.5)
        parts.append(_text(x, _AXIS_HEIGHT - 5, name, fill=_GREY, anchor="middle"))
    y = _AXIS_HEIGHT
    for lane in names:
        parts.append(_line(0, y, width, y, _HAIRLINE, 0.4))
        parts.append(_text(0, y + row / 2 + _SIZE * 0.36, lane, weight=700))
        for index, start in enumerate(columns):
            count = tally[lane, start]
            if count:
                parts.append(_bar(left + cell * index, y, cell, row, count, largest))
        y += row
    parts.append(_line(0, y, width, y, _HAIRLINE, 0.4))
    return "".join(parts), y + 1


def _bar(x: float, y: float, cell: float, row: float, count: int, largest: int) -> str:
    height = max(1.0, (row - 5) * count / largest)
    number = str(count)
    middle = x + cell / 2
    bar = (
        f'<rect x="{_n(middle - 8)}" y="{_n(y + row - 2 - height)}"'
        f' width="4" height="{_n(height)}" fill="{_INK}"/>'
    )
    return bar + _text(middle - 1, y + row / 2 + _SIZE * 0.36, number)


def _columns(years: Sequence[int]) -> tuple[int, list[int]]:
    """Return the years a column stands for, and each column's first year; empty columns are left out."""
    for step in _STEPS[:-1]:
        columns = sorted({year - year % step for year in years})
        if len(columns) <= (MOST_COLUMNS if step == 1 else MOST_WIDE_COLUMNS):
            return step, columns
    return _STEPS[-1], sorted({year - year % _STEPS[-1] for year in years})


# --- Marks ---

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


def _glyph(glyph: str, x: float, y: float) -> str:
    if glyph not in _SHAPES:
        return _text(x - text_width(glyph) / 2, y + _SIZE * 0.36, glyph)
    shape, share = _SHAPES[glyph]
    r = share * _SIZE
    return shape.format(
        x=_n(x), y=_n(y), a=_n(x - r), b=_n(y - r), c=_n(x + r), d=_n(y + r), r=_n(r), w=_n(2 * r), ink=_INK
    )


def _text(
    x: float, y: float, text: str, *, fill: str = _INK, weight: int = 400, anchor: str = "start"
) -> str:
    more = f' font-weight="{weight}"' if weight != 400 else ""
    if anchor != "start":
        more += f' text-anchor="{anchor}"'
    return f'<text x="{_n(x)}" y="{_n(y)}" fill="{fill}"{more}>{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str, width: float, more: str = "") -> str:
    return (
        f'<path d="M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}" fill="none" stroke="{stroke}"'
        f' stroke-width="{_n(width)}"{more}/>'
    )


def _n(value: float) -> str:
    """Return a number as SVG has it: two decimals at the most, and no minus before zero."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
