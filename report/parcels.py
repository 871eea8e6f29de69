"""What a channel is given, what it gives back, and the three ways in which a delivery fails.

Nothing here may show whom a parcel goes to: a clinic's contact, a letter's text and a file's bytes stand in no
representation, and a receipt or an error names the clinic by its id at most.
"""

import dataclasses
import datetime
import hashlib
import re
import unicodedata
from typing import Literal, Self

from report.clinics import Clinic
from report.errors import ExitCode, ReportError
from report.findings import Code, Finding, Location

Kind = Literal["edition", "correction", "withdrawal"]

SECRET_UNAVAILABLE = Code("D001", "secret-unavailable", is_waivable=False)
CHANNEL_UNREACHABLE = Code("D002", "channel-unreachable", is_waivable=False)
CONNECTION_LOST = Code("D003", "connection-lost", is_waivable=False)
TRY_LATER = Code("D004", "try-later", is_waivable=False)
RECIPIENT_REFUSED = Code("D005", "recipient-refused", is_waivable=False)
REPLY_LOST = Code("D006", "reply-lost", is_waivable=False)
PEER_UNTRUSTED = Code("D007", "peer-untrusted", is_waivable=False)
LOGIN_REFUSED = Code("D008", "login-refused", is_waivable=False)
PARCEL_TOO_LARGE = Code("D009", "parcel-too-large", is_waivable=False)
PARCEL_UNFIT = Code("D010", "parcel-unfit", is_waivable=False)
TARGET_FULL = Code("D011", "target-full", is_waivable=False)
COPY_DIFFERS = Code("D012", "copy-differs", is_waivable=False)
TARGET_OCCUPIED = Code("D013", "target-occupied", is_waivable=False)
TARGET_UNSAFE = Code("D014", "target-unsafe", is_waivable=False)
EXTRA_MISSING = Code("D015", "extra-missing", is_waivable=False)
ARCHIVE_MISSING = Code("D016", "archive-missing", is_waivable=False)

MAX_NAME_BYTES = 200  # ext4 and most others hold 255; what is written beside a file needs a longer name
MAX_SUBJECT = 200
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._-]{1,64}@[A-Za-z0-9.-]{1,253}>")


@dataclasses.dataclass(frozen=True)
class File:
    """One file of a parcel.

    Attributes:
        name: Its name without a folder, as the recipient sees it.
        media_type: Such as `application/pdf`.
        data: Its bytes.
        sha256: Of `data`, in lower-case hexadecimal.
    """

    name: str
    media_type: str
    data: bytes = dataclasses.field(repr=False)
    sha256: str

    @classmethod
    def of(cls, name: str, media_type: str, data: bytes) -> Self:
        """Return the file with its hash."""
        return cls(name, media_type, data, hashlib.sha256(data).hexdigest())


@dataclasses.dataclass(frozen=True)
class Parcel:
    """What one clinic gets through one channel at one time.

    Attributes:
        key: 64 hexadecimal digits, the same for every attempt to deliver the same: the hash of kind, briefing,
            edition, clinic, channel and the digests of the unsigned files.
        message_id: RFC 5322 Message-ID with its angle brackets, made of `key`.
        kind: Whether it is an edition, a correction of one, or its withdrawal.
        briefing: The briefing's slug.
        title: Its title, in `locale`.
        edition: The number of the edition that it is or is about.
        edition_text: The same in words, such as 第 3 版.
        as_of_text: The as-of date in words.
        locale: BCP 47.
        clinic: Who gets it.
        subject: The subject line, in `locale`.
        text: The letter as plain text, in `locale`.
        changes: What changed, a sentence each.
        files: What goes with it; may be empty.
        link: The `https:` address where its state is told; may be empty.
        at: The instant of this attempt, with its time zone.
    """

    key: str
    message_id: str
    kind: Kind
    briefing: str
    title: str
    edition: int
    edition_text: str
    as_of_text: str
    locale: str
    clinic: Clinic = dataclasses.field(repr=False)
    subject: str
    text: str = dataclasses.field(repr=False)
    changes: tuple[str, ...] = dataclasses.field(repr=False)
    files: tuple[File, ...]
    link: str
    at: datetime.datetime


@dataclasses.dataclass(frozen=True)
class Receipt:
    """The proof of one delivery, without an address in it.

    Attributes:
        reference: By what it is found again, such as a Message-ID or the path of a manifest.
        detail: What the other side said, in a few words.
    """

    reference: str
    detail: str


class DeliveryError(ReportError):
    """A delivery that did not end with a receipt.

    Attributes:
        code: The rule, for findings, the ledger and docs/errors.md.
        is_of_channel: Whether every other parcel of this channel would meet the same, so that a run does better to
            leave the channel alone.
    """

    exit_code = ExitCode.DELIVERY

    def __init__(self, code: Code, message: str, hint: str = "", *, is_of_channel: bool = False) -> None:
        super().__init__(message, hint)
        # What Exception keeps is what another process builds it from.
        self.args = (code, message, hint)
        self.code = code
        self.is_of_channel = is_of_channel

    def finding(self, location: Location) -> Finding:
        """Return the error as a finding at a place, such as the channel's in `distribution.yaml`."""
        return Finding(self.code, location, self.message, self.hint)


class Deferred(DeliveryError):  # noqa: N818 - a state of the ledger, not a fault
    """Nothing arrived, and it may be tried again."""


class Refused(DeliveryError):  # noqa: N818
    """Nothing arrived, and trying again would not change that."""


class InDoubt(DeliveryError):  # noqa: N818
    """It may have arrived or not: the connection broke between the last byte sent and the reply."""


def check_parcel(parcel: Parcel) -> None:
    """Refuse a parcel that a channel could not carry as it is meant.

    Raises:
        Refused: Its key, its Message-ID, its subject or a file's name or hash is not what it has to be.
    """
    if not re.fullmatch("[0-9a-f]{64}", parcel.key) or not _MESSAGE_ID.fullmatch(parcel.message_id):
        raise _unfit(
            "the parcel's key or Message-ID is malformed", "Report this: it is a fault of the program."
        )
    if parcel.at.tzinfo is None:
        raise _unfit("the parcel's instant has no time zone", "Report this: it is a fault of the program.")
    fault = _text_fault(parcel.subject)
    if fault or len(parcel.subject) > MAX_SUBJECT:
        hint = "Shorten it, and remove what nobody sees."
        raise _unfit(f"its subject {fault or f'is longer than {MAX_SUBJECT} characters'}", hint)
    seen: set[str] = set()
    for file in parcel.files:
        fault = name_fault(file.name)
        folded = unicodedata.normalize("NFKC", file.name).casefold()
        if fault or folded in seen:
            raise _unfit(f"a file's name {fault or 'stands there twice'}", "Give the file another name.")
        seen.add(folded)
        if hashlib.sha256(file.data).hexdigest() != file.sha256:
            raise _unfit(
                f"{file.name} is not the file that was meant: its SHA-256 differs", "Make the copies again."
            )


def name_fault(name: str) -> str:
    """Return why a text is not the name of a file on every system; "" where it is."""
    if not name or name.startswith((".", "-", " ")) or name.endswith((".", " ")):
        return "is empty, or begins or ends with a dot, a hyphen or a space"
    if re.search(r'[/\\:*?"<>|]', name):
        return "has a character that no file can have on every system"
    if len(name.encode("utf-8", "replace")) > MAX_NAME_BYTES:
        return f"is longer than {MAX_NAME_BYTES} bytes"
    return _text_fault(name)


def _text_fault(text: str) -> str:
    for char in text:
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            return f"has the character U+{ord(char):04X}"
    return ""


def _unfit(message: str, hint: str) -> Refused:
    return Refused(PARCEL_UNFIT, message, hint)
