"""The only writer: of `output/`, of `editions/`, of mended texts. A file is there whole or not at all."""

import contextlib
import errno
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from report.errors import MissingDependencyError, UsageError
from report.manifest import FILE_NAME, FileRecord, Manifest, from_json, to_json

# What is added to the name of a new file for the old one that it replaces, while it does.
KEPT = ".old"


def read_manifest(folder: Path) -> Manifest | None:
    """Return the record of the last build in a folder; None where there is none that can be read."""
    try:
        return from_json((folder / FILE_NAME).read_bytes())
    except OSError:
        return None


def is_current(folder: Path, manifest: Manifest, names: Iterable[str]) -> bool:
    """Return whether files of a build are there as they were made."""
    return all(
        name in manifest.files and read_built(folder / name, manifest.files[name]) is not None
        for name in names
    )


def read_built(path: Path, record: FileRecord) -> bytes | None:
    """Return a file that was built; None where it is gone or altered."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == record.sha256 else None


def record(data: bytes) -> FileRecord:
    """Return a file's record, as far as its bytes tell it."""
    return FileRecord(len(data), hashlib.sha256(data).hexdigest())


def publish(folder: Path, files: Mapping[str, bytes], manifest: Manifest) -> None:
    """Put a build's files in place, then its manifest.

    Every file is first written whole beside its place; only when all are on disk is one renamed, so a full
    disk or a broken run leaves the last build as it was.

    Raises:
        MissingDependencyError: The disk is full, or the folder cannot be written.
    """
    changed = {name: data for name, data in files.items() if not _is_there(folder / name, data)}
    everything = {**changed, FILE_NAME: to_json(manifest)}
    written: dict[str, Path] = {}
    with _told(folder, "the last build is untouched"):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, data in everything.items():
                written[name] = _write_beside(folder / name, data)
            _replace_all(folder, written)
            _sync_folder(folder)
        finally:
            for path in written.values():
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)


def _is_there(path: Path, data: bytes) -> bool:
    return read_built(path, record(data)) is not None


def create(path: Path, data: bytes) -> None:
    """Put a file where none is, whole; one that is there is never replaced.

    Raises:
        UsageError: There is such a file.
        MissingDependencyError: The disk is full, or the folder cannot be written.
    """
    with _told(path.parent, "nothing was written"):
        written = _write_beside(path, data)
        try:
            # Unlike a rename, a link fails where there is a file, and so do two runs at once.
            path.hardlink_to(written)
        except FileExistsError:
            raise UsageError(
                f"{path} is there already, and an edition is never written again",
                "Look at what released it; run the command again to release the next one.",
            ) from None
        finally:
            written.unlink(missing_ok=True)
        _sync_folder(path.parent)


def replace(path: Path, data: bytes, *, is_private: bool = False) -> None:
    """Put a file in place of one that may be there, whole, with the permissions that this has.

    Args:
        path: The file.
        data: What it will hold.
        is_private: Whether a new one is for its owner only.

    Raises:
        MissingDependencyError: The disk is full, or the folder cannot be written.
    """
    with _told(path.parent, "the file is as it was"):
        written = _write_beside(path, data)
        try:
            if is_private:
                written.chmod(0o600)
            with contextlib.suppress(FileNotFoundError):
                written.chmod(path.stat().st_mode & 0o777)
            written.replace(path)
        finally:
            written.unlink(missing_ok=True)
        _sync_folder(path.parent)


def put(path: Path, data: bytes) -> None:
    """Put a file in place, whole, without waiting for the disk: for what can be made again, and is read with its hash.

    The file that it replaces is removed first: renaming over one, ext4 waits for the disk (ext4(5), auto_da_alloc).

    Raises:
        MissingDependencyError: The disk is full, or the folder cannot be written.
    """
    with _told(path.parent, "the file is not there, and can be made again"):
        path.parent.mkdir(parents=True, exist_ok=True)
        written = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            written.write_bytes(data)
            path.unlink(missing_ok=True)
            written.rename(path)
        finally:
            written.unlink(missing_ok=True)


def drop(path: Path) -> None:
    """Remove a file that need not be there.

    Raises:
        MissingDependencyError: The folder cannot be written.
    """
    with _told(path.parent, "the file is still there"):
        path.unlink(missing_ok=True)


def keep_only(folder: Path, names: Collection[str]) -> None:
    """Remove the files of a folder of this program's that are not named; a folder that is not there has none.

    Raises:
        MissingDependencyError: The folder cannot be written.
    """
    with _told(folder, "files of an earlier run are still there"):
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.name not in names and not path.is_dir():
                path.unlink()


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other runs out while a file of a folder is read, changed and written again; makes the folder.

    Raises:
        MissingDependencyError: The folder cannot be made or opened.
    """
    with _told(folder, "nothing was written"):
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _told(folder: Path, what_is: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = "the disk is full" if error.errno == errno.ENOSPC else (error.strerror or str(error))
        raise MissingDependencyError(
            f"{folder} cannot be written: {reason}; {what_is}",
            "Make room or mend the permissions, then build again.",
        ) from error


def _replace_all(folder: Path, written: Mapping[str, Path]) -> None:
    """Rename the new files to their places; where one cannot be, put back the old ones that had made room."""
    kept: dict[str, Path | None] = {}
    try:
        for name, path in written.items():
            target, kept[name] = folder / name, None
            if target.is_file():
                # Beside the old file and under the new one's own name, so that builds at once do not meet.
                old = path.with_name(path.name + KEPT)
                old.hardlink_to(target)
                kept[name] = old
            path.replace(target)
    except BaseException:
        for name, earlier in kept.items():
            if earlier is not None:
                earlier.replace(folder / name)
            elif not written[name].exists():
                (folder / name).unlink(missing_ok=True)
        raise
    finally:
        for earlier in kept.values():
            if earlier is not None:
                earlier.unlink(missing_ok=True)


def _write_beside(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            # mkstemp makes private files; what is built is for everyone who may read the project.
            os.fchmod(file.fileno(), 0o644)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
