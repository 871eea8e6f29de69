"""What may be asked of deliveries: who holds which edition, and what was told of it; nothing here is written."""

import dataclasses
import datetime
from collections.abc import Iterable, Mapping

from report.ledger.deliveries import Ledger
from report.ledger.entries import Delivery
from report.ledger.states import State

# What may have arrived, though nobody here knows.
IN_QUESTION = frozenset({State.SENDING, State.IN_DOUBT})
# What came of all attempts together is known: it is there, or it came back.
_SETTLED = frozenset({State.SENT, State.BOUNCED})
WAITING = frozenset({State.DUE, State.DEFERRED})


@dataclasses.dataclass(frozen=True)
class Holding:
    """A clinic that got an edition, or may have.

    Attributes:
        clinic: The id.
        edition: The number.
        is_certain: Whether it surely arrived; else a delivery of it is in doubt, or an attempt of one was.
        later: The highest edition after it that surely arrived there; 0 for none.
        channels: By which it went there.
    """

    clinic: str
    edition: int
    is_certain: bool
    later: int
    channels: tuple[str, ...]


def holdings(deliveries: Iterable[Delivery], briefing: str) -> tuple[Holding, ...]:
    """Return who got which edition of a briefing, or may have: by clinic, each with its editions in order."""
    arrived: dict[tuple[str, int], dict[str, bool]] = {}
    for one in deliveries:
        if (one.kind, one.briefing) == ("edition", briefing) and (
            one.state is State.SENT or _is_in_question(one)
        ):
            channels = arrived.setdefault((one.clinic, one.edition), {})
            channels[one.channel] = channels.get(one.channel, False) or one.state is State.SENT
    certain: dict[str, list[int]] = {}
    for (clinic, edition), channels in arrived.items():
        if any(channels.values()):
            certain.setdefault(clinic, []).append(edition)
    return tuple(
        Holding(
            clinic,
            edition,
            edition in certain.get(clinic, ()),
            max((other for other in certain.get(clinic, ()) if other > edition), default=0),
            tuple(sorted(channels)),
        )
        for (clinic, edition), channels in sorted(arrived.items())
    )


def _is_in_question(one: Delivery) -> bool:
    """Return whether something may have arrived; what was refused after a doubt may have before."""
    return one.state in IN_QUESTION or (one.was_lost and one.state not in _SETTLED)


def notices_of(deliveries: Iterable[Delivery], briefing: str, edition: int) -> tuple[Delivery, ...]:
    """Return the notices of an edition, whatever came of them."""
    return tuple(
        one
        for one in deliveries
        if one.kind != "edition" and (one.briefing, one.about) == (briefing, edition)
    )


def answers(ledger: Ledger, briefing: str | None = None) -> Mapping[str, Mapping[str, datetime.datetime]]:
    """Return what clinics answered and when, by the key of the delivery."""
    found: dict[str, dict[str, datetime.datetime]] = {}
    for item in ledger.acknowledgements(briefing):
        found.setdefault(item.key, {})[item.answer] = item.at
    return found
