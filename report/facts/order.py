"""Which of two dates came first, how many facts came before a day, and which fact came first of all.

Order is told with more care than a duration, which carries the marks of its dates into print (`约15天`):
that something came first either is sure or is not said. So an approximate date may lie its own length to
either side of what is written (`2024-12~` may be in November or January), and an uncertain date, or one
that a fact does not give, may be any day.
"""

import dataclasses
import datetime
import functools
from collections.abc import Collection, Iterable, Sequence

from report.facts.dates import DatePart, FactDate, parse_date
from report.facts.derived import Bounds, Unit
from report.facts.errors import DerivedError
from report.facts.models import Fact
from report.facts.terms import Status

_MOST_TOLD = 4


@dataclasses.dataclass(frozen=True, slots=True)
class Reach:
    """The days among which something happened, as far as its order is concerned.

    Attributes:
        first: The first day that it may have happened on.
        last: The last one.
    """

    first: datetime.date
    last: datetime.date

    def is_before(self, other: "Reach") -> bool:
        """Return whether it surely came before the other."""
        return self.last < other.first

    def may_be_before(self, other: "Reach") -> bool:
        """Return whether some choice of days puts it before the other."""
        return self.first < other.last


ANY_DAY = Reach(datetime.date.min, datetime.date.max)


@dataclasses.dataclass(frozen=True, slots=True)
class Moment:
    """What facts are placed before or after: a date, and the fact whose primary date it is.

    Attributes:
        reach: Its days.
        fact: The id of that fact, which is neither before nor after itself; empty for any other date.
    """

    reach: Reach
    fact: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Tally:
    """Facts that were counted.

    Attributes:
        sure: Those that are surely among them.
        possible: Those that may be, the sure ones included.
    """

    sure: tuple[Fact, ...]
    possible: tuple[Fact, ...]

    def bounds(self, *, exact: bool = False) -> Bounds:
        """Return how many there are; that is not certain where a draft fact is among them.

        Raises:
            DerivedError: `exact` is asked of what is not one known number.
        """
        drafts = [fact for fact in self.possible if fact.status is Status.DRAFT]
        found = Bounds(len(self.sure), len(self.possible), Unit.FACTS, is_uncertain=bool(drafts))
        if exact and found.low < found.high:
            sure = {fact.id for fact in self.sure}
            left_open = _ids(fact for fact in self.possible if fact.id not in sure)
            raise DerivedError(
                f"the count is no exact number: it is from {found.low} to {found.high}, by when {left_open} came",
                "give the dates more precisely in facts.yaml, or drop exact=True",
            )
        if exact and drafts:
            raise DerivedError(
                f"the count is no exact number: nobody has verified {_ids(drafts)}",
                "drop draft=True or exact=True",
            )
        return found


@dataclasses.dataclass(frozen=True, slots=True)
class Earliest:
    """The fact that came first, and what stands against saying so.

    Attributes:
        fact: The one that can be placed first; None where there is none to name.
        rivals: The facts that may have come before it, or on the same day; empty where it is sure.
    """

    fact: Fact | None
    rivals: tuple[Fact, ...]

    @property
    def is_sure(self) -> bool:
        """Whether no choice of days puts another fact first, or level."""
        return self.fact is not None and not self.rivals

    def sure(self) -> Fact:
        """Return the fact that came first.

        Raises:
            DerivedError: There is none, or it is not sure.
        """
        if self.fact is None:
            raise DerivedError(
                "no fact known by then is what first() asks for",
                "correct what is asked for, or put it where there is one",
            )
        if self.rivals:
            told = ", ".join(_dated(fact) for fact in (self.fact, *self.rivals[:_MOST_TOLD]))
            more = f" and {len(self.rivals) - _MOST_TOLD} more" if len(self.rivals) > _MOST_TOLD else ""
            raise DerivedError(
                f"which of these came first cannot be told: {told}{more}",
                "ask for something narrower, or give the dates more precisely in facts.yaml",
            )
        return self.fact


def reach(date: FactDate | None) -> Reach:
    """Return the days that a date may stand for where order is at stake; any day for None."""
    return ANY_DAY if date is None else _reach(date.text)


# A section may count the same facts over and over.
@functools.lru_cache(maxsize=1 << 16)
def _reach(text: str) -> Reach:
    date = parse_date(text)
    if date.is_uncertain:
        return ANY_DAY
    return Reach(
        datetime.date.min if date.start is None else _moved(date.start.earliest, -_give(date.start)),
        datetime.date.max if date.end is None else _moved(date.end.latest, _give(date.end)),
    )


def count_facts(facts: Collection[Fact], before: Moment | None = None, after: Moment | None = None) -> Tally:
    """Return which of some facts came, by their primary dates, before one moment and after another.

    A fact without dates surely counts where neither is asked, and otherwise possibly.
    """
    if before is None and after is None:
        return Tally(tuple(facts), tuple(facts))
    own = {moment.fact for moment in (before, after) if moment}
    sure, possible = [], []
    for fact in facts:
        if fact.id in own:
            continue
        days = reach(fact.date)
        may_be_before = before is None or days.may_be_before(before.reach)
        may_be_after = after is None or after.reach.may_be_before(days)
        if may_be_before and may_be_after:
            possible.append(fact)
            is_before = before is None or days.is_before(before.reach)
            if is_before and (after is None or after.reach.is_before(days)):
                sure.append(fact)
    return Tally(tuple(sure), tuple(possible))


def find_earliest(facts: Sequence[Fact], *, with_drafts: bool = False) -> Earliest:
    """Return which of some facts came first by their primary dates.

    Args:
        facts: All that take part.
        with_drafts: Whether a draft fact may be named. Unnamed, it still stands against the others.
    """
    reaches = {fact.id: reach(fact.date) for fact in facts}
    named = [fact for fact in facts if with_drafts or fact.status is not Status.DRAFT]
    if not named:
        return Earliest(None, ())
    earliest = min(named, key=lambda fact: (reaches[fact.id].last, reaches[fact.id].first))
    rivals = [
        fact
        for fact in facts
        if fact is not earliest and not reaches[earliest.id].is_before(reaches[fact.id])
    ]
    return Earliest(earliest, tuple(rivals))


def _give(part: DatePart) -> datetime.timedelta:
    """Return how far an approximate date may be off: as long as it is itself."""
    length = part.latest - part.earliest + datetime.timedelta(days=1)
    return length if part.is_approximate else datetime.timedelta()


def _moved(day: datetime.date, by: datetime.timedelta) -> datetime.date:
    try:
        return day + by
    except OverflowError:
        return datetime.date.max if by > datetime.timedelta() else datetime.date.min


def _ids(facts: Iterable[Fact]) -> str:
    ids = [repr(fact.id) for fact in facts]
    more = f" and {len(ids) - _MOST_TOLD} more" if len(ids) > _MOST_TOLD else ""
    return ", ".join(ids[:_MOST_TOLD]) + more


def _dated(fact: Fact) -> str:
    draft = ", draft" if fact.status is Status.DRAFT else ""
    return f"{fact.id!r} ({fact.date or 'no date'}{draft})"
