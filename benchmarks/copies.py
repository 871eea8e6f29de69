"""Measures clinics' copies beside Typst's: `python -m benchmarks.copies`.

Builds and releases the sample briefing, makes the copies of generated, fictional clinics, and sets the same text for
such clinics with Typst, in turn. Prints tables and what became of each target, writes
`output/bench-copies/results.json`, and ends with 0 whatever it measured.
"""

import argparse
import dataclasses
import json
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.clinics import clinic_list, recipient
from benchmarks.measure import Command, Measured, run_sampled
from benchmarks.run import BRIEFING, PEERS, PROJECT, Target, describe_machine

MIN_TIMES_TYPST = 8.0
MAX_MINUTES = 2.0
MAX_MB = 500.0
MAX_GROWTH = 1.2
MAX_IDLE_SECONDS = 10.0
# What is promised is promised of so many copies.
PROMISED = 10_000
# What a copy of the sample briefing takes on disk, rounded up.
_COPY_BYTES = 700_000
_STATUS = "https://briefings.example.org/status/"


@dataclasses.dataclass(frozen=True)
class Run:
    """One run of `report copies`.

    Attributes:
        name: As the table calls it.
        copies: How many clinics' copies it made.
        measured: What it took.
        megabytes: What its copies take on disk, in 10^6 bytes.
    """

    name: str
    copies: int
    measured: Measured
    megabytes: float = 0.0

    @property
    def milliseconds(self) -> float | None:
        """Processor time of a copy; None where nothing was measured."""
        return (
            1000 * self.measured.cpu_median / self.copies if self.measured.seconds and self.copies else None
        )


def inputs_for_typst(count: int) -> list[dict[str, str]]:
    """Return what the peer's compiler is given for each clinic: texts, and the modules of its QR code."""
    import segno

    matrix = segno.make_qr(_STATUS + BRIEFING, error="m").matrix
    modules = "".join(str(int(module)) for row in matrix for module in row)
    code = {"link": _STATUS + BRIEFING, "side": str(len(matrix)), "modules": modules}
    return [{**recipient(number), **code} for number in range(count)]


def typst_copy(text: str, addition: str) -> str:
    """Return the peer's text with what a copy has besides: in front, and behind."""
    head, outline, body = text.partition("#outline(")
    return f"{head}{addition}\n{outline}{body}\n#contact\n"


class Bench:
    """One run: its project and what was measured."""

    def __init__(self, out: Path, peers_python: Path) -> None:
        self._project = out / "project"
        self._texts = out / "texts"
        self._peers_python = peers_python

    def lay_out(self) -> None:
        """Make a project of the sample content, and release its first edition."""
        content = self._project / "content"
        shutil.copytree(PROJECT / "content", content)
        shutil.rmtree(content / BRIEFING / "editions", ignore_errors=True)
        (content / "distribution.yaml").write_text(
            f"channels: {{folder: {{kind: folder, path: outbox}}}}\ncopies: {{status_url: {_STATUS}}}\n",
            encoding="utf-8",
        )
        (content / "clinics.yaml").write_text(clinic_list(1), encoding="utf-8")
        self._report("release", BRIEFING)

    def write_texts(self, count: int) -> str:
        """Write what Typst sets; return why it cannot be measured, empty where it can."""
        try:
            found = subprocess.run(
                [str(self._peers_python), str(PEERS / "pandoc_path.py")],
                capture_output=True,
                text=True,
                check=True,
            )
        except (OSError, subprocess.CalledProcessError):
            return "its environment is not there: make .venv-bench/.ready"
        page = [sys.executable, "-m", "benchmarks.page", str(self._project), BRIEFING, str(self._texts)]
        subprocess.run([*page, found.stdout.strip()], cwd=PROJECT, check=True, capture_output=True)
        text = (self._texts / "text.typ").read_text(encoding="utf-8")
        addition = (PEERS / "copy.typ").read_text(encoding="utf-8")
        (self._texts / "copy.typ").write_text(typst_copy(text, addition), encoding="utf-8")
        (self._texts / "clinics.json").write_text(json.dumps(inputs_for_typst(count + 1)), encoding="utf-8")
        return ""

    def typst(self, count: int) -> dict[str, Any]:
        """Return what the peer's copies took."""
        arguments = ["copy.typ", PROJECT / "fonts", "clinics.json", count, "typst.pdf"]
        command = [str(self._peers_python), str(PEERS / "typst_copies.py"), *map(str, arguments)]
        done = subprocess.run(command, cwd=self._texts, capture_output=True, text=True, check=True)
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def copies(
        self, name: str, count: int, formats: Sequence[str] = ("pdf",), *, is_anew: bool = True
    ) -> Run:
        """Run `report copies` for so many clinics, by default all of them anew, and return what it took."""
        made = self._project / "output" / BRIEFING / "copies"
        if is_anew:
            shutil.rmtree(made, ignore_errors=True)
            (self._project / "content" / "clinics.yaml").write_text(
                clinic_list(count, formats), encoding="utf-8"
            )
        free = shutil.disk_usage(self._project).free
        measured = Measured()
        if is_anew and free < count * _COPY_BYTES * len(formats):
            measured.failure = f"{count:,} copies have no room on the disk"
            return Run(name, count, measured)
        arguments = [sys.executable, "-m", "report", "copies", BRIEFING, "--project", str(self._project)]
        log = self._project / "copies.log"
        says = f"for {count:,} clinics made" if is_anew else f"nothing to do for {count:,} clinics"
        record = made / recipient(count - 1)["id"] / "copy.json"
        print(f"{name}: {count:,}", file=sys.stderr, flush=True)
        run_sampled(Command(name, arguments, PROJECT, record, log, must_say=says), measured)
        size = sum(path.stat().st_size for path in made.glob(f"*/{BRIEFING}.*")) if is_anew else 0
        return Run(name, count, measured, size / 1e6)

    def clean(self) -> None:
        """Remove the copies, which take gigabytes."""
        shutil.rmtree(self._project / "output" / BRIEFING / "copies", ignore_errors=True)

    def _report(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "report", *arguments, "--project", str(self._project)]
        subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)


def times_typst(ours: Sequence[Run], theirs: Sequence[dict[str, Any]]) -> float | None:
    """Return how many copies ours makes while Typst makes one, by processor time: the median of the rounds."""
    ratios = [
        1000 * peer["cpu_seconds"] / peer["copies"] / run.milliseconds
        for run, peer in zip(ours, theirs, strict=False)
        if run.milliseconds
    ]
    return statistics.median(ratios) if ratios else None


def growth(runs: Sequence[Run]) -> float | None:
    """Return the memory of the last run in times of that of the first; None where one was not measured."""
    peaks = [run.measured.tree_mb for run in runs]
    return peaks[-1] / peaks[0] if len(peaks) > 1 and all(peaks) else None


def find_targets(
    ours: Sequence[Run], theirs: Sequence[dict[str, Any]], sizes: Sequence[Run], idle: Run
) -> list[Target]:
    """Return the targets with what was measured.

    Args:
        ours: A run for each round.
        theirs: Typst's, likewise.
        sizes: The runs of growing counts; what is promised is promised of the last.
        idle: The run that had nothing to do.
    """
    last = sizes[-1].measured
    minutes = last.median / 60 * PROMISED / sizes[-1].copies if last.seconds else None
    times = times_typst(ours, theirs)
    return [
        # Targets are upper limits: the time of ours in eighths of Typst's.
        Target(
            f"a copy, in processor time, in times of {1 / MIN_TIMES_TYPST:g} of Typst's",
            MIN_TIMES_TYPST / times if times else None,
            1.0,
        ),
        Target(f"{PROMISED:,} copies, minutes", minutes, MAX_MINUTES),
        Target(f"peak memory of {sizes[-1].copies:,} copies, MB", last.tree_mb or None, MAX_MB),
        Target(f"that in times of the memory of {sizes[0].copies:,}", growth(sizes), MAX_GROWTH),
        Target(
            f"nothing to do for {idle.copies:,} clinics, seconds",
            idle.measured.median if idle.measured.seconds else None,
            MAX_IDLE_SECONDS,
        ),
    ]


def table(runs: Sequence[Run], theirs: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield one line for each run, then Typst's."""
    yield f"{'':34} {'copies':>7} {'wall':>8} {'cpu':>8} {'a copy':>9} {'tree':>8} {'on disk':>9}"
    for run in runs:
        item = run.measured
        if item.failure or not item.seconds:
            yield f"{run.name:34} not measured: {item.failure}"
            continue
        each = f"{run.milliseconds:7.2f}ms" if run.milliseconds is not None else ""
        size = f"{run.megabytes:6.0f} MB" if run.megabytes else ""
        yield (
            f"{run.name:34} {run.copies:7,} {item.median:7.1f}s {item.cpu_median:7.1f}s {each:>9}"
            f" {item.tree_mb:5.0f} MB {size:>9}"
        )
    for peer in theirs:
        each = 1000 * peer["cpu_seconds"] / peer["copies"]
        yield (
            f"{'Typst, one compiler':34} {peer['copies']:7,} {peer['seconds']:7.1f}s {peer['cpu_seconds']:7.1f}s"
            f" {each:7.2f}ms"
        )


def run(out: Path, python: Path, options: argparse.Namespace) -> None:
    """Measure everything, print it and write it down."""
    machine = describe_machine()
    bench = Bench(out, python)
    bench.lay_out()
    reason = bench.write_texts(options.typst)
    if reason:
        print(f"Typst is not measured: {reason}", file=sys.stderr)
    ours, theirs = [], []
    for number in range(1, options.rounds + 1):
        ours.append(bench.copies(f"round {number}", options.round))
        if not reason:
            theirs.append(bench.typst(options.typst))
    mixed = bench.copies("PDF and EPUB", options.mixed, ("pdf", "epub"))
    sizes = [bench.copies("PDF", count) for count in options.copies]
    idle = bench.copies("nothing to do", options.copies[-1], is_anew=False)
    bench.clean()
    targets = find_targets(ours, theirs, sizes, idle)
    runs = [*ours, mixed, *sizes, idle]
    print(machine, "", *table(runs, theirs), "", sep="\n")
    times = times_typst(ours, theirs)
    print(f"copies for one of Typst's, by processor time: {times:.1f}" if times else "Typst: not measured")
    for target in targets:
        value = "-" if target.value is None else f"{target.value:.2f}"
        print(f"{target.verdict:12} {target.text}: {value} (at most {target.limit:g})")
    record = {
        "machine": machine,
        "runs": [{**dataclasses.asdict(one), "cpu_ms_a_copy": one.milliseconds} for one in runs],
        "typst": theirs,
        "copies_for_one_of_typst": times,
        "targets": [{**dataclasses.asdict(target), "verdict": target.verdict} for target in targets],
    }
    path = out / "results.json"
    path.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"\n{path}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmark; always end with 0."""
    parser = argparse.ArgumentParser(description="Measure clinics' copies beside Typst's.")
    parser.add_argument("--rounds", type=int, default=5, help="of ours and Typst in turn (default: 5)")
    parser.add_argument("--round", type=int, default=1_000, help="copies of ours a round (default: 1000)")
    parser.add_argument("--typst", type=int, default=20, help="copies of Typst's a round (default: 20)")
    parser.add_argument("--mixed", type=int, default=400, help="clinics with PDF and EPUB (default: 400)")
    parser.add_argument(
        "--copies",
        type=lambda text: [int(part) for part in text.split(",")],
        default=[1_000, PROMISED],
        help="counts whose memory is compared, the smallest first (default: 1000,10000)",
    )
    parser.add_argument("--peers", type=Path, default=PROJECT / ".venv-bench" / "bin" / "python")
    parser.add_argument("--out", type=Path, default=PROJECT / "output" / "bench-copies")
    options = parser.parse_args(arguments)
    out = options.out.resolve()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    try:
        run(out, options.peers.absolute(), options)
    except subprocess.CalledProcessError as error:
        print(f"nothing more could be measured: {error}\n{error.stdout or ''}{error.stderr or ''}")


if __name__ == "__main__":
    main()
