"""The limit on memory is on what a child takes, and not on what its parent reserved and never used."""

import mmap

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
