"""`copy.json`: the record of one clinic's copies, written after them; sending believes nothing else of a file."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import Any

VERSION = 1
FILE_NAME = "copy.json"


@dataclasses.dataclass(frozen=True)
class CopyFile:
    """One file of a clinic's.

    Attributes:
        size: In bytes.
        sha256: Hex, of the file as it is.
        unsigned: Hex, of the file before it was signed: the same whenever it is signed.
        format: Such as pdf.
        view: `full` or `handout`.
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
        if raw.pop("version") != VERSION:
            return None
        files = {str(name): CopyFile(**entry) for name, entry in raw.pop("files").items()}
        record = CopyRecord(**raw, files=files)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    texts = (record.clinic, record.briefing, record.made_from)
    are_right = all(isinstance(text, str) for text in texts) and all(
        isinstance(number, int) for number in (record.edition, record.since)
    )
    return record if are_right else None
