"""Facts that exclude each other without saying so."""

import dataclasses
import datetime
from collections.abc import Iterable, Iterator, Sequence

from report.facts.dates import FactDate
from report.facts.models import Fact
from report.facts.terms import Status


@dataclasses.dataclass(frozen=True, slots=True)
class Contradiction:
    """Two facts of one subject and kind, and a date that cannot be the same in both.

    Attributes:
        date: The name of the date.
        earlier: The fact whose date is surely the earlier one.
        later: The other.
    """

    date: str
    earlier: Fact
    later: Fact


@dataclasses.dataclass(frozen=True, slots=True)
class _Stated:
    """One date of a fact, and the line of succession that the fact stands in."""

    fact: Fact
    date: FactDate
    line: str

    @property
    def first_day(self) -> datetime.date:
        return self.date.earliest or datetime.date.min

    @property
    def last_day(self) -> datetime.date:
        return self.date.latest or datetime.date.max


def find_contradictions(facts: Iterable[Fact]) -> list[Contradiction]:
    """Return dates of one name, subject and kind that have no day in common.

    Each date is named as the later one at most once, however many others it excludes. Facts without a
    subject are not compared, nor retracted ones, nor those that one line of `supersedes` joins, which
    follow each other, nor those of which one names the other under `contradicts`. Takes time in
    proportion to facts and links, but for sorting.
    """
    compared = [fact for fact in facts if fact.subject and fact.status is not Status.RETRACTED]
    lines = _lines_of_succession(compared)
    named = {(fact.id, other) for fact in compared for other in fact.contradicts}
    disputes = frozenset(named | {(other, own) for own, other in named})
    groups: dict[tuple[str | None, str, str], list[_Stated]] = {}
    for fact in compared:
        for name, date in fact.dates.items():
            key = (fact.subject, fact.kind.value, name)
            groups.setdefault(key, []).append(_Stated(fact, date, lines[fact.id]))
    return [
        Contradiction(name, earlier, later)
        for (*_, name), stated in groups.items()
        for earlier, later in _excluding(stated, disputes)
    ]


def _lines_of_succession(facts: Sequence[Fact]) -> dict[str, str]:
    """Return, by fact, the smallest id of those that supersede each other with it, directly or through others."""
    links: dict[str, list[str]] = {fact.id: [] for fact in facts}
    for fact in facts:
        for older in fact.supersedes:
            if older in links:
                links[fact.id].append(older)
                links[older].append(fact.id)
    found: dict[str, str] = {}
    for first in sorted(links):
        waiting = [first]
        while waiting:
            own = waiting.pop()
            if own not in found:
                found[own] = first
                waiting += links[own]
    return found


def _excluding(
    stated: Sequence[_Stated], disputes: frozenset[tuple[str, str]]
) -> Iterator[tuple[Fact, Fact]]:
    """Yield pairs of which the first surely comes before the second, at most one for each second."""
    # The lines, and the members of each, in the order of their last days.
    lines: dict[str, list[_Stated]] = {}
    for one in sorted(stated, key=lambda one: one.last_day):
        lines.setdefault(one.line, []).append(one)
    for second in stated:
        for line, members in lines.items():
            if members[0].last_day >= second.first_day:
                break
            first = None if line == second.line else _first_undisputed(members, second, disputes)
            if first is not None:
                yield first, second.fact
                break


def _first_undisputed(
    members: Sequence[_Stated], second: _Stated, disputes: frozenset[tuple[str, str]]
) -> Fact | None:
    """Return the first member that surely comes before the second, and that is in no known dispute with it."""
    for one in members:
        if one.last_day >= second.first_day:
            return None
        if (one.fact.id, second.fact.id) not in disputes:
            return one.fact
    return None
