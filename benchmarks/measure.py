"""Runs a program as a whole process and says how long it took and how much memory its processes held."""

import dataclasses
import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

SAMPLE_SECONDS = 0.02


@dataclasses.dataclass(frozen=True)
class Command:
    """One contender.

    Attributes:
        name: As the table calls it.
        arguments: The program and its arguments.
        folder: Where it is run.
        output: What it writes; a run that does not write it has failed.
        log: Takes what it says.
        must_say: A run that does not say this has done something else than was meant.
        environment: Added to this process's own.
    """

    name: str
    arguments: Sequence[str]
    folder: Path
    output: Path
    log: Path
    environment: Mapping[str, str] = dataclasses.field(default_factory=dict)
    must_say: str = ""


@dataclasses.dataclass
class Measured:
    """What was measured of one contender.

    Attributes:
        seconds: Wall time of each run, from start to exit.
        cpu_seconds: Processor time of each run, of all its processes.
        largest_mb: Peak resident set of its largest single process (`ru_maxrss`), in 10^6 bytes.
        tree_mb: Peak of the proportional set sizes of all its processes together, in 10^6 bytes; 0 where
            it was not measured.
        pages: Of its output.
        failure: Why it could not be run; empty where it could.
    """

    seconds: list[float] = dataclasses.field(default_factory=list)
    cpu_seconds: list[float] = dataclasses.field(default_factory=list)
    largest_mb: float = 0.0
    tree_mb: float = 0.0
    pages: int = 0
    failure: str = ""

    @property
    def median(self) -> float:
        """The median of the wall times, in seconds; 0 where there is none."""
        return statistics.median(self.seconds) if self.seconds else 0.0

    @property
    def cpu_median(self) -> float:
        """The median of the processor times, in seconds; 0 where there is none."""
        return statistics.median(self.cpu_seconds) if self.cpu_seconds else 0.0


def run_once(command: Command, measured: Measured) -> None:
    """Run a contender once and add what it took; a failure is noted and not raised."""
    if measured.failure:
        return
    _run(command, measured, 0.0)


def run_sampled(command: Command, measured: Measured, every_seconds: float = 0.25) -> None:
    """Run a contender once, as `run_once`, and note meanwhile the most that its processes held together.

    For what runs for long: the time that looking at their memory takes, on another processor, is then small.
    """
    if not measured.failure:
        _run(command, measured, every_seconds)


def _run(command: Command, measured: Measured, every_seconds: float) -> None:
    start = time.perf_counter()
    try:
        process = _start(command)
    except OSError as error:
        measured.failure = str(error)
        return
    # wait4 counts the children that the process itself has waited for.
    pid = 0
    while every_seconds and not pid:
        measured.tree_mb = max(measured.tree_mb, sum(map(_pss_mb, _tree(process.pid))))
        time.sleep(every_seconds)
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
    if not pid:
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or not command.output.is_file():
        measured.failure = f"ended with {process.returncode}: {_last_words(command)}"
        return
    if command.must_say not in command.log.read_text(errors="replace"):
        measured.failure = f"it did not say {command.must_say!r}: {_last_words(command)}"
        return
    measured.seconds.append(seconds)
    measured.cpu_seconds.append(usage.ru_utime + usage.ru_stime)
    measured.largest_mb = max(measured.largest_mb, usage.ru_maxrss * 1024 / 1e6)


def sample_memory(command: Command, measured: Measured) -> None:
    """Run a contender once more, beside the clock, and note the most that its processes held together.

    Every 20 ms the proportional set size (`Pss` of `/proc/PID/smaps_rollup`) of the process and all below it
    is added up: memory that a parent shares with a forked child counts once. Reading it costs time, so a run
    that is sampled is not timed. A peak shorter than 20 ms can be missed; `largest_mb` misses none.
    """
    if measured.failure or not Path("/proc/self/smaps_rollup").exists():
        return
    process = _start(command)
    while process.poll() is None:
        measured.tree_mb = max(measured.tree_mb, sum(map(_pss_mb, _tree(process.pid))))
        time.sleep(SAMPLE_SECONDS)
    if process.returncode or command.must_say not in command.log.read_text(errors="replace"):
        measured.tree_mb = 0.0


def _start(command: Command) -> "subprocess.Popen[str]":
    with command.log.open("w") as file:
        return subprocess.Popen(
            list(command.arguments),
            cwd=command.folder,
            env={**os.environ, **command.environment},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            text=True,
        )


def _last_words(command: Command) -> str:
    lines = command.log.read_text(errors="replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "it said nothing")


def _tree(root: int) -> list[int]:
    found, queue = [], [root]
    while queue:
        pid = queue.pop()
        found.append(pid)
        try:
            for task in Path(f"/proc/{pid}/task").iterdir():
                queue += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found


def _pss_mb(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().split("\n"):
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024 / 1e6
    except OSError:
        pass
    return 0.0
