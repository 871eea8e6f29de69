"""Calls of libraries that start an event loop, made where one may be running already."""

import asyncio
import concurrent.futures
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def apart(call: Callable[[], Result]) -> Result:
    """Return what a call returns; in a thread of its own where this one runs a loop, within which none can start."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return call()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result()
