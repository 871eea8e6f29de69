"""How editions, facts and deliveries stand: gathered from records, content and ledger, and written nowhere."""

import collections
import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from report.editions.record import Edition
from report.editions.tracing import trace
from report.editions.withdrawals import read_withdrawals, state_of, withdrawal_of
from report.errors import UsageError
from report.findings import Finding, sort_findings
from report.ledger import Delivery, read_ledger
from report.ledger.queries import Holding, answers, holdings
from report.load.files import read_briefing
from report.notices.standing import (
    BriefingStanding,
    DeliveryStanding,
    EditionStanding,
    FactsStanding,
    Standing,
    Traced,
)
from report.pipeline.issuing import read_editions
from report.pipeline.recalling import recipients_of
from report.pipeline.run import Run

if TYPE_CHECKING:
    from report.model import Briefing


def standing(run: Run, slugs: Sequence[str], now: datetime.datetime) -> Standing:
    """Return how briefings stand; without a ledger, nobody holds anything.

    Raises:
        EditionError: A record of withdrawals is damaged.
        LedgerError: The ledger cannot be read.
    """
    distribution, clinics, findings = recipients_of(run.project)
    active = [one.id for one in clinics.values() if one.active]
    with read_ledger(run.project / distribution.ledger) as ledger:
        briefings = tuple(
            _briefing(run, slug, ledger.deliveries(slug), answers(ledger, slug), active) for slug in slugs
        )
    return Standing(now, briefings, tuple(findings))


def who_got(run: Run, slug: str, fact: str, *, field: str = "", value: str = "") -> tuple[Traced, ...]:
    """Return which editions stated a value of a fact, oldest first, and who holds them.

    Raises:
        UsageError: No edition states such a fact, or it has no such field.
    """
    distribution, _, _ = recipients_of(run.project)
    files = read_briefing(run.project, slug)
    editions, _, _ = read_editions(files)
    found = trace(editions, fact, field=field, value=value)
    if not found:
        _refuse(editions, slug, fact, field)
    with read_ledger(run.project / distribution.ledger) as ledger:
        held = holdings(ledger.deliveries(slug), slug)
    last, withdrawals = editions[-1].number, read_withdrawals(files.withdrawals)
    return tuple(
        Traced(
            one,
            state_of(one.edition, last, withdrawals),
            *_holders(held, one.edition),
            tuple(item.clinic for item in held if item.edition == one.edition and item.later),
        )
        for one in found
    )


def _refuse(editions: Sequence[Edition], slug: str, fact: str, field: str) -> None:
    """Refuse what no edition ever stated; a value that none stated is an answer and no mistake."""
    stated = trace(editions, fact)
    if not stated:
        raise UsageError(
            f"no edition of {slug} states a fact {fact!r}", "Name the id of one that was released."
        )
    fields = list(dict.fromkeys(one.field for one in stated))
    if field and field not in fields:
        raise UsageError(f"no edition states {field!r} of {fact}", f"Choose from {', '.join(fields)}.")


def _briefing(
    run: Run,
    slug: str,
    deliveries: Sequence[Delivery],
    answered: Mapping[str, Mapping[str, datetime.datetime]],
    active: Iterable[str],
) -> BriefingStanding:
    files = read_briefing(run.project, slug)
    editions, _, damages = read_editions(files)
    withdrawals = read_withdrawals(files.withdrawals)
    held = holdings(deliveries, slug)
    briefing, found = _read(run, slug)
    certain = {one.clinic for one in held if one.is_certain}
    last = editions[-1] if editions else None
    return BriefingStanding(
        slug,
        last.title if last else "",
        last.lang if last else "",
        tuple(
            EditionStanding(
                item.number,
                state_of(item.number, editions[-1].number, withdrawals),
                item.as_of,
                item.released_on,
                item.is_erratum,
                withdrawal_of(item.number, withdrawals),
                *_holders(held, item.number),
            )
            for item in reversed(editions)
        ),
        tuple(DeliveryStanding(one, answered.get(one.key, {})) for one in deliveries),
        tuple(name for name in active if editions and name not in certain),
        None if briefing is None else _facts(run, briefing),
        tuple(sort_findings([*damages, *found])),
    )


def _holders(held: Iterable[Holding], edition: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return who holds an edition and none after it, and who may."""
    own = [one for one in held if one.edition == edition and not one.later]
    holders = tuple(one.clinic for one in own if one.is_certain)
    return holders, tuple(one.clinic for one in own if not one.is_certain)


def _read(run: Run, slug: str) -> "tuple[Briefing | None, list[Finding]]":
    """Return the briefing as it is now; its findings only where it cannot be read."""
    from report.load.briefing import load_briefing

    briefing, findings = load_briefing(read_briefing(run.project, slug))
    return briefing, ([] if briefing else findings)


def _facts(run: Run, briefing: "Briefing") -> FactsStanding:
    from report.facts.judgement import Verdict, freshness

    limits = briefing.settings.freshness
    judged = {name: freshness(fact, run.today, limits) for name, fact in briefing.facts.items()}
    counts = collections.Counter(item.verdict for item in judged.values())
    by_verdict = {verdict.value: counts[verdict] for verdict in Verdict if counts[verdict]}
    ages = {name: item.age_days for name, item in judged.items() if item.age_days is not None}
    oldest = max(ages, key=lambda name: ages[name], default="")
    reviews_due = sum(item.is_review_due for item in judged.values())
    return FactsStanding(run.today, by_verdict, reviews_due, oldest, ages.get(oldest))
