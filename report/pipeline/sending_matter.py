"""One briefing that is sent: its edition, its copies, its letters, its notices."""

import dataclasses
import datetime
from collections.abc import Iterator, Mapping

from report.clinics import Clinic
from report.editions.record import Edition
from report.errors import UsageError
from report.findings import Code, Finding, Location
from report.ledger import Delivery, Entry, Ledger
from report.load.briefing import load_briefing
from report.load.files import read_briefing
from report.model import Briefing
from report.parcels import Parcel
from report.pipeline.issuing import read_editions
from report.pipeline.recipients import Recipients
from report.pipeline.run import Run
from report.pipeline.sending_copies import Copies, ReadIdentity
from report.pipeline.sending_current import by_id, read_withdrawn
from report.pipeline.sending_delivery import Route, Task
from report.pipeline.sending_doubts import Doubts, InDoubtPolicy
from report.pipeline.sending_letters import Letters
from report.pipeline.sending_lists import Lists
from report.pipeline.sending_notices import Notices, plan_notices
from report.pipeline.sending_plan import Choice, Plan, Planned, Standing, make_plan

NOT_SIGNED_OFF = Code("D026", "edition-not-signed-off", is_waivable=False)


@dataclasses.dataclass(frozen=True)
class Request:
    """What is asked to be sent.

    Attributes:
        slugs: The briefings.
        edition: Of the one briefing; None stands for the last of each.
        choice: Which clinics and channels.
        in_doubt: In the place of the policy of `distribution.yaml`; None leaves that.
    """

    slugs: tuple[str, ...]
    edition: int | None = None
    choice: Choice = dataclasses.field(default_factory=Choice)
    in_doubt: InDoubtPolicy | None = None


class Matter:
    """One briefing: its edition, its copies, its letters, its notices."""

    def __init__(
        self, run: Run, slug: str, recipients: Recipients, request: Request, identify: ReadIdentity
    ) -> None:
        self._run, self._slug, self._recipients, self._request = run, slug, recipients, request
        self._clinics = by_id(recipients)
        self._notices = Notices(run.project, slug, identify)
        files = read_briefing(run.project, slug)
        self._editions, _, damages = read_editions(files)
        self._briefing, found = load_briefing(files)
        findings = [*damages, *(found if self._briefing is None else ())]
        self._withdrawn = read_withdrawn(run.project, slug)
        self._edition = self._chosen(request.edition)
        if self._edition is not None and self._briefing is not None:
            findings += self._check_signed(self._edition, self._briefing)
        self._findings = tuple(findings)
        number = self._edition.number if self._edition else 0
        lists = Lists(run.project, recipients.distribution)
        self._copies = Copies(run.project, slug, number, identify, lists)

    def settle(self, ledger: Ledger, routes: Mapping[str, Route], now: datetime.datetime) -> list[Finding]:
        """Settle what is in doubt, as far as the policy and the channels allow."""
        policy = self._recipients.distribution.policy
        doubts = Doubts(
            self._request.in_doubt or policy.in_doubt,
            policy.settle_seconds,
            routes,
            self._sought,
            self._is_wanted,
        )
        return doubts.settle(ledger, self._meant(ledger), now)

    def plan(self, ledger: Ledger, now: datetime.datetime) -> Plan:
        """Return what is to be sent of it."""
        deliveries = ledger.deliveries(self._slug)
        choice = self._request.choice
        notices, held, findings = plan_notices(deliveries, self._clinics, choice, now, self._notices)
        edition = self._edition
        if edition is None or self._briefing is None or self._is_damaged:
            number = edition.number if edition else 0
            found = (*self._findings, *findings)
            return Plan(self._slug, number, tuple(notices), tuple(held), findings=found)
        standing = Standing(
            self._slug,
            edition.number,
            self._withdrawn,
            is_approved=not self._findings,
            deliveries=deliveries,
            held=ledger.held(self._slug, before=edition.number),
            now=now,
        )
        plan = make_plan(
            standing,
            self._recipients.clinics.clinics,
            choice,
            lambda clinic, since: self._copies.offer(clinic.id, since),
        )
        return dataclasses.replace(
            plan,
            # What was wrong is told before what is new.
            planned=(*notices, *plan.planned),
            held=(*held, *plan.held),
            findings=(*self._findings, *findings, *plan.findings),
        )

    def tasks(self, plan: Plan) -> Iterator[Task]:
        """Yield what is to be sent, as the courier takes it."""
        letters = self._letters(plan.edition)
        for one in plan.planned:
            is_notice = one.entry.kind != "edition"
            assert is_notice or letters is not None
            yield self._task(one, self._notices if is_notice or letters is None else letters)

    def _task(self, one: Planned, writer: Letters | Notices) -> Task:
        entry = one.entry
        source = self._notices if isinstance(writer, Notices) else self._copies
        return Task(
            entry,
            lambda: source.read(entry),
            lambda message_id, clinic, files, at: writer.parcel(entry, message_id, clinic, files, at),
            known=one.known,
            replaces=one.replaces,
            is_asked=self._request.choice.again,
        )

    def _letters(self, number: int) -> Letters | None:
        if self._briefing is None or not number:
            return None
        url = self._recipients.distribution.copies.status_url
        return Letters(self._briefing, self._editions[:number], self._run.templates, status_url=url)

    @property
    def _is_damaged(self) -> bool:
        return any(finding.code.is_unreadable for finding in self._findings)

    def _chosen(self, number: int | None) -> Edition | None:
        if number is None:
            return self._editions[-1] if self._editions else None
        if not 1 <= number <= len(self._editions):
            known = ", ".join(str(item.number) for item in self._editions) or "none"
            raise UsageError(
                f"there is no edition {number} of {self._slug}", f"Name one that was released: {known}."
            )
        return self._editions[number - 1]

    def _check_signed(self, edition: Edition, briefing: Briefing) -> list[Finding]:
        if not self._recipients.distribution.policy.approvals_required:
            return []
        signed = {item.role for item in edition.approvals if item.content_digest == edition.content_digest}
        place = Location(f"content/{self._slug}/editions/{edition.number:03}.json")
        hint = "Let it be signed off and release the next edition, or take the role out of `approvals`."
        return [
            Finding(NOT_SIGNED_OFF, place, f"edition {edition.number} bears no sign-off by {role}", hint)
            for role in briefing.settings.approvals
            if role not in signed
        ]

    def _meant(self, ledger: Ledger) -> list[Delivery]:
        choice = self._request.choice
        return [
            one for one in ledger.deliveries(self._slug) if choice.takes(self._clinic_of(one), one.channel)
        ]

    def _clinic_of(self, one: Entry) -> Clinic:
        """Return the clinic of an entry; where it is not in the list any more, what is left of it."""
        known = self._clinics.get(one.clinic)
        return known or Clinic(id=one.clinic, name=one.clinic, locale="zh-Hans", channels=(one.channel,))

    def _is_wanted(self, one: Delivery) -> bool:
        if one.kind != "edition":
            return True
        return (
            self._edition is not None
            and one.edition == self._edition.number
            and one.edition not in self._withdrawn
        )

    def _sought(self, one: Delivery) -> Parcel:
        return Parcel(
            key=one.key,
            message_id=one.message_id,
            kind=one.kind,
            briefing=one.briefing,
            title=one.briefing,
            edition=one.about or one.edition,
            edition_text="",
            as_of_text="",
            locale="zh-Hans",
            clinic=self._clinic_of(one),
            subject=one.briefing,
            text="",
            changes=(),
            files=(),
            link="",
            at=one.intent_at or datetime.datetime.min.replace(tzinfo=datetime.UTC),
        )
