"""What an unattended run found with nothing to do: a hash, by which the next one knows that there is still nothing."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from report import store
from report.installation import code_digest, versions
from report.load.files import read_briefing
from report.pipeline.run import Run

if TYPE_CHECKING:
    from report.distribution import Distribution

FILE = "ledger/settled.json"
VERSION = 1


def state_of(run: Run, slugs: Sequence[str], distribution: "Distribution", asked: str) -> str:
    """Return a hash of all that decides whether something is to be released, copied or sent, but the time."""
    digest = hashlib.sha256(asked.encode())
    for text in (
        code_digest(),
        *(" ".join(version) for version in versions()),
        *(f"{name}\0{text}" for name, text in sorted(run.templates.items())),
        *(face.sha256 for face in run.faces),
    ):
        digest.update(hashlib.sha256(text.encode()).digest())
    for slug in slugs:
        files = read_briefing(run.project, slug)
        digest.update(f"{slug} {files.digest}".encode())
        digest.update(hashlib.sha256(files.withdrawals or b"").digest())
    ledger = run.project / distribution.ledger
    for path in (
        run.project / "content" / "distribution.yaml",
        run.project / distribution.clinics,
        ledger,
        # What SQLite has not yet written into the file itself.
        ledger.with_name(f"{ledger.name}-wal"),
    ):
        digest.update(_hash(path))
    for folder in _edition_folders(run.project, slugs):
        digest.update(f"{folder.parent.parent.name}/{folder.name}\0".encode())
    return digest.hexdigest()


def is_settled(project: Path, state: str) -> bool:
    """Return whether a run has found nothing to do in this very state."""
    try:
        raw: Any = json.loads((project / FILE).read_bytes())
        return bool(raw["version"] == VERSION and raw["state"] == state)
    except (OSError, ValueError, TypeError, KeyError):
        return False


def settle(project: Path, state: str) -> None:
    """Write down that there is nothing to do in a state.

    Raises:
        MissingDependencyError: The record cannot be written.
    """
    data = json.dumps({"version": VERSION, "state": state}) + "\n"
    store.replace(project / FILE, data.encode())


def _edition_folders(project: Path, slugs: Sequence[str]) -> Iterable[Path]:
    for slug in slugs:
        yield from sorted((project / "output" / slug / "editions").glob("[0-9]*"))


def _hash(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return b"-" * 32
