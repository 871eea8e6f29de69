"""Packages of npm and of Debian: fetched by their own programs, checked by hash, unpacked."""

import hashlib
import io
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from report.errors import MissingDependencyError

_TIMEOUT_SECONDS = 900


class Package(Protocol):
    """What is to be fetched.

    Attributes:
        manager: `npm` or `apt`.
        name: As its manager calls it.
        version: The one version meant.
        archive: The file name its manager gives the archive.
        sha256: Of the archive, hexadecimal.
        members: The paths within that are wanted.
    """

    @property
    def manager(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def version(self) -> str: ...  # noqa: D102
    @property
    def archive(self) -> str: ...  # noqa: D102
    @property
    def sha256(self) -> str: ...  # noqa: D102
    @property
    def members(self) -> tuple[str, ...]: ...  # noqa: D102


Run = Callable[[Sequence[str], Path], None]
"""Runs a command in a folder; raises `OSError` where there is no such program, else `CalledProcessError`."""


def run_command(command: Sequence[str], folder: Path) -> None:
    """Run a command in a folder, its output caught.

    Raises:
        OSError: There is no such program.
        subprocess.CalledProcessError: It failed; `stderr` says why.
        subprocess.TimeoutExpired: It took longer than a quarter of an hour.
    """
    subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS)


def fetch(package: Package, folder: Path, run: Run = run_command) -> Path:
    """Return the folder that holds a package's wanted members, at the paths they have within it.

    An archive that is in `folder` already, with the right hash, is not fetched again.

    Raises:
        MissingDependencyError: npm or apt-get is not there or failed, the archive has another hash, or it
            lacks a member.
    """
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / package.archive
    if not archive.is_file() or _sha256(archive) != package.sha256:
        _download(package, archive, run)
    # Named by the hash, so that what another version left behind is never taken for this one.
    unpacked = folder / package.sha256[:16]
    wanted = [member for member in package.members if not (unpacked / member).is_file()]
    if wanted:
        for member, data in _read_members(archive, wanted).items():
            _write(unpacked / member, data)
    absent = [member for member in wanted if not (unpacked / member).is_file()]
    if absent:
        raise MissingDependencyError(
            f"{package.archive} has no {absent[0]}.", f"Remove {archive} and try again."
        )
    return unpacked


def _download(package: Package, archive: Path, run: Run) -> None:
    if package.manager == "npm":
        command = ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
        remedy = "apt-get install npm"
    else:
        command = ["apt-get", "download", f"{package.name}={package.version}"]
        remedy = "apt-get update"
    by_hand = f"or put {package.archive} into {archive.parent} by hand"
    with tempfile.TemporaryDirectory(dir=archive.parent) as temporary:
        try:
            run(command, Path(temporary))
        except OSError as error:
            raise MissingDependencyError(
                f"{command[0]} is needed to fetch {package.name} {package.version}, and is not there.",
                f"Run `apt-get install {'npm' if command[0] == 'npm' else 'apt'}`, {by_hand}.",
            ) from error
        except subprocess.SubprocessError as error:
            said = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
            raise MissingDependencyError(
                f"`{' '.join(command)}` failed: {said[-1] if said else 'it said nothing'}",
                f"Run `{remedy}` and try again (Debian 12 has this version), {by_hand}."
                if package.manager == "apt"
                else f"Look whether the npm registry can be reached and try again, {by_hand}.",
            ) from error
        fetched = Path(temporary) / package.archive
        found = _sha256(fetched) if fetched.is_file() else "none"
        if found != package.sha256:
            raise MissingDependencyError(
                f"{package.archive} was expected with SHA-256 {package.sha256}, and has {found}.",
                f"Do not use it; find out why the registry gives another file, {by_hand}.",
            )
        fetched.replace(archive)


def _read_members(archive: Path, wanted: Sequence[str]) -> dict[str, bytes]:
    names = {name.removeprefix("./"): name for name in wanted}
    found: dict[str, bytes] = {}
    with archive.open("rb") as stream:
        source = _data_of_deb(stream.read()) if archive.suffix == ".deb" else stream
        with tarfile.open(fileobj=source) as tar:
            for member in tar:
                name = names.get(member.name.removeprefix("./"))
                content = tar.extractfile(member) if name is not None and member.isfile() else None
                if name is not None and content is not None:
                    found[name] = content.read()
    return found


def _data_of_deb(deb: bytes) -> io.BytesIO:
    """Return the `data.tar` of a Debian package, which is an `ar` archive; see deb(5) and ar(5)."""
    offset = 8
    while deb.startswith(b"!<arch>\n") and offset + 60 <= len(deb):
        header = deb[offset : offset + 60]
        size = int(header[48:58])
        if header.startswith(b"data.tar"):
            return io.BytesIO(deb[offset + 60 : offset + 60 + size])
        offset += 60 + size + size % 2
    raise MissingDependencyError("The Debian package has no data.tar.", "Remove it and fetch it again.")


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as stream:
        stream.write(data)
    Path(stream.name).replace(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
