"""A value as a feed gives it, judged against what it has to be: type, unit, range, step. Pure."""

import dataclasses
import datetime
import decimal
import re
import unicodedata

from report.facts.attributes import Number, Quantity
from report.facts.dates import FactDate, parse_date
from report.facts.errors import DateError
from report.facts.feeds import Expected, Feed, FeedType
from report.facts.models import Fact
from report.monitor.feed_values import FeedOutcome

MAX_TEXT = 2_000
_PLAIN = re.compile(r"-?(0|[1-9][0-9]{0,29})(\.[0-9]{1,30})?")
_WITH_UNIT = re.compile(rf"({_PLAIN.pattern})[ \u00a0\u202f]*([^\d\s.,-].{{0,30}})", re.DOTALL)
_BASIC_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
# An instant of ISO 8601 tells the day that it lies in where it was written.
_INSTANT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9]{2}:[0-9]{2}\S*")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ud800-\udfff]")


@dataclasses.dataclass(frozen=True)
class Raw:
    """A value as it stands in a document.

    Attributes:
        text: As it is written.
        unit: What stands beside it as its unit; None where nothing does.
        is_text: Whether it is a text there, and no number.
    """

    text: str
    unit: str | None = None
    is_text: bool = True


@dataclasses.dataclass(frozen=True)
class Expectation:
    """What a value has to be.

    Attributes:
        type: What it is read as.
        unit: What it is measured in; "" for nothing.
        low: The least that is allowed; None for any.
        high: The greatest.
        step: How far it may be from the value at hand: a number, of dates days; "" for any.
        present: The value at hand; "" where there is none.
    """

    type: FeedType
    unit: str = ""
    low: str | None = None
    high: str | None = None
    step: str = ""
    present: str = ""


@dataclasses.dataclass(frozen=True)
class Judged:
    """What a value is taken for.

    Attributes:
        outcome: READ, or why it is not taken.
        value: As a fact would state it; "" where it is not read at all.
        message: What is wrong; "" where nothing is.
    """

    outcome: FeedOutcome
    value: str = ""
    message: str = ""


def value_in(fact: Fact, field: str) -> FactDate | Number | Quantity | bool | str | None:
    """Return what a fact states in a field, `dates.NAME` or `attrs.NAME`; None where it has none."""
    group, _, name = field.partition(".")
    return fact.dates.get(name) if group == "dates" else fact.attrs.get(name)


def field_of(fact: Fact, feed: Feed) -> str:
    """Return the field that a feed's value belongs in; "" where the fact has no primary date."""
    return feed.field or (f"dates.{fact.primary_date}" if fact.primary_date else "")


def written(value: FactDate | Number | Quantity | bool | str | None) -> str:
    """Return a value as a feed's would be written: a quantity without its unit."""
    if isinstance(value, FactDate):
        return value.text
    if isinstance(value, Quantity):
        return value.value.text
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def expectation(fact: Fact, feed: Feed) -> Expectation:
    """Return what the value of a fact's feed has to be: what the feed says, else what the fact has there."""
    field = field_of(fact, feed)
    present = value_in(fact, field)
    inferred = FeedType.TEXT
    if field.startswith("dates."):
        inferred = FeedType.DATE
    elif isinstance(present, Number | Quantity):
        inferred = FeedType.NUMBER
    unit = feed.unit or (present.unit if isinstance(present, Quantity) else "")
    return expected(feed, inferred, unit, written(present))


def expected(declared: Expected, inferred: FeedType, unit: str, present: str) -> Expectation:
    """Return what a declaration asks for, its type inferred where it names none."""
    low, high = declared.range or (None, None)
    kind = declared.type or inferred
    step = declared.largest_step or ""
    # What does not fit the type is told by `check_feeds`, and asks for nothing here.
    if kind is FeedType.DATE:
        low, high = (end if end and not _is_no_date(end) else None for end in (low, high))
        step = "" if "%" in step else step
    elif kind.is_numeric:
        low, high = (end if end and _PLAIN.fullmatch(end) else None for end in (low, high))
    return Expectation(kind, unit, low, high, step, present)


def _is_no_date(end: str) -> bool:
    try:
        parse_date(end)
    except DateError:
        return True
    return False


def judge(raw: Raw, wanted: Expectation) -> Judged:
    """Return what a value is taken for; what is not just what is expected is not taken."""
    text = unicodedata.normalize("NFC", raw.text).strip()
    if not text:
        return Judged(FeedOutcome.MISSING, message="there is nothing in it")
    if wanted.type is FeedType.DATE:
        return _judge_date(text, wanted)
    if wanted.type is FeedType.TEXT:
        return _judge_text(text, raw)
    return _judge_number(text, raw, wanted)


def are_same(one: str, other: str, kind: FeedType) -> bool:
    """Return whether two values say the same: 1.50 and 1.5 do, 2024-12 and 2024-12-18 do not."""
    if kind.is_numeric and _PLAIN.fullmatch(one) and _PLAIN.fullmatch(other):
        return decimal.Decimal(one) == decimal.Decimal(other)
    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


def _judge_text(text: str, raw: Raw) -> Judged:
    if not raw.is_text:
        return Judged(FeedOutcome.WRONG_TYPE, message=f"{text[:60]} is a number, where a text is expected")
    if len(text) > MAX_TEXT:
        message = f"a text of {len(text):,} characters; the limit is {MAX_TEXT:,}"
        return Judged(FeedOutcome.WRONG_TYPE, message=message)
    bad = _UNSEEN.search(text)
    if bad is not None:
        message = f"the text has the character U+{ord(bad.group()):04X}, which nobody sees"
        return Judged(FeedOutcome.WRONG_TYPE, message=message)
    return Judged(FeedOutcome.READ, text)


def _judge_date(text: str, wanted: Expectation) -> Judged:
    basic, instant = _BASIC_DAY.fullmatch(text), _INSTANT.fullmatch(text)
    plain = "-".join(basic.groups()) if basic else instant.group(1) if instant else text
    try:
        date = parse_date(plain)
    except DateError as error:
        return Judged(FeedOutcome.WRONG_TYPE, message=error.message)
    first, last = date.earliest, date.latest
    low = parse_date(wanted.low) if wanted.low else None
    high = parse_date(wanted.high) if wanted.high else None
    is_early = low is not None and low.earliest is not None and (first is None or first < low.earliest)
    is_late = high is not None and high.latest is not None and (last is None or last > high.latest)
    if is_early or is_late:
        return Judged(FeedOutcome.OUTSIDE_RANGE, date.text, _outside(date.text, wanted))
    if wanted.step and wanted.present:
        days = _days_between(parse_date(wanted.present), date)
        if days > decimal.Decimal(wanted.step):
            message = f"{date.text} is {days} days from {wanted.present}, more than {wanted.step}"
            return Judged(FeedOutcome.STEP_TOO_LARGE, date.text, message)
    return Judged(FeedOutcome.READ, date.text)


def _days_between(one: FactDate, other: FactDate) -> int:
    """Return how many days lie at least between two dates."""

    def gap(end: datetime.date | None, start: datetime.date | None) -> int:
        return (start - end).days if end is not None and start is not None else 0

    return max(0, gap(one.latest, other.earliest), gap(other.latest, one.earliest))


def _judge_number(text: str, raw: Raw, wanted: Expectation) -> Judged:
    unit = raw.unit
    match = _WITH_UNIT.fullmatch(text)
    if match is not None and unit is None and raw.is_text:
        text, unit = match.group(1), match.group(4).strip()
    text = text.replace("\u2212", "-")
    if not _PLAIN.fullmatch(text):
        message = f"{raw.text.strip()[:60]!r} is no plain number"
        return Judged(FeedOutcome.WRONG_TYPE, message=message)
    if wanted.type is FeedType.WHOLE and "." in text:
        return Judged(FeedOutcome.WRONG_TYPE, message=f"{text} is no whole number")
    # U+00B5 and U+03BC, ㎎ and mg are one unit.
    seen = unicodedata.normalize("NFKC", unit or "").strip()
    if unit is not None and seen != unicodedata.normalize("NFKC", wanted.unit):
        what = f"in {seen!r}" if seen else "without a unit"
        message = (
            f"{text} is {what}, where {wanted.unit!r} is expected"
            if wanted.unit
            else (f"{text} is {what}, where no unit is expected")
        )
        return Judged(FeedOutcome.OTHER_UNIT, text, message)
    number = decimal.Decimal(text)
    is_low = wanted.low is not None and number < decimal.Decimal(wanted.low)
    if is_low or (wanted.high is not None and number > decimal.Decimal(wanted.high)):
        return Judged(FeedOutcome.OUTSIDE_RANGE, text, _outside(text, wanted))
    if wanted.step and _PLAIN.fullmatch(wanted.present):
        present = decimal.Decimal(wanted.present)
        allowed = decimal.Decimal(wanted.step.rstrip("% "))
        if wanted.step.endswith("%"):
            allowed = abs(present) * allowed / 100
        if abs(number - present) > allowed:
            message = f"{text} is {abs(number - present):f} from {wanted.present}, more than {wanted.step}"
            return Judged(FeedOutcome.STEP_TOO_LARGE, text, message)
    return Judged(FeedOutcome.READ, text)


def _outside(text: str, wanted: Expectation) -> str:
    return f"{text} is not within {wanted.low or 'any'} and {wanted.high or 'any'}"
