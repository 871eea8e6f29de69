"""Shows the unattended run over a site on loopback, and measures it: `python -m benchmarks.unattended`.

Day 1: edition 1 goes out, then nothing changed. Day 2: a source says otherwise, a person accepts and signs off, edition
2 reaches the clinics that are to have it; the run that makes it is killed at ten random moments first. Prints what
happened, writes `output/bench-unattended/results.json`, and ends with 0 whatever it measured.
"""

import argparse
import collections
import contextlib
import http.server
import json
import os
import random
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.run import BRIEFING, PROJECT, describe_machine

OUT = PROJECT / "output" / "bench-unattended"
SOURCE, FACT, FIELD = "moh-2012", "cn-halt-filing", "dates.ended"
BEFORE, AFTER = "2012-07-01", "2012-06-30"
ROLE, WHO = "医学审校", "示例审校"
PAGE = """<!DOCTYPE html><html lang="zh"><meta charset="utf-8"><title>公告</title><body><div class="ad">{ad}</div>
<article><h1>关于自查自纠工作的通知</h1><p>根据有关规定，现就干细胞临床研究和应用的自查自纠工作通知如下，请认真贯彻执行。</p>
<p>在{day}之前，停止新项目申报；各地应当按规定报告进展情况。</p></article></body></html>"""
RUN = ("refresh", "--release", "--send")
TARGET_SECONDS = 0.5


class Site:
    """A page on loopback that says a day, and another advertisement each time if that is wanted."""

    def __init__(self) -> None:
        self.day, self.asked, self.has_other_ads = BEFORE, 0, False
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked += site.has_other_ads
                data = PAGE.format(ad=site.asked, day=site.day).encode()
                self.send_response(200 if self.path == "/notice" else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@contextlib.contextmanager
def site() -> Iterator[Site]:
    """Serve the page."""
    running = Site()
    try:
        yield running
    finally:
        running.server.shutdown()
        running.server.server_close()


def lay_out(running: Site) -> Path:
    """Return a project of its own, one source of it on loopback; two of its clinics receive, one does not."""
    project = OUT / "project"
    shutil.rmtree(OUT, ignore_errors=True)
    shutil.copytree(PROJECT / "content", project / "content")
    (project / "outbox").mkdir()
    folder = project / "content" / BRIEFING
    for path in folder.glob("editions/*"):
        path.unlink()
    sources = folder / "sources.yaml"
    # Nothing but the page on loopback is asked.
    text = sources.read_text(encoding="utf-8").replace("  watch: {}\n", "")
    lines = text.splitlines(keepends=True)
    begin = next(number for number, line in enumerate(lines) if line.startswith(f"- id: {SOURCE}"))
    at = next(number for number in range(begin, len(lines)) if lines[number].startswith("  URL:"))
    lines[at] = f"  URL: http://{running.host}/notice\n  watch: {{}}\n"
    sources.write_text("".join(lines), encoding="utf-8")
    distribution = project / "content" / "distribution.yaml"
    text = distribution.read_text(encoding="utf-8").replace("in_doubt: hold ", "in_doubt: reconcile ")
    text = text.replace("policy:\n", "policy:\n  settle_seconds: 0\n")
    settings = f"monitor: {{allow_hosts: ['{running.host}'], delay_seconds: 0, doi_service: ''}}\n"
    distribution.write_text(text + settings, encoding="utf-8")
    return project


def change(path: Path, old: str, new: str) -> None:
    """Replace the first of a text in a file."""
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def words(project: Path, *arguments: str) -> list[str]:
    """Return the words of a command of the product."""
    return [sys.executable, "-m", "report", arguments[0], "--project", str(project), *arguments[1:]]


def report(project: Path, *arguments: str, codes: tuple[int, ...] = (0, 1)) -> str:
    """Run the product; return what it printed."""
    ended = subprocess.run(words(project, *arguments), cwd=PROJECT, capture_output=True, text=True)
    if ended.returncode not in codes:
        raise SystemExit(
            f"report {' '.join(arguments)} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}"
        )
    return ended.stdout


def attend(project: Path) -> dict[str, Any]:
    """Run all that is to be done; return what it told, with its wall time."""
    begun, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    told: dict[str, Any] = json.loads(report(project, *RUN, "--format", "json"))
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    return {**told, "wall_seconds": time.perf_counter() - begun, "cpu_seconds": processor}


def lines_of_a_run(project: Path) -> int:
    """Run all that is to be done; return how many stages it tells of."""
    ended = subprocess.run(words(project, *RUN), cwd=PROJECT, capture_output=True, text=True)
    return len(ended.stderr.splitlines())


def kill_after(project: Path, lines: int, seconds: float) -> bool:
    """Begin the run, and kill it and all its processes some time after a stage; return whether that was in time."""
    process = subprocess.Popen(
        words(project, *RUN),
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stderr is not None
    for _ in range(lines):
        if not process.stderr.readline():
            break
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    was_running = process.poll() is None
    if was_running:
        os.killpg(process.pid, signal.SIGKILL)
    process.stderr.close()
    process.wait()
    return was_running


def kill_at_random(
    before: Path, reference: Path, stages: int, arguments: argparse.Namespace
) -> tuple[int, int, bool]:
    """Kill runs at random moments, each followed by another, until one ends by itself; again in a new project.

    Return how many were killed, in how many projects, and whether each came to the same as the run nobody killed.
    """
    chosen = random.Random(arguments.seed)
    killed, projects, is_same = 0, 0, True
    while killed < arguments.kills:
        projects += 1
        project = OUT / f"killed-{projects}"
        shutil.copytree(before, project)
        while killed < arguments.kills and kill_after(
            project, chosen.randint(0, stages), chosen.uniform(0, 1)
        ):
            killed += 1
        attend(project)
        is_same &= received(project) == received(reference) and files(project) == files(reference)
    return killed, projects, is_same


def received(project: Path) -> dict[str, list[int]]:
    """Return which editions each clinic has in its folder, whole."""
    found: dict[str, list[int]] = collections.defaultdict(list)
    for path in sorted((project / "outbox").glob(f"*/{BRIEFING}/*/MANIFEST.json")):
        found[path.parts[-4]].append(int(path.parts[-2]))
    return dict(found)


def tell(what: str) -> None:
    """Print a line at once."""
    print(what, flush=True)


def quiet_runs(project: Path, rounds: int, what: str) -> dict[str, list[float]]:
    """Run where nothing is to be done; return wall and processor time of each."""
    # A program that is edited meanwhile looks at everything again.
    told = [one for one in (attend(project) for _ in range(rounds)) if one["is_settled"]]
    if not told:
        raise SystemExit("no run had nothing to do: was the program edited meanwhile?")
    walls, processor = [[one[name] for one in told] for name in ("wall_seconds", "cpu_seconds")]
    tell(
        f"day 1  nothing to do, {what}: median {statistics.median(walls):.2f} s, lowest {min(walls):.2f} s, "
        f"processor {min(processor):.2f} s, of {len(told)} runs"
    )
    return {"seconds": walls, "cpu_seconds": processor}


def story(project: Path, running: Site, arguments: argparse.Namespace) -> dict[str, Any]:
    """Go through both days; return what was measured."""
    results: dict[str, Any] = {}
    report(project, "release", BRIEFING, codes=(0,))
    tell("a person releases edition 1")
    first = attend(project)
    tell(
        f"day 1  first run: {first['sent']['counts']} in {first['wall_seconds']:.1f} s; "
        f"clinics have {received(project)}"
    )
    attend(project)
    results["nothing_to_do"] = {}
    for what, has_other_ads in (("the same bytes", False), ("only advertisements changed", True)):
        running.has_other_ads = has_other_ads
        results["nothing_to_do"][what] = quiet_runs(project, arguments.rounds, what)
    running.day = AFTER
    second = attend(project)
    proposal = second["opened"][0]
    tell(
        f"day 2  the source says otherwise: proposal {proposal['id']} ({proposal['kind']}), nothing else is done"
    )
    value = f"{FACT}:{FIELD}={AFTER}"
    report(project, "accept", proposal["id"], "--by", WHO, "--value", value)
    change(project / "content" / BRIEFING / "briefing.yaml", 'as_of: "2026-11-22"', 'as_of: "2026-11-23"')
    third = attend(project)
    tell(f"day 2  accepted by {WHO}, not signed off: {third['releases'][0]['state']}")
    report(project, "approve", BRIEFING, "--by", WHO, "--role", ROLE)
    reference, counted = OUT / "reference", OUT / "counted"
    for place in (reference, counted):
        shutil.copytree(project, place)
    whole = attend(reference)
    results["edition_seconds"] = whole["wall_seconds"]
    tell(
        f"day 2  signed off: edition 2, copies and sending in {whole['wall_seconds']:.1f} s; "
        f"clinics have {received(reference)}"
    )
    killed, projects, is_same = kill_at_random(project, reference, lines_of_a_run(counted), arguments)
    results |= {"killed": killed, "same_after_kills": is_same, "received": received(reference)}
    tell(
        f"day 2  killed {killed} times at random in {projects} projects, then run once more: editions, copies and "
        f"deliveries {'as in' if is_same else 'NOT as in'} the run that nobody killed"
    )
    return results


def files(project: Path) -> dict[str, bytes]:
    """Return what counts: the records of editions, and every file that a clinic received."""
    places = (project / "outbox", project / "content" / BRIEFING / "editions")
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for place in places
        for path in sorted(place.rglob("*"))
        if path.is_file() and path.name not in ("README.txt", "MANIFEST.json", "approvals.json")
    }


def main() -> None:
    """Show it, and write what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="runs with nothing to do")
    parser.add_argument("--kills", type=int, default=10, help="how often the run is killed")
    parser.add_argument("--seed", type=int, default=20261128)
    arguments = parser.parse_args()
    # An installation keeps its modules compiled; where that is forbidden, each run would compile a hundred of them.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    tell(describe_machine())
    with site() as running:
        results = story(lay_out(running), running, arguments)
    lowest = min(results["nothing_to_do"]["the same bytes"]["seconds"])
    tell(f"nothing to do, at most {TARGET_SECONDS} s and the network: {lowest:.2f} s lowest")
    (OUT / "results.json").write_text(
        json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
