"""The timeline as a picture: an inline SVG, in ink and grey, and the sentence that stands for it.

Events stand in lanes, one a jurisdiction, under an axis of years: one row an event, so that a label is
never taken for its neighbour's, and all labels begin in one column. Nothing is drawn sharper than it is
known: a day is a point, a month a short bar, a year or an interval a bar over all of it. Years without
events are compressed, and dotted where they are. Past `MOST_EVENTS` the picture counts events instead of naming them.
"""

import calendar
import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from report.compose.figure_marks import (
    BASELINE,
    FACE,
    FAINT,
    GREY,
    HAIRLINE,
    INK,
    SIZE,
    glyph_mark,
    line_mark,
    number,
    text_mark,
    text_width,
)

Precision = Literal["day", "month", "year", "range"]

# The text measure of 41 Han at 11 pt; `templates/css/theme.css` has the same.
WIDTH_PT = 451.0
MOST_EVENTS = 24
MOST_COLUMNS = 16
MOST_WIDE_COLUMNS = 9  # those headed `1950–59`

_ROW = 14.0
_LANE_PADDING = 4.0
_AXIS_HEIGHT = 16.0
_LANE_HEAD = 38.0
_YEAR_LINE = 10.0
_LABEL_GAP = 12.0
_LABEL_SHARE = 0.6
_OPEN_END = 14.0
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
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{number(width)}pt" height="{number(height)}pt"'
        f' viewBox="0 0 {number(width)} {number(height)}" role="img" aria-label={quoteattr(title)}'
        f' font-family="{FACE}" font-size="{number(SIZE)}"><title>{escape(title)}</title>{body}</svg>'
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
    """Draw one row an event: its mark under the years, its label in a column that all labels begin."""
    widest = max(text_width(event.label) for event in events)
    label_x = width - min(widest, (width - _LANE_HEAD) * _LABEL_SHARE)
    axis = _Axis(events, _LANE_HEAD, label_x - _LABEL_GAP)
    year_names, head = _year_names(axis)
    drawn: list[str] = []
    y = head
    for name in names:
        if y > head:
            drawn.append(line_mark(0, y, width, y, HAIRLINE, 0.4))
        y += _LANE_PADDING
        drawn.append(text_mark(0, y + _ROW * 0.5 + BASELINE, name, weight=700))
        for event in events:
            if event.lane == name:
                drawn.append(_event(event, axis, y + _ROW * 0.5, label_x, width))
                y += _ROW
        y += _LANE_PADDING
    drawn.append(line_mark(0, y, width, y, HAIRLINE, 0.4))
    return _year_lines(axis, head, y) + year_names + "".join(drawn), y + 1


def _cut(text: str, width: float) -> str:
    """Return a text that fits a width: whole, or its beginning and an ellipsis."""
    # A label that made its column as wide as itself may be over it by what floats round.
    if text_width(text) <= width + 0.01:
        return text
    while text and text_width(text + "…") > width:
        text = text[:-1]
    return text + "…"


def _event(event: FigureEvent, axis: _Axis, y: float, label_x: float, width: float) -> str:
    """Draw an event: bar, glyph, the hairline that leads the eye to its label, and the label."""
    span = _span(event, axis)
    middle = sum(span) / 2 if span else axis.x(event.start)
    base = y + SIZE * 0.62
    parts = [line_mark(middle + SIZE / 2 + 1, y, label_x - 3, y, HAIRLINE, 0.4)]
    if span is not None:
        parts.append(line_mark(span[0], base, span[1], base, INK, 1.4))
    if event.earliest is None:
        begin = max(middle - _OPEN_END, _LANE_HEAD)
        parts.append(line_mark(begin, base, middle, base, INK, 1.4, ' stroke-dasharray="1.5 1.5"'))
    if event.latest is None:
        end = min(middle + _OPEN_END, label_x - 3)
        parts.append(line_mark(middle, base, end, base, INK, 1.4, ' stroke-dasharray="1.5 1.5"'))
    parts.append(glyph_mark(event.glyph, middle, y))
    label = _cut(event.label, width - label_x)
    parts.append(text_mark(label_x, y + BASELINE, label, fill=GREY if event.is_future else INK))
    return f"<g class={quoteattr('event badge-' + event.key)}>{''.join(parts)}</g>"


def _span(event: FigureEvent, axis: _Axis) -> tuple[float, float] | None:
    """Return what the bar of an event covers; None for a day, and where the date is open."""
    if event.start == event.end:
        return None
    return axis.x(event.start, 0.0), axis.x(event.end, 1.0)


def _year_names(axis: _Axis) -> tuple[str, float]:
    """Name the years with events, in a second line above where they crowd; return them and their height.

    A year that neither line has room for stays unnamed: its neighbours tell it.
    """
    placed: list[tuple[str, float, int]] = []
    free_from = [0.0, 0.0]
    for year, count in axis.counts.items():
        middle = (axis.edges[year] + axis.edges[year + 1]) / 2
        half = text_width(str(year)) / 2
        level = next((level for level in (0, 1) if count and free_from[level] <= middle - half), None)
        if level is not None:
            free_from[level] = middle + half + 2
            placed.append((str(year), middle, level))
    lines = 1 + max(level for _, _, level in placed)
    head = _AXIS_HEIGHT + _YEAR_LINE * (lines - 1)
    parts = []
    for name, middle, level in placed:
        y = head - 5 - _YEAR_LINE * level
        parts.append(text_mark(middle, y, name, fill=GREY, anchor="middle"))
        if level:
            parts.append(line_mark(middle, y + 1.5, middle, head, FAINT, 0.4))
    return "".join(parts), head


def _year_lines(axis: _Axis, head: float, bottom: float) -> str:
    """Draw the axis: a line between two ticks for a year with events; dots for those without."""
    parts: list[str] = []
    last_edge = -1.0
    for year, count in axis.counts.items():
        x, end = axis.edges[year], axis.edges[year + 1]
        if not count:
            parts.append(line_mark(x, head, end, head, INK, 0.8, ' stroke-dasharray="0.8 2.2"'))
            continue
        parts.append(line_mark(x, head, end, head, INK, 0.8))
        for edge in dict.fromkeys((x, end)):
            if edge != last_edge:
                parts.append(line_mark(edge, head - 2, edge, bottom, FAINT, 0.4))
        last_edge = end
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
        parts.append(text_mark(x, _AXIS_HEIGHT - 5, name, fill=GREY, anchor="middle"))
    y = _AXIS_HEIGHT
    for lane in names:
        parts.append(line_mark(0, y, width, y, HAIRLINE, 0.4))
        parts.append(text_mark(0, y + row / 2 + BASELINE, lane, weight=700))
        for index, start in enumerate(columns):
            count = tally[lane, start]
            if count:
                parts.append(_bar(left + cell * index, y, cell, row, count, largest))
        y += row
    parts.append(line_mark(0, y, width, y, HAIRLINE, 0.4))
    return "".join(parts), y + 1


def _bar(x: float, y: float, cell: float, row: float, count: int, largest: int) -> str:
    height = max(1.0, (row - 5) * count / largest)
    middle = x + cell / 2
    bar = (
        f'<rect x="{number(middle - 8)}" y="{number(y + row - 2 - height)}"'
        f' width="4" height="{number(height)}" fill="{INK}"/>'
    )
    return bar + text_mark(middle - 1, y + row / 2 + BASELINE, str(count))


def _columns(years: Sequence[int]) -> tuple[int, list[int]]:
    """Return the years a column stands for, and each column's first year; empty columns are left out."""
    for step in _STEPS[:-1]:
        columns = sorted({year - year % step for year in years})
        if len(columns) <= (MOST_COLUMNS if step == 1 else MOST_WIDE_COLUMNS):
            return step, columns
    return _STEPS[-1], sorted({year - year % _STEPS[-1] for year in years})
