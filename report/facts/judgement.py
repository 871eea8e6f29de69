"""What a day makes of the facts: which are known, which are in force, which are superseded, which are stale.

Each function is told the day; none reads a clock. The readings that the content model leaves open:

- The *first public date* is the earliest of the public dates, not the first in the order of their names.
- A fact without any date is known on every day.
- The start of force is that of `valid`, else `effective`, else `started`; its end that of `valid`, else
  `ended`. What surely ended is not in force, even where nothing says when it began; what has neither a
  start nor an end that has come is unclear, however long it has been known.
- A fact that is not yet known, or is retracted, supersedes nothing; one that was in force and has ended
  has superseded for good.
"""

import dataclasses
import datetime
import enum
from collections.abc import Iterable, Mapping

from report.facts.models import Fact
from report.facts.terms import Status
from report.scalars import Schema, WholeNumber

PUBLIC_DATES = ("announced", "published", "disclosed", "issued", "reported")
DEFAULT_LIMITS = "default"


class InForce(enum.StrEnum):
    """Whether a fact is in force on a day."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


class Verdict(enum.StrEnum):
    """How far the last check of a fact lies back; each after the first is worse than the one before."""

    FRESH = "fresh"
    UNCHECKED = "unchecked"
    AGEING = "ageing"
    STALE = "stale"


class FreshnessLimits(Schema):
    """After how many days since the last check a kind of fact ages; None sets no limit."""

    warn_after_days: WholeNumber | None = None
    error_after_days: WholeNumber | None = None


@dataclasses.dataclass(frozen=True)
class Freshness:
    """How a fact's last check and review stand on a day.

    Attributes:
        age_days: Since the last check; negative where that came after the day, None where there was none.
        limit_days: The limit that the age is over; None where it is over none.
        verdict: By the limits alone; whether a review is due is apart from it.
        is_review_due: The day is after `review_by`.
    """

    age_days: int | None
    limit_days: int | None
    verdict: Verdict
    is_review_due: bool


def earliest_public_day(fact: Fact) -> datetime.date | None:
    """Return the first day on which the fact may have been public; None where nothing bounds it."""
    dates = [fact.dates[name] for name in PUBLIC_DATES if name in fact.dates]
    if not dates:
        dates = [fact.date] if fact.date else list(fact.dates.values())
    days = [date.earliest for date in dates]
    bounded = [day for day in days if day]
    return min(bounded) if bounded and len(bounded) == len(days) else None


def is_known(fact: Fact, as_of: datetime.date) -> bool:
    """Return whether the fact may be told on a day."""
    day = earliest_public_day(fact)
    return day is None or day <= as_of


def has_start(fact: Fact) -> bool:
    """Return whether the fact says since when it is in force (施行日期)."""
    return fact.valid is not None or "effective" in fact.dates or "started" in fact.dates


def in_force(fact: Fact, as_of: datetime.date) -> InForce:
    """Return whether the fact is in force on a day, as far as its dates tell."""
    begun, ended = _has_begun(fact, as_of), _has_ended(fact, as_of)
    if begun is False or ended is True:
        return InForce.NO
    return InForce.YES if begun and ended is False else InForce.UNCLEAR


def is_future(fact: Fact, as_of: datetime.date) -> bool:
    """Return whether the fact is known on a day and surely not in force until later (未施行)."""
    return is_known(fact, as_of) and _has_begun(fact, as_of) is False


def superseded_by(facts: Iterable[Fact], as_of: datetime.date) -> dict[str, str]:
    """Return, by the id of each fact superseded on a day, the id of the latest fact that supersedes it."""
    found: dict[str, str] = {}
    for fact in sorted(facts, key=timeline_order):
        is_effectual = fact.status is not Status.RETRACTED and is_known(fact, as_of)
        if is_effectual and (not has_start(fact) or _has_begun(fact, as_of)):
            found.update((older, fact.id) for older in fact.supersedes if older != fact.id)
    return found


def find_supersession_cycles(facts: Iterable[Fact]) -> list[tuple[str, ...]]:
    """Return circles of facts that supersede each other, each from its smallest id on, sorted.

    There is none in the result only where there is none at all; of circles that share facts, one or more
    are named. Takes time in proportion to facts and links.
    """
    links = {fact.id: fact.supersedes for fact in facts}
    cycles: set[tuple[str, ...]] = set()
    done: set[str] = set()
    for root in sorted(links):
        if root in done:
            continue
        path = [root]
        place = {root: 0}
        pending = [iter(links[root])]
        while path:
            following = next((one for one in pending[-1] if one in links and one not in done), None)
            if following is None:
                done.add(path[-1])
                del place[path.pop()]
                pending.pop()
            elif following in place:
                cycles.add(_from_smallest(path[place[following] :]))
            else:
                place[following] = len(path)
                path.append(following)
                pending.append(iter(links[following]))
    return sorted(cycles)


def limits_for(fact: Fact, limits: Mapping[str, FreshnessLimits]) -> FreshnessLimits:
    """Return the limits of the fact's kind, with those under `default` where it sets none itself."""
    default = limits.get(DEFAULT_LIMITS, FreshnessLimits())
    own = limits.get(fact.kind.value, default)
    return FreshnessLimits(
        warn_after_days=default.warn_after_days if own.warn_after_days is None else own.warn_after_days,
        error_after_days=default.error_after_days if own.error_after_days is None else own.error_after_days,
    )


def freshness(fact: Fact, as_of: datetime.date, limits: Mapping[str, FreshnessLimits]) -> Freshness:
    """Return how the fact's last check stands on a day.

    Args:
        fact: The fact.
        as_of: The day.
        limits: By kind, and under `default` for the kinds that are not named.
    """
    own = limits_for(fact, limits)
    age = None if fact.last_checked is None else (as_of - fact.last_checked).days
    verdict, limit = Verdict.FRESH, None
    if age is None:
        verdict = Verdict.UNCHECKED
    elif own.error_after_days is not None and age > own.error_after_days:
        verdict, limit = Verdict.STALE, own.error_after_days
    elif own.warn_after_days is not None and age > own.warn_after_days:
        verdict, limit = Verdict.AGEING, own.warn_after_days
    is_review_due = fact.review_by is not None and as_of > fact.review_by
    return Freshness(age, limit, verdict, is_review_due)


def timeline_order(fact: Fact) -> tuple[datetime.date, datetime.date, str]:
    """Return a key that sorts by the latest possible day, the earliest possible day, and the id.

    Sorting by the latest keeps a fact of 2025 without month and day from standing before 2025-01-02, as
    if it had come first. An open end comes after every day, an open start before; a fact without dates
    comes last.
    """
    date = fact.date or next(iter(fact.dates.values()), None)
    if date is None:
        return datetime.date.max, datetime.date.max, fact.id
    return date.latest or datetime.date.max, date.earliest or datetime.date.min, fact.id


def _has_begun(fact: Fact, as_of: datetime.date) -> bool | None:
    """Whether the first day has come; None where the dates leave it open."""
    if fact.valid is not None:
        start = fact.valid.start
        return _is_decided(start.earliest <= as_of, start.latest <= as_of) if start else True
    date = fact.dates.get("effective") or fact.dates.get("started")
    if date is None:
        return None
    may = date.earliest is None or date.earliest <= as_of
    return _is_decided(may, date.latest is not None and date.latest <= as_of)


def _has_ended(fact: Fact, as_of: datetime.date) -> bool | None:
    """Whether the last day, itself part of the span (ISO 8601-2), is over; None where that is open."""
    if fact.valid is not None:
        end = fact.valid.end
        return _is_decided(end.earliest < as_of, end.latest < as_of) if end else False
    date = fact.dates.get("ended")
    if date is None:
        return False
    may = date.earliest is None or date.earliest < as_of
    return _is_decided(may, date.latest is not None and date.latest < as_of)


def _is_decided(may: bool, must: bool) -> bool | None:
    return True if must else None if may else False


def _from_smallest(cycle: list[str]) -> tuple[str, ...]:
    first = cycle.index(min(cycle))
    return tuple(cycle[first:] + cycle[:first])
