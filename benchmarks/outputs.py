"""Measures what every output costs beside the PDF alone: `python -m benchmarks.outputs`.

Prints a table and what became of each target, writes `output/bench-outputs/results.json`, and ends with 0 whatever it
measured.
"""

import argparse
import dataclasses
import datetime
import json
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.measure import Command, Measured, run_once
from benchmarks.run import BRIEFING, PEERS, PROJECT, Target, describe_machine

MAX_RATIO_OF_ALL = 2.2
MAX_FURTHER_SECONDS = 0.5
SECTION = "sections/06-safety.md"
ALONE = "the PDF alone"
ALL = "all outputs"


def build(name: str, project: Path, *options: str) -> Command:
    """Return a build of the briefing by the product."""
    arguments = [sys.executable, "-m", "report", "build", BRIEFING, "--project", str(project), *options]
    return Command(
        name, arguments, PROJECT, project / "output" / BRIEFING / "manifest.json", project / "build.log"
    )


def lay_out(out: Path) -> Path:
    """Copy the briefing and what beside it belongs to it into a project of its own."""
    project = out / "project"
    shutil.copytree(PROJECT / "content", project / "content")
    return project


def peers(out: Path, python: Path) -> list[Command]:
    """Return Pandoc's EPUB and web page of the same text; none where Pandoc is not there."""
    texts = out / "texts"
    try:
        found = subprocess.run(
            [str(python), str(PEERS / "pandoc_path.py")], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return []
    pandoc = found.stdout.strip()
    page = [sys.executable, "-m", "benchmarks.page", str(out / "project"), BRIEFING, str(texts), pandoc]
    subprocess.run(page, cwd=PROJECT, check=True, capture_output=True)
    options = ["text.md", "--toc", "--toc-depth=2"]
    return [
        Command(
            "Pandoc, EPUB",
            [pandoc, *options, "-t", "epub3", "-o", "pandoc.epub"],
            texts,
            texts / "pandoc.epub",
            texts / "epub.log",
        ),
        Command(
            "Pandoc, web page",
            [pandoc, *options, "-s", "--embed-resources", "-o", "pandoc.html"],
            texts,
            texts / "pandoc.html",
            texts / "html.log",
        ),
    ]


def change(project: Path) -> None:
    """Add a sentence to one section, another one each time."""
    path = project / "content" / BRIEFING / SECTION
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\n添加的一句，第{text.count('添加的一句')}次。\n", encoding="utf-8")


def further_costs(project: Path, rounds: int) -> dict[str, list[float]]:
    """Return the seconds that each format takes beyond the composition that all share, in one warm process.

    Counted are what composing takes longer for its page, and the export; the cover and the page list of an EPUB are the
    PDF's, and made when that is there.
    """
    from report import formats, pipeline
    from report.load.files import read_briefing
    from report.pages import Exported, Page
    from report.pipeline.building import facts_attachment, page_of
    from report.pipeline.composing import compose_briefing
    from report.pipeline.making import complete_page, start_renderer
    from report.pipeline.outputs import Request, entry_name

    names = [name for name in formats.format_names() if name != "pdf"]
    run = pipeline.start(project, datetime.datetime.now().astimezone().date(), None)
    made = compose_briefing(run, read_briefing(project, BRIEFING), Request(("pdf", *names), ("full",)))
    assert made.work is not None
    work, composed, facts = made.work, made.work.composed, facts_attachment(made.work)

    def page(name: str) -> Page:
        return page_of(run, work.briefing, composed, entry_name("full", name), facts)

    # In a child, as the product does: the renderer would stay in this process.
    with start_renderer(run) as renderer:
        pdf: Exported = renderer.run(page("pdf"))
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        alone = seconds_to_compose(run, work, ())
        for name in names:
            composing = max(seconds_to_compose(run, work, (name,)) - alone, 0)
            start = time.perf_counter()
            given = page(name)
            if formats.load_format(name).NEEDS:
                given = complete_page(given, pdf)
            formats.load_format(name).export(given, lambda text: None)
            seconds[name].append(composing + time.perf_counter() - start)
    return seconds


def seconds_to_compose(run: Any, work: Any, names: Sequence[str]) -> float:
    """Return how long composing takes for the PDF and some further formats."""
    from report.compose.assemble import compose
    from report.compose.matter import Colophon
    from report.pipeline.outputs import entry_name

    entries = [entry_name("full", name) for name in ("pdf", *names)]
    colophon = Colophon((), (), work.issue.content_digest)
    start = time.perf_counter()
    compose(work.briefing, run.templates, work.as_of, colophon, work.issue, entries=entries)
    return time.perf_counter() - start


def measure(out: Path, python: Path, rounds: int) -> dict[str, Measured]:
    """Measure every contender, all of them once a round."""
    project, changed = lay_out(out), lay_out(out / "changed")
    every = ["-f", "pdf,epub,html"]
    commands = [
        build(ALONE, project, "-f", "pdf", "--view", "full", "--locale", "zh-Hans", "--force"),
        build(ALL, project, *every, "--force"),
        build("all outputs, nothing to do", project, *every),
        build("all outputs, one section changed", changed, *every),
        *peers(out, python),
    ]
    measured = {command.name: Measured() for command in commands}
    run_once(commands[3], Measured())
    for number in range(1, rounds + 1):
        change(changed)
        for command in commands:
            print(f"round {number} of {rounds}: {command.name}", file=sys.stderr, flush=True)
            run_once(command, measured[command.name])
    return measured


def print_table(measured: dict[str, Measured], further: dict[str, list[float]]) -> None:
    """Print one line for each contender, then what each further format costs."""
    alone = measured[ALONE]
    print(f"\n{'':34} {'median':>8} {'lowest':>8} {'cpu':>7} {'ratio':>6}")
    for name, item in measured.items():
        if item.failure or not item.seconds:
            print(f"{name:34} not measured: {item.failure}")
            continue
        ratio = item.median / alone.median if alone.median else 0
        print(
            f"{name:34} {item.median:7.2f}s {min(item.seconds):7.2f}s {item.cpu_median:6.2f}s {ratio:5.2f}x"
        )
    print()
    for name, seconds in further.items():
        print(
            f"{name} beyond the composition: median {statistics.median(seconds):.2f} s, highest {max(seconds):.2f} s"
        )


def find_targets(measured: dict[str, Measured], further: dict[str, list[float]]) -> list[Target]:
    """Return the targets with what was measured."""
    pairs = list(zip(measured[ALL].seconds, measured[ALONE].seconds, strict=False))
    ratio = statistics.median(every / alone for every, alone in pairs) if pairs else None
    return [
        Target("all outputs, in times of the PDF alone", ratio, MAX_RATIO_OF_ALL),
        *(
            Target(
                f"{name} beyond the shared composition, seconds",
                statistics.median(seconds),
                MAX_FURTHER_SECONDS,
            )
            for name, seconds in further.items()
        ),
    ]


def run(out: Path, python: Path, rounds: int) -> None:
    """Measure everything, print it and write it down."""
    machine = describe_machine()
    measured = measure(out, python, rounds)
    further = further_costs(out / "project", max(rounds, 3))
    targets = find_targets(measured, further)
    print(machine)
    print_table(measured, further)
    print()
    for target in targets:
        value = "-" if target.value is None else f"{target.value:.2f}"
        print(f"{target.verdict:12} {target.text}: {value} (at most {target.limit:g})")
    record = {
        "machine": machine,
        "measured": {name: dataclasses.asdict(item) for name, item in measured.items()},
        "seconds_beyond_composition": further,
        "targets": [{**dataclasses.asdict(target), "verdict": target.verdict} for target in targets],
    }
    path = out / "results.json"
    path.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"\n{path}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmark; always end with 0."""
    parser = argparse.ArgumentParser(description="Measure what every output costs beside the PDF alone.")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each contender (default: 5)")
    parser.add_argument("--peers", type=Path, default=PROJECT / ".venv-bench" / "bin" / "python")
    parser.add_argument("--out", type=Path, default=PROJECT / "output" / "bench-outputs")
    options = parser.parse_args(arguments)
    out = options.out.resolve()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    try:
        run(out, options.peers.absolute(), options.rounds)
    except subprocess.CalledProcessError as error:
        print(f"nothing more could be measured: {error}\n{error.stderr or ''}")


if __name__ == "__main__":
    main()
