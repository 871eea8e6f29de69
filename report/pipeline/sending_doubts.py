"""Deliveries of which nobody knows whether they arrived, and mail that came back: settled before anything is sent."""

import dataclasses
import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Literal, Protocol, cast

from report.findings import Code, Finding, Location
from report.ledger import Delivery, Event, Ledger, State
from report.ledger.queries import answers
from report.parcels import DeliveryError, Parcel
from report.pipeline.sending_delivery import Route, finding_of
from report.scalars import Schema

DELIVERY_IN_DOUBT = Code("D027", "delivery-in-doubt", is_waivable=False)

InDoubtPolicy = Literal["resend", "hold", "reconcile"]

_ASK = "Ask the clinic, then `report ack`; or run it with --in-doubt reconcile or --in-doubt resend."


class _Bounce(Protocol):
    """What came back (`report.mail.bounces.Bounce`)."""

    @property
    def message_id(self) -> str:
        """Of the message that was sent."""

    @property
    def is_permanent(self) -> bool:
        """Whether its server gave up."""

    @property
    def status(self) -> str:
        """The code after RFC 3463."""


@dataclasses.dataclass(frozen=True)
class Doubts:
    """How doubts are settled.

    Attributes:
        policy: What is done about one.
        settle_seconds: How long something may take to be where it is looked for.
        routes: By the names of the channels.
        parcel_of: Returns what was sent, without its files: it is found by its key or its Message-ID.
        is_wanted: Whether a delivery would be sent if it had not arrived; else something newer takes its place.
    """

    policy: InDoubtPolicy
    settle_seconds: int
    routes: Mapping[str, Route]
    parcel_of: Callable[[Delivery], Parcel]
    is_wanted: Callable[[Delivery], bool]

    def settle(self, ledger: Ledger, deliveries: Iterable[Delivery], now: datetime.datetime) -> list[Finding]:
        """Settle what can be, and return a finding for each that cannot."""
        findings = []
        for one in deliveries:
            if one.state is not State.IN_DOUBT:
                continue
            is_wanted = self.is_wanted(one)
            if self.policy == "resend" and not is_wanted:
                # It is not sent again, and it may have arrived: a notice about it has to reach its clinic.
                continue
            event, why = self._decide(one, now)
            if event is None:
                message = f"whether it arrived is not known; it was sent at {_told(one.intent_at or now, now)}; {why}"
                findings.append(finding_of(one, DELIVERY_IN_DOUBT, message, _ASK))
                continue
            ledger.move(one.key, event, now, detail=why)
            if event is not Event.FIND and not is_wanted:
                ledger.move(one.key, Event.CANCEL, now, detail=f"{why}; something newer takes its place")
        return findings

    def _decide(self, one: Delivery, now: datetime.datetime) -> tuple[Event | None, str]:
        if self.policy == "hold":
            return None, "it is held"
        if self.policy == "resend":
            return Event.RESEND, "sent again although it may have arrived"
        route = self.routes.get(one.channel)
        if route is None or not route.channel.CAN_FIND:
            return None, f"the channel {one.channel} cannot tell what arrived, so it is held"
        try:
            receipt = route.channel.find(self.parcel_of(one), route.settings)
        except DeliveryError as error:
            return None, f"it cannot be looked for: {error.message}"
        if receipt is not None:
            return Event.FIND, receipt.detail
        settled_at = (one.intent_at or now) + datetime.timedelta(seconds=self.settle_seconds)
        if now < settled_at:
            until = _told(settled_at, now)
            return None, f"it was not found, and may still be on its way until {until}"
        return Event.MISS, "it was looked for and not found"


def _told(instant: datetime.datetime, now: datetime.datetime) -> str:
    """Return an instant in the zone of this run's own."""
    return instant.astimezone(now.tzinfo).isoformat(timespec="seconds")


def note_bounces(ledger: Ledger, routes: Iterable[Route], now: datetime.datetime) -> list[Finding]:
    """Write down which mail came back; return what keeps a mailbox from being read.

    What a clinic has answered to has arrived, whatever came back: the mailbox tells the same at every run.
    """
    findings = []
    answered = answers(ledger)
    for route in routes:
        read = getattr(route.channel, "read_bounces", None)
        if read is None or getattr(route.settings, "bounces", None) is None:
            continue
        try:
            bounces = cast(Callable[[Schema], list[_Bounce]], read)(route.settings)
        except DeliveryError as error:
            findings.append(error.finding(Location("content/distribution.yaml")))
            continue
        for bounce in bounces:
            found = ledger.by_message_id(bounce.message_id) if bounce.is_permanent else None
            if found is None or found.key in answered:
                continue
            if found.state in (State.SENT, State.IN_DOUBT):
                ledger.move(
                    found.key, Event.BOUNCE, now, detail=f"it came back: {bounce.status}".rstrip(": ")
                )
    return findings
