"""Why a file of a build was made again, or was not: told from what it was made from, then and now."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

from report import store
from report.manifest import FileRecord, Manifest
from report.pipeline.input_graph import CONTENT, changed_parts, is_below

# How many changes are told one by one.
MOST_TOLD = 6


@dataclasses.dataclass(frozen=True)
class Before:
    """What there was before a build.

    Attributes:
        folder: Where the files go.
        manifest: Of the last build; None where there was none, or where everything is made again.
        is_forced: Whether everything is made again because that was asked for.
    """

    folder: Path
    manifest: Manifest | None
    is_forced: bool = False

    def record(self, name: str) -> FileRecord | None:
        """Return what the last build said of a file that is still as that build made it."""
        record = self.manifest.files.get(name) if self.manifest else None
        return record if record and store.read_built(self.folder / name, record) is not None else None


def explain_current(manifest: Manifest, names: Sequence[str]) -> dict[str, str]:
    """Return, for each of some files of a build, that nothing had to be done."""
    return {
        name: _unchanged(manifest.files[name], manifest.parts) for name in names if name in manifest.files
    }


def explain(before: Before, name: str, made: FileRecord, parts: Mapping[str, str], *, is_kept: bool) -> str:
    """Return why a file was made, or was not.

    Args:
        before: What there was; looked at before the new files are put in place.
        name: The file's name.
        made: Its record now.
        parts: What the build depends on now, by name.
        is_kept: Whether the file was taken from disk.
    """
    if before.is_forced:
        return "rebuilt: everything was asked for anew (--force)"
    if before.manifest is None:
        return "built: there is no record of an earlier build"
    old = before.manifest.files.get(name)
    if old is None:
        return "built: the last build did not make it from this briefing's state"
    if before.record(name) is None:
        return "rebuilt: the file is gone, or is not as it was built"
    changed = changed_parts(before.manifest.parts, parts)
    direct = [part for part in changed if is_below(part, (*old.inputs, *made.inputs)) and part != CONTENT]
    if is_kept:
        if not direct:
            return _unchanged(made, parts)
        return (
            f"not rebuilt: {_told(direct, before.manifest.parts, parts)}; it shows in no place of this file"
        )
    if direct:
        return f"rebuilt: {_told(direct, before.manifest.parts, parts)}"
    others = [part for part in changed if part != CONTENT]
    if CONTENT in changed and CONTENT in made.inputs and others:
        told = _told(others, before.manifest.parts, parts)
        return f"rebuilt: the digest of the content, which it carries; {told}"
    if others:
        return f"rebuilt: {_told(others, before.manifest.parts, parts)}"
    if not old.made_from:
        return "rebuilt: something was found in it the last time"
    return "rebuilt: what another file tells it has changed"


def _unchanged(record: FileRecord, parts: Mapping[str, str]) -> str:
    count = sum(is_below(part, record.inputs) for part in parts)
    return f"not rebuilt: none of its {count} inputs changed"


def _told(names: Sequence[str], before: Mapping[str, str], after: Mapping[str, str]) -> str:
    told = [_change(name, before.get(name), after.get(name)) for name in names[:MOST_TOLD]]
    if len(names) > MOST_TOLD:
        told.append(f"and {len(names) - MOST_TOLD} more")
    return "; ".join(told)


def _change(name: str, old: str | None, new: str | None) -> str:
    kind, _, rest = name.partition(" ")
    shown = f"{kind} fact {rest}" if kind == "facts.yaml" else name
    if old is None:
        return f"{shown} is new" if new is None or new.startswith("sha256:") else f"{shown} is new: {new}"
    if new is None:
        return f"{shown} is gone"
    if old.startswith("sha256:") or new.startswith("sha256:"):
        return f"{shown} changed"
    return f"{shown} {old} → {new}"
