"""Which edition a build is of, and what it is compared with."""

import dataclasses
import datetime
from collections.abc import Mapping

from report.editions.record import Approval, Edition


@dataclasses.dataclass(frozen=True)
class Issue:
    """Which edition a build is of.

    Attributes:
        number: From 1; that of the next release where the content is not released as it is.
        is_released: Whether the content is that of the edition `number`.
        released_on: The day of the release; None before it.
        is_erratum: Whether the edition mends a mistake of the publisher's own.
        reason: What the mistake was; empty elsewhere.
        approvals: Sign-offs of exactly this content.
        earlier: The editions before, oldest first.
        since: The edition that the changes are told from; 0 where there is none before.
        content_digest: SHA-256 (hex) of what sign-off covers.
        artefacts: SHA-256 (hex) of each file of the released edition, by name.
    """

    number: int
    content_digest: str
    is_released: bool = False
    released_on: datetime.date | None = None
    is_erratum: bool = False
    reason: str = ""
    approvals: tuple[Approval, ...] = ()
    earlier: tuple[Edition, ...] = ()
    since: int = 0
    artefacts: Mapping[str, str] = dataclasses.field(default_factory=dict)
