"""Measures how long after a file is saved the page that changed is there as an image: `python -m benchmarks.preview`.

Prints a table and what became of the target, writes `output/bench-preview/results.json`, and ends with 0 whatever it
measured. Typst compiles the same text after the same edits, with a compiler that is kept, as `typst watch` keeps it.
"""

import argparse
import dataclasses
import datetime
import json
import math
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.run import BRIEFING, PEERS, PROJECT, Target, describe_machine
from report import pipeline
from report.preview.session import Session, Snapshot

MAX_SECONDS = 1.0
PATIENCE_SECONDS = 120.0
# Nothing further comes of an edit but the exact pages.
SETTLED_SECONDS = 1.5
EXACT_AWAITED_EVERY = 6
INSERTED = "又"
_HAN = re.compile("[\u4e00-\u9fff]{8,}")


@dataclasses.dataclass(frozen=True)
class Edit:
    """A text of a file, and what comes in its place."""

    path: Path
    section: str
    old: str
    new: str


@dataclasses.dataclass
class Times:
    """Seconds from the saved file on, for each edit.

    Attributes:
        page: Until the image of the first changed page of the section is there.
        all_changed: Until all pages that changed are shown.
        exact: Until all pages are as they will print, where that was awaited.
    """

    page: list[float] = dataclasses.field(default_factory=list)
    all_changed: list[float] = dataclasses.field(default_factory=list)
    exact: list[float] = dataclasses.field(default_factory=list)


class Watched:
    """A session, and what is measured of it."""

    def __init__(self, project: Path) -> None:
        today = datetime.datetime.now().astimezone().date()
        self.session = Session(lambda: pipeline.start(project, today, None), project, BRIEFING)
        self.last = self.session.snapshot()

    def begin(self) -> float:
        """Start it and return the seconds until all pages are there."""
        begun = time.perf_counter()
        self.session.start()
        while not self.last.is_exact:
            self._next()
        return time.perf_counter() - begun

    def measure(self, edit: Edit, times: Times, *, is_exact_awaited: bool) -> None:
        """Save an edit and take the times; until all pages are exact only where that is asked for."""
        text = edit.path.read_text(encoding="utf-8")
        if text.count(edit.old) != 1:
            raise ValueError(f"{edit.old!r} stands {text.count(edit.old)} times in {edit.path.name}")
        known = {page.digest for page in self.last.pages}
        begun = time.perf_counter()
        edit.path.write_text(text.replace(edit.old, edit.new), encoding="utf-8")
        image, changed = None, 0.0
        while True:
            is_settled = image is not None and not is_exact_awaited
            state = self.session.wait(self.last.revision, SETTLED_SECONDS) if is_settled else self._next()
            now = time.perf_counter() - begun
            if is_settled and (state.revision == self.last.revision or state.is_exact):
                break
            self.last = state
            new = [page for page in state.pages if page.digest not in known]
            mine = [page for page in new if page.section == edit.section or not edit.section]
            if mine and image is None:
                image = self.session.page_png(mine[0].digest)
                times.page.append(time.perf_counter() - begun)
            if not state.is_exact:
                changed = now
            elif image is not None:
                times.exact.append(now)
                break
        times.all_changed.append(changed or now)

    def _next(self) -> Snapshot:
        state = self.session.wait(self.last.revision, PATIENCE_SECONDS)
        if state.revision == self.last.revision or state.error:
            raise TimeoutError(f"no pages: {state.error or 'nothing came'}")
        self.last = state
        return state


def find_edits(project: Path, text: str | None, count: int) -> list[Edit]:
    """Return edits of sections in turn, each of a phrase that stands once in the file and once in the peer's text."""
    found = [
        list(_phrases(path, text))
        for path in sorted((project / "content" / BRIEFING / "sections").glob("*.md"))
    ]
    found = [edits for edits in found if edits]
    rounds = [
        edits[turn] for turn in range(max(map(len, found), default=0)) for edits in found if turn < len(edits)
    ]
    if len(rounds) < count:
        raise ValueError(f"there are {len(rounds)} phrases to edit, and {count} are asked for")
    return rounds[:count]


def _phrases(path: Path, peer: str | None) -> Iterator[Edit]:
    text = path.read_text(encoding="utf-8")
    head, _, body = text[4:].partition("\n---\n")
    found = re.search(r"^id: *(\S+)", head, re.MULTILINE)
    if found is None or re.search(r"^view: *handout", head, re.MULTILINE) or "." in path.stem:
        return
    for match in _HAN.finditer(body):
        phrase = match.group()[:8]
        if text.count(phrase) == 1 and (peer is None or peer.count(phrase) == 1):
            yield Edit(path, found.group(1), phrase, phrase[:4] + INSERTED + phrase[4:])


def fact_edits(project: Path, count: int) -> list[Edit]:
    """Return edits of facts: of their labels, which the timeline prints, and notes, and the changes."""
    path = project / "content" / BRIEFING / "facts.yaml"
    text = path.read_text(encoding="utf-8")
    edits = []
    for match in re.finditer(r'\n  label: [^\n]*zh-Hans: "?([^,}\n"]{6,})', text):
        label = match.group(1)
        if text.count(label) == 1:
            edits.append(Edit(path, "", label, label[:3] + INSERTED + label[3:]))
    return edits[:: max(len(edits) // count, 1)][:count]


def lay_out(out: Path, python: Path) -> tuple[Path, Path | None]:
    """Copy the briefing into a project of its own, and write the same text for Typst where its environment is there."""
    project, texts = out / "project", out / "texts"
    shutil.copytree(PROJECT / "content", project / "content")
    try:
        found = subprocess.run(
            [str(python), str(PEERS / "pandoc_path.py")], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return project, None
    page = [sys.executable, "-m", "benchmarks.page", str(project), BRIEFING, str(texts), found.stdout.strip()]
    subprocess.run(page, cwd=PROJECT, check=True, capture_output=True)
    return project, texts / "text.typ"


def typst_times(python: Path, text: Path, edits: Sequence[Edit]) -> dict[str, Any]:
    """Return what the peer took for the same edits."""
    pairs = text.with_name("edits.json")
    pairs.write_text(json.dumps([[edit.old, edit.new] for edit in edits]), encoding="utf-8")
    command = [str(python), str(PEERS / "typst_edits.py"), text.name, str(PROJECT / "fonts"), pairs.name]
    done = subprocess.run(command, cwd=text.parent, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that this share of all does not exceed."""
    return sorted(values)[max(math.ceil(share * len(values)) - 1, 0)]


def row(name: str, values: Sequence[float]) -> str:
    """Return a row of the table."""
    if not values:
        return f"| {name} | - | - | - |"
    numbers = (statistics.median(values), percentile(values, 0.95), max(values))
    return f"| {name} | {' | '.join(f'{number:.2f} s' for number in numbers)} |"


def run(out: Path, python: Path, count: int, facts: int) -> None:
    """Measure everything, print it and write it down."""
    machine = describe_machine()
    project, text = lay_out(out, python)
    edits = find_edits(project, text.read_text(encoding="utf-8") if text is not None else None, count)
    sections, values = Times(), Times()
    theirs = typst_times(python, text, edits) if text is not None else {}
    watched = Watched(project)
    try:
        first = watched.begin()
        for number, edit in enumerate(edits):
            watched.measure(edit, sections, is_exact_awaited=number % EXACT_AWAITED_EVERY == 0)
            print(f"{edit.section}: {sections.page[-1]:.2f} s", file=sys.stderr, flush=True)
        for number, edit in enumerate(fact_edits(project, facts)):
            watched.measure(edit, values, is_exact_awaited=number % EXACT_AWAITED_EVERY == 0)
            print(f"{edit.old}: {values.page[-1]:.2f} s", file=sys.stderr, flush=True)
    finally:
        watched.session.close()
    target = Target(
        "saved file to image of the changed page, seconds, median",
        statistics.median(sections.page),
        MAX_SECONDS,
    )
    print(machine)
    print(f"first pages after {first:.1f} s; Typst after {theirs.get('first', 0):.1f} s\n")
    print("| | median | 95 % | longest |\n|---|---:|---:|---:|")
    print(row("a section edited: image of the changed page", sections.page))
    print(row("… all pages that changed, provisional", sections.all_changed))
    print(row("… all pages exact", sections.exact))
    print(row("a fact edited: image of the first page that changed", values.page))
    print(row("… all pages that changed, provisional", values.all_changed))
    print(row("… all pages exact", values.exact))
    print(row("Typst, compiler kept: PDF", theirs.get("seconds", ())))
    print(row("… and images of all pages", theirs.get("with_images", ())))
    print(f"\n{target.verdict}: {target.text}: {target.value:.2f} (at most {target.limit:g})")
    record = {
        "machine": machine,
        "first": first,
        "sections": dataclasses.asdict(sections),
        "facts": dataclasses.asdict(values),
        "typst": theirs,
        "targets": [{**dataclasses.asdict(target), "verdict": target.verdict}],
    }
    path = out / "results.json"
    path.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"\n{path}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmark; always end with 0."""
    parser = argparse.ArgumentParser(description="Measure how soon a saved file is seen.")
    parser.add_argument("--edits", type=int, default=30, help="of sections (default: 30)")
    parser.add_argument("--facts", type=int, default=6, help="edits of facts (default: 6)")
    parser.add_argument("--peers", type=Path, default=PROJECT / ".venv-bench" / "bin" / "python")
    parser.add_argument("--out", type=Path, default=PROJECT / "output" / "bench-preview")
    options = parser.parse_args(arguments)
    out = options.out.resolve()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    try:
        run(out, options.peers.absolute(), options.edits, options.facts)
    except (subprocess.CalledProcessError, TimeoutError, ValueError) as error:
        print(f"nothing more could be measured: {error}\n{getattr(error, 'stderr', '') or ''}")


if __name__ == "__main__":
    main()
