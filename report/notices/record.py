"""What lies beside a clinic's notice, `notice.json`: what sending it needs, and nothing of the clinic but its id."""

import dataclasses
import functools
import json
from collections.abc import Mapping
from typing import ClassVar, Literal

import pydantic

from report.errors import ExitCode, ReportError

FILE_NAME = "notice.json"
VERSION = 1
_MAKE_AGAIN = "Run `report recall` again; it makes what is missing."


class NoticeDamagedError(ReportError):
    """The record of a notice is damaged or is none."""

    exit_code = ExitCode.UNREADABLE


@dataclasses.dataclass(frozen=True)
class NoticeFile:
    """A file of a notice: its size in bytes, its SHA-256 (hex) and its media type."""

    size: int
    sha256: str
    media_type: str


@dataclasses.dataclass(frozen=True)
class NoticeRecord:
    """A clinic's notice.

    Attributes:
        kind: A correction where an edition takes the place of the withdrawn one, else a withdrawal.
        briefing: The slug.
        about: The number of the withdrawn edition.
        edition: The number of the one that takes its place; 0 where there is none.
        clinic: The id of whom it is for.
        number: 通知编号.
        locale: BCP 47, as are all texts below.
        title: Of the briefing.
        edition_text: The withdrawn edition as printed, 第1版.
        as_of_text: Its 数据截至, as printed.
        subject: Of the letter that the notice goes with.
        text: The letter.
        changes: What is corrected, a sentence each.
        link: Where the edition's state is told; may be empty.
        files: By name.
    """

    __pydantic_config__: ClassVar = pydantic.ConfigDict(extra="forbid", strict=True)

    kind: Literal["correction", "withdrawal"]
    briefing: str
    about: int
    edition: int
    clinic: str
    number: str
    locale: str
    title: str
    edition_text: str
    as_of_text: str
    subject: str
    text: str
    changes: tuple[str, ...]
    link: str
    files: Mapping[str, NoticeFile]

    @property
    def unsigned(self) -> dict[str, str]:
        """The digests of its files, which no signature changes, by name."""
        return {name: file.sha256 for name, file in self.files.items()}


def to_json(record: NoticeRecord) -> bytes:
    """Return the record of a notice; the same for the same notice."""
    data = {"version": VERSION, **dataclasses.asdict(record)}
    return (json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def from_json(data: bytes) -> NoticeRecord:
    """Return the notice that a record is of.

    Raises:
        NoticeDamagedError: It is damaged, of another version, or none.
    """
    try:
        raw = json.loads(data)
        version = raw.pop("version", None)
        if version != VERSION:
            raise NoticeDamagedError(f"the record of a notice is of version {version!s:.20}", _MAKE_AGAIN)
        return _adapter().validate_json(json.dumps(raw))
    except (ValueError, AttributeError, RecursionError) as error:
        reason = (
            "a value is not what it has to be"
            if isinstance(error, pydantic.ValidationError)
            else "it is no JSON"
        )
        raise NoticeDamagedError(f"the record of a notice is damaged: {reason}", _MAKE_AGAIN) from None


@functools.cache
def _adapter() -> "pydantic.TypeAdapter[NoticeRecord]":
    """Return what reads a record: to make one takes 4 ms, and a run that sends reads thousands of records."""
    return pydantic.TypeAdapter(NoticeRecord)
