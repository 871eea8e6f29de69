"""Sets Chinese text with the product and its peers and judges the pages: `python -m benchmarks.typesetting`.

Prints a table, writes `results.json` beside the pages, and ends with 0 whatever it measured.
"""

import argparse
import dataclasses
import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from benchmarks.page import write_page
from benchmarks.run import BRIEFING, PROJECT, describe_machine
from benchmarks.typesetting.contenders import FONTS, Chromium, Contender, Typst, WeasyPrint, XeLaTeX
from benchmarks.typesetting.measurement import Measurement, Plan, measure, measure_cost
from benchmarks.typesetting.peer_fonts import write_peer_fonts
from benchmarks.typesetting.rows import ALONE, OURS, ROWS
from benchmarks.typesetting.texts import Text, article_text, hard_text, pairs_text, running_text
from report.typography.fonts import load_registry, write_fontconfig

WIDTHS = (12, 15, 18, 21, 24, 27, 30, 33, 36, 39, 41)


def all_contenders(out: Path, peers_python: Path) -> tuple[Contender, ...]:
    """Lay out the fonts and return everyone, ours first."""
    fonts = out / "fonts"
    write_peer_fonts(FONTS, fonts)
    faces = load_registry(FONTS)
    peer_faces = [
        dataclasses.replace(face, path=fonts / face.path.name)
        for face in faces
        if (fonts / face.path.name).is_file()
    ]
    write_fontconfig(out / "ours.conf", faces, out / "fontconfig")
    write_fontconfig(out / "alone.conf", peer_faces, out / "fontconfig-alone")
    return (
        WeasyPrint(OURS, out / "ours.conf", is_ours=True),
        WeasyPrint(ALONE, out / "alone.conf", is_ours=False),
        Typst(peers_python, fonts),
        Chromium(fonts),
        XeLaTeX(fonts),
    )


def choose_text(path: Path | None, folder: Path) -> Text:
    """Return the running text: a file's, or that of the real briefing."""
    if path is not None:
        return article_text(path.read_text(encoding="utf-8"))
    folder.mkdir(parents=True)
    write_page(PROJECT, BRIEFING, folder)
    return running_text((folder / "page.html").read_text(encoding="utf-8"))


def print_table(measured: Mapping[str, Measurement]) -> None:
    """Print one line for each row; an asterisk marks the best peer."""
    done = {name: item for name, item in measured.items() if not item.failure}
    print(f"\n{'':34}" + "".join(f"{name:>17}" for name in done))
    for row in ROWS:
        best = row.best(done)
        line = f"{row.name:34}"
        for name, item in done.items():
            value = row.value(item)
            text = "-" if value is None else row.form.format(value)
            line += f"{text + ('*' if name in best else ' '):>17}"
        print(f"{line}  {row.verdict(done)}".rstrip())
    for name, item in measured.items():
        if item.failure:
            print(f"{name}: not measured: {item.failure}")


def write_record(measured: Mapping[str, Measurement], path: Path, machine: str, plan: Plan) -> None:
    """Write everything that was measured as JSON."""
    done = {name: item for name, item in measured.items() if not item.failure}
    record = {
        "machine": machine,
        "widths": list(plan.widths),
        "paragraphs": len(plan.running.paragraphs),
        "rows": [
            {
                "name": row.name,
                "values": {name: row.value(item) for name, item in done.items()},
                "best": sorted(row.best(done)),
                "verdict": row.verdict(done),
            }
            for row in ROWS
        ],
        "measured": {name: dataclasses.asdict(item) for name, item in measured.items()},
    }
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="Judge the finished lines of the product and its peers.")
    parser.add_argument("--text", type=Path, help="set this text, a paragraph on each line")
    parser.add_argument("--out", type=Path, default=PROJECT / "output" / "bench" / "typesetting")
    parser.add_argument("--widths", default=",".join(map(str, WIDTHS)), help="measures in em")
    parser.add_argument("--contenders", default="", help="names, separated by commas (default: all)")
    parser.add_argument("--peers", type=Path, default=PROJECT / ".venv-bench" / "bin" / "python")
    parser.add_argument("--no-cost", action="store_true", help="leave out what needs a quiet machine")
    options = parser.parse_args()
    out = options.out.resolve()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    running = choose_text(options.text, out / "texts")
    widths = [int(width) for width in options.widths.split(",")]
    plan = Plan(running, hard_text(), pairs_text(), widths, out)
    chosen = [name.strip().lower() for name in options.contenders.split(",") if name.strip()]
    contenders = [
        item
        for item in all_contenders(out, options.peers.absolute())
        if not chosen or item.name.lower() in chosen
    ]
    measured = {item.name: measure(item, plan) for item in contenders}
    timed = [item for item in contenders if isinstance(item, WeasyPrint) and not measured[item.name].failure]
    if len(timed) == 2 and not options.no_cost:
        try:
            measure_cost(timed[0], timed[1], plan, measured[OURS])
        except subprocess.SubprocessError as error:
            print(f"the cost could not be measured: {error}")
    machine = describe_machine()
    print(machine)
    print_table(measured)
    write_record(measured, out / "results.json", machine, plan)
    print(f"\n{out / 'results.json'}")


if __name__ == "__main__":
    main()
