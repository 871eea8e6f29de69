"""`copy.json`: the record of one clinic's copies, written after them; sending believes nothing else of a file."""

import dataclasses
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

VERSION = 1
FILE_NAME = "copy.json"
# The formats of the list of a clinic's files, and of its signature: the only ones that do not say whose they are.
SUMS, SIGNATURE = "sums", "signature"
LISTS = frozenset({SUMS, SIGNATURE})
# A file's name and nothing that leads elsewhere.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_OF_RECORD = {"clinic": str, "briefing": str, "edition": int, "since": int, "made_from": str}
_OF_FILE = {"size": int, "sha256": str, "unsigned": str, "format": str, "view": str, "locale": str}


@dataclasses.dataclass(frozen=True)
class CopyFile:
    """One file of a clinic's.

    Attributes:
        size: In bytes.
        sha256: Hex, of the file as it is.
        unsigned: Hex, of the file before it was signed: the same whenever it is signed.
        format: Such as pdf; or one of `LISTS`.
        view: `full` or `handout`; empty for a list.
        locale: BCP 47.
    """

    size: int
    sha256: str
    unsigned: str
    format: str
    view: str
    locale: str


@dataclasses.dataclass(frozen=True)
class CopyRecord:
    """A clinic's copies of one edition.

    Attributes:
        clinic: Its id.
        briefing: A slug.
        edition: Its number.
        since: The edition that the changes are told from; 0 where none are told.
        made_from: SHA-256 (hex) of all that the files were made from.
        files: By name.
    """

    clinic: str
    briefing: str
    edition: int
    since: int
    made_from: str
    files: Mapping[str, CopyFile]


def copy_file(data: bytes, unsigned: bytes, format_: str, view: str, locale: str) -> CopyFile:
    """Return the record of one file."""
    before = hashlib.sha256(unsigned).hexdigest()
    after = before if data is unsigned else hashlib.sha256(data).hexdigest()
    return CopyFile(len(data), after, before, format_, view, locale)


def to_json(record: CopyRecord) -> bytes:
    """Return a record as canonical JSON: sorted keys, UTF-8, one line end at the end."""
    data = {"version": VERSION, **dataclasses.asdict(record)}
    return (json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def from_json(data: bytes) -> CopyRecord | None:
    """Return a record, or None where the bytes are not one of this version."""
    try:
        raw: Any = json.loads(data)
        version = raw.pop("version")
        files = {name: CopyFile(**entry) for name, entry in raw.pop("files").items()}
        record = CopyRecord(**raw, files=files)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    is_right = type(version) is int and version == VERSION and _is_right(record, _OF_RECORD)
    are_right = all(_NAME.fullmatch(name) and _is_right(file, _OF_FILE) for name, file in files.items())
    return record if is_right and are_right else None


def _is_right(made: object, kinds: Mapping[str, type]) -> bool:
    """Return whether values are of their kinds: true and false are no numbers, and no number is below 0."""
    values = {name: getattr(made, name) for name in kinds}
    return all(
        type(value) is kinds[name] and not (isinstance(value, int) and value < 0)
        for name, value in values.items()
    )
