import pytest

from report.facts.dates import parse_date
from report.facts.derived import Bounds, Unit, days_between, print_bounds, years_between
from report.facts.errors import DerivedError


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    [
        ("2024-12-18", "2025-01-02", 15, 15),
        ("2024-12", "2025-01-02", 2, 32),
        ("2011-12-16", "2025-01-02", 4766, 4766),
        ("2025-09-28", "2026-05-01", 215, 215),
        ("2024-12", "2024-12-31", 0, 30),
        ("2025-01-02", "2025-01-02", 0, 0),
    ],
)
def test_days_between(a, b, low, high):
    bounds = days_between(parse_date(a), parse_date(b))
    assert (bounds.low, bounds.high) == (low, high)
    assert bounds.is_exact == (low == high)


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    [
        ("2011-12-16", "2025-01-02", 13, 13),
        ("2013-10", "2024-12", 11, 11),
        ("2004", "2024", 19, 20),
        ("2024-02-29", "2025-02-28", 0, 0),
        ("2024-02-29", "2025-03-01", 1, 1),
    ],
)
def test_years_between(a, b, low, high):
    bounds = years_between(parse_date(a), parse_date(b))
    assert (bounds.low, bounds.high) == (low, high)


@pytest.mark.parametrize("between", [days_between, years_between])
@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ("2025-01-02", "2024-12-18", "negative"),
        ("2025", "2025-01-02", "which comes first"),
        ("2025-01", "2025-01", "which comes first"),
        ("../2025", "2026", r"\.\./2025 has an open end"),
        ("2025", "2026/..", r"2026/\.\. has an open end"),
    ],
)
def test_what_cannot_be_told_is_refused_with_a_hint(between, a, b, message):
    with pytest.raises(DerivedError, match=message) as caught:
        between(parse_date(a), parse_date(b))
    assert caught.value.hint


@pytest.mark.parametrize("a", ["2024-12", "2024-12-18~", "2024-12-18?"])
def test_exact_refuses_whatever_is_not_one_known_number(a):
    assert not days_between(parse_date(a), parse_date("2025-01-02")).is_exact
    with pytest.raises(DerivedError, match="no exact number"):
        days_between(parse_date(a), parse_date("2025-01-02"), exact=True)


def test_exact_gives_one_known_number():
    assert days_between(parse_date("2024-12-18"), parse_date("2025-01-02"), exact=True).low == 15


@pytest.mark.parametrize(
    ("bounds", "hans", "english"),
    [
        (Bounds(15, 15, Unit.DAYS), "15天", "15 days"),
        (Bounds(1, 1, Unit.DAYS), "1天", "1 day"),
        (Bounds(0, 0, Unit.DAYS), "0天", "0 days"),
        (Bounds(2, 32, Unit.DAYS), "2–32天", "2–32 days"),
        (Bounds(0, 1, Unit.YEARS), "0–1年", "0–1 years"),
        (Bounds(0, 0, Unit.YEARS), "不足1年", "less than 1 year"),
        (Bounds(11, 11, Unit.YEARS, is_approximate=True), "约11年", "c. 11 years"),
        (Bounds(15, 15, Unit.DAYS, is_uncertain=True), "15天（待核）", "15 days (unconfirmed)"),
    ],
)
def test_duration_prints_with_its_unit(bounds, hans, english):
    assert print_bounds(bounds, "zh-Hans") == hans
    assert print_bounds(bounds, "en") == english


def test_duration_in_traditional_chinese():
    assert print_bounds(Bounds(3, 3, Unit.DAYS, is_approximate=True), "zh-Hant-HK") == "約3天"
