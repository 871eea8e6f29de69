"""Whether the conditions that a briefing names for the next step are met on a day, and which facts bear that out.

What the content model leaves open is read so:

- A fact that is not yet known meets nothing, and is no evidence either: on that day it does not exist.
- A retracted fact meets nothing. A draft one may turn out wrong, so what it would meet is unclear.
- Whether a fact is in force is told by its dates alone, as in prose; that a newer one has taken its place is
  a condition of its own (`is: superseded`).
- What is counted are facts that came to be known, so a superseded one counts: it happened all the same.
"""

import dataclasses
import datetime
import enum
from collections.abc import Mapping

from report.facts.judgement import PUBLIC_DATES, InForce, in_force, is_future, is_known, timeline_order
from report.facts.models import Fact
from report.facts.selection import Selection
from report.facts.terms import Status
from report.model import CountCondition, Trigger

VALID = "valid"


class State(enum.StrEnum):
    """How a condition stands on a day."""

    MET = "met"
    NOT_MET = "not_met"
    UNCLEAR = "unclear"


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """A fact that bears a state out.

    Attributes:
        fact: Known on the day.
        date: The name of the date that it does so by; `valid` for its span, empty where it has no date.
    """

    fact: Fact
    date: str


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """How a condition stands, and why.

    Attributes:
        state: On the day.
        evidence: In the order of a timeline; empty where nothing known bears the state out.
        count: How many facts agree, of a condition that counts; None of another.
    """

    state: State
    evidence: tuple[Evidence, ...] = ()
    count: int | None = None


def judge(
    trigger: Trigger, facts: Mapping[str, Fact], as_of: datetime.date, superseded: Mapping[str, str]
) -> Judged:
    """Return how a trigger's condition stands on a day.

    Args:
        trigger: Its fact is one of `facts`.
        facts: By id.
        as_of: The day.
        superseded: The fact that took its place, by id, as of the day.
    """
    when = trigger.when
    if when.date is not None:
        return Judged(State.MET if as_of >= when.date else State.NOT_MET)
    if when.count is not None:
        return _judge_count(when.count, when.at_least or 1, facts, as_of)
    assert when.fact is not None
    assert when.is_ is not None
    fact = facts[when.fact]
    if not is_known(fact, as_of) or fact.status is Status.RETRACTED:
        return Judged(State.NOT_MET)
    state = _state_of_fact(when.is_, fact, as_of, superseded)
    newer = superseded.get(fact.id)
    if when.is_ == "superseded" and newer is not None:
        return Judged(state, (Evidence(facts[newer], _date_of_force(facts[newer], as_of)),))
    is_by_force = when.is_ in ("in_force", "not_in_force")
    date = _date_of_force(fact, as_of) if is_by_force else _first_public_date(fact)
    return Judged(state, (Evidence(fact, date),))


def _state_of_fact(wanted: str, fact: Fact, as_of: datetime.date, superseded: Mapping[str, str]) -> State:
    """Return the state of a condition on a fact that is known and not retracted."""
    if wanted == "verified":
        return _certain(fact.status is Status.VERIFIED)
    if fact.status is Status.DRAFT:
        return State.UNCLEAR
    if wanted == "known":
        return State.MET
    if wanted == "superseded":
        return _certain(fact.id in superseded)
    force = in_force(fact, as_of)
    if force is InForce.UNCLEAR:
        return State.UNCLEAR
    return _certain((force is InForce.YES) == (wanted == "in_force"))


def _certain(is_met: bool) -> State:
    return State.MET if is_met else State.NOT_MET


def _judge_count(
    wanted: CountCondition, at_least: int, facts: Mapping[str, Fact], as_of: datetime.date
) -> Judged:
    selection = Selection(wanted.kind, wanted.entity, wanted.jurisdiction, wanted.subject)
    counted = [
        fact
        for fact in facts.values()
        if fact.status not in (Status.RETRACTED, Status.DRAFT)
        and selection.takes(fact)
        and is_known(fact, as_of)
    ]
    counted.sort(key=timeline_order)
    evidence = tuple(Evidence(fact, fact.primary_date or "") for fact in counted)
    return Judged(_certain(len(counted) >= at_least), evidence, len(counted))


def _date_of_force(fact: Fact, as_of: datetime.date) -> str:
    """Return the name of the date that tells whether a fact is in force; else that of the primary one."""
    if fact.valid is not None:
        return VALID
    has_ended = "ended" in fact.dates and in_force(fact, as_of) is InForce.NO and not is_future(fact, as_of)
    names = ("ended",) if has_ended else ("effective", "started", "ended")
    return next((name for name in names if name in fact.dates), fact.primary_date or "")


def _first_public_date(fact: Fact) -> str:
    """Return the name of the date by which a fact is known."""
    public = [name for name in PUBLIC_DATES if name in fact.dates and fact.dates[name].earliest is not None]
    if public:
        return min(public, key=lambda name: fact.dates[name].earliest or datetime.date.min)
    return fact.primary_date or next(iter(fact.dates), "")
