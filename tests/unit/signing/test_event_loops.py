"""Signatures are made and checked where an event loop is running too, as in a page that is served."""

import asyncio

import pytest

from report.signing.event_loops import apart


async def seven():
    return 7


async def fails():
    raise ValueError("no")


def test_a_loop_is_started_where_none_runs_and_where_one_does():
    async def within():
        return apart(lambda: asyncio.run(seven()))

    assert apart(lambda: asyncio.run(seven())) == 7
    assert asyncio.run(within()) == 7


def test_what_it_raises_is_raised():
    async def within():
        apart(lambda: asyncio.run(fails()))

    with pytest.raises(ValueError, match="no"):
        asyncio.run(within())
