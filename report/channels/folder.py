"""A folder of this machine or of a network drive that is mounted on it; writes there, and nowhere else.

Each parcel has a folder of its own. A file appears under its name when it is whole and on the disk, `MANIFEST.json`
last. No symbolic link is followed below the folder that the settings name.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from typing import Annotated

import pydantic

from report.deposits import (
    MANIFEST,
    MAX_MANIFEST_BYTES,
    contents_of,
    folder_of,
    manifest_of,
    receipt_of,
    receipt_or_refusal,
)
from report.local_paths import PathText
from report.parcels import (
    CHANNEL_UNREACHABLE,
    REPLY_LOST,
    TARGET_FULL,
    TARGET_UNSAFE,
    Deferred,
    DeliveryError,
    File,
    InDoubt,
    Parcel,
    Receipt,
    Refused,
)
from report.scalars import Schema

REQUIRES: tuple[str, ...] = ()
CAN_FIND = True

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# O_NOFOLLOW meets a link (ELOOP), O_DIRECTORY something that is none, rename a folder in a file's place.
_IN_THE_WAY = (errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENOTEMPTY)


class Settings(Schema):
    """The keys of such a channel.

    Attributes:
        path: The folder; it has to be there, so that nothing is written where a drive is not mounted.
    """

    path: Annotated[PathText, pydantic.Field(min_length=1)]


def deliver(parcel: Parcel, settings: Settings, channel: str) -> Receipt:
    """Put a parcel's files into its folder, and the manifest when they are there.

    Raises:
        Deferred: The disk is full, or the folder cannot be reached or written.
        Refused: Something else is in the way, or the parcel cannot be put into a folder.
        InDoubt: The manifest may have got there.
    """
    contents = contents_of(parcel)
    manifest = manifest_of(parcel, contents)
    try:
        with _opened(parcel, settings, is_made=True) as folder:
            there = _read(folder)
            if there is not None:
                return receipt_or_refusal(parcel, there)
            for file in contents:
                _write(folder, file, parcel.key)
            os.fsync(folder)
            _write(folder, File.of(MANIFEST, "application/json", manifest), parcel.key)
            _settle(folder)
    except OSError as error:
        raise _failure(error) from error
    return receipt_or_refusal(parcel, manifest)


def find(parcel: Parcel, settings: Settings) -> Receipt | None:
    """Return the receipt of a parcel whose manifest is there.

    Raises:
        Deferred: The folder cannot be read.
    """
    try:
        with _opened(parcel, settings, is_made=False) as folder:
            there = _read(folder)
    except FileNotFoundError as error:
        if error.filename == settings.path:
            raise _failure(error) from error
        return None
    except OSError as error:
        raise _failure(error) from error
    return receipt_of(parcel, there) if there is not None else None


@contextlib.contextmanager
def _opened(parcel: Parcel, settings: Settings, *, is_made: bool) -> Iterator[int]:
    """Yield a descriptor of the parcel's folder, reached step by step."""
    with contextlib.ExitStack() as stack:
        folder = os.open(settings.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        stack.callback(os.close, folder)
        for name in folder_of(parcel):
            if is_made:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(name, dir_fd=folder)
                    os.fsync(folder)
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
            folder = os.open(name, flags, dir_fd=folder)
            stack.callback(os.close, folder)
        yield folder


def _read(folder: int) -> bytes | None:
    """Return the manifest of a folder; None where there is none."""
    try:
        # A pipe by this name would block the opening.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(MANIFEST, flags, dir_fd=folder)
    except FileNotFoundError:
        return None
    with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.ELOOP, "not a file")
        return file.read(MAX_MANIFEST_BYTES)


def _write(folder: int, file: File, key: str) -> None:
    """Write a file beside its place, and rename it when it is on the disk."""
    beside = f".{key[:12]}.part"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(beside, dir_fd=folder)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(beside, flags, 0o644, dir_fd=folder)
    try:
        with open(descriptor, "wb", buffering=0) as stream:  # noqa: PTH123 - a descriptor, not a path
            remaining = memoryview(file.data)
            while remaining:
                remaining = remaining[stream.write(remaining) or 0 :]
            os.fsync(descriptor)
        os.rename(beside, file.name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside, dir_fd=folder)
        raise


def _settle(folder: int) -> None:
    """Let the names reach the disk too."""
    try:
        os.fsync(folder)
    except OSError as error:
        message = f"the manifest is written, and may not be on the disk: {error.strerror}"
        raise InDoubt(REPLY_LOST, message, "Look whether it is there, or let the run find it.") from error


def _failure(error: OSError) -> DeliveryError:
    reason = error.strerror or type(error).__name__
    if error.errno in _FULL:
        message = f"there is no room left: {reason}"
        return Deferred(TARGET_FULL, message, "Make room there.", is_of_channel=True)
    if error.errno in _IN_THE_WAY:
        message = f"a link, or something else that is no folder or file, is in the way: {reason}"
        return Refused(
            TARGET_UNSAFE, message, "Look at the clinic's folder, and remove what is not a folder."
        )
    message = f"the folder cannot be used: {reason}"
    hint = "See that the folder is there, mounted, and may be written."
    return Deferred(CHANNEL_UNREACHABLE, message, hint, is_of_channel=True)
