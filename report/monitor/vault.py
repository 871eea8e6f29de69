"""The evidence vault: what each source said on which day, kept by content, so that a later reader can see it.

`objects/ab/cdef…` holds bytes and texts under their own SHA-256; `sources/BRIEFING/SOURCE.jsonl` has one line for each
look, and each line the hash of the one before, so that none can be changed or taken out unseen. A line is whole on disk
before the next thing is done; what a run that was ended left behind of one is cut off by the next.
"""

import contextlib
import dataclasses
import datetime
import errno
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from report import store
from report.errors import MissingDependencyError
from report.scalars import SLUG

VERSION = 1
OBJECTS, SOURCES, INCOMING = "objects", "sources", "incoming"
MAX_JOURNAL_BYTES = 64 * 1024 * 1024


class DamagedError(Exception):
    """What is kept is not what was put in.

    Attributes:
        path: The file.
        message: What is wrong, in words.
    """

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(path, message)
        self.path = path
        self.message = message


@dataclasses.dataclass(frozen=True)
class Look:
    """One look at a source.

    Attributes:
        at: When.
        outcome: What became of it, a word of `Outcome`.
        url: What was asked for.
        final_url: What answered.
        why: Why nothing came, in words.
        status: Of the answer; 0 where there was none.
        bytes: SHA-256 of what was sent; of an unchanged page that is not kept again.
        text: SHA-256 of the text that it says, which is kept; "" where there was nothing.
        kept: SHA-256 of the bytes that this text was first read from, which are kept.
        media_type: As it was sent.
        charset: As it was sent.
        fingerprint: What texts are compared by.
        how: By what the text was read.
        etag: What the answer was marked with.
        last_modified: Its `Last-Modified`.
    """

    at: datetime.datetime
    outcome: str
    url: str
    final_url: str = ""
    why: str = ""
    status: int = 0
    bytes: str = ""
    text: str = ""
    kept: str = ""
    media_type: str = ""
    charset: str = ""
    fingerprint: str = ""
    how: str = ""
    etag: str = ""
    last_modified: str = ""

    @property
    def has_text(self) -> bool:
        """Whether the source said something then."""
        return bool(self.fingerprint)


class Vault:
    """A folder of evidence."""

    def __init__(self, root: Path) -> None:
        self.root = root

    # Objects

    def path_of(self, sha256: str) -> Path:
        """Return where bytes of a hash are kept."""
        return self.root / OBJECTS / sha256[:2] / sha256[2:]

    def has(self, sha256: str) -> bool:
        """Return whether bytes of a hash are kept; they are not read."""
        return bool(sha256) and self.path_of(sha256).is_file()

    def put(self, data: bytes) -> str:
        """Keep bytes; return their SHA-256. What is there already is not written again.

        Raises:
            MissingDependencyError: The disk is full, or the folder cannot be written.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path_of(sha256)
        # What is damaged is put right by whoever has it whole.
        if not _holds(path, sha256):
            store.replace(path, data)
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return bytes that were kept.

        Raises:
            DamagedError: They are gone, or are not what was kept.
        """
        path = self.path_of(sha256)
        try:
            data = path.read_bytes()
        except OSError as error:
            reason = error.strerror or str(error)
            raise DamagedError(path, f"what was kept cannot be read: {reason}") from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise DamagedError(path, "what is kept is not what was put in: its hash is another")
        return data

    # What has come and is not judged yet

    def spool(self, data: bytes) -> Path:
        """Put bytes down for a moment, so that no run holds many documents in memory; return where."""
        folder = self.root / INCOMING
        path = folder / hashlib.sha256(data).hexdigest()
        with _writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return path

    def clear_spool(self) -> None:
        """Remove what was put down; also what a run that was ended left."""
        folder = self.root / INCOMING
        with _writing(folder):
            for path in folder.iterdir() if folder.is_dir() else ():
                path.unlink(missing_ok=True)

    # Journals

    def journal_of(self, briefing: str, source: str) -> Path:
        """Return the file of the looks at a source."""
        assert SLUG.fullmatch(source), "ids of sources are slugs, so they are names of files too"
        return self.root / SOURCES / briefing / f"{source}.jsonl"

    def looks(self, briefing: str, source: str) -> tuple[Look, ...]:
        """Return all looks at a source, oldest first.

        Raises:
            DamagedError: A line is not what was written, or one is missing.
        """
        path = self.journal_of(briefing, source)
        return tuple(look for _, look in _read(path))

    def append(self, briefing: str, source: str, look: Look) -> None:
        """Write a look down; it is on disk when this returns.

        Raises:
            DamagedError: The file is damaged; nothing is written.
            MissingDependencyError: The disk is full, or the folder cannot be written.
        """
        path = self.journal_of(briefing, source)
        end, previous = 0, ""
        for after, line in _lines(path):
            end, previous = after, _hash(line)
        data = {"version": VERSION, "previous": previous, **_plain(look)}
        line = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
        with _writing(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            is_new = not path.exists()
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
            try:
                # Cuts off half a line that a run which was ended left.
                os.ftruncate(descriptor, end)
                os.pwrite(descriptor, line + b"\n", end)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if is_new:
                _sync(path.parent)

    def set_aside(self, briefing: str, source: str, now: datetime.datetime) -> Path | None:
        """Rename a damaged file of looks, so that looking can begin anew and the old one can be examined."""
        path = self.journal_of(briefing, source)
        aside = path.with_name(f"{path.name}.damaged-{now:%Y%m%d%H%M%S}")
        with _writing(path.parent):
            if not path.exists():
                return None
            path.rename(aside)
        return aside


def last_said(looks: tuple[Look, ...]) -> Look | None:
    """Return the last look at which a source said something; None where there is none."""
    return next((look for look in reversed(looks) if look.has_text), None)


def first_said(looks: tuple[Look, ...], fingerprint: str) -> Look | None:
    """Return the look since which on a source has said the same without a break; None where it does not."""
    found = None
    for look in reversed(looks):
        if look.has_text and look.fingerprint != fingerprint:
            break
        found = look if look.has_text else found
    return found


def said_on(looks: tuple[Look, ...], day: datetime.date) -> Look | None:
    """Return the last look until the end of a day at which a source said something."""
    return last_said(tuple(look for look in looks if look.at.date() <= day))


def _plain(look: Look) -> dict[str, object]:
    data = {name: value for name, value in dataclasses.asdict(look).items() if value not in ("", 0)}
    return {**data, "at": look.at.isoformat()}


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield each whole line of a file and where it ends; half a line at the end is none."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_JOURNAL_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise DamagedError(path, f"it cannot be read: {error.strerror}") from None
    if len(data) > MAX_JOURNAL_BYTES:
        raise DamagedError(path, f"it is larger than {MAX_JOURNAL_BYTES:,} bytes")
    start = 0
    while (end := data.find(b"\n", start)) >= 0:
        yield end + 1, data[start:end]
        start = end + 1


def _read(path: Path) -> Iterator[tuple[int, Look]]:
    previous = ""
    names = {field.name for field in dataclasses.fields(Look)}
    for number, (_, line) in enumerate(_lines(path), start=1):
        try:
            data = json.loads(line)
            if data["previous"] != previous:
                raise DamagedError(path, f"line {number} does not follow the one before it")
            values = {name: value for name, value in data.items() if name in names}
            if not all(isinstance(value, str) for name, value in values.items() if name != "status"):
                raise ValueError("a value is no text")
            at = datetime.datetime.fromisoformat(values["at"])
            if at.tzinfo is None or not isinstance(values.get("status", 0), int):
                raise ValueError("a value is of another type")
            look = Look(**{**values, "at": at})
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise DamagedError(path, f"line {number} is not what was written") from None
        previous = _hash(line)
        yield number, look


def _holds(path: Path, sha256: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False


@contextlib.contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = "the disk is full" if error.errno == errno.ENOSPC else (error.strerror or str(error))
        raise MissingDependencyError(
            f"{folder} cannot be written: {reason}; what is kept there is as it was",
            "Make room or mend the permissions, then run it again.",
        ) from error


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
