"""The same tasks on a real Dask scheduler with two workers, one of which is killed."""

import contextlib
import importlib
import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from report.errors import RenderingError, ReportError, UsageError
from report.installation import PACKAGE
from report.workers import PreparationError, Task, run, scheduler

pytestmark = pytest.mark.slow

# A module of its own: workers must be able to import what they do.
_WORK = """
import os, signal, time
from report.errors import MissingDependencyError, RenderingError

PREPARED = []

def prepare():
    PREPARED.append(os.getpid())

def fail_to_prepare():
    raise MissingDependencyError("the fonts are missing", "Run make fonts.")

def work(how):
    if how == "raise":
        raise RenderingError("the table is too wide", "Make it narrower.")
    if how == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "hang":
        signal.sigwait([signal.SIGUSR1])
    return how, os.getpid(), PREPARED
"""


class Cluster:
    """A scheduler and its workers: processes on the loopback interface, in a group each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.processes: list[subprocess.Popen[str]] = []
        # What a task's worker prints would fill a pipe that nobody reads.
        self._log = folder / "log"
        started = self._start("scheduler", "--port", "0")
        self.address = self._told(started, r"Scheduler at:\s+(tcp://\S+)")

    def add_workers(self, *options: str) -> None:
        from distributed import Client

        for _ in range(2):
            self._start("worker", self.address, "--nthreads", "1", *options)
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)

    def _start(self, *arguments: str) -> "subprocess.Popen[str]":
        common = ["--host", "127.0.0.1", "--no-dashboard"]
        if arguments[0] == "worker":
            common += ["--local-directory", str(self._folder)]
        with self._log.open("a") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments, *common],
                stdout=subprocess.DEVNULL,
                stderr=log if arguments[0] == "worker" else subprocess.PIPE,
                text=True,
                start_new_session=True,
                cwd=self._folder,
                env={
                    **os.environ,
                    "PYTHONPATH": str(self._folder),
                    "DASK_TEMPORARY_DIRECTORY": str(self._folder),
                },
            )
        self.processes.append(process)
        return process

    def _told(self, process: "subprocess.Popen[str]", pattern: str) -> str:
        assert process.stderr is not None
        for line in process.stderr:
            if match := re.search(pattern, line):
                return match[1]
        raise AssertionError("the scheduler did not start")

    def close(self) -> None:
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    pytest.importorskip("distributed")
    (tmp_path / "cluster_work.py").write_text(_WORK)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "cluster_work", raising=False)
    # Workers have a copy of the program, so that it may be edited while this runs.
    shutil.copytree(PACKAGE, tmp_path / "report", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr("report.installation.PACKAGE", tmp_path / "report")
    started = Cluster(tmp_path)
    yield started
    started.close()


@pytest.mark.parametrize("nanny", ["--no-nanny", "--nanny"])
def test_a_worker_that_is_killed_in_the_middle_loses_nothing(cluster, nanny):
    cluster.add_workers(nanny)
    work = importlib.import_module("cluster_work")
    with scheduler(cluster.address, work.prepare) as executor:
        assert executor.workers == 2
        results = run(executor, work.work, (Task(number, number) for number in range(300)), 4)
        found = list(itertools.islice(results, 40))
        os.kill(found[0].result[1], signal.SIGKILL)
        found += results
    assert sorted(outcome.key for outcome in found) == list(range(300))
    assert {outcome.result[0] for outcome in found} == set(range(300))
    assert all(outcome.result[2] == [outcome.result[1]] for outcome in found), "prepared other than once"
    assert len({outcome.result[1] for outcome in found}) >= 2


def test_a_task_that_fails_hangs_or_kills_fails_alone(cluster):
    cluster.add_workers("--nanny")
    work = importlib.import_module("cluster_work")
    hows = ["raise", "work", "die", "work", "hang", *["work"] * 20]
    with scheduler(cluster.address, task_timeout_seconds=1) as executor:
        found = {
            outcome.key: outcome
            for outcome in run(executor, work.work, itertools.starmap(Task, enumerate(hows)), 4)
        }
    assert len(found) == len(hows)
    assert {key for key, outcome in found.items() if outcome.error} == {0, 2, 4}
    assert found[0].error.hint == "Make it narrower."
    assert found[2].error.message == found[4].error.message == "every worker that tried it hung or died"


def test_workers_that_cannot_be_prepared_end_the_run(cluster, monkeypatch):
    cluster.add_workers("--no-nanny")
    work = importlib.import_module("cluster_work")
    with (
        scheduler(cluster.address, work.fail_to_prepare) as executor,
        pytest.raises(PreparationError) as caught,
    ):
        list(run(executor, work.work, [Task(0, "work")], 4))
    assert caught.value.message == "the fonts are missing"
    monkeypatch.setattr("report.workers.cluster.code_digest", lambda: "another")
    with scheduler(cluster.address) as executor, pytest.raises(PreparationError, match="another version"):
        list(run(executor, work.work, [Task(0, "work")], 4))


def test_a_scheduler_that_is_killed_ends_the_run(cluster):
    cluster.add_workers("--no-nanny")
    work = importlib.import_module("cluster_work")
    with scheduler(cluster.address) as executor:
        results = run(executor, work.work, (Task(number, number) for number in itertools.count()), 4)
        next(results)
        os.kill(cluster.processes[0].pid, signal.SIGKILL)
        with pytest.raises(RenderingError, match="all workers went away"):
            list(results)


def test_a_scheduler_that_is_not_there_or_has_no_workers_is_told(cluster, monkeypatch):
    monkeypatch.setattr("report.workers.cluster._CONNECTION_SECONDS", 1)
    with pytest.raises(UsageError, match="has no workers"):
        scheduler(cluster.address)
    for address in (
        "tcp://127.0.0.1:1",
        "127.0.0.1:1",
        "nonsense",
        "ftp://x:1",
        "tcp://",
        "tls://127.0.0.1:1",
    ):
        with pytest.raises(ReportError) as caught:
            scheduler(address)
        assert address in caught.value.message
