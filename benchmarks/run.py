"""Measures the product and its peers on the same text in one run: `python -m benchmarks.run`.

Prints a table and what became of each target, writes `output/bench/results.json`, and ends with 0 whatever
it measured: a slow machine is no defect.
"""

import argparse
import dataclasses
import datetime
import importlib.metadata
import itertools
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.briefings import CHAPTERS, SLUG, write_briefing
from benchmarks.large import SIZES, write_large
from benchmarks.large import SLUG as LARGE
from benchmarks.measure import Command, Measured, run_once, sample_memory
from report import __version__

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
PEERS = HERE / "peers"
BRIEFING = "msc-policy"

MAX_RATIO_TO_BARE = 1.35
MAX_IDLE_SECONDS = 0.35
MAX_MARGINAL_RATIO = 1.3
MAX_MB = 300.0
MAX_CHECK_SECONDS = 3.0
MAX_CHECK_MB = 400.0
MAX_FACT_RATIO = 1.3

# From how many pages (or facts) to how many, and the seconds of processor time that each between them cost.
Costs = list[tuple[int, int, float]]


@dataclasses.dataclass(frozen=True)
class Target:
    """One promise and what was measured; `value` is None where it could not be measured."""

    text: str
    value: float | None
    limit: float

    @property
    def verdict(self) -> str:
        """`met`, `missed` or `not measured`."""
        if self.value is None:
            return "not measured"
        return "met" if self.value <= self.limit else "missed"


class Bench:
    """One run: its folder, its contenders and what was measured."""

    def __init__(self, out: Path, peers_python: Path, rounds: int) -> None:
        self.out = out
        self.peers_python = peers_python
        self.rounds = rounds
        self.measured: dict[str, Measured] = {}

    def contenders(self) -> list[Command]:
        """Lay out the real briefing for everyone and return who is measured on it."""
        project, texts = self.out / "project", self.out / "texts"
        shutil.copytree(PROJECT / "content" / BRIEFING, project / "content" / BRIEFING)
        pandoc = self._peer_answer("pandoc_path.py")
        self._page(str(project), BRIEFING, str(texts), *([pandoc] if pandoc else []))
        environment = {
            "FONTCONFIG_FILE": str(texts / "fonts.conf"),
            "PATH": f"{self.peers_python.parent}{os.pathsep}{os.environ['PATH']}",
        }

        def peer(name: str, *arguments: str) -> Command:
            output = texts / f"{name.split(' ')[0].lower()}.pdf"
            words = [word.replace("OUT", str(output)) for word in arguments]
            return Command(name, words, texts, output, output.with_suffix(".log"), environment)

        python = str(self.peers_python)
        options = ["--standalone", "--toc", "--toc-depth=2", "--pdf-engine=weasyprint"]
        options += ["--pdf-engine-opt=--pdf-variant=pdf/ua-1", f"--css={PEERS / 'plain.css'}"]
        return [
            product_build("report build --force", project, BRIEFING, "--force"),
            peer("WeasyPrint alone", sys.executable, str(PEERS / "bare_weasyprint.py"), "page.html", "OUT"),
            peer("Pandoc + WeasyPrint", pandoc or "pandoc", "text.md", "-o", "OUT", *options),
            peer("Typst", python, str(PEERS / "typst_compile.py"), "text.typ", "OUT", str(PROJECT / "fonts")),
            dataclasses.replace(
                product_build("report build, nothing to do", project, BRIEFING), must_say="nothing to do"
            ),
        ]

    def long_briefings(self) -> list[Command]:
        """Write the generated briefings and return their builds, shortest first."""
        commands = []
        for chapters in CHAPTERS:
            project = self.out / f"chapters-{chapters}"
            write_briefing(project, chapters)
            commands.append(product_build(f"{chapters} chapters", project, SLUG, "--force"))
        return commands

    def large_checks(self) -> list[Command]:
        """Write the generated briefings of many facts and return their checks, the smallest first."""
        commands = []
        for facts, sections in SIZES:
            project = self.out / f"facts-{facts}"
            write_large(project, facts, sections)
            arguments = [sys.executable, "-m", "report", "check", LARGE, "--project", str(project)]
            source = project / "content" / LARGE / "facts.yaml"
            name = check_name(facts, sections)
            commands.append(
                Command(name, arguments, PROJECT, source, project / "check.log", must_say="no findings")
            )
        return commands

    def measure(self, commands: list[Command], rounds: int) -> None:
        """Run everyone once a round, so that a busy minute of the machine meets them all alike."""
        for command in commands:
            self.measured[command.name] = Measured()
        for number in range(1, rounds + 1):
            for command in commands:
                print(f"round {number} of {rounds}: {command.name}", file=sys.stderr, flush=True)
                run_once(command, self.measured[command.name])
        for command in commands:
            measured = self.measured[command.name]
            sample_memory(command, measured)
            if not measured.failure and command.output.suffix == ".pdf":
                measured.pages = int(self._page("--pages", str(command.output)))

    def ratio(self, name: str, to: str) -> float | None:
        """Return the median, over the rounds, of how much longer one took than the other."""
        pairs = zip(self.measured[name].seconds, self.measured[to].seconds, strict=False)
        ratios = [first / second for first, second in pairs]
        return statistics.median(ratios) if ratios else None

    def _page(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "benchmarks.page", *arguments]
        return subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True).stdout

    def _peer_answer(self, script: str) -> str:
        try:
            done = subprocess.run(
                [str(self.peers_python), str(PEERS / script)], capture_output=True, text=True, check=True
            )
        except (OSError, subprocess.CalledProcessError):
            return ""
        return done.stdout.strip()


def product_build(name: str, project: Path, slug: str, *options: str) -> Command:
    """Return the product's own command on a project: the PDF that its peers make too, and no other file."""
    arguments = [sys.executable, "-m", "report", "build", slug, "-f", "pdf", "--project", str(project)]
    arguments += ["--view", "full", "--locale", "zh-Hans"]
    output = project / "output" / slug / f"{slug}.pdf"
    return Command(name, [*arguments, *options], PROJECT, output, project / "build.log")


def check_name(facts: int, sections: int) -> str:
    """Return how the table calls the check of a generated briefing."""
    return f"check {facts:,}/{sections}"


def marginal_costs(lengths: list[tuple[int, Measured]]) -> Costs:
    """Return what each further page (or fact) costs between each length and the next longer one.

    In processor time: wall time would tell more of the machine's other work than of the pages.
    """
    done = [(length, item) for length, item in lengths if not item.failure and item.seconds]
    return [
        (less, more, (longer.cpu_median - shorter.cpu_median) / (more - less))
        for (less, shorter), (more, longer) in itertools.pairwise(done)
        if more > less
    ]


def marginal_ratio(costs: Costs) -> float | None:
    """Return the largest cost of a page over the smallest; None for fewer than two, or a meaningless one."""
    values = [cost for _, _, cost in costs]
    return max(values) / min(values) if len(values) > 1 and min(values) > 0 else None


def describe_machine() -> str:
    """Return what a reader must know of the machine to place the numbers."""
    model = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").split("\n"):
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    except OSError:
        pass
    now = datetime.datetime.now().astimezone()
    python, load = platform.python_version(), os.getloadavg()[0]
    return f"{now:%Y-%m-%d %H:%M}, {model}, {os.cpu_count()} cores, Python {python}, load {load:.1f}"


def print_table(bench: Bench, commands: list[Command], base: str) -> None:
    """Print one line for each contender."""
    print(
        f"\n{'':28} {'median':>8} {'lowest':>8} {'cpu':>7} {'ratio':>6} {'tree':>7} {'largest':>8} {'pages':>6}"
    )
    for command in commands:
        item = bench.measured[command.name]
        if item.failure:
            print(f"{command.name:28} not measured: {item.failure}")
            continue
        ratio = bench.ratio(command.name, base)
        print(
            f"{command.name:28} {item.median:7.2f}s {min(item.seconds):7.2f}s "
            f"{item.cpu_median:6.2f}s {ratio or 0:5.2f}x "
            f"{item.tree_mb:4.0f} MB {item.largest_mb:5.0f} MB {item.pages:6}"
        )


def check_targets(bench: Bench, costs: Costs) -> list[Target]:
    """Return the targets of checking the largest generated briefing with what was measured."""
    facts, sections = SIZES[-1]
    check = bench.measured[check_name(facts, sections)]
    memory = None if check.failure else max(check.tree_mb, check.largest_mb)
    ratio = costs[-1][2] / costs[-2][2] if len(costs) > 1 and costs[-2][2] > 0 else None
    what = f"a check of {facts:,} facts in {sections} sections"
    return [
        Target(f"{what}, seconds", check.median if check.seconds else None, MAX_CHECK_SECONDS),
        Target(f"peak memory of {what}, MB", memory, MAX_CHECK_MB),
        Target(
            f"a fact of the last {facts - SIZES[-2][0]:,} in times of one before them", ratio, MAX_FACT_RATIO
        ),
    ]


def find_targets(bench: Bench, costs: Costs) -> list[Target]:
    """Return the targets of building with what was measured."""
    build = bench.measured["report build --force"]
    idle = bench.measured["report build, nothing to do"]
    memory = None if build.failure else max(build.tree_mb, build.largest_mb)
    return [
        Target(
            "a cold build, in times of WeasyPrint alone on the same page",
            bench.ratio("report build --force", "WeasyPrint alone"),
            MAX_RATIO_TO_BARE,
        ),
        Target(
            "a build with nothing to do, seconds", idle.median if idle.seconds else None, MAX_IDLE_SECONDS
        ),
        Target(
            "the dearest page in times of the cheapest, by length", marginal_ratio(costs), MAX_MARGINAL_RATIO
        ),
        Target("peak memory of a cold build, MB", memory, MAX_MB),
    ]


def write_record(
    bench: Bench, path: Path, machine: str, costs: Costs, fact_costs: Costs, targets: list[Target]
) -> None:
    """Write everything that was measured, each run on its own, as JSON."""
    record = {
        "machine": machine,
        "rounds": bench.rounds,
        "versions": {"jianbao": __version__, "weasyprint": importlib.metadata.version("weasyprint")},
        "measured": {
            name: {"median_seconds": item.median, **dataclasses.asdict(item)}
            for name, item in bench.measured.items()
        },
        "seconds_a_page": [{"from": less, "to": more, "seconds": cost} for less, more, cost in costs],
        "seconds_a_fact": [{"from": less, "to": more, "seconds": cost} for less, more, cost in fact_costs],
        "targets": [{**dataclasses.asdict(target), "verdict": target.verdict} for target in targets],
    }
    path.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def run(bench: Bench) -> None:
    """Measure everything, print it and write it down."""
    machine = describe_machine()
    commands = bench.contenders()
    bench.measure(commands, bench.rounds)
    long_ones = bench.long_briefings()
    bench.measure(long_ones, bench.rounds)
    checks = bench.large_checks()
    bench.measure(checks, bench.rounds)
    built = [bench.measured[command.name] for command in long_ones]
    costs = marginal_costs([(item.pages, item) for item in built])
    sizes = [(facts, bench.measured[check_name(facts, sections)]) for facts, sections in SIZES]
    fact_costs = marginal_costs(sizes)
    targets = find_targets(bench, costs) + check_targets(bench, fact_costs)
    print(machine)
    print_table(bench, commands, "WeasyPrint alone")
    print_table(bench, long_ones, long_ones[0].name)
    print_table(bench, checks, checks[0].name)
    print()
    for less, more, cost in costs:
        print(f"from {less} to {more} pages: {cost * 1000:.0f} ms of processor time a page")
    for less, more, cost in fact_costs:
        print(f"from {less:,} to {more:,} facts: {cost * 1000:.2f} ms of processor time a fact")
    print()
    for target in targets:
        value = "-" if target.value is None else f"{target.value:.2f}"
        print(f"{target.verdict:12} {target.text}: {value} (at most {target.limit:g})")
    path = bench.out / "results.json"
    write_record(bench, path, machine, costs, fact_costs, targets)
    print(f"\n{path}")


def main() -> None:
    """Run the benchmark; always end with 0."""
    parser = argparse.ArgumentParser(description="Measure the product and its peers on the same text.")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each contender (default: 5)")
    parser.add_argument("--peers", type=Path, default=PROJECT / ".venv-bench" / "bin" / "python")
    parser.add_argument("--out", type=Path, default=PROJECT / "output" / "bench")
    options = parser.parse_args()
    out = options.out.resolve()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    try:
        run(Bench(out, options.peers.absolute(), options.rounds))
    except subprocess.CalledProcessError as error:
        print(f"nothing more could be measured: {error}\n{error.stderr or ''}")


if __name__ == "__main__":
    main()
