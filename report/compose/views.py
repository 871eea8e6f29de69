"""What prose sees of a fact: printed values only, each use recorded with its place.

A view never raises: what cannot be printed is a finding at the line that asked for it, and a mark that
stands in its place, so that one run reports everything.
"""

import contextlib
import dataclasses
import datetime
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from report.compose.prose import FACT_FUNCTIONS, FACT_UNKNOWN, suggest_fact
from report.facts.dates import FactDate, coarsen
from report.facts.derived import days_between, print_bounds, years_between
from report.facts.errors import DerivedError
from report.facts.judgement import InForce, in_force, is_known
from report.facts.models import Fact
from report.facts.printing import print_date
from report.facts.terms import Status
from report.findings import Code

FACT_NOT_YET_KNOWN = Code("F001", "fact-not-yet-known", is_waivable=False)
FACT_SUPERSEDED = Code("F002", "fact-superseded")
FACT_RETRACTED = Code("F005", "fact-retracted", is_waivable=False)
DATE_NAME_MISSING = Code("F006", "date-name-missing", is_waivable=False)
ATTRIBUTE_MISSING = Code("F007", "attribute-missing", is_waivable=False)
VALUE_UNDERIVABLE = Code("F008", "value-underivable", is_waivable=False)
FACT_NOT_PAST = Code("F009", "fact-not-superseded")

UNPRINTABLE = "□"
Reporter = Callable[[Code, str, str, str], None]


@dataclasses.dataclass(frozen=True)
class Use:
    """One place where a fact shows.

    Attributes:
        section: The id of the section, `key-points` or `timeline`.
        fact: The fact's id.
        field: What of it: `label`, `dates.effective`, `attrs.age_min`, `note`, `in_force`, `days_between`.
        text: As printed.
    """

    section: str
    fact: str
    field: str
    text: str


@dataclasses.dataclass
class FactDesk:
    """Answers templates' questions about facts, as of a day and in a language.

    Attributes:
        facts: By id.
        superseded: The fact that took its place, by id, as of the day.
        as_of: 数据截至.
        locale: BCP 47.
        report: Takes code, message, hint and the text to find the place by.
        section: What is being composed now; uses are recorded under it.
        uses: In the order of the document.
    """

    facts: Mapping[str, Fact]
    superseded: Mapping[str, str]
    as_of: datetime.date
    locale: str
    words: Mapping[str, str]
    report: Reporter
    section: str = ""
    uses: list[Use] = dataclasses.field(default_factory=list)

    def functions(self) -> dict[str, Callable[..., Any]]:
        """Return what templates may call."""
        found: dict[str, Callable[..., Any]] = {
            "fact": self.fact,
            "past": self.past,
            "known": self.known,
            "in_force": self.in_force,
            "days_between": self.days_between,
            "years_between": self.years_between,
        }
        assert set(found) == set(FACT_FUNCTIONS)
        return found

    @contextlib.contextmanager
    def reporting_to(self, report: Reporter) -> Iterator[None]:
        """Report elsewhere for a while: to the place of what is no template, such as a note in Markdown."""
        usual, self.report = self.report, report
        try:
            yield
        finally:
            self.report = usual

    def record(self, fact_id: str, field: str, text: str) -> str:
        """Remember that a value is printed, and return it."""
        self.uses.append(Use(self.section, fact_id, field, text))
        return text

    def lookup(self, fact_id: object) -> Fact | None:
        """Return a fact, or None with a finding."""
        fact = self.facts.get(fact_id) if isinstance(fact_id, str) else None
        if fact is None:
            hint = suggest_fact(str(fact_id)[:80], self.facts)
            self.report(FACT_UNKNOWN, f"no fact has the id {str(fact_id)[:80]!r}", hint, str(fact_id)[:80])
        return fact

    def check_usable(self, fact: Fact, *, is_history: bool = False) -> bool:
        """Report a use that the fact's standing does not allow; return whether it may be printed."""
        if fact.status is Status.RETRACTED:
            message = f"{fact.id!r} is retracted and must not be used"
            self.report(FACT_RETRACTED, message, "Remove the statement, or give another fact.", fact.id)
            return False
        if not is_known(fact, self.as_of):
            message = f"{fact.id!r} is not yet known on {self.as_of}"
            hint = f"Put the passage between {{% if known('{fact.id}') %}} and {{% endif %}}."
            self.report(FACT_NOT_YET_KNOWN, message, hint, fact.id)
            return False
        if fact.id in self.superseded and not is_history:
            newer = self.superseded[fact.id]
            message = f"{fact.id!r} is superseded by {newer!r} on {self.as_of}"
            hint = f"Use fact('{newer}'), or past('{fact.id}') where it is told as history."
            self.report(FACT_SUPERSEDED, message, hint, fact.id)
        return True

    def fact(self, fact_id: str) -> "FactView":
        """Return a fact's values."""
        fact = self.lookup(fact_id)
        is_usable = fact is not None and self.check_usable(fact)
        return FactView(self, fact if is_usable else None)

    def past(self, fact_id: str) -> "FactView":
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

    def in_force(self, fact_id: str) -> "InForceView":
        """Return whether a fact is in force at as-of; it counts as true only for a certain yes."""
        fact = self.lookup(fact_id)
        return InForceView(self, fact)

    def days_between(self, a: str, b: str, exact: bool = False) -> str:
        """Return the days from one fact's date to another's, with their unit."""
        return self._between("days_between", days_between, a, b, exact)

    def years_between(self, a: str, b: str, exact: bool = False) -> str:
        """Return the whole years from one fact's date to another's, with their unit."""
        return self._between("years_between", years_between, a, b, exact)

    def _between(self, name: str, compute: Callable[..., Any], a: str, b: str, exact: bool) -> str:
        first, second = self._date_of(a), self._date_of(b)
        if first is None or second is None:
            return UNPRINTABLE
        try:
            text = print_bounds(compute(first, second, exact=exact), self.locale)
        except DerivedError as error:
            self.report(VALUE_UNDERIVABLE, error.message, error.hint[:1].upper() + error.hint[1:] + ".", name)
            return UNPRINTABLE
        for reference in (a, b):
            self.record(reference.partition(".")[0], name, text)
        return text

    def _date_of(self, reference: str) -> FactDate | None:
        """Return the date that `id` or `id.effective` names."""
        fact_id, _, name = str(reference).partition(".")
        fact = self.lookup(fact_id)
        if fact is None or not self.check_usable(fact, is_history=True):
            return None
        return self.date(fact, name or fact.primary_date or "")

    def date(self, fact: Fact, name: str) -> FactDate | None:
        """Return a fact's date of a name, or None with a finding."""
        found = fact.dates.get(name)
        if found is None:
            message = f"{fact.id!r} has no date {name!r}; it has {', '.join(fact.dates)}"
            hint = "Use one of these, or add the date to the fact."
            if not fact.dates:
                message, hint = f"{fact.id!r} has no date", "Add one to the fact, or say it without."
            self.report(DATE_NAME_MISSING, message, hint, name or fact.id)
        return found


class FactView:
    """A fact as templates see it; of a fact that cannot be used, every value is a mark."""

    NOUN: ClassVar = "a fact"

    def __init__(self, desk: FactDesk, fact: Fact | None) -> None:
        self._desk = desk
        self._fact = fact

    def _print(self, field: str, text: str) -> str:
        return UNPRINTABLE if self._fact is None else self._desk.record(self._fact.id, field, text)

    @property
    def date(self) -> "DateView | str":
        """The primary date."""
        if self._fact is None:
            return UNPRINTABLE
        return self.dates[self._fact.primary_date or ""]

    @property
    def dates(self) -> "DatesView":
        """The dates by name."""
        return DatesView(self._desk, self._fact)

    @property
    def label(self) -> str:
        """What the fact says, in a few words."""
        if self._fact is None:
            return UNPRINTABLE
        return self._print("label", self._fact.label.for_locale(self._desk.locale, self._desk.locale) or "")

    @property
    def status(self) -> str:
        """Its standing, in words."""
        return UNPRINTABLE if self._fact is None else self._desk.words[f"status_{self._fact.status.value}"]

    @property
    def jurisdiction(self) -> str:
        """Where it holds, in words."""
        if self._fact is None:
            return UNPRINTABLE
        code = self._fact.jurisdiction
        return self._desk.words.get(f"jurisdiction_{code}", code)

    @property
    def in_force(self) -> "InForceView":
        """Whether it is in force at as-of."""
        return InForceView(self._desk, self._fact)

    def attr(self, name: str) -> "AttributeView | str":
        """Return an attribute: it prints as it was written, and in a condition is true or false itself."""
        if self._fact is None:
            return UNPRINTABLE
        value = self._fact.attrs.get(name)
        if value is None:
            has = ", ".join(self._fact.attrs) or "none"
            message = f"{self._fact.id!r} has no attribute {name!r}; it has {has}"
            self._desk.report(
                ATTRIBUTE_MISSING, message, "Use one of these, or add it to the fact's attrs.", name
            )
            return UNPRINTABLE
        return AttributeView(self._desk, self._fact, name, value)


class AttributeView:
    """An attribute: a text, number, quantity, or yes and no; it is recorded when it is printed."""

    NOUN: ClassVar = "an attribute of a fact"

    def __init__(self, desk: FactDesk, fact: Fact, name: str, value: object) -> None:
        self._desk = desk
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
        return self._desk.record(self._fact.id, f"attrs.{self._name}", self._text())

    def _text(self) -> str:
        if isinstance(self._value, bool):
            return self._desk.words["yes" if self._value else "no"]
        return str(self._value)


class DatesView:
    """A fact's dates by name: `fact('x').dates.effective`."""

    NOUN: ClassVar = "the dates of a fact"

    def __init__(self, desk: FactDesk, fact: Fact | None) -> None:
        self._desk = desk
        self._fact = fact

    def __getitem__(self, name: str) -> "DateView | str":
        """Return the date of a name, or a mark with a finding."""
        if self._fact is None:
            return UNPRINTABLE
        found = self._desk.date(self._fact, name)
        return UNPRINTABLE if found is None else DateView(self._desk, self._fact, name, found)


class DateView:
    """A date that prints at its own precision, and is recorded when it is printed."""

    NOUN: ClassVar = "a date"

    def __init__(self, desk: FactDesk, fact: Fact, name: str, date: FactDate) -> None:
        self._desk = desk
        self._fact = fact
        self._name = name
        self._date = date

    def __str__(self) -> str:
        """Return the date as printed."""
        text = print_date(self._date, self._desk.locale)
        return self._desk.record(self._fact.id, f"dates.{self._name}", text)

    def coarser(self, precision: str) -> "DateView":
        """Return the date no finer than a precision."""
        return DateView(self._desk, self._fact, self._name, coarsen(self._date, precision))


class InForceView:
    """Whether a fact is in force: true in a condition only where it is certain; prints as words."""

    def __init__(self, desk: FactDesk, fact: Fact | None) -> None:
        self._desk = desk
        self._fact = fact

    def _state(self) -> InForce:
        if self._fact is None or not is_known(self._fact, self._desk.as_of):
            return InForce.NO
        return in_force(self._fact, self._desk.as_of)

    def __bool__(self) -> bool:
        """Return whether it is certainly in force."""
        return self._state() is InForce.YES

    def __str__(self) -> str:
        """Return the state in words."""
        text = self._desk.words[f"in_force_{self._state().value}"]
        return text if self._fact is None else self._desk.record(self._fact.id, "in_force", text)


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
