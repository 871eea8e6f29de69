"""How editions, facts and deliveries stand, as one asks about them: typed, frozen, without anything personal."""

import collections
import dataclasses
import datetime
from collections.abc import Mapping

from report.editions.tracing import StatedValue
from report.editions.withdrawals import State as EditionState
from report.editions.withdrawals import Withdrawal
from report.findings import Finding
from report.ledger import Delivery, State


@dataclasses.dataclass(frozen=True)
class EditionStanding:
    """How an edition stands.

    Attributes:
        number: From 1.
        state: Current, superseded or withdrawn.
        as_of: 数据截至.
        released_on: The day of the release.
        is_erratum: Whether it mends a mistake of the publisher's own.
        withdrawal: None unless it is withdrawn.
        holders: The clinics that hold it, and none after it, by id.
        may_hold: Those of which nobody knows whether it arrived.
    """

    number: int
    state: EditionState
    as_of: datetime.date
    released_on: datetime.date
    is_erratum: bool
    withdrawal: Withdrawal | None
    holders: tuple[str, ...]
    may_hold: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class DeliveryStanding:
    """A delivery, and what its clinic answered and when."""

    delivery: Delivery
    answers: Mapping[str, datetime.datetime]


@dataclasses.dataclass(frozen=True)
class FactsStanding:
    """How many facts there are by how far their last check lies back, and of how many a review is due.

    Attributes:
        as_of: The day for which that is so.
        by_verdict: How many, by verdict.
        reviews_due: Of how many the day of review has gone by.
        oldest: The fact that was checked longest ago, by id; empty where none was checked.
        oldest_age_days: How long ago that is.
    """

    as_of: datetime.date
    by_verdict: Mapping[str, int]
    reviews_due: int
    oldest: str = ""
    oldest_age_days: int | None = None


@dataclasses.dataclass(frozen=True)
class BriefingStanding:
    """How a briefing stands.

    Attributes:
        slug: The briefing.
        title: Of its last edition; empty where there is none.
        lang: BCP 47, of the title.
        editions: Newest first.
        deliveries: In the order in which they were put into the ledger.
        waiting: Clinics of the list that are active and hold no edition, by id.
        facts: None where the briefing cannot be read.
        findings: What is wrong with the records of editions, or keeps the briefing from being read.
    """

    slug: str
    title: str
    lang: str
    editions: tuple[EditionStanding, ...]
    deliveries: tuple[DeliveryStanding, ...]
    waiting: tuple[str, ...]
    facts: FactsStanding | None
    findings: tuple[Finding, ...] = ()

    @property
    def current(self) -> EditionStanding | None:
        """The edition that is current; None where there is none."""
        return next((item for item in self.editions if item.state == "current"), None)

    def by_state(self) -> dict[State, int]:
        """Return how many deliveries there are in each state that there is."""
        counts = collections.Counter(item.delivery.state for item in self.deliveries)
        return {state: counts[state] for state in State if counts[state]}


@dataclasses.dataclass(frozen=True)
class Standing:
    """How a project stands at an instant: its briefings, and what is wrong with its list of clinics."""

    at: datetime.datetime
    briefings: tuple[BriefingStanding, ...]
    findings: tuple[Finding, ...]


@dataclasses.dataclass(frozen=True)
class Traced:
    """A value of a fact that an edition stated, and who got it.

    Attributes:
        value: The value.
        state: How the edition stands.
        holders: The clinics that hold it, and none after it, by id.
        may_hold: Those of which nobody knows whether it arrived.
        later: Those that got it and hold a later one.
    """

    value: StatedValue
    state: EditionState
    holders: tuple[str, ...]
    may_hold: tuple[str, ...]
    later: tuple[str, ...]
