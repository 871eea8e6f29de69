"""An edition withdrawn, its holders told through the ledger, and what they answered written down, step by step."""

import dataclasses
import datetime
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from report import store
from report.distribution import CLINICS_FILE, Distribution, status_page
from report.editions.record import Edition
from report.editions.withdrawals import Withdrawal, read_withdrawals, to_json, withdrawal_of
from report.errors import UsageError
from report.findings import Code, Finding, Location, Severity, sort_findings
from report.ledger import (
    Delivery,
    Entry,
    Event,
    Ledger,
    State,
    content_digest,
    open_ledger,
    read_ledger,
)
from report.ledger.queries import WAITING, Holding, holdings, notices_of
from report.load.files import WITHDRAWALS_FILE, read_briefing
from report.pipeline.issuing import read_editions
from report.pipeline.recipients import read_recipients
from report.pipeline.run import Run
from report.run_lock import AnotherRunError

if TYPE_CHECKING:
    from report.clinics import Clinic
    from report.notices.notice import Matter
    from report.pipeline.noticing import MadeNotice

HOLDER_UNKNOWN = Code("P023", "holder-unknown", Severity.WARNING, is_waivable=False)
HOLDER_INACTIVE = Code("P024", "holder-inactive", Severity.WARNING, is_waivable=False)
LONGEST_NAME, LONGEST_REASON = 80, 500
# The channel by which it goes gives it another, when it goes (RFC 6761, 6.4).
_NO_DOMAIN = "notices.invalid"
# What did not arrive, and is not sent again unless somebody asks for it.
_FAILED = frozenset({State.REFUSED, State.BOUNCED})


@dataclasses.dataclass(frozen=True)
class Told:
    """A clinic that is to be told.

    Attributes:
        clinic: The clinic.
        is_certain: Whether it surely holds the edition.
        channels: By which a notice has to be made; none where there is one by each.
        has_failed: Whether none of those that there are arrived, nor will by itself.
    """

    clinic: "Clinic"
    is_certain: bool
    channels: tuple[str, ...]
    has_failed: bool


@dataclasses.dataclass(frozen=True)
class Recall:
    """What withdrawing an edition comes to.

    Attributes:
        slug: The briefing.
        findings: What was found on the way; where one is an error, nobody can be told.
        matter: What is to be told; None where the records of editions cannot be read.
        is_recorded: Whether the withdrawal is written down as it is here.
        told: The clinics that hold the edition, or may, and can be told.
        later: Those that got it and hold a later one, which stands: nothing is sent to them.
        stopped: Deliveries that have not gone out and will not: of the edition, older notices of it, and notices that
            name it as what takes an earlier one's place.
        replaced: The numbers of the withdrawn editions whose place it took: their holders have to be told anew.
        listed: The list of clinics, as findings print its path.
        clinics: Those of the list, by id.
        gone: The numbers of the editions that are withdrawn.
        ledger: Where deliveries are written down.
        made: The notices that were made.
    """

    slug: str
    findings: tuple[Finding, ...]
    matter: "Matter | None" = None
    is_recorded: bool = False
    told: tuple[Told, ...] = ()
    later: tuple[str, ...] = ()
    stopped: tuple[Delivery, ...] = ()
    replaced: tuple[int, ...] = ()
    listed: str = ""
    clinics: "Mapping[str, Clinic]" = dataclasses.field(default_factory=dict)
    gone: frozenset[int] = frozenset()
    ledger: Path = Path()
    made: "tuple[MadeNotice, ...]" = ()

    @property
    def can_tell(self) -> bool:
        """Whether clinics can be told: who they are is known."""
        return not any(finding.is_error for finding in self.findings)


@dataclasses.dataclass(frozen=True)
class Decision:
    """What is decided of an edition: why it is withdrawn, by whom, and whether it has to be taken out of use."""

    reason: str
    by: str = ""
    must_return: bool = False


def plan_recall(run: Run, slug: str, edition: int, decision: Decision) -> Recall:
    """Return what withdrawing an edition would come to; writes nothing.

    An edition that is withdrawn already stays as it was withdrawn; an edition that took its place since is told.

    Raises:
        UsageError: There is no such edition, the reason cannot be printed, or it was withdrawn for another one.
        EditionError: The record of withdrawals is damaged.
    """
    from report.notices.notice import Matter

    files = read_briefing(run.project, slug)
    editions, _, damages = read_editions(files)
    if damages:
        return Recall(slug, tuple(sort_findings(damages)))
    known = read_withdrawals(files.withdrawals)
    withdrawal = _withdrawal(run, editions, known, edition, decision)
    distribution, clinics, findings = recipients_of(run.project)
    old = editions[edition - 1]
    between = editions[edition : withdrawal.replaced_by] if withdrawal.replaced_by else ()
    matter = Matter(
        withdrawal,
        old,
        between[-1] if between else None,
        between,
        status_page(distribution.copies.status_url, slug, edition),
    )
    plan = Recall(
        slug,
        tuple(sort_findings(findings)),
        matter,
        is_recorded=withdrawal in known,
        listed=distribution.clinics,
        clinics=clinics,
        replaced=tuple(item.edition for item in known if item.replaced_by == edition),
        gone=frozenset(item.edition for item in known),
        ledger=run.project / distribution.ledger,
    )
    with read_ledger(plan.ledger) as ledger:
        return _with_holders(plan, matter, ledger.deliveries(slug))


def carry_out(run: Run, plan: Recall, now: datetime.datetime) -> Recall:
    """Withdraw an edition as it was planned: written down first, so that nothing of it goes out meanwhile.

    Whatever was done before stays as it is: a run that was interrupted is made whole by the next.

    Raises:
        UsageError: Somebody withdrew it otherwise meanwhile.
        AnotherRunError: A run that sends is going on; the withdrawal is written down, and stops what it has of it.
    """
    matter = plan.matter
    assert matter is not None, "what could not be planned is not carried out"
    _record(run, plan.slug, matter.withdrawal)
    plan = dataclasses.replace(plan, is_recorded=True)
    # A run that sends has made the ledger before it began; what it has sent meanwhile is known once it has ended.
    if not plan.can_tell or not plan.ledger.exists():
        return plan
    try:
        with open_ledger(plan.ledger, now) as ledger:
            # What was planned is looked at again: another run may have sent something meanwhile.
            plan = _with_holders(plan, matter, ledger.deliveries(plan.slug))
            for delivery in plan.stopped:
                ledger.move(delivery.key, Event.CANCEL, now, detail="its edition was withdrawn")
            return _tell(run, plan, matter, ledger, now)
    except AnotherRunError as error:
        message = (
            f"edition {matter.old.number} is withdrawn, and its holders are not told yet: {error.message}"
        )
        raise AnotherRunError(message, error.hint) from None


def _tell(run: Run, plan: Recall, matter: "Matter", ledger: Ledger, now: datetime.datetime) -> Recall:
    """Make the notices that are missing, and put them into the ledger."""
    from report.load.briefing import load_briefing
    from report.notices.printing import NoticeError
    from report.pipeline.noticing import MadeNotice, make_notices

    waiting = {item.clinic.id: item for item in plan.told if item.channels}
    if not waiting:
        return plan
    briefing, findings = load_briefing(read_briefing(run.project, plan.slug))
    if briefing is None:
        return dataclasses.replace(plan, findings=tuple(sort_findings(findings)))
    try:
        made = dict(make_notices(run, briefing, matter, [item.clinic for item in waiting.values()]))
    except NoticeError as error:
        place = Location(f"content/{plan.slug}/{WITHDRAWALS_FILE}")
        return dataclasses.replace(plan, findings=(*plan.findings, error.finding(place)))
    results = [made[name] for name in waiting]
    found = [item.finding(Location(plan.listed)) for item in results if isinstance(item, NoticeError)]
    if found:
        return dataclasses.replace(plan, findings=(*plan.findings, *found))
    ordered = tuple(item for item in results if isinstance(item, MadeNotice))
    _enqueue(ledger, ordered, waiting.values(), now)
    return dataclasses.replace(plan, made=ordered)


def recipients_of(project: Path) -> tuple[Distribution, dict[str, "Clinic"], list[Finding]]:
    """Return how copies go out, the clinics by id, and what is wrong; a project without either sends to nobody."""
    from report.load.distribution import DISTRIBUTION_FILE

    if not any(os.path.lexists(project / name) for name in (CLINICS_FILE, DISTRIBUTION_FILE)):
        return Distribution(), {}, []
    recipients, findings = read_recipients(project)
    if recipients is None:
        return Distribution(), {}, findings
    return recipients.distribution, {one.id: one for one in recipients.clinics.clinics}, findings


def _withdrawal(
    run: Run, editions: Sequence[Edition], known: Sequence[Withdrawal], number: int, decision: Decision
) -> Withdrawal:
    if not 1 <= number <= len(editions):
        numbers = ", ".join(str(item.number) for item in editions) or "none"
        raise UsageError(f"there is no edition {number}", f"Name one that was released: {numbers}.")
    last = editions[-1].number
    is_replaced = number < last and withdrawal_of(last, known) is None
    replaced_by = last if is_replaced else 0
    earlier = withdrawal_of(number, known)
    if earlier is None:
        _require_decision(run, decision)
        return Withdrawal(number, run.today, decision.by, decision.reason, replaced_by, decision.must_return)
    is_other = decision.reason not in ("", earlier.reason) or (
        decision.must_return and not earlier.must_return
    )
    if is_other:
        raise UsageError(
            f"edition {number} was withdrawn on {earlier.on} already: {earlier.reason}",
            "Leave out --reason and --must-return to make the notices that are missing.",
        )
    # What took its place stays, unless that was withdrawn as well.
    stands = earlier.replaced_by and withdrawal_of(earlier.replaced_by, known) is None
    return earlier if stands else dataclasses.replace(earlier, replaced_by=replaced_by)


def _require_decision(run: Run, decision: Decision) -> None:
    from report.pipeline.releasing import require_printable

    if not decision.reason:
        raise UsageError(
            "an edition is withdrawn for a reason", "Write --reason TEXT, as its holders read it."
        )
    require_printable(run, decision.reason, "reason", LONGEST_REASON)
    if decision.by:
        require_printable(run, decision.by, "name", LONGEST_NAME)


def _with_holders(plan: Recall, matter: "Matter", deliveries: Sequence[Delivery]) -> Recall:
    """Return a plan with who is to be told, who holds a later edition that stands, and who cannot be told."""
    number, slug = matter.old.number, matter.old.briefing
    told: list[Told] = []
    later: list[str] = []
    findings = [item for item in plan.findings if item.code not in (HOLDER_UNKNOWN, HOLDER_INACTIVE)]
    notices: dict[str, list[Delivery]] = {}
    for notice in notices_of(deliveries, slug, number):
        notices.setdefault(notice.clinic, []).append(notice)
    for holding in holdings(deliveries, slug):
        if holding.edition != number:
            continue
        clinic = plan.clinics.get(holding.clinic)
        if holding.later and holding.later not in plan.gone:
            later.append(holding.clinic)
        elif clinic is None:
            message = f"{holding.clinic} holds edition {number}, and is not in the list of clinics"
            hint = "Put it back with its channels, or tell it another way."
            findings.append(Finding(HOLDER_UNKNOWN, Location(plan.listed), message, hint))
        elif not clinic.active:
            message = f"{holding.clinic} holds edition {number}, and is not active: nothing is sent to it"
            hint = "Tell it another way, or make it active."
            findings.append(Finding(HOLDER_INACTIVE, Location(plan.listed), message, hint))
        else:
            told.append(_told(clinic, holding, notices.get(clinic.id, ()), matter))
    return dataclasses.replace(
        plan,
        findings=tuple(sort_findings(findings)),
        told=tuple(told),
        later=tuple(later),
        stopped=tuple(_to_stop(deliveries, matter)),
    )


def _told(clinic: "Clinic", holding: Holding, notices: Iterable[Delivery], matter: "Matter") -> Told:
    new = matter.new.number if matter.new else 0
    there = {
        one.channel: one.state
        for one in notices
        if (one.kind, one.edition) == (matter.kind, new) and one.state is not State.CANCELLED
    }
    channels = tuple(name for name in clinic.channels if name not in there)
    return Told(clinic, holding.is_certain, channels, _FAILED.issuperset(there.values()))


def _to_stop(deliveries: Iterable[Delivery], matter: "Matter") -> Iterable[Delivery]:
    """Yield what has not gone out and must not: the edition, what tells clinics to use it, and older notices of it."""
    number, new = matter.old.number, matter.new.number if matter.new else 0
    for one in deliveries:
        is_older = one.about == number and (one.kind, one.edition) != (matter.kind, new)
        if one.state in WAITING and (one.edition == number or is_older):
            yield one


def _record(run: Run, slug: str, withdrawal: Withdrawal) -> None:
    path = run.project / "content" / slug / WITHDRAWALS_FILE
    with store.locked(path.parent):
        # Read again under the lock: another may have withdrawn something meanwhile.
        known = read_withdrawals(path.read_bytes() if path.exists() else None)
        if withdrawal in known:
            return
        others = [item for item in known if item.edition != withdrawal.edition]
        earlier = withdrawal_of(withdrawal.edition, known)
        if earlier is not None and earlier.reason != withdrawal.reason:
            raise UsageError(
                f"edition {withdrawal.edition} was withdrawn meanwhile: {earlier.reason}", "Run it again."
            )
        store.replace(path, to_json((*others, withdrawal)))


def _enqueue(
    ledger: Ledger, made: Iterable["MadeNotice"], told: Iterable[Told], now: datetime.datetime
) -> None:
    channels = {item.clinic.id: item.channels for item in told}
    for notice in made:
        record = notice.record
        for channel in channels[record.clinic]:
            entry = Entry(
                kind=record.kind,
                briefing=record.briefing,
                edition=record.edition,
                about=record.about,
                clinic=record.clinic,
                channel=channel,
                since=0,
                digest=content_digest(record.unsigned),
            )
            found = ledger.enqueue(entry, message_id=entry.identify(_NO_DOMAIN))
            if found.state is State.CANCELLED:
                # What took its place was withdrawn as well, and it says again what it said.
                ledger.move(found.key, Event.RETRY, now)
