"""How copies go out, as `distribution.yaml` says: channels, policy, attempts.

Only the channel modules know what their settings are; `report.load.distribution` types each by its kind.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, Self

import pydantic

from report.addresses import Line, WebAddress, check_line, refusal
from report.scalars import Schema, Slug, TrueOrFalse, WholeNumber
from report.watch_settings import MonitorSettings

CLINICS_FILE = "content/clinics.yaml"
LEDGER_FILE = "ledger/ledger.sqlite3"
MAX_PATH = 500
MAX_ATTEMPTS = 50
MAX_WAIT_SECONDS = 30 * 24 * 3600
# What a refusal is of; `report.load.distribution` gives each its code.
PATH, OUT_OF_RANGE, WAITS = "path_refused", "number_out_of_range", "waits_contradict"


def _path(value: str) -> str:
    check_line(value, MAX_PATH)
    if not value or "\\" in value or value.startswith("~") or value.endswith("/"):
        hint = "Write it from the project or from /, with / between folders."
        raise refusal(PATH, "is no path of a file", hint)
    return value


def _ledger(value: str) -> str:
    path = PurePosixPath(_path(value))
    if path.parts[0] in ("output", "content"):
        message = f"lies in {path.parts[0]}/, which is made anew or kept in git"
        raise refusal(PATH, message, f"Keep it in a folder of its own, such as {LEDGER_FILE}.")
    return value


def _within(lowest: int, highest: int) -> pydantic.AfterValidator:
    def check(value: int) -> int:
        if not lowest <= value <= highest:
            raise refusal(
                OUT_OF_RANGE, f"is {value:,}, which is not within {lowest} and {highest:,}", "Choose another."
            )
        return value

    return pydantic.AfterValidator(check)


def _factor(value: Any) -> Any:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise refusal(OUT_OF_RANGE, "is no number", "Write a number such as 4 or 1.5.") from None
    # `nan` lies within nothing.
    if isinstance(value, int | float) and not 1 <= value <= 100:
        raise refusal(OUT_OF_RANGE, f"is {value:g}, which is not within 1 and 100", "Choose another.")
    return value


FilePath = Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_path)]
LedgerPath = Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_ledger)]


class Policy(Schema):
    """What may go out.

    Attributes:
        approvals_required: Whether an edition needs every sign-off that its briefing names.
        confirm_above: The number of deliveries of one run from which on `--confirm-count` is needed.
        in_doubt: What happens to a delivery of which nobody knows whether it arrived: sent again, kept for a person,
            or looked up where the channel can.
        settle_seconds: How long after an attempt it is believed that what is not found did not arrive.
    """

    approvals_required: TrueOrFalse = True
    confirm_above: Annotated[WholeNumber, _within(0, 1_000_000)] = 50
    in_doubt: Literal["resend", "hold", "reconcile"] = "hold"
    settle_seconds: Annotated[WholeNumber, _within(0, MAX_WAIT_SECONDS)] = 600


class Attempts(Schema):
    """How often a delivery that was put off is tried again.

    Attributes:
        most: Attempts in all, the first included.
        first_wait_seconds: Before the second.
        factor: By which each wait is longer than the one before; not less than 1.
        longest_wait_seconds: No wait is longer.
    """

    most: Annotated[WholeNumber, _within(1, MAX_ATTEMPTS)] = 6
    first_wait_seconds: Annotated[WholeNumber, _within(1, MAX_WAIT_SECONDS)] = 60
    factor: Annotated[float, pydantic.BeforeValidator(_factor)] = 4.0
    longest_wait_seconds: Annotated[WholeNumber, _within(1, MAX_WAIT_SECONDS)] = 21_600

    @pydantic.model_validator(mode="after")
    def _check_waits(self) -> Self:
        if self.longest_wait_seconds < self.first_wait_seconds:
            message = (
                f"has a longest wait of {self.longest_wait_seconds:,} seconds, "
                f"shorter than the first of {self.first_wait_seconds:,}"
            )
            raise refusal(WAITS, message, "Make the first wait shorter, or the longest longer.")
        return self


class Copies(Schema):
    """What copies carry besides the clinic's own block.

    Attributes:
        seal: Whether 本册送达 is printed on each.
        status_url: The https address under which the folder `status/` is published; "" where it is not.
    """

    seal: TrueOrFalse = False
    status_url: WebAddress = ""


class ChannelEntry(Schema):
    """A channel that clinics name.

    Attributes:
        kind: The module of `report.channels`.
        settings: An instance of that module's `Settings`.
    """

    kind: Line
    settings: pydantic.InstanceOf[pydantic.BaseModel]


class Distribution(Schema):
    """How copies go out.

    Attributes:
        clinics: The list of clinics, from the project or absolute; the real one lies outside the repository.
        ledger: The ledger's file, from the project or absolute.
        channels: By the names that clinics give.
        policy: What may go out.
        attempts: How often it is tried.
        copies: What copies carry.
        monitor: How sources and feeds are looked at.
        signing: An instance of `report.signing.Settings`; None where nothing is signed.
    """

    clinics: FilePath = CLINICS_FILE
    ledger: LedgerPath = LEDGER_FILE
    channels: Mapping[Slug, ChannelEntry] = {}
    policy: Policy = Policy()
    attempts: Attempts = Attempts()
    copies: Copies = Copies()
    monitor: MonitorSettings = MonitorSettings()
    signing: pydantic.InstanceOf[pydantic.BaseModel] | None = None


def status_page(status_url: str, briefing: str, edition: int) -> str:
    """Return the address where the state of an edition is told, which QR codes hold; "" where nothing is published.

    What `output/BRIEFING/status/` holds is published as `STATUS_URL/BRIEFING/`.
    """
    return f"{status_url.rstrip('/')}/{briefing}/{edition}.html" if status_url else ""
