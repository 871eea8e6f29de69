"""A child that goes past a limit or dies: what is said, and that nothing of it is left."""

import os
import signal
import threading
from pathlib import Path

import pytest

from report.errors import ExitCode, RenderingError, ReportError
from report.sandbox import Limits, Worker, finish_any


def run(work, argument=None, **limits):
    """Do some work in a child with these limits; whatever comes of it, the child must be gone."""
    with Worker(work, name="making the pdf", limits=Limits(**limits)) as worker:
        pid = worker._pid
        try:
            return worker.run(argument)
        finally:
            worker.close()
            assert not Path(f"/proc/{pid}").exists()


def take_memory(argument, progress):
    return len(bytearray(argument))


def spin(argument, progress):
    while True:
        pass


def wait(argument, progress):
    threading.Event().wait()


def die(argument, progress):
    os.kill(os.getpid(), argument)


def leave(argument, progress):
    os._exit(argument)


def fail(argument, progress):
    raise argument


def nest(argument, progress):
    return nest(argument, progress)


def double(argument, progress):
    progress("half")
    return argument * 2


def test_work_within_its_limits_is_done():
    told = []
    with Worker(double, name="work") as worker:
        assert worker.run("文", told.append) == "文文"
    assert told == ["half"]


def test_memory_past_the_limit_is_told():
    with pytest.raises(RenderingError, match=r"making the pdf needed more than .* GB of memory") as caught:
        run(take_memory, 500_000_000, memory_bytes=100_000_000)
    assert caught.value.exit_code is ExitCode.RENDERING
    assert "table, image or loop" in caught.value.hint


def test_processor_time_past_the_limit_is_told():
    with pytest.raises(RenderingError, match="more than 1 s of processor time"):
        run(spin, cpu_seconds=1)


def test_wall_time_past_the_limit_is_told():
    with pytest.raises(RenderingError, match=r"more than 0\.2 s"):
        run(wait, wall_seconds=0.2)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_a_child_that_is_killed_is_told(number):
    with pytest.raises(RenderingError, match=number.name):
        run(die, number)


def test_a_child_that_leaves_without_a_word_is_told():
    with pytest.raises(RenderingError, match="ended without a result"):
        run(leave, 3)


def test_an_error_of_the_report_arrives_as_it_was():
    with pytest.raises(RenderingError) as caught:
        run(fail, RenderingError("what is", "Do this."))
    assert (caught.value.message, caught.value.hint) == ("what is", "Do this.")


def test_any_other_error_is_a_bug():
    with pytest.raises(ReportError, match="KeyError: 'x'") as caught:
        run(fail, KeyError("x"))
    assert caught.value.exit_code is ExitCode.BUG


def test_nesting_without_end_is_told():
    with pytest.raises(RenderingError, match="nested too deep"):
        run(nest)


def test_a_child_that_is_not_asked_ends_with_its_block():
    with Worker(spin, name="work", prepare=threading.Event().wait) as worker:
        pid = worker._pid
        assert Path(f"/proc/{pid}").exists()
    assert not Path(f"/proc/{pid}").exists()


def test_of_several_workers_the_first_that_is_done_is_told():
    release, hold = os.pipe()

    def wait_for_release(argument, progress):
        os.read(release, 1)
        return argument

    def tell(argument, progress):
        progress("working")
        return argument

    said: list[str] = []
    with Worker(wait_for_release, name="slow") as slow, Worker(tell, name="quick") as quick:
        slow.begin("last")
        quick.begin("first")
        assert finish_any({"a": slow, "b": quick}, said.append) == ("b", "first")
        os.write(hold, b"x")
        assert finish_any({"a": slow}, said.append) == ("a", "last")
    assert said == ["working"]


def test_of_several_workers_one_past_its_time_ends_the_run():
    slow = Worker(wait, name="making the epub", limits=Limits(wall_seconds=0.05))
    other = Worker(wait, name="making the pdf")
    with slow, other:
        for worker in (slow, other):
            worker.begin(None)
        with pytest.raises(RenderingError, match=r"making the epub needed more than 0\.05 s"):
            finish_any({"a": slow, "b": other})
