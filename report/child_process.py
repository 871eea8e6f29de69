"""What a forked child may have, and that it ends with the process that forked it."""

import os
import resource
import signal
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int) -> None:
    """Have this process end when the one that forked it does, by whatever; `parent` is its number.

    Else a run that is killed leaves children, which keep the lock of the run that they inherited as long as they work.
    The kernel counts the thread that forked as the parent: prctl(2), PR_SET_PDEATHSIG.
    """
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def limit_memory(most_bytes: int) -> None:
    """Limit what this process may have on top of what it has; a limit that it is under already stays."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = _inherited_bytes() + most_bytes
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _inherited_bytes() -> int:
    """Return the address space that a child has before it does anything; 0 where that is not told.

    A process that had threads holds much that nobody uses: 64 MB an arena of theirs, 8 MB a stack.
    """
    try:
        with Path("/proc/self/statm").open("rb") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return 0
