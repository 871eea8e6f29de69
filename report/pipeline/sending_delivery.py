"""One delivery after the other: judged, written down, handed to its channel, written down again.

Whatever ends the process between two of these steps leaves a ledger from which the next run goes on.
"""

import dataclasses
import datetime
from collections.abc import Callable, Mapping, Sequence

from report.channels import Channel
from report.clinics import Clinic
from report.distribution import Attempts
from report.findings import Code, Finding, Location
from report.ledger import Delivery, Entry, Event, Ledger, State
from report.ledger.deliveries import Step, no_step
from report.ledger.states import wait
from report.parcels import Deferred, DeliveryError, File, InDoubt, Parcel, Receipt
from report.pipeline.sending_files import UnfitError
from report.pipeline.sending_plan import Hindrance
from report.scalars import Schema
from report.secrets import REDACTOR

ATTEMPTS_EXHAUSTED = Code("D028", "attempts-exhausted", is_waivable=False)

# Of a mail that nobody's domain is in: RFC 2606.
_NOBODYS_DOMAIN = "jianbao.invalid"
_HIDDEN = "[clinic]"

Clock = Callable[[], datetime.datetime]


@dataclasses.dataclass(frozen=True)
class Route:
    """A channel as `distribution.yaml` sets it up.

    Attributes:
        name: What clinics call it.
        channel: The module.
        settings: Its settings, paths absolute.
    """

    name: str
    channel: Channel
    settings: Schema

    @property
    def domain(self) -> str:
        """The domain of the Message-IDs of what goes this way."""
        sender = str(getattr(getattr(self.settings, "sender", None), "address", ""))
        return sender.rpartition("@")[2] or _NOBODYS_DOMAIN


@dataclasses.dataclass(frozen=True)
class Task:
    """Something that is to be sent.

    Attributes:
        entry: What, to whom, by which channel.
        read: Returns its files as they lie on the disk now, judged; raises `UnfitError`.
        make: Returns the parcel of a Message-ID, the clinic, the files and the instant.
        known: What the ledger has of it; None where that is nothing.
        replaces: Deliveries that are not to be sent once this is.
        is_asked: Whether a person wants it tried again, though it was refused, came back or was put off.
    """

    entry: Entry
    read: Callable[[], tuple[File, ...]]
    make: Callable[[str, Clinic, tuple[File, ...], datetime.datetime], Parcel]
    known: Delivery | None = None
    replaces: tuple[Delivery, ...] = ()
    is_asked: bool = False


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of a task.

    Attributes:
        entry: What, to whom, by which channel.
        state: Of the delivery, where it was attempted.
        hindrance: Why it was not attempted.
        finding: What went wrong.
        until: When it is tried again.
    """

    entry: Entry
    state: State | None = None
    hindrance: Hindrance | None = None
    finding: Finding | None = None
    until: datetime.datetime | None = None


Recheck = Callable[[Entry], "Clinic | Hindrance"]


class Courier:
    """Sends tasks, one at a time."""

    def __init__(
        self,
        ledger: Ledger,
        routes: Mapping[str, Route],
        attempts: Attempts,
        recheck: Recheck,
        clock: Clock,
        step: Step = no_step,
    ) -> None:
        """Take what deliveries need.

        Args:
            ledger: Open for this run alone.
            routes: By the names of the channels.
            attempts: How often something is tried.
            recheck: Returns the clinic of an entry as the list has it now, or why it gets nothing any more.
            clock: Tells the instant, with its time zone.
            step: As for `Ledger`.
        """
        self._ledger, self._routes, self._attempts = ledger, routes, attempts
        self._recheck, self._clock, self._step = recheck, clock, step
        self._down: set[str] = set()

    def send(self, task: Task) -> Outcome:
        """Send a task, or say why not.

        Raises:
            LedgerError: The ledger could not be written. If that was after the parcel was handed over, the next run
                finds it in doubt.
            KeyboardInterrupt: It came while the channel was at work; the delivery is in doubt.
        """
        entry = task.entry
        route = self._routes.get(entry.channel)
        if route is None:
            return Outcome(entry, hindrance=Hindrance.REMOVED)
        if route.name in self._down:
            return Outcome(entry, hindrance=Hindrance.CHANNEL_DOWN)
        clinic = self._recheck(entry)
        if isinstance(clinic, Hindrance):
            return Outcome(entry, hindrance=clinic)
        at = self._clock()
        try:
            files = task.read()
            message_id = self._prepare(task, at) or entry.identify(route.domain)
            parcel = task.make(message_id, clinic, files, at)
        except UnfitError as error:
            return Outcome(entry, hindrance=Hindrance.UNFIT, finding=error.finding)
        if (parcel.key, parcel.clinic.id, clinic.id) != (entry.key, entry.clinic, entry.clinic):
            raise AssertionError(f"a parcel for {parcel.clinic.id} was made for {entry.clinic}")
        begun = self._ledger.begin(entry, at, message_id=message_id)
        return self._hand_over(begun, parcel, route)

    def _prepare(self, task: Task, at: datetime.datetime) -> str:
        """Let the ledger be ready for an attempt; return the Message-ID that it has, "" where it has none yet."""
        for other in task.replaces:
            self._ledger.move(other.key, Event.CANCEL, at, detail="something newer takes its place")
        known = task.known
        if known is None:
            return ""
        is_again = known.state in (State.REFUSED, State.BOUNCED, State.CANCELLED)
        if is_again or (known.state is State.DEFERRED and task.is_asked):
            known = self._ledger.move(known.key, Event.RETRY, at)
        return known.message_id if known.intent_at is not None else ""

    def _hand_over(self, begun: Delivery, parcel: Parcel, route: Route) -> Outcome:
        self._step(f"deliver {begun.key}: before")
        try:
            receipt = route.channel.deliver(parcel, route.settings, route.name)
        except DeliveryError as error:
            return self._failed(begun, error, parcel.clinic)
        except BaseException as error:
            # What a channel did before it broke down is not known here, and nor is whether it arrived.
            self._ledger.finish(begun.key, Event.LOSE, self._clock(), detail=type(error).__name__)
            raise
        self._step(f"deliver {begun.key}: after")
        told = scrubbed(receipt, parcel.clinic)
        self._ledger.finish(
            begun.key, Event.ACCEPT, self._clock(), reference=told.reference, detail=told.detail
        )
        return Outcome(begun, State.SENT)

    def _failed(self, begun: Delivery, error: DeliveryError, clinic: Clinic) -> Outcome:
        at = self._clock()
        message = scrub(error.message, clinic)
        code, event, until = error.code, Event.REFUSE, None
        if isinstance(error, InDoubt):
            event = Event.LOSE
        elif isinstance(error, Deferred) and begun.attempts < self._attempts.most:
            settings = self._attempts
            event, until = (
                Event.DEFER,
                at
                + wait(
                    begun.attempts,
                    first_wait_seconds=settings.first_wait_seconds,
                    factor=settings.factor,
                    longest_wait_seconds=settings.longest_wait_seconds,
                ),
            )
        elif isinstance(error, Deferred):
            code = ATTEMPTS_EXHAUSTED
            message = f"attempt {begun.attempts} of {self._attempts.most} came to nothing: {message}"
        done = self._ledger.finish(
            begun.key, event, at, next_attempt_at=until, code=error.code.code, detail=message
        )
        if error.is_of_channel:
            self._down.add(begun.channel)
        finding = finding_of(begun, code, message, scrub(error.hint, clinic))
        return Outcome(begun, done.state, finding=finding, until=until)


def finding_of(entry: Entry, code: Code, message: str, hint: str) -> Finding:
    """Return a finding about a delivery; it is where the copy lies, and names clinic and channel."""
    place = Location(f"output/{entry.briefing}/copies/{entry.clinic}")
    return Finding(code, place, f"{entry.clinic} by {entry.channel}: {message}", hint)


def scrubbed(receipt: Receipt, clinic: Clinic) -> Receipt:
    """Return a receipt without a secret or anything personal."""
    return Receipt(scrub(receipt.reference, clinic), scrub(receipt.detail, clinic))


def scrub(text: str, clinic: Clinic) -> str:
    """Return a text without a secret or anything personal: servers repeat addresses in what they say."""
    text = REDACTOR.redact(text)
    contact = clinic.contact
    personal = (contact.email, contact.address, contact.phone, clinic.name)
    for value in sorted((value for value in personal if value), key=len, reverse=True):
        text = text.replace(value, _HIDDEN)
        text = text.replace(value.lower(), _HIDDEN)
    return text


def outcomes_by_state(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """Return how many came to what: by state, or by why they were not attempted."""
    counts: dict[str, int] = {}
    for outcome in outcomes:
        name = outcome.state.value if outcome.state else (outcome.hindrance or Hindrance.UNFIT).name.lower()
        counts[name] = counts.get(name, 0) + 1
    return counts
