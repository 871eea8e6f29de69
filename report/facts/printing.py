"""Dates and spans of time as a reader sees them, at the precision that is known and no finer.

Chinese follows GB/T 15835 (Arabic numerals, 年月日 without leading zeros) and joins the ends of an
interval with a dash; English is day, month, year without a comma, with an en dash between spaces.
"""

import dataclasses
import functools
from collections.abc import Callable

from report.facts.dates import DatePart, FactDate, Precision
from report.scalars import LOCALES

_MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]


@dataclasses.dataclass(frozen=True)
class _Wording:
    """How a language says what a bare date does not: each is a pattern around the date."""

    approximate: str
    uncertain: str
    interval: str
    or_earlier: str
    or_later: str
    until: str
    since: str


_HANS = _Wording("约{}", "{}（待核）", "{}—{}", "{}或更早", "{}或更晚", "至{}", "{}起")
_WORDINGS = {
    "zh-Hans": _HANS,
    "zh-Hant": dataclasses.replace(_HANS, approximate="約{}"),
    "en": _Wording(
        "c. {}", "{} (unconfirmed)", "{} – {}", "{} or earlier", "{} or later", "until {}", "from {}"
    ),
}


def print_date(date: FactDate, locale: str) -> str:
    """Return a date for running text: `2025年1月2日`, `约2024年12月`, `December 2024 (unconfirmed)`.

    An interval is one unknown day within it: `2011年12月16日—2012年7月1日`, `2025年1月2日或更早`.

    Raises:
        ValueError: The locale is unknown.
    """
    return _print(date, locale, _print_english if language_of(locale) == "en" else _print_chinese)


def print_date_compact(date: FactDate, locale: str) -> str:
    """Return a date for a table's column: `2011-12-16`, `2024-12`, `2015年` (in English `2015`).

    Raises:
        ValueError: The locale is unknown.
    """
    return _print(date, locale, _print_numbers if language_of(locale) == "en" else _print_numbers_chinese)


def print_span(span: FactDate, locale: str) -> str:
    """Return an interval that is a span of time, such as a fact's `valid`: `2026年5月1日起`, `至2018年`.

    Raises:
        ValueError: The locale is unknown.
    """
    wording = _WORDINGS[language_of(locale)]
    if span.start and not span.end:
        return wording.since.format(print_date(_single(span.start), locale))
    if span.end and not span.start:
        return wording.until.format(print_date(_single(span.end), locale))
    return print_date(span, locale)


@functools.cache
def language_of(locale: str) -> str:
    """Return the key of a locale's wording: zh-Hans, zh-Hant or en.

    Raises:
        ValueError: The locale is unknown.
    """
    if locale not in LOCALES:
        raise ValueError(f"unknown locale {locale!r}; known are {', '.join(LOCALES)}")
    return "zh-Hant" if locale.startswith("zh-Hant") else locale


def qualify(text: str, locale: str, *, is_approximate: bool, is_uncertain: bool) -> str:
    """Return a printed date or duration with the words for approximate (约) and uncertain (待核)."""
    wording = _WORDINGS[language_of(locale)]
    if is_approximate:
        text = wording.approximate.format(text)
    return wording.uncertain.format(text) if is_uncertain else text


def mark_unconfirmed(text: str, locale: str) -> str:
    """Return what a fact that nobody has verified states, with the words for that, unless it has them already.

    Raises:
        ValueError: The locale is unknown.
    """
    wording = _WORDINGS[language_of(locale)]
    mark = wording.uncertain.format("").strip(" ()（）")
    return text if mark in text else wording.uncertain.format(text)


def _print(date: FactDate, locale: str, numerals: Callable[[DatePart], str]) -> str:
    def qualified(part: DatePart) -> str:
        return qualify(
            numerals(part), locale, is_approximate=part.is_approximate, is_uncertain=part.is_uncertain
        )

    wording = _WORDINGS[language_of(locale)]
    if date.start and date.end:
        if date.start == date.end:
            return qualified(date.start)
        return wording.interval.format(qualified(date.start), qualified(date.end))
    if date.start:
        return wording.or_later.format(qualified(date.start))
    assert date.end is not None, "a date with two open ends is refused when it is read"
    return wording.or_earlier.format(qualified(date.end))


def _single(part: DatePart) -> FactDate:
    return FactDate(str(part), part, part)


def _print_chinese(part: DatePart) -> str:
    month = "" if part.month is None else f"{part.month}月"
    day = "" if part.day is None else f"{part.day}日"
    return f"{part.year}年{month}{day}"


def _print_english(part: DatePart) -> str:
    month = "" if part.month is None else f"{_MONTHS[part.month - 1]} "
    day = "" if part.day is None else f"{part.day} "
    return f"{day}{month}{part.year}"


def _print_numbers(part: DatePart) -> str:
    return str(dataclasses.replace(part, is_approximate=False, is_uncertain=False))


def _print_numbers_chinese(part: DatePart) -> str:
    return f"{part.year}年" if part.precision is Precision.YEAR else _print_numbers(part)
