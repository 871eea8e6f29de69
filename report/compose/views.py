"""What prose sees of facts: printed values only, each use recorded with its place.

A view never raises: what cannot be printed is a finding at the line that asked for it, and a mark that
stands in its place, so that one run reports everything.
"""

import datetime
from collections.abc import Callable
from typing import ClassVar

from report.compose.fact_marks import PrintedValue
from report.compose.register import DATE_NAME_MISSING, UNPRINTABLE, Register
from report.facts.dates import FactDate, coarsen
from report.facts.derived import Bounds, print_bounds
from report.facts.errors import DerivedError
from report.facts.judgement import InForce, in_force, is_known
from report.facts.models import Fact
from report.facts.printing import mark_unconfirmed, print_date, print_span
from report.facts.terms import Status
from report.findings import Code

ATTRIBUTE_MISSING = Code("F007", "attribute-missing", is_waivable=False)


class FactView:
    """A fact as templates see it; of a fact that cannot be used, every value is a mark."""

    NOUN: ClassVar = "a fact"

    def __init__(self, register: Register, fact: Fact | None) -> None:
        self._register = register
        self._fact = fact

    @property
    def date(self) -> "DateView | str":
        """The primary date."""
        if self._fact is None:
            return UNPRINTABLE
        return self.dates[self._fact.primary_date or ""]

    @property
    def dates(self) -> "DatesView":
        """The dates by name."""
        return DatesView(self._register, self._fact)

    @property
    def label(self) -> str:
        """What the fact says, in a few words."""
        if self._fact is None:
            return UNPRINTABLE
        return _print(self._register, self._fact, "label", self._register.label_of(self._fact))

    @property
    def status(self) -> str:
        """Its standing, in words."""
        return (
            UNPRINTABLE if self._fact is None else self._register.words[f"status_{self._fact.status.value}"]
        )

    @property
    def jurisdiction(self) -> str:
        """Where it holds, in words."""
        if self._fact is None:
            return UNPRINTABLE
        return self._register.jurisdiction_of(self._fact.jurisdiction)

    @property
    def valid(self) -> str:
        """The span of time in which it holds."""
        if self._fact is None:
            return UNPRINTABLE
        if self._fact.valid is None:
            message = (
                f"{self._fact.id!r} has no span `valid`; it has {', '.join(self._fact.dates) or 'no date'}"
            )
            self._register.report(
                DATE_NAME_MISSING, message, "Use one of these, or add valid to the fact.", "valid"
            )
            return UNPRINTABLE
        return _print(
            self._register, self._fact, "valid", print_span(self._fact.valid, self._register.locale)
        )

    @property
    def in_force(self) -> "InForceView":
        """Whether it is in force at as-of."""
        return InForceView(self._register, self._fact)

    def attr(self, name: str) -> "AttributeView | str":
        """Return an attribute: it prints as it was written, and in a condition is true or false itself."""
        if self._fact is None:
            return UNPRINTABLE
        value = self._fact.attrs.get(name)
        if value is None:
            has = ", ".join(self._fact.attrs) or "none"
            message = f"{self._fact.id!r} has no attribute {name!r}; it has {has}"
            self._register.report(
                ATTRIBUTE_MISSING, message, "Use one of these, or add it to the fact's attrs.", name
            )
            return UNPRINTABLE
        return AttributeView(self._register, self._fact, name, value)


class AttributeView:
    """An attribute: a text, number, quantity, or yes and no; it is recorded when it is printed."""

    NOUN: ClassVar = "an attribute of a fact"

    def __init__(self, register: Register, fact: Fact, name: str, value: object) -> None:
        self._register = register
        self._fact = fact
        self._name = name
        self._value = value

    def __bool__(self) -> bool:
        """Return what a yes or no says; true for everything else."""
        return self._value if isinstance(self._value, bool) else True

    def __eq__(self, other: object) -> bool:
        """Return whether it prints like the other."""
        return self._text() == str(other)

    def __hash__(self) -> int:
        """Return a hash of what it prints."""
        return hash(self._text())

    def __str__(self) -> str:
        """Return the attribute as printed."""
        return _print(self._register, self._fact, f"attrs.{self._name}", self._text())

    def _text(self) -> str:
        if isinstance(self._value, bool):
            return self._register.words["yes" if self._value else "no"]
        return str(self._value)


class DatesView:
    """A fact's dates by name: `fact('x').dates.effective`."""

    NOUN: ClassVar = "the dates of a fact"

    def __init__(self, register: Register, fact: Fact | None) -> None:
        self._register = register
        self._fact = fact

    def __getitem__(self, name: str) -> "DateView | str":
        """Return the date of a name, or a mark with a finding."""
        if self._fact is None:
            return UNPRINTABLE
        found = self._register.date(self._fact, name)
        return UNPRINTABLE if found is None else DateView(self._register, self._fact, name, found)


class DateView:
    """A date that prints at its own precision, and is recorded when it is printed."""

    NOUN: ClassVar = "a date"

    def __init__(self, register: Register, fact: Fact, name: str, date: FactDate) -> None:
        self._register = register
        self._fact = fact
        self._name = name
        self._date = date

    def __str__(self) -> str:
        """Return the date as printed."""
        text = print_date(self._date, self._register.locale)
        return _print(self._register, self._fact, f"dates.{self._name}", text)

    def coarser(self, precision: str) -> "DateView":
        """Return the date no finer than a precision."""
        return DateView(self._register, self._fact, self._name, coarsen(self._date, precision))


class InForceView:
    """Whether a fact is in force on a day: true in a condition only where it is certain; prints as words."""

    def __init__(self, register: Register, fact: Fact | None, on: datetime.date | None = None) -> None:
        self._register = register
        self._fact = fact
        self._day = on or register.as_of

    def _state(self) -> InForce:
        if self._fact is None or not is_known(self._fact, self._day):
            return InForce.NO
        return in_force(self._fact, self._day)

    def __bool__(self) -> bool:
        """Return whether it is certainly in force."""
        return self._state() is InForce.YES

    def __str__(self) -> str:
        """Return the state in words."""
        text = self._register.words[f"in_force_{self._state().value}"]
        return text if self._fact is None else _print(self._register, self._fact, "in_force", text)


class BoundsView:
    """A computed number: prints as its range, and in a condition is compared only where that is certain."""

    NOUN: ClassVar = "a number"

    def __init__(
        self, register: Register, bounds: Bounds | None, function: str, facts: tuple[str, ...] = ()
    ) -> None:
        """Take the bounds, None where there are none to print, and the facts they come from."""
        self._register = register
        self._bounds = bounds
        self._function = function
        self._facts = facts

    def __str__(self) -> str:
        """Return the number as printed."""
        if self._bounds is None:
            return UNPRINTABLE
        return self._recorded(print_bounds(self._bounds, self._register.locale))

    def __bool__(self) -> bool:
        """Return whether it is certainly more than 0."""
        return self > 0

    def __lt__(self, other: object) -> bool:
        """Return whether it is certainly less."""
        mine, others = self._certain(other)
        return mine is not None and mine[1] < others[0]

    def __le__(self, other: object) -> bool:
        """Return whether it is certainly no more."""
        mine, others = self._certain(other)
        return mine is not None and mine[1] <= others[0]

    def __gt__(self, other: object) -> bool:
        """Return whether it is certainly more."""
        mine, others = self._certain(other)
        return mine is not None and mine[0] > others[1]

    def __ge__(self, other: object) -> bool:
        """Return whether it is certainly no less."""
        mine, others = self._certain(other)
        return mine is not None and mine[0] >= others[1]

    def __eq__(self, other: object) -> bool:
        """Return whether it is certainly the same."""
        mine, others = self._certain(other)
        return mine is not None and mine == others and mine[0] == mine[1]

    def __ne__(self, other: object) -> bool:
        """Return whether it is certainly another."""
        mine, others = self._certain(other)
        return mine is not None and (mine[1] < others[0] or mine[0] > others[1])

    __hash__ = None  # type: ignore[assignment]  # what is equal only where certain is no key

    def __int__(self) -> int:
        """Return the number; where there is none, a finding and the lower bound."""
        if self._bounds is None:
            return 0
        if not self._bounds.is_exact:
            text = print_bounds(self._bounds, "en")
            message = f"{self._function}() is {text} here, and no exact number to reckon with"
            hint = "print it as it is, or compare it: {% if … >= 2 %}"
            self._register.refuse(DerivedError(message, hint), self._function)
        self._recorded("")
        return self._bounds.low

    def __float__(self) -> float:
        """Return the number, as `int` does."""
        return float(int(self))

    def _certain(self, other: object) -> tuple[tuple[int, int] | None, tuple[int, int]]:
        """Return its bounds, None where they are not certain, and those of what it is compared with."""
        bounds = other._bounds if isinstance(other, BoundsView) else other
        if isinstance(bounds, int):
            bounds = Bounds(bounds, bounds, self._bounds.unit) if self._bounds else None
        elif not isinstance(bounds, Bounds | None):
            raise TypeError(
                f"{self._function}() is a number and is compared with numbers only, not {other!r}"
            )
        if self._bounds is None or bounds is None:
            return None, (0, 0)
        self._recorded("")
        if self._bounds.unit is not bounds.unit:
            raise TypeError(f"{self._bounds.unit} and {bounds.unit} are not compared with each other")
        is_certain = not any(one.is_approximate or one.is_uncertain for one in (self._bounds, bounds))
        return (self._bounds.low, self._bounds.high) if is_certain else None, (bounds.low, bounds.high)

    def _recorded(self, text: str) -> str:
        for fact in self._facts:
            self._register.record(fact, self._function, text)
        return PrintedValue(text, self._facts) if self._facts else text


def precision(value: object, wanted: str) -> object:
    """Return a date no finer than what is wanted, as templates ask for it.

    Raises:
        ValueError: `wanted` is none of year, month, day, or the value is no date.
    """
    if wanted not in ("year", "month", "day"):
        raise ValueError(f"the precision {wanted!r} is none of year, month, day")
    if value == UNPRINTABLE:
        return value
    if not isinstance(value, DateView):
        raise ValueError(f"{value} is no date of a fact; precision() works on fact('…').date")
    return value.coarser(wanted)


def whole_number(value: object) -> object:
    """Return a value as a whole number, as templates ask for it; Jinja's own `int` makes 0 of what is none.

    Raises:
        ValueError: The value is none.
    """
    return _number(value, int, "whole number")


def decimal_number(value: object) -> object:
    """Return a value as a number, as templates ask for it; Jinja's own `float` makes 0 of what is none.

    Raises:
        ValueError: The value is none.
    """
    return _number(value, float, "number")


def _number(value: object, read: Callable[[str], object], noun: str) -> object:
    text = str(value)
    if text == UNPRINTABLE:
        return value
    try:
        return read(text)
    except ValueError:
        raise ValueError(f"{text} is no {noun}") from None


def _print(register: Register, fact: Fact, field: str, text: str) -> str:
    """Return what a fact states, recorded; that of a draft fact is marked as such."""
    if fact.status is Status.DRAFT:
        text = mark_unconfirmed(text, register.locale)
    return PrintedValue(register.record(fact.id, field, text), (fact.id,))
