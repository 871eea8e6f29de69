"""Dates at the precision that is known: the part of EDTF (ISO 8601-2) that facts may use.

Allowed are `2025`, `2025-05`, `2025-05-20`, each with `~` (approximate), `?` (uncertain) or `%` (both),
and intervals of these, of which one end may be open (`../2025`, `2025/..`).

A mark changes no bounds: `2024-12~` is from the first day of December to the last, as the strict bounds of the
`edtf` library are. That library is what the tests compare with; here it would cost every run 0.1 s and a value
up to 5 ms, and it takes 2023-02-29 for a date.
"""

import calendar
import dataclasses
import datetime
import enum
import functools
import re
import unicodedata
from typing import Any, cast

import pydantic_core

from report.facts.errors import DateError, refusal

FORMS = "write 2025, 2025-05, 2025-05-20, one of these followed by ~ ? or %, or an interval of two"
_LONGEST = 40
_PART = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?(?P<mark>[~?%])?")
_MARKS = {(False, False): "", (True, False): "~", (False, True): "?", (True, True): "%"}


class Precision(enum.StrEnum):
    """How fine a date is, the coarsest first."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"

    @property
    def rank(self) -> int:
        """The number of parts that a date of this precision has: 1, 2 or 3."""
        return list(Precision).index(self) + 1


@dataclasses.dataclass(frozen=True, slots=True)
class DatePart:
    """A year, month or day: a whole date, or one end of an interval.

    Attributes:
        year: From 1 to 9999.
        month: From 1; None where only the year is known.
        day: From 1; None where no day is known.
        is_approximate: Marked `~` or `%`.
        is_uncertain: Marked `?` or `%`.
        earliest: The first day that the date allows.
        latest: The last one.
    """

    year: int
    month: int | None
    day: int | None
    is_approximate: bool
    is_uncertain: bool
    earliest: datetime.date
    latest: datetime.date

    @property
    def precision(self) -> Precision:
        """How fine it is."""
        if self.month is None:
            return Precision.YEAR
        return Precision.MONTH if self.day is None else Precision.DAY

    def __str__(self) -> str:
        """Return it as EDTF."""
        numbers = [f"{self.year:04}"] + [f"{n:02}" for n in (self.month, self.day) if n is not None]
        return "-".join(numbers) + _MARKS[self.is_approximate, self.is_uncertain]


@dataclasses.dataclass(frozen=True, slots=True)
class FactDate:
    """A date as a fact states it. A pydantic type, made from text, that serialises as its text.

    Attributes:
        text: EDTF, as it was written.
        start: The date, or the start of an interval; None where that is open.
        end: The date, or the end of an interval; None where that is open.
        is_interval: Whether it was written with two ends.
    """

    text: str
    start: DatePart | None
    end: DatePart | None
    is_interval: bool = False

    @property
    def earliest(self) -> datetime.date | None:
        """The first day it allows; None where the start is open."""
        return self.start.earliest if self.start else None

    @property
    def latest(self) -> datetime.date | None:
        """The last day it allows; None where the end is open."""
        return self.end.latest if self.end else None

    @property
    def precision(self) -> Precision:
        """How fine it is; of an interval, how fine its coarser end is."""
        return min((part.precision for part in (self.start, self.end) if part), key=lambda one: one.rank)

    @property
    def is_approximate(self) -> bool:
        """Whether it, or an end of it, is marked `~` or `%`."""
        return any(part.is_approximate for part in (self.start, self.end) if part)

    @property
    def is_uncertain(self) -> bool:
        """Whether it, or an end of it, is marked `?` or `%`."""
        return any(part.is_uncertain for part in (self.start, self.end) if part)

    @property
    def is_open(self) -> bool:
        """Whether an end of it is open."""
        return self.start is None or self.end is None

    def __str__(self) -> str:
        """Return the text as it was written."""
        return self.text

    @classmethod
    def _validate(cls, value: Any) -> "FactDate":
        if isinstance(value, FactDate):
            return value
        if not isinstance(value, str):
            raise refusal("date_invalid", "a date is missing, or is no text", FORMS)
        try:
            return parse_date(value)
        except DateError as error:
            raise refusal("date_invalid", error.message, error.hint) from None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> pydantic_core.CoreSchema:
        """Tell pydantic how to make one and how to write it."""
        return pydantic_core.core_schema.no_info_plain_validator_function(
            cls._validate, serialization=pydantic_core.core_schema.to_string_ser_schema()
        )


@functools.lru_cache(maxsize=1 << 16)
def parse_date(text: str) -> FactDate:
    """Return the date that an EDTF text states.

    Raises:
        DateError: The text is none of the allowed forms, names a day that no calendar has, or is an
            interval that ends before it starts.
    """
    if len(text) > _LONGEST:
        raise DateError(f"a date of {len(text)} characters is longer than any (limit {_LONGEST})", FORMS)
    written_start, slash, written_end = text.partition("/")
    if not slash and (match := _PART.fullmatch(text)):
        part = _part(match, text)
        return FactDate(text, part, part)
    written = (written_start, written_end)
    ends = [_PART.fullmatch(end) for end in written]
    is_allowed = slash and all(match or end == ".." for match, end in zip(ends, written, strict=True))
    if not is_allowed or ends == [None, None]:
        raise _refuse(text)
    start, end = (match and _part(match, text) for match in ends)
    if start and end and start.earliest > end.latest:
        raise DateError(
            f"the interval {text!r} ends before it starts", f"write {written_end}/{written_start}"
        )
    return FactDate(text, start, end, is_interval=True)


def date_of_day(day: datetime.date) -> FactDate:
    """Return a whole day as a date."""
    return parse_date(day.isoformat())


def coarsen(date: FactDate, precision: Precision | str) -> FactDate:
    """Return the date no finer than `precision`; it is never made finer.

    An interval whose ends become the same is that one date.

    Raises:
        ValueError: `precision` is none of year, month, day.
    """
    wanted = Precision(precision)
    start, end = (part and _coarsen_part(part, wanted) for part in (date.start, date.end))
    if (start, end) == (date.start, date.end):
        return date
    if start == end:
        return parse_date(str(start))
    return parse_date(f"{start or '..'}/{end or '..'}")


def mark_uncertain(date: FactDate) -> FactDate:
    """Return the date marked `?`, as that of a fact nobody has confirmed is to be read."""
    start, end = (part and dataclasses.replace(part, is_uncertain=True) for part in (date.start, date.end))
    if not date.is_interval:
        return parse_date(str(start))
    return parse_date(f"{start or '..'}/{end or '..'}")


def is_meant_as_date(text: str) -> bool:
    """Return whether a text that may name a fact or a date begins as only a date does."""
    return re.match(r"[0-9]{4}|\.\.", text) is not None


def _coarsen_part(part: DatePart, precision: Precision) -> DatePart:
    if part.precision.rank <= precision.rank:
        return part
    text = str(
        dataclasses.replace(part, day=None, month=part.month if precision == Precision.MONTH else None)
    )
    return cast(DatePart, parse_date(text).start)


def _part(match: re.Match[str], text: str) -> DatePart:
    year, month, day, mark = match.group("year", "month", "day", "mark")
    if year == "0000":
        raise DateError(f"{text!r} has the year 0, which no calendar in use has", "write a year from 0001 on")
    if month is not None and not 1 <= int(month) <= 12:
        raise _refuse_month(text, int(month))
    if day is not None:
        earliest = latest = _calendar_day(text, match.group()[:10])
    else:
        earliest, latest = _bounds(int(year), None if month is None else int(month))
    return DatePart(
        year=int(year),
        month=None if month is None else int(month),
        day=None if day is None else int(day),
        is_approximate=mark in ("~", "%"),
        is_uncertain=mark in ("?", "%"),
        earliest=earliest,
        latest=latest,
    )


def _bounds(year: int, month: int | None) -> tuple[datetime.date, datetime.date]:
    last = 12 if month is None else month
    return datetime.date(year, month or 1, 1), datetime.date(year, last, calendar.monthrange(year, last)[1])


def _calendar_day(text: str, day: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(day)
    except ValueError:
        length = calendar.monthrange(int(day[:4]), int(day[5:7]))[1]
        raise DateError(
            f"{text!r} names a day that no calendar has: {day[:7]} has {length} days",
            f"write a day from 01 to {length}, or only the month",
        ) from None


def _refuse_month(text: str, month: int) -> DateError:
    if 21 <= month <= 41:
        return DateError(
            f"{text!r} is a season",
            "write its months as an interval, such as 2025-03/2025-05, or only the year",
        )
    return DateError(f"{text!r} has the month {month:02}", "write a month from 01 to 12, or only the year")


# What EDTF has and facts do not, by what tells it apart; the first that fits is named.
_REFUSED = (
    (
        r"[\[{].*",
        "is a set of dates",
        "write an interval, such as 2025-01/2025-03, or one fact for each date",
    ),
    (r"[Yy]-?[0-9].*", "is a year of more than four digits", "write a year of four digits"),
    (r"-[0-9]{4}.*", "is a year before our era", "write a year from 0001 on"),
    (r".*[0-9][Tt ][0-9].*", "has a time of day", "write only the day, such as 2025-05-20"),
    (
        r"(?=.*[XxUu])[0-9XxUu]{4}.*",
        "leaves digits open",
        "write what is known, such as 2025-05, or an interval, such as 2020/2029",
    ),
    (r".*[~?%]{2,}", "has several marks", "write one mark at the end: ~ approximate, ? uncertain, % both"),
    (r".*[~?%].*", "has a mark before its end", "write the mark after the whole date, such as 2025-05~"),
)
_LOOSE = re.compile(
    r"(?P<about>约|約|大约|大約|ca?\.? ?|[~?%])?(?P<year>[0-9]{4})"
    r"(?:(?:[-./]|年)(?P<month>[0-9]{1,2})(?:(?:[-./]|月)(?P<day>[0-9]{1,2})日?|月)?|年)?(?P<mark>[~?%])?"
)


def _refuse(text: str) -> DateError:
    rewritten = _rewrite(text)
    if rewritten is not None and rewritten != text:
        try:
            parse_date(rewritten)
        except DateError as error:
            return error
        what = "has blanks around the date" if text.strip() == rewritten else "is not written as a date is"
        return DateError(f"{text!r} {what}", f"write {rewritten}")
    if text in ("", "..", "../..", "/"):
        return DateError(f"{text!r} names no day at all", "write what is known, or leave the date out")
    for pattern, what, hint in _REFUSED:
        if re.fullmatch(pattern, text):
            return DateError(f"{text!r} {what}", hint)
    if "/" in text:
        return DateError(
            f"{text!r} is no interval of two dates", "write both ends whole, such as 2025-05-20/2025-05-21"
        )
    return DateError(f"{text!r} is no date", FORMS)


def _rewrite(text: str) -> str | None:
    """Return how the text was probably meant, in the allowed form; None where that cannot be told."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if match := _LOOSE.fullmatch(plain):
        numbers = [match["year"]] + [f"{int(n):02}" for n in match.group("month", "day") if n]
        about = match["about"] or ""
        mark = about if about in ("~", "?", "%") else "~" if about else ""
        return "-".join(numbers) + (match["mark"] or mark)
    if match := re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})", plain):
        return "-".join(match.groups())
    if match := re.fullmatch(r"([0-9-]{4,10})\.\.([0-9-]{4,10})", plain):
        return "/".join(match.groups())
    if match := re.fullmatch(r"(?:(?:open|unknown)?/)([0-9-]{4,10}[~?%]?)", plain):
        return f"../{match[1]}"
    if match := re.fullmatch(r"([0-9-]{4,10}[~?%]?)/(?:open|unknown)?", plain):
        return f"{match[1]}/.."
    if plain != text and len(plain) <= _LONGEST:
        return plain
    return None
