"""Values computed from the dates of facts: never typed, and never sharper than the dates are."""

import dataclasses
import datetime
import enum
from collections.abc import Callable

from report.facts.dates import FactDate, date_of_day
from report.facts.errors import DerivedError
from report.facts.models import Fact
from report.facts.printing import language_of, qualify


class Unit(enum.StrEnum):
    """What a value counts."""

    DAYS = "days"
    YEARS = "years"
    FACTS = "facts"


@dataclasses.dataclass(frozen=True, slots=True)
class Bounds:
    """A duration or a number of facts between its least and its greatest possible value.

    Attributes:
        low: At least 0.
        high: At least `low`.
        unit: What both count.
        is_approximate: A date it comes from is marked approximate.
        is_uncertain: A date it comes from is marked uncertain.
    """

    low: int
    high: int
    unit: Unit
    is_approximate: bool = False
    is_uncertain: bool = False

    @property
    def is_exact(self) -> bool:
        """Whether one number is known to be right."""
        return self.low == self.high and not self.is_approximate and not self.is_uncertain


def days_between(a: FactDate, b: FactDate, *, exact: bool = False) -> Bounds:
    """Return the days from `a` to `b`.

    Args:
        a: The earlier date.
        b: The later date.
        exact: Refuse whatever is not one known number.

    Raises:
        DerivedError: An end is open, `b` is before `a`, the order of the two is unknown, or `exact` is
            asked of dates that allow a range only.
    """
    return _between(a, b, Unit.DAYS, lambda start, end: (end - start).days, exact=exact)


def years_between(a: FactDate, b: FactDate, *, exact: bool = False) -> Bounds:
    """Return the whole years completed from `a` to `b`, as ages are counted.

    Someone born on 29 February completes a year on 1 March where there is no 29 February.

    Args:
        a: The earlier date.
        b: The later date.
        exact: Refuse whatever is not one known number.

    Raises:
        DerivedError: As `days_between`.
    """
    return _between(a, b, Unit.YEARS, _completed_years, exact=exact)


def days_since(date: FactDate, day: datetime.date) -> Bounds:
    """Return the days from a date to a day.

    Raises:
        DerivedError: The date's start is open, or it may come after the day.
    """
    return _since(date, day, days_between)


def age(date: FactDate, day: datetime.date) -> Bounds:
    """Return the whole years completed from a date to a day.

    Raises:
        DerivedError: As `days_since`.
    """
    return _since(date, day, years_between)


def days_to_review(fact: Fact, day: datetime.date) -> Bounds:
    """Return the days from a day to the one by which a fact is to be reviewed.

    Raises:
        DerivedError: There is no such day, or it is past.
    """
    if fact.review_by is None:
        raise DerivedError(
            f"{fact.id!r} has no review_by, so the days to its review cannot be told",
            "add review_by to the fact, or say it without a number",
        )
    days = (fact.review_by - day).days
    if days < 0:
        raise DerivedError(
            f"{fact.id!r} was to be reviewed by {fact.review_by}, {-days} days before {day}",
            "review it and set a later day",
        )
    return Bounds(days, days, Unit.DAYS)


def print_bounds(bounds: Bounds, locale: str) -> str:
    """Return a duration with its unit, or a bare count: `15天`, `2–32天`, `约11年`, `15 days`, `1–2`.

    Raises:
        ValueError: The locale is unknown.
    """
    is_english = language_of(locale) == "en"
    if bounds.unit is Unit.YEARS and bounds.high == 0:
        text = "less than 1 year" if is_english else "不足1年"
    else:
        number = str(bounds.low) if bounds.low == bounds.high else f"{bounds.low}–{bounds.high}"
        if bounds.unit is Unit.FACTS:
            text = number
        elif is_english:
            unit = bounds.unit.value.removesuffix("s") if number == "1" else bounds.unit.value
            text = f"{number} {unit}"
        else:
            text = number + ("天" if bounds.unit is Unit.DAYS else "年")
    return qualify(text, locale, is_approximate=bounds.is_approximate, is_uncertain=bounds.is_uncertain)


def _between(
    a: FactDate,
    b: FactDate,
    unit: Unit,
    count: Callable[[datetime.date, datetime.date], int],
    *,
    exact: bool,
) -> Bounds:
    if not (a.earliest and a.latest and b.earliest and b.latest):
        open_one = a if a.is_open else b
        raise DerivedError(
            f"the {unit} between {a} and {b} cannot be told: {open_one} has an open end",
            "close the interval in facts.yaml, or say it without a number",
        )
    if b.latest < a.earliest:
        raise DerivedError(f"{b} is before {a}, so the {unit} between them are negative", "exchange the two")
    if b.earliest < a.latest:
        raise DerivedError(
            f"the {unit} between {a} and {b} cannot be told: the dates leave open which comes first",
            "give both dates more precisely in facts.yaml, or say it without a number",
        )
    bounds = Bounds(
        low=count(a.latest, b.earliest),
        high=count(a.earliest, b.latest),
        unit=unit,
        is_approximate=a.is_approximate or b.is_approximate,
        is_uncertain=a.is_uncertain or b.is_uncertain,
    )
    if exact and not bounds.is_exact:
        allowed = print_bounds(bounds, "en")
        raise DerivedError(
            f"the {unit} between {a} and {b} are no exact number: the dates allow {allowed}",
            "give both dates more precisely in facts.yaml, or drop exact=True",
        )
    return bounds


def _since(date: FactDate, day: datetime.date, between: Callable[[FactDate, FactDate], Bounds]) -> Bounds:
    if date.latest is None or date.latest > day:
        raise DerivedError(
            f"{date} may come after {day}, so the time since then cannot be told",
            "say it without a number, or give the date more precisely in facts.yaml",
        )
    return between(date, date_of_day(day))


def _completed_years(start: datetime.date, end: datetime.date) -> int:
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))
