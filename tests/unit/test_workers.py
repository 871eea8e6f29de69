"""A worker that hangs or dies loses nothing; ten thousand tasks need no more memory than ten."""

import contextlib
import itertools
import os
import pickle
import re
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from report.errors import ExitCode, MissingDependencyError, RenderingError
from report.workers import Outcome, PreparationError, Task, local, run, scheduler
from tests.dsl import ROOT


def double(number):
    return number * 2


def misbehave(how):
    """Do with a task what it says; `("once", path, how)` only the first time."""
    match how:
        case ("once", path, then):
            with contextlib.suppress(FileExistsError):
                os.close(os.open(path, os.O_CREAT | os.O_EXCL))
                return misbehave(then)
        case "raise":
            raise ZeroDivisionError("by nothing")
        case "refuse":
            raise RenderingError("the table is too wide", "Make it narrower.")
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "leave":
            os._exit(0)
        case "hang":
            signal.pause()
        case "fill memory":
            return len(bytearray(1 << 40))
        case "cannot travel":
            return lambda: None
    return "done"


read_since = []


def count_read(_):
    return len(read_since)


class NotePid:
    """Makes a file for each process that prepares itself."""

    def __init__(self, folder):
        self.folder = folder

    def __call__(self):
        (self.folder / str(os.getpid())).touch()


def outcomes(tasks, work=misbehave, **settings):
    """Return what came of tasks, by key; each came once."""
    with local(2, **{"task_timeout_seconds": 30, **settings}) as executor:
        found = list(run(executor, work, itertools.starmap(Task, tasks), 4))
    by_key = {outcome.key: outcome for outcome in found}
    assert len(by_key) == len(found)
    return by_key


def test_each_task_comes_back_once():
    found = outcomes(((number, number) for number in range(500)), double)
    assert found == {number: Outcome(number, 2 * number) for number in range(500)}


@pytest.mark.parametrize(("count", "most"), [(0, 0), (1, 1), (20, 2)])
def test_workers_on_demand_begin_with_tasks_and_hold_nothing_that_was_read_before_those(
    count, most, tmp_path, monkeypatch
):
    with local(2, NotePid(tmp_path), on_demand=True) as executor:
        monkeypatch.setattr(sys.modules[__name__], "read_since", ["much"])
        tasks = (Task(number, number) for number in range(count))
        found = {outcome.key: outcome.result for outcome in run(executor, count_read, tasks, 4)}
    assert found == dict.fromkeys(range(count), 0)
    assert len(list(tmp_path.iterdir())) == most


@pytest.mark.parametrize("how", ["die", "leave", "hang", "fill memory"])
def test_a_worker_that_is_lost_fails_its_own_task_and_no_other(how):
    tasks = [(number, how if number == 7 else "work") for number in range(40)]
    found = outcomes(tasks, task_timeout_seconds=0.5 if how == "hang" else 30)
    assert {key for key, outcome in found.items() if outcome.error} == {7}
    assert len(found) == 40
    told = {"die": "died (SIGKILL)", "hang": "took longer than 0.5 s"}.get(how, "died")
    assert str(found[7].error.message).startswith(f"each of 3 workers {told}")
    assert found[7].error.exit_code == ExitCode.RENDERING


@pytest.mark.parametrize("how", ["die", "hang"])
def test_a_task_whose_worker_is_lost_once_is_done_by_another(how, tmp_path):
    tasks = [(number, ("once", str(tmp_path / str(number)), how)) for number in range(6)]
    found = outcomes(tasks, task_timeout_seconds=0.5 if how == "hang" else 30)
    assert {outcome.result for outcome in found.values()} == {"done"}
    assert len(list(tmp_path.iterdir())) == 6


def test_what_work_raises_is_told_and_not_tried_again(tmp_path):
    found = outcomes([(how, how) for how in ("raise", "refuse", "cannot travel", "work")])
    assert found["raise"].error.message == "ZeroDivisionError: by nothing"
    assert found["refuse"].error.hint == "Make it narrower."
    assert found["cannot travel"].error.exit_code == ExitCode.BUG
    assert found["work"].result == "done"
    counted = tmp_path / "counted"

    tried = outcomes([(0, str(counted))], count_and_raise)
    assert tried[0].error is not None
    assert counted.read_text() == "x"


def count_and_raise(path):
    with Path(path).open("a") as file:
        file.write("x")
    raise ValueError(path)


def test_a_task_that_cannot_be_sent_fails_by_itself():
    found = outcomes([(0, lambda: None), (1, "work")])
    assert found[0].error is not None
    assert found[1].result == "done"


_GROUND = []


def test_a_worker_is_prepared_once_before_its_first_task():
    with local(2, lambda: _GROUND.append(os.getpid())) as executor:
        found = list(run(executor, ground, [Task(number, None) for number in range(20)], 4))
    assert all(outcome.result[0] == [outcome.result[1]] for outcome in found)
    assert len({outcome.result[1] for outcome in found}) <= 2
    assert not _GROUND


def ground(_):
    return _GROUND, os.getpid()


def fonts_are_missing():
    raise MissingDependencyError("the fonts are missing", "Run make fonts.")


@pytest.mark.parametrize(
    ("prepare", "message", "code"),
    [
        (fonts_are_missing, "the fonts are missing", ExitCode.MISSING),
        (lambda: 1 / 0, "ZeroDivisionError: division by zero", ExitCode.BUG),
        (lambda: os._exit(1), "each of 3 workers died", ExitCode.BUG),
    ],
)
def test_workers_that_cannot_be_prepared_end_the_run(prepare, message, code):
    with local(2, prepare) as executor, pytest.raises(PreparationError) as caught:
        list(run(executor, double, [Task(0, 0)], 4))
    assert caught.value.message.startswith(message)
    assert caught.value.exit_code == code


def test_tasks_are_read_no_faster_than_results_are_taken():
    read = itertools.count()
    with local(2) as executor:
        results = run(executor, double, (Task(number, number) for number in read), 5)
        taken = [next(results) for _ in range(50)]
        results.close()
    assert len(taken) == 50
    assert next(read) <= 50 + 5


def test_memory_stays_flat_over_ten_thousand_tasks():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with local(2) as executor:
        size = sum(
            len(outcome.result)
            for outcome in run(executor, bytes, (Task(n, 60_000) for n in range(10_000)), 4)
        )
    assert size == 600_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_work_travels_once_to_each_worker():
    big = bytes(1 << 20)
    with local(1) as executor:
        assert [future.result() for future in [executor.submit(big.count, b"x") for _ in range(3)]] == [0] * 3
        sent = executor.submit(os.getpid).result()
    assert sent != os.getpid()


def test_leaving_in_the_middle_ends_every_process():
    before = children()
    executor = local(2, task_timeout_seconds=1000)
    pid = executor.submit(os.getpid).result()
    hanging = [executor.submit(misbehave, "hang") for _ in range(8)]
    executor.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert all(future.cancelled() or future.exception() for future in hanging)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    # Children of other tests in this process, such as a browser's, are none of it.
    assert not [child for child in children() if child not in before]


def children():
    """The numbers of the processes that this one has begun, and that are not ended and waited for."""
    return Path(f"/proc/self/task/{threading.main_thread().native_id}/children").read_text().split()


_PROGRAM = """
import os, signal, sys
from report.workers import Task, local, run

def work(number):
    os.write(1, b"%d\\n" % os.getpid())
    if number > 1:
        signal.pause()

with local(2, task_timeout_seconds=1000) as executor:
    os.write(1, b"%d\\n" % os.getpid())
    for outcome in run(executor, work, (Task(n, n) for n in range(6)), 4):
        pass
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_to_the_command_ends_every_worker(number):
    command = [sys.executable, "-c", _PROGRAM]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        try:
            pids = {int(process.stdout.readline()) for _ in range(5)}
            os.kill(process.pid, number)
            # The pipe is closed when the last process that holds it is gone.
            rest, told = process.communicate(timeout=60)
        finally:
            process.kill()
    assert rest == ""
    assert process.returncode in (-number, 130, 1)
    assert ("KeyboardInterrupt" in told) == (number == signal.SIGINT)
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            assert not re.search(r"^State:\s+[RSD]", _status(pid), re.MULTILINE)


def _status(pid):
    try:
        return Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return ""


def test_a_fork_server_that_is_killed_ends_the_run():
    started = time.monotonic()
    with local(2, task_timeout_seconds=1000) as executor:
        parent = executor.submit(os.getppid).result()
        results = run(executor, misbehave, (Task(number, "hang") for number in range(4)), 4)
        waiting = executor.submit(misbehave, "hang")
        os.kill(parent, signal.SIGKILL)
        with pytest.raises(RenderingError, match="all workers went away"):
            list(results)
        assert isinstance(waiting.exception(), BaseException)
    assert time.monotonic() - started < 500


def test_an_error_with_its_own_exit_code_survives_the_way_between_processes():
    error = PreparationError.because_of(MissingDependencyError("no fonts", "Add them."))
    again = pickle.loads(pickle.dumps(error))
    assert (again.message, again.hint, again.exit_code) == ("no fonts", "Add them.", ExitCode.MISSING)


def test_a_cluster_without_its_library_names_what_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingDependencyError) as caught:
        scheduler("tcp://127.0.0.1:1")
    assert "pip install 'jianbao[cluster]'" in caught.value.hint
