"""The facts of a briefing, found by what a clause names and what it says happened.

A clause *tells* a fact where it names what the fact is about (a product, a subject, a proper noun of its label) and
says what happened to it. A body does many things, so its name alone is not enough: then the clause must also
resemble the fact's label. Whatever these rules leave open is left alone by the checks that ask here.
"""

import dataclasses
import datetime
import functools
import re
from collections.abc import Iterable, Sequence

from report.facts.dates import FactDate, Precision
from report.facts.models import Fact
from report.facts.terms import Status
from report.model import Briefing
from report.reading.events import OF_DATE, Event, events_of, without_events
from report.reading.names import Name, Names, is_body

# A name with more facts than these tells no single one; and the work for a clause stays bounded.
MOST_FACTS = 40
_ALIKE = 0.4
_SLACK = {Precision.DAY: 7, Precision.MONTH: 31, Precision.YEAR: 366}


@dataclasses.dataclass(frozen=True, slots=True)
class Reach:
    """The days that a date allows, as ordinals; approximate ones are widened by one of their unit."""

    first: int
    last: int

    def meets(self, other: "Reach") -> bool:
        """Return whether they share a day."""
        return self.first <= other.last and other.first <= self.last

    def is_within(self, other: "Reach") -> bool:
        """Return whether it lies in the other and is narrower."""
        return other.first <= self.first and self.last <= other.last and self != other


BEGINNING, END_OF_TIME = datetime.date.min.toordinal(), datetime.date.max.toordinal()


@functools.lru_cache(maxsize=1 << 15)
def reach(date: FactDate) -> Reach:
    """Return the days that a date allows."""
    slack = _SLACK[date.precision] if date.is_approximate else 0
    first = date.earliest.toordinal() - slack if date.earliest else BEGINNING
    last = date.latest.toordinal() + slack if date.latest else END_OF_TIME
    return Reach(first, last)


class Register:
    """A briefing's dated facts and names."""

    def __init__(self, briefing: Briefing) -> None:
        """Index the facts once; each question after that takes time by what it names, not by how many there are."""
        self._briefing = briefing
        self._facts = {
            fact.id: fact
            for fact in briefing.facts.values()
            if fact.dates and fact.status is not Status.RETRACTED
        }
        self._of_entity: dict[str, list[str]] = {}
        for fact in self._facts.values():
            for entity in fact.entities:
                self._of_entity.setdefault(entity, []).append(fact.id)
        self._bodies = {entity.id for entity in briefing.entities.values() if is_body(entity)}
        self._events: dict[str, frozenset[Event]] = {}
        self._matters: dict[str, frozenset[str]] = {}
        self._parts: dict[str, tuple[frozenset[str], ...]] = {}

    @functools.cached_property
    def names(self) -> Names:
        """The names of entities and facts; only a briefing in which times are typed needs them all."""
        return Names(self._briefing)

    @functools.cached_property
    def names_of_entities(self) -> Names:
        """The names of entities alone."""
        return Names(self._briefing, has_facts=False)

    def fact(self, name: str) -> Fact | None:
        """Return a dated fact that is not retracted."""
        return self._facts.get(name)

    def facts_of(self, name: Name) -> tuple[Fact, ...]:
        """Return the dated facts that a name may stand for; none where it may stand for too many."""
        ids = list(name.facts)
        for entity in name.entities:
            ids += self._of_entity.get(entity, ())
        if len(ids) > MOST_FACTS:
            return ()
        return tuple(self._facts[one] for one in dict.fromkeys(ids) if one in self._facts)

    def events(self, fact: Fact) -> frozenset[Event]:
        """Return the events by which a clause would tell a fact."""
        if fact.id not in self._events:
            self._events[fact.id] = events_of(fact)
        return self._events[fact.id]

    def is_about(self, fact: Fact, name: Name) -> bool:
        """Return whether a name is that of a fact's matter: of the products in its label (or entities), the rarest."""
        if not name.entities:
            return fact.id in name.facts
        is_subject = fact.subject is not None and fact.subject.lower() == name.text.lower()
        return is_subject or not self._matter(fact).isdisjoint(name.entities)

    def _matter(self, fact: Fact) -> frozenset[str]:
        if fact.id not in self._matters:
            named = [one.name for label in fact.label.texts.values() for one in self.names.find(label)]
            told = {entity for name in named for entity in name.entities if entity in fact.entities}
            products = (told or set(fact.entities)) - self._bodies
            fewest = min((len(self._of_entity[one]) for one in products), default=0)
            self._matters[fact.id] = frozenset(one for one in products if len(self._of_entity[one]) == fewest)
        return self._matters[fact.id]

    def resembles(self, fact: Fact, text: str) -> bool:
        """Return whether a text says what a fact's label says, apart from names and what happened."""
        if fact.id not in self._parts:
            bare = [self._bare(label) for label in fact.label.texts.values()]
            self._parts[fact.id] = tuple(
                frozenset(
                    re.findall(r"(?=([\u4e00-\u9fff]{2}))", label) + re.findall("[a-z]{3,}", label.lower())
                )
                for label in bare
            )
        lower = text.lower()
        return any(
            parts and sum(part in lower for part in parts) >= _ALIKE * len(parts)
            for parts in self._parts[fact.id]
        )

    def _bare(self, label: str) -> str:
        for one in self.names.find(label):
            label = f"{label[: one.start]}{' ' * (one.end - one.start)}{label[one.end :]}"
        return without_events(label)


def are_one_event(facts: Iterable[Fact]) -> bool:
    """Return whether facts may all tell one event: every two of their primary dates share a day."""
    reaches = [reach(fact.date or next(iter(fact.dates.values()))) for fact in facts]
    first = max((one.first for one in reaches), default=BEGINNING)
    last = min((one.last for one in reaches), default=END_OF_TIME)
    return bool(reaches) and first <= last


def dates_told(fact: Fact, events: frozenset[Event]) -> tuple[FactDate, ...]:
    """Return the dates of a fact that words such as 签署 and 施行 choose; all where they choose none."""
    chosen = tuple(date for name, date in fact.dates.items() if OF_DATE.get(name) in events)
    return chosen or tuple(fact.dates.values())


def earliest_day(dates: Iterable[FactDate]) -> int:
    """Return the first day that any of the dates allows, as an ordinal."""
    return min(reach(date).first for date in dates)


def latest_day(dates: Iterable[FactDate]) -> int:
    """Return the last day that any of the dates allows, as an ordinal."""
    return max(reach(date).last for date in dates)


def spelt_dates(fact: Fact) -> str:
    """Return a fact's dates as its file has them: `announced 2025-01-02, effective 2026-05-01`."""
    return ", ".join(f"{name} {date}" for name, date in fact.dates.items())


def finest(facts: Sequence[Fact]) -> Fact:
    """Return the fact that a message names: the one with the finest date."""
    return max(facts, key=lambda fact: fact.date.precision.rank if fact.date else 0)
