"""The record of a build: every file with its hash, and what it was made from; versioned JSON."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

VERSION = 2
FILE_NAME = "manifest.json"


@dataclasses.dataclass(frozen=True)
class FileRecord:
    """A file of the build: its size in bytes, its SHA-256 (hex), its pages (0 where it has none)."""

    size: int
    sha256: str
    pages: int = 0


@dataclasses.dataclass(frozen=True)
class Manifest:
    """What `manifest.json` holds.

    Attributes:
        briefing: The slug.
        edition: The number of the edition that it is, or would be.
        is_released: Whether it is that edition.
        as_of: YYYY-MM-DD.
        is_as_of_written: Whether the content names the day; if not, it is the day of the build.
        inputs: SHA-256 (hex) of all that the files were made from.
        files: By name.
        warnings: The findings that did not stop the build, as printed, so that a run with nothing to do
            still tells them.
        facts: Where each fact shows: `{id: [{section, field, text}]}`.
        versions: Programs by name.
    """

    briefing: str
    edition: int
    is_released: bool
    as_of: str
    is_as_of_written: bool
    inputs: str
    files: Mapping[str, FileRecord]
    warnings: tuple[str, ...]
    facts: Mapping[str, list[dict[str, str]]]
    versions: Mapping[str, str]


def to_json(manifest: Manifest) -> bytes:
    """Return the manifest as canonical JSON: sorted keys, two spaces, UTF-8, one line end at the end."""
    data = {"version": VERSION, **dataclasses.asdict(manifest)}
    return (json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def from_json(data: bytes) -> Manifest | None:
    """Return a manifest, or None where the bytes are not one of this version."""
    try:
        raw: Any = json.loads(data)
        if raw.pop("version") != VERSION:
            return None
        raw["files"] = {name: FileRecord(**record) for name, record in raw["files"].items()}
        raw["warnings"] = tuple(raw["warnings"])
        return Manifest(**raw)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
