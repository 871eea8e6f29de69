"""`report send`, step by step: what is due, who gets it, and the sending."""

import dataclasses
import datetime
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from report.channels import anchored, load_channel
from report.errors import ReportError, UsageError
from report.findings import Finding, sort_findings
from report.ledger import open_ledger, read_ledger
from report.ledger.deliveries import Step, no_step
from report.pipeline.recipients import Recipients, read_recipients
from report.pipeline.run import Run
from report.pipeline.sending_copies import ReadIdentity, read_identity
from report.pipeline.sending_current import Current
from report.pipeline.sending_delivery import Clock, Courier, Outcome, Route, Task
from report.pipeline.sending_doubts import note_bounces
from report.pipeline.sending_matter import Matter, Request
from report.pipeline.sending_plan import Choice, Plan
from report.scalars import Schema
from report.secrets import references, resolve


@dataclasses.dataclass(frozen=True)
class Preview:
    """What would be sent.

    Attributes:
        plans: Of each briefing.
        findings: Of the recipients; where there is an error, there is no plan.
        confirm_above: The number of deliveries that need no count to be confirmed.
    """

    plans: tuple[Plan, ...] = ()
    findings: tuple[Finding, ...] = ()
    confirm_above: int = 0

    @property
    def count(self) -> int:
        """How many deliveries there would be."""
        return sum(len(plan.planned) for plan in self.plans)

    @property
    def all_findings(self) -> list[Finding]:
        """What is wrong with anything, sorted."""
        return sort_findings([*self.findings, *(item for plan in self.plans for item in plan.findings)])


@dataclasses.dataclass(frozen=True)
class Sent:
    """What was sent.

    Attributes:
        preview: What was planned.
        outcomes: In the order in which it was sent.
        findings: What was found on the way: doubts, failed deliveries, copies that are not fit.
        error: What ended the run before its end; None where nothing did.
        is_interrupted: Whether somebody did.
    """

    preview: Preview
    outcomes: tuple[Outcome, ...] = ()
    findings: tuple[Finding, ...] = ()
    error: ReportError | None = None
    is_interrupted: bool = False


@dataclasses.dataclass(frozen=True)
class Control:
    """How a run is watched and stopped; tests put other things into its places.

    Attributes:
        clock: Tells the instant, with its time zone.
        should_stop: Whether no further delivery is to begin.
        confirm_count: The number of deliveries that the user expects; None where none was given.
        identify: Reads back whose copy a file is.
        step: As for `Ledger`.
    """

    clock: Clock
    should_stop: Callable[[], bool] = lambda: False
    confirm_count: int | None = None
    identify: ReadIdentity = read_identity
    step: Step = no_step


def preview(run: Run, request: Request, now: datetime.datetime) -> Preview:
    """Return what would be sent; nothing is written, and no channel is asked.

    Raises:
        UsageError: A clinic, a group, a channel or an edition does not exist.
    """
    recipients, findings = read_recipients(run.project)
    if recipients is None:
        return Preview(findings=tuple(findings))
    _require_choice(request.choice, recipients)
    matters = [Matter(run, slug, recipients, request, read_identity) for slug in request.slugs]
    with read_ledger(run.project / recipients.distribution.ledger) as ledger:
        plans = tuple(matter.plan(ledger, now) for matter in matters)
    return Preview(plans, tuple(findings), recipients.distribution.policy.confirm_above)


def send(run: Run, request: Request, control: Control) -> Sent:
    """Send what is due, one delivery after the other.

    Raises:
        UsageError: Something that is asked for does not exist, or the count was not confirmed.
        AnotherRunError: Another run is sending.
        LedgerError: The ledger cannot be used.
        SecretError: A channel's password is not where the settings say.
    """
    recipients, findings = read_recipients(run.project)
    if recipients is None:
        return Sent(Preview(findings=tuple(findings)))
    _require_choice(request.choice, recipients)
    routes = routes_of(run.project, recipients)
    matters = [Matter(run, slug, recipients, request, control.identify) for slug in request.slugs]
    policy = recipients.distribution.policy
    path = run.project / recipients.distribution.ledger
    with open_ledger(path, control.clock(), step=control.step) as ledger:
        # The list as it was planned from is read before; what changes from here on is seen before each delivery.
        current = Current(run.project, recipients, list(request.slugs))
        run.progress("looking for what came back and what is in doubt")
        settled = note_bounces(ledger, routes.values(), control.clock())
        for matter in matters:
            settled += matter.settle(ledger, routes, control.clock())
        plans = tuple(matter.plan(ledger, control.clock()) for matter in matters)
        planned = Preview(plans, tuple(findings), policy.confirm_above)
        _require_count(planned, control.confirm_count)
        courier = Courier(
            ledger, routes, recipients.distribution.attempts, current, control.clock, control.step
        )
        tasks = [task for matter, plan in zip(matters, plans, strict=True) for task in matter.tasks(plan)]
        return _send_all(run, courier, tasks, Sent(planned, findings=tuple(settled)), control)


def _send_all(run: Run, courier: Courier, tasks: Sequence[Task], sent: Sent, control: Control) -> Sent:
    outcomes: list[Outcome] = []
    error: ReportError | None = None
    is_interrupted = False
    try:
        for number, task in enumerate(tasks, start=1):
            if control.should_stop():
                is_interrupted = True
                break
            run.progress(f"sending, {number} of {len(tasks)}: {task.entry.clinic}")
            outcomes.append(courier.send(task))
    except KeyboardInterrupt:
        is_interrupted = True
    except ReportError as stopped:
        error = stopped
    found = [outcome.finding for outcome in outcomes if outcome.finding is not None]
    return dataclasses.replace(
        sent,
        outcomes=tuple(outcomes),
        findings=tuple(sort_findings([*sent.findings, *found])),
        error=error,
        is_interrupted=is_interrupted,
    )


def routes_of(project: Path, recipients: Recipients) -> dict[str, Route]:
    """Return the channels that active clinics name, their passwords found.

    Raises:
        SecretError: A password is not where the settings say; nothing was sent yet.
    """
    named = {name for clinic in recipients.clinics.active for name in clinic.channels}
    routes = {}
    for name, entry in recipients.distribution.channels.items():
        if name not in named:
            continue
        settings = anchored(cast(Schema, entry.settings), project)
        for reference in references(settings):
            resolve(reference)
        routes[name] = Route(name, load_channel(entry.kind), settings)
    return routes


def _require_choice(choice: Choice, recipients: Recipients) -> None:
    clinics = recipients.clinics.clinics
    known = {clinic.id for clinic in clinics}
    unknown = [name for name in choice.clinics if name not in known]
    if unknown:
        message = f"there is no clinic {unknown[0]!r} in {recipients.clinics.path}"
        raise UsageError(message, "`report clinics list` shows them.")
    groups = sorted({clinic.group for clinic in clinics if clinic.group})
    if choice.group and choice.group not in groups:
        hint = f"There are {', '.join(groups)}." if groups else "No clinic has a group."
        raise UsageError(f"there is no group {choice.group!r}", hint)
    channels = sorted(recipients.distribution.channels)
    if choice.channel and choice.channel not in channels:
        raise UsageError(f"there is no channel {choice.channel!r}", f"There are {', '.join(channels)}.")


def _require_count(planned: Preview, confirmed: int | None) -> None:
    count = planned.count
    if confirmed is not None and confirmed != count:
        message = f"--confirm-count says {confirmed}, and there are {count} deliveries; nothing was sent"
        raise UsageError(message, "Look at `report send` again, then confirm what it says.")
    if confirmed is None and count > planned.confirm_above:
        message = (
            f"there are {count} deliveries, more than policy.confirm_above ({planned.confirm_above}) lets go "
            "out unconfirmed; nothing was sent"
        )
        raise UsageError(message, f"Look at `report send`, then add --confirm-count {count}.")
