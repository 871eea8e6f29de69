"""Sets all texts with one contender and measures what came out; what it costs beside WeasyPrint alone."""

import dataclasses
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pikepdf

from benchmarks.typesetting.cells import UnreadableError, read_set_lines
from benchmarks.typesetting.contenders import FONTS, Contender, WeasyPrint
from benchmarks.typesetting.documents import Document
from benchmarks.typesetting.extraction import READERS, Extracted, compare, extract
from benchmarks.typesetting.judge import Tally, judge
from benchmarks.typesetting.texts import Text

SWEEP = tuple(range(8, 41))
PAIR_WIDTHS = (27, 36)
COST_WIDTH = 41
COST_CHARACTERS = 25_000
ROUNDS = 5


@dataclasses.dataclass
class Measurement:
    """What was measured of one contender.

    Attributes:
        version: Of the program; empty where none is installed.
        failure: Why it could not be measured, or not all of it.
        running: The running text at the chosen measures.
        loose_shares: The share of loose lines at each of these measures.
        sweep: The running and the hard text at every measure from 8 to 40 em.
        pairs: The text of adjacent marks.
        extracted: What each reader gets out of the running text at the chosen measures.
        cost: Processor time of one document in a new process, in times of WeasyPrint alone.
        warm_cost: The same of a second document in the same process.
        span_ratio: How many /Span tags that document has, in times of WeasyPrint alone.
    """

    version: str
    failure: str = ""
    running: Tally = dataclasses.field(default_factory=Tally)
    loose_shares: dict[float, float] = dataclasses.field(default_factory=dict)
    sweep: Tally = dataclasses.field(default_factory=Tally)
    pairs: Tally = dataclasses.field(default_factory=Tally)
    extracted: dict[str, Extracted] = dataclasses.field(
        default_factory=lambda: {reader: Extracted() for reader in READERS}
    )
    cost: float | None = None
    warm_cost: float | None = None
    span_ratio: float | None = None


@dataclasses.dataclass(frozen=True)
class Plan:
    """The texts, and at which measures the running text is judged for evenness."""

    running: Text
    hard: Text
    pairs: Text
    widths: Sequence[int]
    folder: Path

    def documents(self, name: str) -> list[Document]:
        """Return all that a contender has to set."""
        folder = self.folder / name.replace(" ", "-").lower()
        wanted = [
            *((self.running, width) for width in sorted({*self.widths, *SWEEP})),
            *((self.hard, width) for width in SWEEP),
            *((self.pairs, width) for width in PAIR_WIDTHS),
        ]
        return [Document(text, width, folder / f"{text.name}-{width:02}.pdf") for text, width in wanted]


def measure(contender: Contender, plan: Plan) -> Measurement:
    """Return what a contender makes of the texts; where it is not installed, or fails, say so."""
    found = Measurement(contender.version())
    if not found.version:
        found.failure = "not installed"
        return found
    documents = plan.documents(contender.name)
    try:
        contender.typeset(documents)
        for document in documents:
            _measure_document(document, plan, found)
    except (OSError, subprocess.SubprocessError, UnreadableError) as error:
        said = getattr(error, "stderr", None) or getattr(error, "stdout", None) or str(error)
        found.failure = str(said).strip().split("\n")[-1]
    return found


def _measure_document(document: Document, plan: Plan, found: Measurement) -> None:
    try:
        lines = read_set_lines(document, FONTS)
    except UnreadableError as error:
        raise UnreadableError(f"{document.path.name}: {error}") from None
    width = document.width
    if document.text is plan.pairs:
        judge(lines, width, found.pairs)
        return
    if width in SWEEP:
        judge(lines, width, found.sweep)
    if document.text is plan.running and width in plan.widths:
        own = Tally()
        judge(lines, width, own)
        found.loose_shares[width] = own.loose_share
        judge(lines, width, found.running)
        for reader, extracted in found.extracted.items():
            compare(extract(document.path, reader), document.text, lines, extracted)


def measure_cost(ours: WeasyPrint, alone: WeasyPrint, plan: Plan, found: Measurement) -> None:
    """Add what ours costs beside WeasyPrint alone: the median over rounds in which both run in turn."""
    count = sum(len(run.text) for runs in plan.running.paragraphs for run in runs)
    text = Text("long", [*plan.running.paragraphs] * max(1, round(COST_CHARACTERS / count)))
    ratios, spans = [], {}
    for number in range(1, ROUNDS + 1):
        print(f"cost, round {number} of {ROUNDS}", file=sys.stderr, flush=True)
        seconds = {}
        for contender in (ours, alone):
            folder = plan.folder / contender.name.replace(" ", "-").lower()
            documents = [Document(text, COST_WIDTH, folder / f"long-{turn}.pdf") for turn in (1, 2)]
            seconds[contender.name] = contender.timed(documents)
            spans[contender.name] = _span_count(documents[0].path)
        ratios.append([own / other for own, other in zip(*seconds.values(), strict=True)])
    found.cost, found.warm_cost = (statistics.median(values) for values in zip(*ratios, strict=True))
    if spans[alone.name]:
        found.span_ratio = spans[ours.name] / spans[alone.name]


def _span_count(path: Path) -> int:
    with pikepdf.open(path) as pdf:
        return sum(isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Span" for item in pdf.objects)
