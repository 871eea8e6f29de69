"""How much memory a child may have, whatever the process that it is forked from has already."""

import resource
from pathlib import Path


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
