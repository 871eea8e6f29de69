"""Content files read to be changed and written back, never over what somebody else has changed meanwhile."""

import dataclasses
import hashlib
from pathlib import Path, PurePosixPath

from report import store
from report.errors import UsageError
from report.findings import Finding
from report.load.files import MAX_YAML_BYTES, read_file, read_utf8


@dataclasses.dataclass(frozen=True)
class Editable:
    """A content file as it lies on disk.

    Attributes:
        text: All of it, with its line ends and its byte order mark.
        sha256: Of its bytes; what is written back has to name it.
    """

    text: str
    sha256: str


def read_editable(project: Path, name: str) -> Editable:
    """Return a content file for changing.

    Args:
        project: The project's folder.
        name: The file, relative to it.

    Raises:
        UsageError: It is none of the project's files, or it cannot be read as UTF-8 text.
    """
    data = _read(project, name)
    problem = read_utf8(data, name)
    if isinstance(problem, Finding):
        raise UsageError(f"{problem.location}: {problem.message}", problem.hint)
    return Editable(data.decode("utf-8"), hashlib.sha256(data).hexdigest())


def write_edited(project: Path, name: str, expected_sha256: str, text: str) -> None:
    """Put a changed text in place of the file that it was made from: whole, on disk, with the permissions it had.

    Args:
        project: The project's folder.
        name: The file, relative to it.
        expected_sha256: Of the bytes that the text was made from.
        text: The new text, with line ends and byte order mark as they shall be.

    Raises:
        UsageError: The file changed since it was read; it is left alone.
        MissingDependencyError: The disk is full, or the folder cannot be written.
    """
    path = project / name
    with store.locked(path.parent):
        if hashlib.sha256(_read(project, name)).hexdigest() != expected_sha256:
            raise UsageError(
                f"{name} changed on disk since it was read, and is left alone",
                "Look at it anew, and make the change again.",
            )
        store.replace(path, text.encode("utf-8"))


def _read(project: Path, name: str) -> bytes:
    parts = PurePosixPath(name).parts
    is_within = not PurePosixPath(name).is_absolute() and ".." not in parts and parts[:1] == ("content",)
    is_linked = any(
        (project / PurePosixPath(*parts[:length])).is_symlink() for length in range(1, len(parts))
    )
    if not is_within or is_linked:
        raise UsageError(f"{name} is no file of this project's content", "Name a file below content/.")
    data = read_file(project / name, name, MAX_YAML_BYTES)
    if isinstance(data, Finding):
        raise UsageError(f"{data.location}: {data.message}", data.hint)
    return data
