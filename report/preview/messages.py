"""What passes between a preview and the process that makes its pages."""

import dataclasses
import pickle
import struct
from collections.abc import Mapping
from typing import BinaryIO

from report.findings import Finding
from report.load.files import BriefingFiles
from report.pipeline.run import Run
from report.preview.snapshot import Box, PageImage

_SIZE = struct.Struct("!Q")


@dataclasses.dataclass(frozen=True)
class Edit:
    """The state of a briefing's files, to be shown.

    Attributes:
        number: Of the request.
        run: What every step of a run needs.
        files: As they lie on disk, or would.
        view: `full` or `handout`.
        locale: BCP 47.
        is_trial: Whether it is only tried: what is shown stays as it was.
    """

    number: int
    run: Run
    files: BriefingFiles
    view: str
    locale: str
    is_trial: bool = False


@dataclasses.dataclass(frozen=True)
class WebWanted:
    """The web edition of the state that was shown last is wanted."""

    number: int


Request = Edit | WebWanted


@dataclasses.dataclass(frozen=True)
class Pages:
    """The pages as they are now.

    Attributes:
        number: Of the request.
        pages: In order.
        places: Of each image, by its digest: the PDF it is drawn in, and the place there.
        sources: PDFs that were not sent yet, by the name that `places` calls them by.
        marks: By page, the boxes that changed.
        findings: Sorted.
        is_exact: Whether the whole briefing was laid out.
        is_last: Whether the request is answered; exact pages may follow.
        error: Why there are none of this state.
    """

    number: int
    pages: tuple[PageImage, ...]
    places: Mapping[str, tuple[str, int]]
    sources: Mapping[str, bytes]
    marks: Mapping[int, tuple[Box, ...]]
    findings: tuple[Finding, ...]
    is_exact: bool
    is_last: bool
    error: str = ""


@dataclasses.dataclass(frozen=True)
class Web:
    """The web edition; None where there is none."""

    number: int
    data: bytes | None


Reply = Pages | Web


def write_message(stream: BinaryIO, message: Request | Reply) -> None:
    """Write a message to an unbuffered stream."""
    payload = pickle.dumps(message)
    view = memoryview(_SIZE.pack(len(payload)) + payload)
    while view:
        view = view[stream.write(view) :]


def read_message(stream: BinaryIO) -> object:
    """Return the next message of an unbuffered stream; None where the other side has gone."""
    header = _read(stream, _SIZE.size)
    payload = _read(stream, _SIZE.unpack(header)[0]) if header else None
    return pickle.loads(payload) if payload else None


def _read(stream: BinaryIO, size: int) -> bytes | None:
    chunks = bytearray()
    while len(chunks) < size:
        chunk = stream.read(min(size - len(chunks), 1 << 20))
        if not chunk:
            return None
        chunks += chunk
    return bytes(chunks)
