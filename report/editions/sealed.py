"""Records that are kept for good: canonical JSON with a seal, checked whenever one is read.

Canonical is UTF-8, sorted keys, two spaces, one line end at the end. The seal is the SHA-256 of the rest, so that a
record which somebody wrote into is not taken for what was decided. It guards against accidents and good
intentions, not against whoever computes a new one.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, TypeVar, cast

import pydantic

from report.errors import ExitCode, ReportError

VERSION = 1
STRICT = pydantic.ConfigDict(extra="forbid", strict=True)
_BRING_BACK = "Bring the file back as it was written, from version control or a backup."
_Record = TypeVar("_Record")


class EditionError(ReportError):
    """A record of an edition, of sign-offs or of withdrawals is damaged, was rewritten, or is none."""

    exit_code = ExitCode.UNREADABLE


# To make one takes milliseconds, and a project has hundreds of records.
_ADAPTERS: dict[type[Any], "pydantic.TypeAdapter[Any]"] = {}


def _adapter(kind: type[Any]) -> "pydantic.TypeAdapter[Any]":
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = pydantic.TypeAdapter(kind)
    return _ADAPTERS[kind]


def plain(record: object) -> dict[str, Any]:
    """Return a frozen record as what JSON can hold."""
    data: dict[str, Any] = _adapter(type(record)).dump_python(record, mode="json")
    return data


def _canonical(data: Mapping[str, Any]) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _digest(data: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(data)).hexdigest()


def digest_of(form: str, body: Mapping[str, Any]) -> str:
    """Return the seal that a record bears: a digest of everything in it."""
    return _digest({"format": form, "version": VERSION, **body})


def seal(form: str, body: Mapping[str, Any]) -> bytes:
    """Return a record as canonical, sealed JSON; `form` names what kind of record it is."""
    sealed = {"format": form, "version": VERSION, **body}
    return _canonical({**sealed, "seal": _digest(sealed)})


def open_sealed(form: str, data: bytes, noun: str) -> dict[str, Any]:
    """Return what a record holds, its seal checked and taken off.

    Args:
        form: What kind of record it has to be.
        data: The file.
        noun: What it is called in messages, such as `the record of an edition`.

    Raises:
        EditionError: The record is damaged, was rewritten, is of another version, or is none.
    """
    try:
        record = json.loads(data)
    except (ValueError, RecursionError):
        raise EditionError(f"the file is damaged: {noun} is JSON, and this is not", _BRING_BACK) from None
    if not isinstance(record, dict) or record.get("format") != form:
        raise EditionError(f"the file is not {noun}: its `format` is not {form!r}", _BRING_BACK)
    if record.get("version") != VERSION:
        shown = str(record.get("version"))[:20]
        raise EditionError(
            f"{noun} is of version {shown}, and this program reads version {VERSION}",
            "Use the program that wrote it, or a newer one.",
        )
    found = record.pop("seal", None)
    try:
        is_sealed = found == _digest(record)
    except (ValueError, RecursionError):  # half a surrogate pair, which JSON can spell and UTF-8 cannot
        is_sealed = False
    if not is_sealed:
        raise EditionError(f"{noun} was changed after it was written: its seal does not fit", _BRING_BACK)
    _require_same(_canonical({**record, "seal": found}), data)
    del record["format"], record["version"]
    return record


def validated(kind: type[_Record], body: Mapping[str, Any], noun: str) -> _Record:
    """Return what a record holds as what it is.

    Raises:
        EditionError: Something is missing in it, or is not what it has to be.
    """
    try:
        return cast(_Record, _adapter(kind).validate_json(json.dumps(body)))
    except pydantic.ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        raise EditionError(f"{noun} is damaged at {place}: {first['msg']}", _BRING_BACK) from None


def _require_same(canonical: bytes, data: bytes) -> None:
    """Refuse what says the same in other bytes: keys twice, other spacing, other line ends.

    The bytes are those of what the file itself holds, so that a record without what later programs write too
    stays readable.
    """
    if canonical != data:
        raise EditionError(
            "the file was written again by another program: what it says is right, its bytes are not",
            _BRING_BACK,
        )
