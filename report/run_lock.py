"""One run at a time: a lock beside what it uses, which the kernel takes away when its holder ends."""

import contextlib
import datetime
import errno
import fcntl
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

from report.errors import ExitCode, MissingDependencyError, ReportError, UsageError

SUFFIX = ".lock"
# How long children of a run that was killed may take to be gone, and how often that is looked at.
_ORPHANS_SECONDS = 5.0
_LOOK_SECONDS = 0.02


class AnotherRunError(ReportError):
    """Another run is using the same; nothing was done, and the next run may."""

    exit_code = ExitCode.DELIVERY


class LockError(MissingDependencyError):
    """The lock cannot be written: a full disk, missing permissions."""


@contextlib.contextmanager
def only_one(used: Path, now: datetime.datetime) -> Iterator[bool]:
    """Keep other runs out; tells whether the last one that held the lock ended without saying so.

    The file holds the number of the process and since when; it is emptied at a clean end. It stays where it is:
    a lock is of the file and not of its name, so a file that was made anew would let two in.

    Raises:
        AnotherRunError: Another run holds it.
        LockError: The folder cannot be made or written.
    """
    path = used.with_name(used.name + SUFFIX)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        try:
            _lock(descriptor)
        except BlockingIOError:
            raise _in_use(used, os.pread(descriptor, 200, 0)) from None
        except OSError as error:
            raise _unusable(path, error) from error
        is_unclean = os.fstat(descriptor).st_size > 0
        try:
            _write(descriptor, {"pid": os.getpid(), "since": now.isoformat(timespec="seconds")})
        except OSError as error:
            raise _unusable(path, error) from error
        try:
            yield is_unclean
        except UsageError:
            _empty(descriptor)
            raise
        # Not where any other error comes through: what it left behind is looked at by the next run.
        _empty(descriptor)
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    """Take the lock; where its holder is dead, wait for its children, which share it until they are gone too."""
    until = time.monotonic() + _ORPHANS_SECONDS
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not _is_holder_dead(descriptor) or time.monotonic() > until:
                raise
        time.sleep(_LOOK_SECONDS)


def _is_holder_dead(descriptor: int) -> bool:
    try:
        os.kill(int(json.loads(os.pread(descriptor, 200, 0))["pid"]), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return False
    return False


def _empty(descriptor: int) -> None:
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.fsync(descriptor)


def _write(descriptor: int, holder: dict[str, object]) -> None:
    data = json.dumps(holder).encode()
    # Never empty in between: a crash here must not look like a clean end.
    os.pwrite(descriptor, data, 0)
    os.ftruncate(descriptor, len(data))
    os.fsync(descriptor)


def _in_use(used: Path, data: bytes) -> AnotherRunError:
    who = "another run"
    with contextlib.suppress(ValueError, KeyError, TypeError, OverflowError):
        holder = json.loads(data)
        who = f"another run, process {int(holder['pid'])}, since {str(holder['since'])[:40]},"
    message = f"{who} is using {used}; nothing was done"
    return AnotherRunError(message, "Wait until it has ended, then run it again.")


def _unusable(path: Path, error: OSError) -> LockError:
    reason = "the disk is full" if error.errno == errno.ENOSPC else (error.strerror or str(error))
    message = f"{path} cannot be written: {reason}; nothing was done"
    return LockError(message, "Make room or mend the permissions, then run it again.")
