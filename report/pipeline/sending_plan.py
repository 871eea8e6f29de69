"""What would go to whom, and why; what is held back, and why: decided from what is known alone."""

import dataclasses
import datetime
import enum
from collections.abc import Callable, Iterable, Mapping, Sequence

from report.clinics import Clinic
from report.findings import Finding
from report.ledger import Delivery, Entry, State


class Reason(enum.StrEnum):
    """Why something is sent."""

    FIRST = "it has none yet"
    NEWER = "a newer edition"
    DUE_AGAIN = "due again"
    ASKED = "asked for again"
    NOTICE = "a notice"


class Hindrance(enum.StrEnum):
    """Why something is held back."""

    INACTIVE = "the clinic is not active"
    REMOVED = "the clinic or its channel is not in the list any more"
    RECALLED = "the edition is withdrawn"
    NOT_APPROVED = "the edition is not signed off"
    NEWER_HELD = "it has a newer edition"
    DEFERRED = "put off until"
    REFUSED = "refused"
    BOUNCED = "came back"
    IN_DOUBT = "in doubt"
    UNFIT = "its copy is not fit to be sent"
    CHANNEL_DOWN = "the channel cannot be used now"


@dataclasses.dataclass(frozen=True)
class CopyOffer:
    """A copy that could be sent, as its record describes it.

    Attributes:
        since: The edition that the changes in it are told from.
        digest: `report.ledger.content_digest` of its files.
        sizes: In bytes, by name.
    """

    since: int
    digest: str
    sizes: Mapping[str, int]


@dataclasses.dataclass(frozen=True)
class Planned:
    """Something that is to be sent.

    Attributes:
        entry: What, to whom, by which channel.
        reason: Why.
        sizes: Its files, in bytes, by name.
        known: What the ledger has of it; None where that is nothing.
        replaces: Deliveries of the ledger that were not sent, and are not to be once this is.
    """

    entry: Entry
    reason: Reason
    sizes: Mapping[str, int]
    known: Delivery | None = None
    replaces: tuple[Delivery, ...] = ()


@dataclasses.dataclass(frozen=True)
class Held:
    """Something that is not sent now.

    Attributes:
        clinic: The id.
        channel: Its name.
        hindrance: Why.
        until: When it is tried again; None where no time is set.
        known: What the ledger has of it.
    """

    clinic: str
    channel: str
    hindrance: Hindrance
    until: datetime.datetime | None = None
    known: Delivery | None = None

    def __str__(self) -> str:
        """Return why, with the time that is meant."""
        if self.until is None:
            return self.hindrance.value
        return f"{self.hindrance} {self.until.isoformat(timespec='seconds')}"


@dataclasses.dataclass(frozen=True)
class Plan:
    """What is to be done about one edition of one briefing.

    Attributes:
        briefing: The slug.
        edition: Its number; 0 where none is released.
        planned: In the order of the list of clinics.
        held: In that order too.
        done: How many have it.
        findings: What is wrong with copies, or with the edition.
    """

    briefing: str
    edition: int
    planned: tuple[Planned, ...] = ()
    held: tuple[Held, ...] = ()
    done: int = 0
    findings: tuple[Finding, ...] = ()


@dataclasses.dataclass(frozen=True)
class Choice:
    """Which deliveries are meant.

    Attributes:
        clinics: Ids; empty for all.
        group: "" for all.
        channel: "" for all.
        again: Whether what was refused, came back or was put off is tried again now.
    """

    clinics: tuple[str, ...] = ()
    group: str = ""
    channel: str = ""
    again: bool = False

    def takes(self, clinic: Clinic, channel: str) -> bool:
        """Return whether a clinic and a channel are meant."""
        return (
            (not self.clinics or clinic.id in self.clinics)
            and (not self.group or clinic.group == self.group)
            and (not self.channel or channel == self.channel)
        )


@dataclasses.dataclass(frozen=True)
class Standing:
    """What is known of an edition and of who has what, when a plan is made.

    Attributes:
        briefing: The slug.
        edition: The number.
        withdrawn: The numbers of the editions that are.
        is_approved: Whether it bears every sign-off that is asked for.
        deliveries: All of the briefing, from the ledger.
        held: The highest edition before this one that each clinic holds.
        now: The instant.
    """

    briefing: str
    edition: int
    withdrawn: frozenset[int]
    is_approved: bool
    deliveries: Sequence[Delivery]
    held: Mapping[str, int]
    now: datetime.datetime


Offer = Callable[[Clinic, int], "CopyOffer | Finding"]


def make_plan(standing: Standing, clinics: Iterable[Clinic], choice: Choice, offer: Offer) -> Plan:
    """Return what is to be sent of an edition, and what is held back.

    Args:
        standing: What is known.
        clinics: In the order of the list.
        choice: Which of them are meant.
        offer: Returns a clinic's copy, which has to tell the changes since the edition given, or what is wrong.
    """
    planner = _Planner(standing, choice, offer)
    for clinic in clinics:
        for channel in clinic.channels:
            if choice.takes(clinic, channel):
                planner.take(clinic, channel)
    return planner.plan()


class _Planner:
    """Decides about one clinic and channel after the other."""

    def __init__(self, standing: Standing, choice: Choice, offer: Offer) -> None:
        self._standing, self._choice, self._offer = standing, choice, offer
        self._planned: list[Planned] = []
        self._held: list[Held] = []
        self._findings: dict[Finding, None] = {}
        self._done = 0
        self._known: dict[tuple[str, str], list[Delivery]] = {}
        self._older: dict[tuple[str, str], list[Delivery]] = {}
        self._newer: set[str] = set()
        for one in standing.deliveries:
            if one.kind != "edition":
                continue
            if one.edition == standing.edition:
                self._known.setdefault((one.clinic, one.channel), []).append(one)
                continue
            if one.edition < standing.edition:
                self._older.setdefault((one.clinic, one.channel), []).append(one)
            elif one.state is State.SENT and one.edition not in standing.withdrawn:
                self._newer.add(one.clinic)

    def plan(self) -> Plan:
        standing = self._standing
        return Plan(
            standing.briefing,
            standing.edition,
            tuple(self._planned),
            tuple(self._held),
            self._done,
            tuple(self._findings),
        )

    def take(self, clinic: Clinic, channel: str) -> None:
        known = self._known.get((clinic.id, channel), [])
        if any(one.state is State.SENT for one in known):
            self._done += 1
            return
        held = self._hindrance(clinic, known)
        if held is not None:
            hindrance, one = held
            until = one.next_attempt_at if one is not None and hindrance is Hindrance.DEFERRED else None
            if until is not None:
                until = until.astimezone(self._standing.now.tzinfo)
            self._held.append(Held(clinic.id, channel, hindrance, until, one))
            return
        offered = self._offer(clinic, self._standing.held.get(clinic.id, 0))
        if isinstance(offered, Finding):
            self._findings[offered] = None
            self._held.append(Held(clinic.id, channel, Hindrance.UNFIT))
            return
        self._planned.append(self._planned_of(clinic, channel, known, offered))

    def _hindrance(
        self, clinic: Clinic, known: Sequence[Delivery]
    ) -> tuple[Hindrance, Delivery | None] | None:
        standing = self._standing
        # A doubt is told whatever else is the matter: it may have arrived.
        for one in known:
            if one.state in (State.IN_DOUBT, State.SENDING):
                return Hindrance.IN_DOUBT, one
        if not clinic.active:
            return Hindrance.INACTIVE, None
        if standing.edition in standing.withdrawn:
            return Hindrance.RECALLED, None
        if not standing.is_approved:
            return Hindrance.NOT_APPROVED, None
        if clinic.id in self._newer:
            return Hindrance.NEWER_HELD, None
        return None if self._choice.again else self._not_yet(known)

    def _not_yet(self, known: Sequence[Delivery]) -> tuple[Hindrance, Delivery] | None:
        for one in reversed(known):
            if one.state is State.DEFERRED:
                assert one.next_attempt_at is not None
                return (Hindrance.DEFERRED, one) if one.next_attempt_at > self._standing.now else None
            if one.state is State.DUE:
                return None
            if one.state in (State.REFUSED, State.BOUNCED):
                return (Hindrance.REFUSED if one.state is State.REFUSED else Hindrance.BOUNCED), one
        return None

    def _planned_of(
        self, clinic: Clinic, channel: str, known: Sequence[Delivery], offered: CopyOffer
    ) -> Planned:
        standing = self._standing
        entry = Entry(
            "edition",
            standing.briefing,
            standing.edition,
            0,
            clinic.id,
            channel,
            offered.since,
            offered.digest,
        )
        same = next((one for one in known if one.key == entry.key), None)
        others = [*self._older.get((clinic.id, channel), ()), *known]
        waiting = [one for one in others if one.state in (State.DUE, State.DEFERRED) and one.key != entry.key]
        if known:
            reason = Reason.ASKED if self._choice.again else Reason.DUE_AGAIN
        else:
            reason = Reason.NEWER if standing.held.get(clinic.id) else Reason.FIRST
        return Planned(entry, reason, offered.sizes, same, tuple(waiting))
