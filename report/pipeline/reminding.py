"""Owners of facts that want checking again are reminded by mail: one letter each, and no more often than is set.

What was sent stands in `reminders.json` beside the ledger. It is written before the mail server is asked: a run that
ends between the two leaves a reminder that may not have arrived, and which the next interval brings; none comes twice.
"""

import dataclasses
import datetime
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from report import store
from report.findings import Code, Finding, Location, Severity, sort_findings
from report.pipeline.run import Run

if TYPE_CHECKING:
    from report.channels.email import Settings
    from report.distribution import Distribution
    from report.model import Briefing
    from report.monitor.reminders import Digest

NO_SERVER = Code("M021", "reminders-without-channel")
UNOWNED = Code("M022", "fact-without-owner", Severity.WARNING)

STATE_FILE = "reminders.json"
VERSION = 1
MAX_BYTES = 4 * 1024 * 1024
_DISTRIBUTION = "content/distribution.yaml"


@dataclasses.dataclass(frozen=True)
class Reminder:
    """What one owner was reminded of, or would be.

    Attributes:
        owner: The owner's name, as `checked_by` has it; "" for those that `default` stands for.
        facts: How many facts.
        state: `sent`, `due` (nothing is sent yet), `waits` (was reminded lately), `failed`.
        until: The day from which on the owner may be reminded again; None where nothing was sent.
        detail: What the mail server said, or why it failed.
    """

    owner: str
    facts: int
    state: str
    until: datetime.date | None = None
    detail: str = ""


@dataclasses.dataclass(frozen=True)
class Reminded:
    """What came of reminding."""

    reminders: tuple[Reminder, ...] = ()
    findings: tuple[Finding, ...] = ()


def remind_owners(run: Run, slugs: Sequence[str], at: datetime.datetime, *, is_sent: bool) -> Reminded:
    """Remind the owners of the facts of briefings, as `remind` does; a briefing that cannot be read is told.

    Raises:
        MissingDependencyError: The state cannot be written; nothing was sent then.
    """
    from report.load.briefing import load_briefing
    from report.load.distribution import load_distribution
    from report.load.files import read_briefing

    distribution, findings = load_distribution(run.project)
    if distribution is None:
        return Reminded((), tuple(findings))
    briefings = []
    for slug in slugs:
        briefing, found = load_briefing(read_briefing(run.project, slug))
        if briefing is not None:
            briefings.append(briefing)
        else:
            findings += found
    reminded = remind(run, briefings, distribution, at, is_sent=is_sent)
    return dataclasses.replace(reminded, findings=tuple(sort_findings([*findings, *reminded.findings])))


def remind(
    run: Run,
    briefings: "Sequence[Briefing]",
    distribution: "Distribution",
    at: datetime.datetime,
    *,
    is_sent: bool,
) -> Reminded:
    """Remind each owner of facts that are due, unless that was done lately.

    Args:
        run: What every step needs; its day is the clock's.
        briefings: Whose facts.
        distribution: Owners, interval, and the channel whose server takes the mail.
        at: The instant.
        is_sent: Whether anything is sent; else it is only said.

    Raises:
        MissingDependencyError: The state cannot be written; nothing was sent then.
    """
    from report.monitor.reminders import digests, due_facts

    settings = distribution.monitor
    if not settings.owners:
        return Reminded()
    due = [fact for briefing in briefings for fact in due_facts(briefing, run.today)]
    found, unowned = digests(due, settings.owners)
    findings = [
        Finding(
            UNOWNED,
            fact.place,
            f'"{fact.fact}" is due, and '
            + (f"{fact.owner[:60]!r} has no address" if fact.owner else "nobody is named who checked it")
            + "; no one is reminded",
            "Add the name, or `default`, to monitor.owners of distribution.yaml.",
        )
        for fact in unowned
    ]
    if not found:
        return Reminded((), tuple(findings))
    server = _server(distribution)
    if isinstance(server, Finding):
        return Reminded((), (*findings, server))
    path = (run.project / distribution.ledger).parent / STATE_FILE
    with store.locked(path.parent):
        state = _read(path)
        reminders = []
        for digest in found:
            until = _until(state, digest, settings.remind_every_days)
            if until is not None and run.today < until:
                reminders.append(Reminder(digest.owner, len(digest.facts), "waits", until))
            elif is_sent:
                reminders.append(_send(path, state, digest, server, at, settings.remind_every_days))
            else:
                reminders.append(Reminder(digest.owner, len(digest.facts), "due"))
    return Reminded(tuple(reminders), tuple(findings))


def _server(distribution: "Distribution") -> "Settings | Finding":
    from report.channels.email import Settings

    wanted = distribution.monitor.reminders_through
    mail = {name: entry.settings for name, entry in distribution.channels.items() if entry.kind == "email"}
    settings = mail.get(wanted) if wanted else next(iter(mail.values()), None)
    if isinstance(settings, Settings):
        return settings
    what = f"no channel of kind email is called {wanted!r}" if wanted else "there is no channel of kind email"
    message = f"{what}, and owners of facts are to be reminded by mail"
    return Finding(NO_SERVER, Location(_DISTRIBUTION), message, "Add one, or leave `monitor.owners` out.")


def _send(
    path: Path,
    state: dict[str, str],
    digest: "Digest",
    server: "Settings",
    at: datetime.datetime,
    every_days: int,
) -> Reminder:
    from report.mail.message import Mail, message
    from report.mail.smtp import send
    from report.parcels import DeliveryError, InDoubt

    sender = (server.sender.name, server.sender.address)
    key = digest.key(at)
    host = server.sender.address.rpartition("@")[2]
    mail = Mail(
        recipient=(digest.owner, digest.address),
        subject=digest.subject,
        text=digest.text(every_days),
        locale=digest.locale,
        message_id=f"<{key[:40]}.reminder@{host}>",
        key=key,
        at=at,
    )
    before = state.get(digest.recipient)
    day = at.date()
    until = day + datetime.timedelta(days=every_days)
    _write(path, state, digest.recipient, day.isoformat())
    try:
        data = message(mail, sender, server.reply_to)
        told = send(server, server.sender.address, digest.address, lambda _: data, host)
    except InDoubt as error:
        return Reminder(digest.owner, len(digest.facts), "sent", until, error.message)
    except DeliveryError as error:
        _write(path, state, digest.recipient, before)
        return Reminder(digest.owner, len(digest.facts), "failed", None, f"{error.code.code} {error.message}")
    return Reminder(digest.owner, len(digest.facts), "sent", until, told)


def _until(state: dict[str, str], digest: "Digest", every_days: int) -> datetime.date | None:
    last = state.get(digest.recipient)
    return datetime.date.fromisoformat(last) + datetime.timedelta(days=every_days) if last else None


def _read(path: Path) -> dict[str, str]:
    """Return the day on which each recipient was reminded; of a file that cannot be read, none."""
    try:
        data = json.loads(path.read_bytes()) if path.stat().st_size <= MAX_BYTES else {}
        reminded = data["reminded"] if data["version"] == VERSION else {}
        days = {str(key): str(datetime.date.fromisoformat(day)) for key, day in reminded.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}
    return days


def _write(path: Path, state: dict[str, str], recipient: str, day: str | None) -> None:
    """Keep the day on which a recipient was reminded; None takes it back."""
    state.pop(recipient, None)
    if day is not None:
        state[recipient] = day
    data = json.dumps({"version": VERSION, "reminded": dict(sorted(state.items()))}, indent=1) + "\n"
    store.replace(path, data.encode(), is_private=True)
