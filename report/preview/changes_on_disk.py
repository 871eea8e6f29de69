"""When files change: told by the system, or by looking every so often where it cannot tell."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

# How often it is looked where the system does not tell: on network folders, past its limit of watches.
LOOK_EVERY_SECONDS = 0.5
# What is written within this time of each other is one change; an editor writes, renames and sets times.
_TOGETHER_MS = 20
_AT_THE_MOST_MS = 200
# A folder that is not there cannot be watched: how often it is looked whether it is.
_LOOK_FOR_FOLDERS_MS = 1000


def changes(folders: Sequence[Path], stop: threading.Event) -> Iterator[None]:
    """Yield whenever something may have changed in some folders, until it is told to stop.

    Whether something did is for the caller to find out: nothing is said of what it was.
    """
    try:
        yield from _told(folders, stop)
    except (ImportError, OSError, RuntimeError):
        yield from _looked(stop)


def _told(folders: Sequence[Path], stop: threading.Event) -> Iterator[None]:
    from watchfiles import watch

    while not stop.is_set():
        there = [folder for folder in folders if folder.is_dir()]
        for found in watch(
            *there,
            watch_filter=None,
            step=_TOGETHER_MS,
            debounce=_AT_THE_MOST_MS,
            stop_event=stop,
            rust_timeout=_LOOK_FOR_FOLDERS_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
            ignore_permission_denied=True,
        ):
            is_other = there != [folder for folder in folders if folder.is_dir()]
            if found or is_other:
                yield None
            if is_other:
                break


def _looked(stop: threading.Event) -> Iterator[None]:
    while not stop.wait(LOOK_EVERY_SECONDS):
        yield None
