"""A coroutine is run where an event loop is running too, as in a page that is served."""

import asyncio
import concurrent.futures

import pytest

from report import event_loops


async def seven():
    return 7


async def fails():
    raise ValueError("no")


def in_a_loop(coroutine):
    """Run it in a loop of another thread: a browser of other tests may have one running in this."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(coroutine())).result()


def test_a_loop_is_started_where_none_runs_and_where_one_does():
    async def within():
        return event_loops.run(seven())

    assert event_loops.run(seven()) == 7
    assert in_a_loop(within) == 7


def test_what_it_raises_is_raised():
    async def within():
        event_loops.run(fails())

    with pytest.raises(ValueError, match="no"):
        in_a_loop(within)
