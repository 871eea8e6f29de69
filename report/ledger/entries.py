"""What a ledger holds of a delivery: ids, hashes and states; no name, address or text of a clinic."""

import dataclasses
import datetime
import hashlib
from collections.abc import Mapping

from report.ledger.states import State
from report.parcels import Kind

_SEPARATOR = "\0"


def content_digest(unsigned: Mapping[str, str]) -> str:
    """Return the digest of what is sent: SHA-256 (hex) of its files' names and digests before any signature."""
    lines = (f"{name}{_SEPARATOR}{digest}\n" for name, digest in sorted(unsigned.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


@dataclasses.dataclass(frozen=True)
class Entry:
    """What is to go to one clinic through one channel, before anything came of it.

    Attributes:
        kind: An edition, or a notice of a correction or a withdrawal.
        briefing: The slug.
        edition: Its number; for a notice, that of the edition that takes the place of `about`, 0 where none does.
        about: For a notice, the edition that it is about; 0 for an edition.
        clinic: The id.
        channel: The name in `distribution.yaml`.
        since: The edition that the changes in it are told from; 0 where none are.
        digest: `content_digest` of its files.
    """

    kind: Kind
    briefing: str
    edition: int
    about: int
    clinic: str
    channel: str
    since: int
    digest: str

    @property
    def key(self) -> str:
        """64 hexadecimal digits, the same for every attempt to deliver the same, and for nothing else."""
        parts = (self.kind, self.briefing, self.edition, self.about, self.clinic, self.channel, self.digest)
        return hashlib.sha256(_SEPARATOR.join(map(str, parts)).encode()).hexdigest()

    def identify(self, domain: str, *, again: int = 0) -> str:
        """Return the Message-ID of RFC 5322, with angle brackets, that every attempt bears.

        Args:
            domain: One that is the sender's, so that no other program makes the same.
            again: How many attempts came to nothing before a person had it tried again: what came back about an
                earlier message is not to be taken for this one's.
        """
        return f"<{self.key[:40]}{f'.{again}' if again else ''}@{domain}>"

    @property
    def place(self) -> tuple[str, str, int, int, str, str]:
        """What is delivered once, whatever it consists of by now."""
        return (self.kind, self.briefing, self.edition, self.about, self.clinic, self.channel)


@dataclasses.dataclass(frozen=True)
class Delivery(Entry):
    """An entry, and what came of it.

    Attributes:
        message_id: RFC 5322 Message-ID with its angle brackets.
        state: Where it stands.
        attempts: Made since it was last due for the first time.
        next_attempt_at: When it is tried again; only of one that is deferred.
        intent_at: When the last attempt began.
        done_at: When it came to its state.
        reference: By what the other side finds it.
        detail: What the other side said last.
        was_lost: Whether of an attempt nobody knows what came of it, whatever came of a later one.
    """

    message_id: str
    state: State = State.DUE
    attempts: int = 0
    next_attempt_at: datetime.datetime | None = None
    intent_at: datetime.datetime | None = None
    done_at: datetime.datetime | None = None
    reference: str = ""
    detail: str = ""
    was_lost: bool = False


@dataclasses.dataclass(frozen=True)
class Attempt:
    """One attempt to deliver something.

    Attributes:
        number: From 1.
        began_at: When its intent was committed.
        ended_at: None while it goes on.
        outcome: `accepted`, `deferred`, `refused`, `lost`; empty while it goes on.
        code: Of the finding that it ended with; empty where there is none.
        detail: What the other side said.
    """

    number: int
    began_at: datetime.datetime
    ended_at: datetime.datetime | None = None
    outcome: str = ""
    code: str = ""
    detail: str = ""


@dataclasses.dataclass(frozen=True)
class Acknowledgement:
    """What a clinic answered to a delivery.

    Attributes:
        key: Of the delivery.
        answer: One of `report.ledger.schema.ANSWERS`.
        at: When that was written down.
    """

    key: str
    answer: str
    at: datetime.datetime
