"""The files of released editions: kept when one is released, found again when copies are made of it."""

import dataclasses
import hashlib
from collections.abc import Mapping
from pathlib import Path

from report import store
from report.editions.record import Edition
from report.errors import UsageError
from report.manifest import FileRecord, Manifest

_FOLDER = "editions"


@dataclasses.dataclass(frozen=True)
class KeptEdition:
    """The files of a released edition on disk, each the very one that was released.

    Attributes:
        edition: Its record.
        folder: Where the files lie.
        language: Of the briefing, BCP 47.
        files: By name; those that are pages of a view, in a locale.
    """

    edition: Edition
    folder: Path
    language: str
    files: Mapping[str, FileRecord]


def edition_folder(project: Path, slug: str, number: int) -> Path:
    """Return where the files of an edition are kept."""
    return project / "output" / slug / _FOLDER / f"{number:03}"


def keep_edition(project: Path, slug: str, number: int, files: Mapping[str, bytes]) -> None:
    """Put the files of an edition that was released just now where the next build does not reach them."""
    manifest = store.read_manifest(project / "output" / slug)
    assert manifest is not None
    records = {name: record for name, record in manifest.files.items() if name in files}
    folder = edition_folder(project, slug, number)
    store.publish(folder, files, dataclasses.replace(manifest, files=records, outdated=()))


def find_edition(project: Path, slug: str, edition: Edition) -> KeptEdition:
    """Return the files of an edition: as they were kept, else as they were built again, byte for byte.

    Raises:
        UsageError: They are not here.
    """
    folders = (edition_folder(project, slug, edition.number), project / "output" / slug)
    for folder in folders:
        manifest = store.read_manifest(folder)
        if manifest is not None and _is_of(manifest, folder, edition):
            pages = {
                name: record
                for name, record in manifest.files.items()
                if record.format and name in edition.artefacts
            }
            return KeptEdition(edition, folder, manifest.language, pages)
    raise UsageError(
        f"the files of edition {edition.number} of {slug} are not in {folders[0]}, or are not those that were released",
        f"Bring back the content as it was released, and run `report build {slug}`.",
    )


def _is_of(manifest: Manifest, folder: Path, edition: Edition) -> bool:
    """Return whether a folder holds all files of an edition."""
    return manifest.edition == edition.number and all(
        _hash(folder / name) == sha256 for name, sha256 in edition.artefacts.items()
    )


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
