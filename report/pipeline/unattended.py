"""The unattended run, step by step: sources, editions, copies, sending, reminders; each may be ended and run again.

What a step leaves is what the next run finds: proposals and evidence, the record of an edition, copies with their
hashes, the ledger. So none of them is told how far another run came.
"""

import contextlib
import dataclasses
import datetime
import functools
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from report.errors import ExitCode, ReportError, worst
from report.findings import Finding, exit_code, sort_findings
from report.pipeline.refreshing import Refreshed, refresh
from report.pipeline.run import Run
from report.pipeline.settling import is_settled, settle, state_of
from report.pipeline.unattended_outcome import BriefingRelease, Released
from report.run_lock import only_one
from report.schedule.last_run import begin_run, end_run

if TYPE_CHECKING:
    from report.distribution import Distribution
    from report.pipeline.copying import Copied
    from report.pipeline.reminding import Reminded
    from report.pipeline.sending import Sent

LOCK = "ledger/unattended"
# With what a briefing is left for a person, or for the next change: the same comes of it at any time.
_TIMELESS = (Released.UNCHANGED, Released.WAITS, Released.NO_EDITION)
Clock = Callable[[], datetime.datetime]


@dataclasses.dataclass(frozen=True)
class Asked:
    """What an unattended run may do.

    Attributes:
        slugs: The briefings.
        everything: As for `refresh`.
        is_releasing: Whether signed-off content becomes an edition.
        is_sending: Whether copies are made and sent, and owners of stale facts reminded.
    """

    slugs: tuple[str, ...]
    everything: bool = False
    is_releasing: bool = False
    is_sending: bool = False


@dataclasses.dataclass(frozen=True)
class Unattended:
    """What a run came to.

    Attributes:
        refreshed: Of sources; None where that could not be done.
        releases: Of each briefing; empty where nothing had to be looked at.
        copies: What was made, by briefing.
        sent: What went out; None where nothing was to be sent.
        reminded: Whom it reminded; None where it was not asked to.
        published: How many pages of the state changed.
        findings: Of the recipients and the pages of the state.
        errors: What ended a step; the others were done.
        seconds: How long each step took.
        is_settled: Whether the last run found nothing to do in this very state.
        is_interrupted: Whether somebody ended the sending.
    """

    refreshed: Refreshed | None = None
    releases: tuple[BriefingRelease, ...] = ()
    copies: "Mapping[str, Copied]" = dataclasses.field(default_factory=dict)
    sent: "Sent | None" = None
    reminded: "Reminded | None" = None
    published: int = 0
    findings: tuple[Finding, ...] = ()
    errors: tuple[ReportError, ...] = ()
    seconds: Mapping[str, float] = dataclasses.field(default_factory=dict)
    is_settled: bool = False
    is_interrupted: bool = False

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """What was found in any step, each once, sorted."""
        found = [*self.findings, *(self.refreshed.findings if self.refreshed else ())]
        found += (finding for one in self.releases for finding in one.findings)
        found += (finding for copied in self.copies.values() for finding in copied.findings)
        if self.sent is not None:
            found += (*self.sent.preview.all_findings, *self.sent.findings)
        if self.reminded is not None:
            found += self.reminded.findings
        return tuple(sort_findings(dict.fromkeys(found)))

    def exit_code(self, *, strict: bool = False) -> ExitCode:
        """Return what the run tells the shell."""
        if self.is_interrupted:
            return ExitCode.INTERRUPTED
        codes = [exit_code(self.all_findings, strict=strict), *(error.exit_code for error in self.errors)]
        reminders = self.reminded.reminders if self.reminded else ()
        if any(one.state == "failed" for one in reminders):
            codes.append(ExitCode.DELIVERY)
        return worst(codes)


class _Steps:
    """Runs the steps: how long each takes, and what ended it."""

    def __init__(self, run: Run, clock: Clock) -> None:
        self._run, self._clock = run, clock
        self.seconds: dict[str, float] = {}
        self.errors: list[ReportError] = []

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        begun = self._clock()
        try:
            yield
        except ReportError as error:
            self.errors.append(error)
        finally:
            taken = (self._clock() - begun).total_seconds()
            self.seconds[name] = round(self.seconds.get(name, 0.0) + taken, 3)


def attend(
    run: Run,
    asked: Asked,
    clock: Clock,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    strict: bool = False,
) -> Unattended:
    """Do all that is to be done, once; what fails in one step keeps no other from being done.

    Args:
        run: What every step needs.
        asked: What may be done.
        clock: Tells the instant, with its time zone.
        should_stop: Whether no further delivery is to begin.
        strict: Whether the code that is written down counts warnings.

    Raises:
        AnotherRunError: Another such run is going on; nothing was done.
        MissingDependencyError: The record of the run cannot be written.
    """
    with only_one(run.project / LOCK, clock()):
        record = begin_run(run.project, clock())
        code = ExitCode.BUG
        seconds: Mapping[str, float] = {}
        try:
            done = _attend(run, asked, clock, should_stop)
            code, seconds = done.exit_code(strict=strict), done.seconds
        except KeyboardInterrupt:
            code = ExitCode.INTERRUPTED
            raise
        finally:
            end_run(run.project, record, clock(), int(code), seconds)
        return done


def _attend(run: Run, asked: Asked, clock: Clock, should_stop: Callable[[], bool]) -> Unattended:
    steps = _Steps(run, clock)
    done = Unattended()
    with steps.step("sources"):
        refreshed = refresh(run, asked.slugs, clock(), everything=asked.everything)
        done = dataclasses.replace(done, refreshed=refreshed)
    distribution, findings = _distribution(run)
    done = dataclasses.replace(done, findings=tuple(findings), is_interrupted=should_stop())
    if distribution is not None and not done.is_interrupted:
        options = f"{asked.is_releasing} {asked.is_sending}"
        state = state_of(run, asked.slugs, distribution, options)
        if is_settled(run.project, state) and not _has_mailbox(distribution):
            done = dataclasses.replace(done, is_settled=True)
        else:
            done = _go_out(run, asked, distribution, done, steps, clock, should_stop)
            # Only a run that changed nothing knows of the state that it saw whole.
            is_same = state_of(run, asked.slugs, distribution, options) == state
            if is_same and not steps.errors and not done.is_interrupted and _has_nothing_left(done):
                settle(run.project, state)
    if asked.is_sending and not done.is_interrupted and _has_recipients(run):
        with steps.step("reminders"):
            from report.pipeline.reminding import remind_owners

            reminded = remind_owners(run, asked.slugs, clock(), is_sent=True)
            done = dataclasses.replace(done, reminded=reminded)
    return dataclasses.replace(done, errors=tuple(steps.errors), seconds=steps.seconds)


def _go_out(
    run: Run,
    asked: Asked,
    distribution: "Distribution",
    done: Unattended,
    steps: _Steps,
    clock: Clock,
    should_stop: Callable[[], bool],
) -> Unattended:
    """Release, copy, publish and send what is due."""
    from report.pipeline.unattended_release import release_if_due

    releases: list[BriefingRelease] = []
    for slug in asked.slugs if asked.is_releasing else ():
        if should_stop():
            return dataclasses.replace(done, releases=tuple(releases), is_interrupted=True)
        with steps.step("editions"):
            required = distribution.policy.approvals_required
            releases.append(release_if_due(run, slug, approvals_required=required))
    done = dataclasses.replace(done, releases=tuple(releases))
    if distribution.copies.status_url and asked.is_releasing:
        done = _publish(run, asked.slugs, done, steps)
    if asked.is_sending and _has_recipients(run):
        done = _copy(run, asked.slugs, done, steps)
        done = _send(run, asked.slugs, done, steps, clock, should_stop)
    return done


def _publish(run: Run, slugs: Sequence[str], done: Unattended, steps: _Steps) -> Unattended:
    from report.pipeline.publishing_state import publish_state

    published, findings = 0, list(done.findings)
    for slug in slugs:
        with steps.step("pages of the state"):
            written, found = publish_state(run, slug)
            published += len(written)
            findings += found
    return dataclasses.replace(done, published=published, findings=tuple(findings))


def _copy(run: Run, slugs: Sequence[str], done: Unattended, steps: _Steps) -> Unattended:
    """Make the copies of each last edition that stands."""
    from report.editions.withdrawals import read_withdrawals, withdrawal_of
    from report.load.files import read_briefing
    from report.pipeline import copying
    from report.pipeline.issuing import read_editions
    from report.pipeline.recipients import read_recipients

    copies: dict[str, Copied] = {}
    with copying.local_workers(run) as local:
        recipients, _ = read_recipients(run.project)
        for slug in slugs if recipients is not None else ():
            with steps.step("copies"):
                files = read_briefing(run.project, slug)
                editions, _, damages = read_editions(files)
                if damages or not editions or recipients is None:
                    continue
                if withdrawal_of(editions[-1].number, read_withdrawals(files.withdrawals)) is not None:
                    continue
                held = functools.partial(_held, run.project / recipients.distribution.ledger, slug)
                copies[slug] = copying.make_copies(
                    run, slug, recipients, recipients.clinics.active, held, local=local
                )
    return dataclasses.replace(done, copies=copies)


def _held(ledger_path: Path, slug: str, number: int) -> Mapping[str, int]:
    """Return which edition before one each clinic was sent."""
    from report.ledger import read_ledger

    with read_ledger(ledger_path) as ledger:
        return ledger.held(slug, before=number)


def _send(
    run: Run,
    slugs: Sequence[str],
    done: Unattended,
    steps: _Steps,
    clock: Clock,
    should_stop: Callable[[], bool],
) -> Unattended:
    from report.pipeline import sending
    from report.pipeline.sending_matter import Request
    from report.pipeline.sending_plan import Choice

    with steps.step("sending"):
        request = Request(tuple(slugs), None, Choice(), None)
        sent = sending.send(run, request, sending.Control(clock, should_stop))
        if sent.error is not None:
            steps.errors.append(sent.error)
        done = dataclasses.replace(done, sent=sent, is_interrupted=sent.is_interrupted)
    return done


def _distribution(run: Run) -> "tuple[Distribution | None, list[Finding]]":
    """Return how copies go out; without such a file, to nobody."""
    from report.distribution import Distribution
    from report.load.distribution import DISTRIBUTION_FILE, load_distribution

    if not (run.project / DISTRIBUTION_FILE).exists():
        return Distribution(), []
    return load_distribution(run.project)


def _has_recipients(run: Run) -> bool:
    """Return whether anybody is meant to receive something: a project may be built and never sent."""
    from report.distribution import CLINICS_FILE
    from report.load.distribution import DISTRIBUTION_FILE

    return any(os.path.lexists(run.project / name) for name in (CLINICS_FILE, DISTRIBUTION_FILE))


def _has_mailbox(distribution: "Distribution") -> bool:
    """Return whether mail may have come back meanwhile, which only its mailbox knows."""
    return any(getattr(entry.settings, "bounces", None) for entry in distribution.channels.values())


def _has_nothing_left(done: Unattended) -> bool:
    """Return whether nothing is to be done later that nobody has to do anything for."""
    if any(one.state not in _TIMELESS or one.is_restored for one in done.releases):
        return False
    if any(copied.made or copied.findings for copied in done.copies.values()):
        return False
    if done.sent is None:
        return True
    preview = done.sent.preview
    has_later = any(held.until is not None for plan in preview.plans for held in plan.held)
    # What is found is told by each run, so none that finds something is left out.
    return not (
        done.findings or done.sent.outcomes or done.sent.findings or preview.all_findings or has_later
    )
