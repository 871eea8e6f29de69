"""The rows of the table: what each says of a contender, which way is better, and how far ours has to come."""

import dataclasses
import statistics
from collections.abc import Callable, Mapping, Sequence

from benchmarks.typesetting.extraction import READERS
from benchmarks.typesetting.measurement import Measurement

OURS = "ours"
ALONE = "WeasyPrint alone"

# pdfium tells ink in thousandths of an em, rounded outwards.
_READING_EM = 0.003


@dataclasses.dataclass(frozen=True)
class Row:
    """One row.

    Attributes:
        name: What is measured.
        value: Of one contender; None where it was not measured.
        form: How a value is printed.
        direction: 1 where more is better, -1 where less is, 0 where neither is.
        least: What ours has to reach at least.
        most: What ours has to stay within.
    """

    name: str
    value: Callable[[Measurement], float | None]
    form: str = "{:z.0f}"
    direction: int = -1
    least: float | None = None
    most: float | None = None

    def best(self, measured: Mapping[str, Measurement]) -> frozenset[str]:
        """Return the peers that have the best value; none where no direction is better."""
        values = {
            name: round(value, 4)
            for name, item in measured.items()
            if name not in (OURS, ALONE) and (value := self.value(item)) is not None
        }
        if not self.direction or not values:
            return frozenset()
        best = max(values.values(), key=lambda value: value * self.direction)
        return frozenset(name for name, value in values.items() if value == best)

    def verdict(self, measured: Mapping[str, Measurement]) -> str:
        """Return `met` or `missed`, and whether a peer is ahead; empty for a row without a target."""
        value = self.value(measured[OURS]) if OURS in measured else None
        if value is None:
            return "not measured"
        reached = [value >= self.least - 1e-9] if self.least is not None else []
        reached += [value <= self.most + 1e-9] if self.most is not None else []
        words = [] if not reached else ["met" if all(reached) else "missed"]
        best = self.best(measured)
        if best:
            rival = self.value(measured[min(best)])
            is_behind = rival is not None and (round(rival, 4) - round(value, 4)) * self.direction > 0
            words += [f"behind {'/'.join(sorted(best))}"] if is_behind else []
        return ", ".join(words)


def _percent(part: float, whole: float) -> float | None:
    return 100 * part / whole if whole else None


def _gap(pick: Callable[[list[float]], float]) -> Callable[[Measurement], float | None]:
    return lambda item: pick(item.running.gaps) if item.running.gaps else None


def _spread(values: Sequence[float]) -> float:
    return max(values) - min(values)


def _extracted(reader: str, field: str) -> Callable[[Measurement], float | None]:
    def value(item: Measurement) -> float | None:
        found = item.extracted.get(reader)
        if found is None or not found.lines:
            return None
        if field == "whole":
            return 100 * found.whole / found.printed
        return found.lines / found.printed if field == "ratio" else float(getattr(found, field))

    return value


def _text_rows() -> list[Row]:
    rows = []
    for reader in READERS:
        if reader != "pdfium":
            ratio = _extracted(reader, "ratio")
            rows.append(Row(f"{reader}: lines / printed", ratio, "{:z.3f}", 0, least=1, most=1))
            whole = _extracted(reader, "whole")
            rows.append(Row(f"{reader}: lines kept whole, %", whole, "{:z.2f}", 1, least=100))
            rows.append(Row(f"{reader}: lines out of order", _extracted(reader, "strange"), most=0))
        for field, where in (("han", "Han-Han"), ("latin", "Han-Latin"), ("mark", "at marks")):
            value = _extracted(reader, f"{field}_spaces")
            rows.append(Row(f"{reader}: spaces {where}", value, most=0))
    return rows


ROWS: tuple[Row, ...] = (
    Row("justified lines judged", lambda item: item.running.justified, direction=0),
    Row(
        "right edge flush, %",
        lambda item: _percent(item.running.flush, item.running.justified),
        "{:z.2f}",
        direction=1,
        least=99.8,
    ),
    Row(
        "left edge flush, %",
        lambda item: _percent(item.running.flush_starts, item.running.starts),
        "{:z.2f}",
        direction=1,
        least=99.8,
    ),
    Row("lines sticking out", lambda item: len(item.running.sticking_out), most=0),
    Row("lines left short", lambda item: len(item.running.left_short), most=0),
    Row("lines judged, 8 to 40 em", lambda item: item.sweep.lines, direction=0, least=5000),
    Row("forbidden starts and ends", lambda item: len(item.sweep.forbidden), most=0),
    Row("—— …… torn or at a start", lambda item: len(item.sweep.dashes), most=0),
    Row("numbers, dates, words torn", lambda item: len(item.sweep.torn), most=0),
    Row("ink overlaps", lambda item: len(item.sweep.overlaps) + len(item.pairs.overlaps), most=0),
    Row("loose lines, %", lambda item: 100 * item.running.loose_share, "{:z.2f}", most=1.8),
    Row(
        "the same, worst width, %",
        lambda item: 100 * max(item.loose_shares.values(), default=0.0),
        "{:z.2f}",
        most=7.5,
    ),
    Row(
        "largest Han advance, em",
        lambda item: item.running.largest_advance,
        "{:z.3f}",
        most=1.125 + _READING_EM,
    ),
    Row(
        "narrowest single mark, em",
        lambda item: min(item.running.mark_widths, default=None),
        "{:z.3f}",
        direction=0,
        least=0.77 - _READING_EM,
    ),
    Row("last lines of one character", lambda item: len(item.running.lonely), most=0),
    Row("adjacent marks judged", lambda item: item.pairs.pairs, direction=0, least=500),
    Row(
        "squeezed to half, %",
        lambda item: _percent(item.pairs.squeezed, item.pairs.pairs),
        "{:z.2f}",
        direction=1,
        least=100,
    ),
    Row("Han-Latin gap, least, em", _gap(min), "{:z.3f}", direction=0, least=0.125 - _READING_EM),
    Row("Han-Latin gap, median, em", _gap(statistics.median), "{:z.3f}", direction=0),
    Row("Han-Latin gap, most, em", _gap(max), "{:z.3f}", direction=0, most=0.25 + _READING_EM),
    Row("Han-Latin gap, spread, em", _gap(_spread), "{:z.3f}", most=0.01),
    *_text_rows(),
    Row("processor time / WeasyPrint alone", lambda item: item.cost, "{:z.2f}", direction=0, most=1.4),
    Row("the same, once warm", lambda item: item.warm_cost, "{:z.2f}", direction=0),
    Row("/Span / WeasyPrint alone", lambda item: item.span_ratio, "{:z.2f}", direction=0, most=1.2),
)
