"""What may become of a delivery: states, events, and the one table that joins them (docs/sending.md)."""

import datetime
import enum
from collections.abc import Mapping
from types import MappingProxyType


class State(enum.StrEnum):
    """How a delivery stands.

    Attributes:
        DUE: To be sent, or sent again, by the next run.
        SENDING: A run has written down that it is about to send it.
        SENT: The other side took it.
        DEFERRED: It did not arrive, and is tried again at `next_attempt_at`.
        REFUSED: It did not arrive, and no run tries again by itself.
        IN_DOUBT: Nobody here knows whether it arrived.
        BOUNCED: The other side took it, and could not hand it on.
        CANCELLED: It was not sent, and something else is sent in its place.
    """

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"
    BOUNCED = "bounced"
    CANCELLED = "cancelled"


class Event(enum.StrEnum):
    """What happens to a delivery.

    Attributes:
        BEGIN: The intent is committed; the channel is called next.
        ACCEPT: The channel gave a receipt.
        DEFER: It surely did not arrive, and may be tried again.
        REFUSE: It surely did not arrive, and trying again would change nothing, or was tried often enough.
        LOSE: The reply was lost, or the run that was sending it ended.
        FIND: It was found where it should have arrived, or its clinic says that it has it.
        MISS: It was looked for after it had time to arrive, and is not there.
        RESEND: It is sent again although it may have arrived.
        BOUNCE: A message says that it could not be handed on.
        RETRY: A person asks for it to be tried again, or it is wanted again after all.
        CANCEL: Something else takes its place before it was sent.
    """

    BEGIN = "begin"
    ACCEPT = "accept"
    DEFER = "defer"
    REFUSE = "refuse"
    LOSE = "lose"
    FIND = "find"
    MISS = "miss"
    RESEND = "resend"
    BOUNCE = "bounce"
    RETRY = "retry"
    CANCEL = "cancel"


TRANSITIONS: Mapping[tuple[State, Event], State] = MappingProxyType(
    {
        (State.DUE, Event.BEGIN): State.SENDING,
        (State.DUE, Event.CANCEL): State.CANCELLED,
        (State.SENDING, Event.ACCEPT): State.SENT,
        (State.SENDING, Event.DEFER): State.DEFERRED,
        (State.SENDING, Event.REFUSE): State.REFUSED,
        (State.SENDING, Event.LOSE): State.IN_DOUBT,
        (State.DEFERRED, Event.BEGIN): State.SENDING,
        (State.DEFERRED, Event.RETRY): State.DUE,
        (State.DEFERRED, Event.CANCEL): State.CANCELLED,
        (State.IN_DOUBT, Event.FIND): State.SENT,
        (State.IN_DOUBT, Event.MISS): State.DUE,
        (State.IN_DOUBT, Event.RESEND): State.DUE,
        (State.IN_DOUBT, Event.BOUNCE): State.BOUNCED,
        (State.SENT, Event.BOUNCE): State.BOUNCED,
        (State.REFUSED, Event.RETRY): State.DUE,
        (State.BOUNCED, Event.RETRY): State.DUE,
        # A copy that is made again just as it was.
        (State.CANCELLED, Event.RETRY): State.DUE,
        # Such a message may come late, or be wrong: who has it in hand knows better.
        (State.BOUNCED, Event.FIND): State.SENT,
    }
)
# Of one delivery there is one at a time in any of these; the schema sees to it.
LIVING = (State.DUE, State.SENDING, State.SENT, State.DEFERRED, State.IN_DOUBT)


class TransitionError(ValueError):
    """An event that cannot happen to a delivery in its state: a mistake of the program."""


def advance(state: State, event: Event) -> State:
    """Return the state that an event leads to.

    Raises:
        TransitionError: It cannot happen in that state.
    """
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise TransitionError(f"a delivery that is {state} cannot {event}") from None


def wait(
    attempts: int, *, first_wait_seconds: int, factor: float, longest_wait_seconds: int
) -> datetime.timedelta:
    """Return how long to wait after so many attempts, from 1, before the next."""
    seconds = float(first_wait_seconds)
    for _ in range(attempts - 1):
        seconds *= factor
        if seconds >= longest_wait_seconds:
            break
    return datetime.timedelta(seconds=min(seconds, longest_wait_seconds))
