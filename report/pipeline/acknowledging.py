"""What clinics answered, written down: to a notice, else to the edition itself."""

import dataclasses
import datetime
from collections.abc import Sequence

from report.errors import UsageError
from report.ledger import Delivery, State, open_ledger, read_ledger
from report.ledger.queries import answers
from report.pipeline.recalling import recipients_of
from report.pipeline.run import Run

KINDS = ("edition", "correction", "withdrawal")
# A bounce may be wrong, and a doubt ends with an answer.
_ANSWERABLE = frozenset({State.SENT, State.IN_DOUBT, State.BOUNCED})
# What is answered where the kind is not said: the gravest that the clinic got.
_FIRST = ("withdrawal", "correction", "edition")


@dataclasses.dataclass(frozen=True)
class Answered:
    """An answer that was written down.

    Attributes:
        kind: What was answered: the notice of a correction or a withdrawal, or the edition.
        channels: By which it had gone to the clinic.
        is_new: Whether it had not been written down before.
    """

    kind: str
    channels: tuple[str, ...]
    is_new: bool


def acknowledge(
    run: Run,
    slug: str,
    clinic: str,
    edition: int,
    *,
    kind: str,
    answer: str,
    at: datetime.datetime,
    now: datetime.datetime,
) -> Answered:
    """Write down that a clinic answered.

    Args:
        run: What every step needs.
        slug: The briefing.
        clinic: Its id.
        edition: The number of the edition, or of the one that a notice is about.
        kind: What is answered; empty for its latest notice, or the edition where it got none.
        answer: One of `report.ledger.schema.ANSWERS`.
        at: When it answered.
        now: The instant.

    Raises:
        UsageError: The clinic is not known, or was never sent this.
        LedgerError: It could not be written.
    """
    distribution, clinics, _ = recipients_of(run.project)
    path = run.project / distribution.ledger
    # Looked up before the lock is asked for, so that a slip of the pen is told while another run sends.
    with read_ledger(path) as ledger:
        _chosen(ledger.deliveries(slug), slug, clinic, edition, kind, clinic in clinics)
    with open_ledger(path, now) as ledger:
        chosen = _chosen(ledger.deliveries(slug), slug, clinic, edition, kind, clinic in clinics)
        known = answers(ledger, slug)
        new = [one for one in chosen if answer not in known.get(one.key, {})]
        for one in new:
            ledger.acknowledge(one.key, answer, at)
    return Answered(chosen[0].kind, tuple(one.channel for one in chosen), bool(new))


def _chosen(
    deliveries: Sequence[Delivery], slug: str, clinic: str, edition: int, kind: str, is_listed: bool
) -> tuple[Delivery, ...]:
    """Return the deliveries that an answer is to, by all channels."""
    own = [one for one in deliveries if one.clinic == clinic]
    if not own and not is_listed:
        raise UsageError(
            f"there is no clinic {clinic[:48]!r}", "`report clinics list` names those there are."
        )
    about = [one for one in own if (one.about if one.kind != "edition" else one.edition) == edition]
    sent = [one for one in about if one.state in _ANSWERABLE and kind in ("", one.kind)]
    if not sent:
        what = f"a {kind} of " if kind in ("correction", "withdrawal") else ""
        message = f"{clinic} was never sent {what}edition {edition} of {slug}"
        states = sorted({f"{one.kind} {one.state}" for one in about})
        if states:
            message += f"; in the ledger it is {', '.join(states)}"
        raise UsageError(message, f"`report status {slug}` says what it was sent.")
    chosen = next(name for name in _FIRST if any(one.kind == name for one in sent))
    newest = max(one.edition for one in sent if one.kind == chosen)
    answered = [one for one in sent if (one.kind, one.edition) == (chosen, newest)]
    # A copy that was made anew for one that came back is what arrived.
    arrived = {one.place for one in answered if one.state is not State.BOUNCED}
    return tuple(one for one in answered if one.state is not State.BOUNCED or one.place not in arrived)
