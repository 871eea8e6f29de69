"""The record of a build: every file with its hash, and what it was made from; versioned JSON."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

VERSION = 4
FILE_NAME = "manifest.json"


@dataclasses.dataclass(frozen=True)
class FileRecord:
    """A file of the build.

    Attributes:
        size: In bytes.
        sha256: Hex.
        pages: How many; 0 where it has none.
        view: `full` or `handout`; empty, as are `locale` and `format`, for data that lies beside the pages.
        locale: BCP 47.
        format: Such as pdf.
        made_from: SHA-256 (hex) of all that it was made from; empty where something was found in it.
        page_starts: Where its pages begin: label, anchor, text (`report.pages.PageStart`).
        inputs: The names of what it is made from: of `parts` of the manifest, or of all parts below one.
    """

    size: int
    sha256: str
    pages: int = 0
    view: str = ""
    locale: str = ""
    format: str = ""
    made_from: str = ""
    page_starts: tuple[tuple[str, str, str], ...] = ()
    inputs: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Manifest:
    """What `manifest.json` holds.

    Attributes:
        briefing: The slug.
        edition: The number of the edition that it is, or would be.
        is_released: Whether it is that edition.
        as_of: YYYY-MM-DD.
        is_as_of_written: Whether the content names the day; if not, it is the day of the build.
        inputs: SHA-256 (hex) of all that the briefing was made from; that of every file.
        language: Of the briefing itself, BCP 47.
        variants: The views and locales that the briefing offers.
        files: By name.
        outdated: Files beside them that an earlier build made of other inputs.
        warnings: The findings that did not stop the build, as printed, so that a run with nothing to do
            still tells them.
        facts: Where each fact shows: `{id: [{view, locale, section, field, text}]}`.
        versions: Programs by name.
        parts: What the build depends on by name, with the value, or `sha256:` and a hash where that is long.
    """

    briefing: str
    edition: int
    is_released: bool
    as_of: str
    is_as_of_written: bool
    inputs: str
    language: str
    variants: tuple[tuple[str, str], ...]
    files: Mapping[str, FileRecord]
    outdated: tuple[str, ...]
    warnings: tuple[str, ...]
    facts: Mapping[str, list[dict[str, str]]]
    versions: Mapping[str, str]
    parts: Mapping[str, str] = dataclasses.field(default_factory=dict)


def to_json(manifest: Manifest) -> bytes:
    """Return the manifest as canonical JSON: sorted keys, two spaces, UTF-8, one line end at the end."""
    data = {"version": VERSION, **dataclasses.asdict(manifest)}
    data["views"] = sorted({view for view, _ in manifest.variants})
    data["locales"] = sorted({locale for _, locale in manifest.variants})
    return (json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def from_json(data: bytes) -> Manifest | None:
    """Return a manifest, or None where the bytes are not one of this version."""
    try:
        raw: Any = json.loads(data)
        if raw.pop("version") != VERSION:
            return None
        del raw["views"], raw["locales"]
        raw["files"] = {name: _file_record(record) for name, record in raw["files"].items()}
        raw["variants"] = tuple((view, locale) for view, locale in raw["variants"])
        for name in ("warnings", "outdated"):
            raw[name] = tuple(raw[name])
        return Manifest(**raw)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _file_record(raw: Any) -> FileRecord:
    starts = tuple((label, anchor, text) for label, anchor, text in raw.pop("page_starts"))
    inputs = tuple(raw.pop("inputs"))
    return FileRecord(**raw, page_starts=starts, inputs=inputs)
