"""A child has a limit on what it takes, and not on what its parent reserved; and it does not outlive that parent."""

import mmap
import os
import select
import signal

import pytest

from report.errors import RenderingError
from report.sandbox import Worker
from report.workers import Task, local, run

LITTLE, MUCH = 200_000_000, 1_600_000_000


@pytest.fixture(autouse=True)
def reserved():
    """A large address space, as of a process that had many threads: 64 MB for each of their arenas."""
    parts = [mmap.mmap(-1, 300_000_000, prot=mmap.PROT_READ) for _ in range(6)]
    yield
    for part in parts:
        part.close()


def take(size, _=None):
    return len(bytearray(size))


def test_a_child_has_its_memory_on_top_of_what_its_parent_reserved():
    with Worker(take, name="taking") as worker:
        assert worker.run(LITTLE) == LITTLE
    with Worker(take, name="taking") as worker, pytest.raises(RenderingError, match="more than"):
        worker.run(MUCH)


def test_so_has_a_worker():
    with local(1) as executor:
        found = {one.key: one for one in run(executor, take, [Task("little", LITTLE), Task("much", MUCH)], 2)}
    assert found["little"].result == LITTLE
    assert found["much"].error is not None


def wait_for_ever(descriptor, _):
    os.read(descriptor, 1)


def test_a_child_ends_with_the_process_that_forked_it_though_that_is_killed():
    # Nobody ever writes; the end of the pipe is seen when the last process that could is gone.
    alive, held = os.pipe()
    told, telling = os.pipe()
    pid = os.fork()
    if pid == 0:
        waiting, _ = os.pipe()
        worker = Worker(wait_for_ever, name="waiting", prepare=lambda: os.write(telling, b"1"))
        worker.begin(waiting)
        signal.pause()
        os._exit(1)
    os.close(held)
    os.close(telling)
    assert os.read(told, 1) == b"1"
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    is_gone, _, _ = select.select([alive], [], [], 30)
    assert is_gone == [alive]
    assert os.read(alive, 1) == b""
    for descriptor in (alive, told):
        os.close(descriptor)
