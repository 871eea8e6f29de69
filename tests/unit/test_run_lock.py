"""A lock is held as long as any process of its run is there, and no longer."""

import os
import signal

import pytest

from report import run_lock
from report.run_lock import AnotherRunError, only_one
from tests.dsl import NOW


def leave_an_orphan(path):
    """Kill a process that holds the lock and has a child; return what ends the child, and what tells that it ended."""
    alive, told = os.pipe()
    ending, end = os.pipe()
    pid = os.fork()
    if pid == 0:
        with only_one(path, NOW):
            if os.fork() == 0:
                os.close(end)
                os.close(alive)
                os.read(ending, 1)
                os._exit(0)
            os.write(told, b"1")
            signal.pause()
    os.read(alive, 1)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(told)
    os.close(ending)
    return end, alive


def test_after_a_kill_it_is_waited_until_the_children_of_that_run_are_gone(tmp_path, monkeypatch):
    end, alive = leave_an_orphan(tmp_path / "used")
    waited = []

    def sleep(seconds):
        if not waited:
            os.close(end)
            assert os.read(alive, 1) == b""
        waited.append(seconds)

    monkeypatch.setattr(run_lock.time, "sleep", sleep)
    with only_one(tmp_path / "used", NOW) as is_unclean:
        assert is_unclean
    assert waited
    os.close(alive)


def test_children_that_do_not_end_keep_others_out_all_the_same(tmp_path, monkeypatch):
    end, alive = leave_an_orphan(tmp_path / "used")
    instants = iter(range(1000))
    monkeypatch.setattr(run_lock.time, "monotonic", lambda: next(instants))
    monkeypatch.setattr(run_lock.time, "sleep", lambda seconds: None)
    with pytest.raises(AnotherRunError, match="nothing was done"), only_one(tmp_path / "used", NOW):
        pass
    os.close(end)
    assert os.read(alive, 1) == b""
    os.close(alive)


@pytest.mark.parametrize("held", [b"", b"{", b"[]", b'{"pid": "x"}', b'{"pid": 1e400}'])
def test_a_lock_of_nobody_in_particular_is_not_waited_for(tmp_path, monkeypatch, held):
    monkeypatch.setattr(run_lock.time, "sleep", lambda seconds: pytest.fail("waited"))
    with only_one(tmp_path / "used", NOW):
        (tmp_path / "used.lock").write_bytes(held)
        with pytest.raises(AnotherRunError), only_one(tmp_path / "used", NOW):
            pass
