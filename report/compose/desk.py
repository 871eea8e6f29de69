"""What templates may call: facts and bodies by their ids, and what is computed from dates and numbers."""

import datetime
import functools
from collections.abc import Callable
from typing import Any

from report.compose.prose import FACT_FUNCTIONS
from report.compose.register import UNPRINTABLE, NamedDate, Register
from report.compose.views import BoundsView, FactView, InForceView
from report.facts import derived, order
from report.facts.dates import FactDate, Precision, date_of_day
from report.facts.derived import Bounds
from report.facts.errors import DerivedError
from report.facts.judgement import is_known
from report.facts.models import DatedName, Fact
from report.facts.order import Moment
from report.facts.printing import print_date, print_span
from report.facts.selection import FactIndex, Selection, Wanted, read_jurisdiction, read_kind
from report.facts.terms import Status
from report.findings import Code

FACT_NOT_PAST = Code("F009", "fact-not-superseded")
NAME_UNCLEAR = Code("F025", "name-unclear", is_waivable=False)


class FactDesk(Register):
    """Answers templates' questions about facts and bodies, as of a day and in a language."""

    def functions(self) -> dict[str, Callable[..., Any]]:
        """Return what templates may call."""
        found: dict[str, Callable[..., Any]] = {name: getattr(self, name) for name in FACT_FUNCTIONS}
        return found

    def fact(self, fact_id: str) -> FactView:
        """Return a fact's values."""
        fact = self.lookup(fact_id)
        is_usable = fact is not None and self.check_usable(fact)
        return FactView(self, fact if is_usable else None)

    def past(self, fact_id: str) -> FactView:
        """Return the values of a fact that is told as history."""
        fact = self.lookup(fact_id)
        is_usable = fact is not None and self.check_usable(fact, is_history=True)
        if fact is not None and is_usable and fact.id not in self.superseded:
            message = f"{fact.id!r} is told as history, and nothing supersedes it on {self.as_of}"
            self.report(FACT_NOT_PAST, message, f"Write fact('{fact.id}').", fact.id)
        return FactView(self, fact if is_usable else None)

    def known(self, fact_id: str) -> bool:
        """Return whether a fact is known at as-of."""
        fact = self.lookup(fact_id)
        return fact is not None and is_known(fact, self.as_of)

    def in_force(self, fact_id: str, on: str | None = None) -> InForceView:
        """Return whether a fact is in force at as-of, or on an earlier day; true only for a certain yes."""
        fact = self.lookup(fact_id)
        if on is None:
            return InForceView(self, fact)
        day = self._day(on)
        return InForceView(self, fact if day else None, day)

    def days_between(self, a: str, b: str, exact: bool = False) -> BoundsView:
        """Return the days from one fact's date to another's."""
        return self._between("days_between", derived.days_between, a, b, exact)

    def years_between(self, a: str, b: str, exact: bool = False) -> BoundsView:
        """Return the whole years from one fact's date to another's."""
        return self._between("years_between", derived.years_between, a, b, exact)

    def age(self, fact_id: str) -> BoundsView:
        """Return the whole years from a fact's date to as-of."""
        return self._until_today("age", derived.age, fact_id)

    def days_since(self, fact_id: str) -> BoundsView:
        """Return the days from a fact's date to as-of."""
        return self._until_today("days_since", derived.days_since, fact_id)

    def days_to_review(self, fact_id: str) -> BoundsView:
        """Return the days from as-of to the day by which a fact is to be reviewed."""
        function = "days_to_review"
        fact = self.lookup(fact_id)
        if fact is None or not self.check_usable(fact, is_history=True):
            return BoundsView(self, None, function)
        return self._computed(function, lambda: derived.days_to_review(fact, self.as_of), fact)

    def count(
        self,
        *,
        kind: str | None = None,
        entity: str | None = None,
        jurisdiction: str | None = None,
        subject: str | None = None,
        before: str | None = None,
        after: str | None = None,
        draft: bool = False,
        exact: bool = False,
    ) -> BoundsView:
        """Return how many facts there are that have all this in common, by what is known at as-of."""
        facts = self._select("count", kind, entity, jurisdiction, subject)
        start, end = (None if name is None else self.date_at(name) for name in (after, before))
        is_unknown = (after is not None and start is None) or (before is not None and end is None)
        if facts is None or is_unknown:
            return BoundsView(self, None, "count")
        tally = order.count_facts(
            [fact for fact in facts if draft or fact.status is not Status.DRAFT],
            before=_moment(end),
            after=_moment(start),
        )
        named = [one.fact for one in (start, end) if one is not None and one.fact is not None]
        return self._computed("count", lambda: tally.bounds(exact=exact), *tally.possible, *named)

    def first(
        self,
        *,
        of: str | None = None,
        entity: str | None = None,
        jurisdiction: str | None = None,
        subject: str | None = None,
        draft: bool = False,
        **attributes: Wanted,
    ) -> FactView:
        """Return the fact that surely came first of those that have all this in common."""
        facts = self._select("first", of, entity, jurisdiction, subject, attributes)
        if facts is None:
            return FactView(self, None)
        try:
            return FactView(self, order.find_earliest(facts, with_drafts=draft).sure())
        except DerivedError as error:
            self.refuse(error, "first")
            return FactView(self, None)

    def is_first(
        self,
        fact_id: str,
        *,
        of: str | None = None,
        entity: str | None = None,
        jurisdiction: str | None = None,
        subject: str | None = None,
        **attributes: Wanted,
    ) -> bool:
        """Return whether a verified fact surely came first of those that have all this in common."""
        fact = self.lookup(fact_id)
        facts = self._select("is_first", of, entity, jurisdiction, subject, attributes)
        if fact is None or facts is None or not is_known(fact, self.as_of):
            return False
        if fact.status is not Status.RETRACTED and fact.id not in {one.id for one in facts}:
            message = f"{fact.id!r} is none of the facts that is_first() compares it with"
            self.refuse(DerivedError(message, "correct what is asked for, or add it to the fact"), fact.id)
            return False
        self.record(fact.id, "is_first", "")
        earliest = order.find_earliest(facts)
        return earliest.is_sure and earliest.fact is fact and fact.status is Status.VERIFIED

    def name(self, entity_id: str, on: str | None = None) -> str:
        """Return what a body is called at as-of, or was called on the day of a fact or on a date."""
        entity = self.lookup_entity(entity_id)
        named = NamedDate(date_of_day(self.as_of)) if on is None else self.date_at(on)
        if entity is None or named is None:
            return UNPRINTABLE
        date = named.date
        if date.earliest is not None and date.earliest > self.as_of:
            if named.fact is None:
                self.refuse(_not_yet(date, self.as_of), str(on))
                return UNPRINTABLE
            # What takes effect later is told by the name of today: nobody knows a later one.
            date = date_of_day(self.as_of)
        names = entity.names_on(date)
        if len(names) != 1:
            self._report_unclear(entity_id, entity.names, names, date)
            return UNPRINTABLE
        text = names[0].name.for_locale(self.locale, self.locale) or ""
        return text if named.fact is None else self.record(named.fact.id, "name", text)

    @functools.cached_property
    def _index(self) -> FactIndex:
        return FactIndex(self.facts.values(), self.as_of)

    def _between(
        self, function: str, compute: Callable[..., Bounds], a: str, b: str, exact: bool
    ) -> BoundsView:
        first, second = self.date_of(a), self.date_of(b)
        if first is None or second is None:
            return BoundsView(self, None, function)
        facts = [one.fact for one in (first, second) if one.fact is not None]
        return self._computed(function, lambda: compute(first.date, second.date, exact=exact), *facts)

    def _until_today(
        self, function: str, compute: Callable[[FactDate, datetime.date], Bounds], fact_id: str
    ) -> BoundsView:
        named = self.date_of(fact_id)
        if named is None:
            return BoundsView(self, None, function)
        facts = [named.fact] if named.fact is not None else []
        return self._computed(function, lambda: compute(named.date, self.as_of), *facts)

    def _computed(self, function: str, compute: Callable[[], Bounds], *facts: Fact) -> BoundsView:
        """Return a number that comes from some facts, or what stands for it, with a finding."""
        try:
            bounds = compute()
        except DerivedError as error:
            self.refuse(error, function)
            return BoundsView(self, None, function)
        return BoundsView(self, bounds, function, tuple(dict.fromkeys(fact.id for fact in facts)))

    def _select(
        self,
        function: str,
        kind: str | None,
        entity: str | None,
        jurisdiction: str | None,
        subject: str | None,
        attributes: dict[str, Wanted] | None = None,
    ) -> tuple[Fact, ...] | None:
        """Return the facts that have all this in common, or None with a finding."""
        if entity is not None and self.lookup_entity(entity) is None:
            return None
        try:
            wanted = Selection(
                kind=None if kind is None else read_kind(kind),
                entity=entity,
                jurisdiction=None if jurisdiction is None else read_jurisdiction(jurisdiction),
                subject=subject,
                attributes=attributes or {},
            )
            return self._index.select(wanted)
        except DerivedError as error:
            self.refuse(error, function)
            return None

    def _day(self, text: str) -> datetime.date | None:
        """Return a day up to as-of, or None with a finding."""
        named = self.date_at(text)
        if named is None:
            return None
        date = named.date
        if named.fact is not None or date.is_interval or date.precision is not Precision.DAY:
            error = DerivedError(f"{text!r} is not one day", "write a day, such as on='2025-10-15'")
            self.refuse(error, text)
            return None
        if date.earliest is not None and date.earliest > self.as_of:
            self.refuse(_not_yet(date, self.as_of), text)
            return None
        return date.earliest

    def _report_unclear(
        self, entity_id: str, known: tuple[DatedName, ...], names: tuple[DatedName, ...], date: FactDate
    ) -> None:
        def told(one: DatedName) -> str:
            span = "" if one.valid is None else f" ({print_span(one.valid, 'en')})"
            return f"{one.name.for_locale(self.locale, self.locale)}{span}"

        shown = print_date(date, "en")
        if names:
            message = f"{entity_id!r} may be called {' or '.join(map(told, names))} on {shown}"
            hint = "Name a day or a fact on which only one of them was borne."
        else:
            message = f"{entity_id!r} has no name on {shown}; it has {', '.join(map(told, known))}"
            hint = "Correct the day, or add the name of that time to entities.yaml."
        self.report(NAME_UNCLEAR, message, hint, entity_id)


def _moment(named: NamedDate | None) -> Moment | None:
    if named is None:
        return None
    fact = named.fact.id if named.fact is not None and named.is_primary else ""
    return Moment(order.reach(named.date), fact)


def _not_yet(date: FactDate, as_of: datetime.date) -> DerivedError:
    return DerivedError(f"{date} is after {as_of}, the day as of which all is told", "name an earlier day")
