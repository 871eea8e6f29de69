"""A feed's value against what it has to be: type, unit, range, step."""

import decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.facts.feeds import FeedType
from report.monitor.feed_judging import Expectation, Raw, are_same, judge
from report.monitor.feed_values import FeedOutcome

NUMBER = Expectation(FeedType.NUMBER, "mL", "0", "10", "20%", "5")
DATE = Expectation(FeedType.DATE, low="2024-01-01", high="2026-12", step="60", present="2025-01-02")


@pytest.mark.parametrize(
    ("raw", "outcome", "value"),
    [
        (Raw("5.5", is_text=False), FeedOutcome.READ, "5.5"),
        (Raw("5.50 mL"), FeedOutcome.READ, "5.50"),
        (Raw("5.5\u00a0mL"), FeedOutcome.READ, "5.5"),
        (Raw("5.5", "mL"), FeedOutcome.READ, "5.5"),
        (Raw("5.5", "mg"), FeedOutcome.OTHER_UNIT, "5.5"),
        (Raw("5.5 mg"), FeedOutcome.OTHER_UNIT, "5.5"),
        (Raw("5.5", ""), FeedOutcome.OTHER_UNIT, "5.5"),
        (Raw("10.1", is_text=False), FeedOutcome.OUTSIDE_RANGE, "10.1"),
        (Raw("-1", is_text=False), FeedOutcome.OUTSIDE_RANGE, "-1"),
        (Raw("\u22121"), FeedOutcome.OUTSIDE_RANGE, "-1"),
        (Raw("6.01"), FeedOutcome.STEP_TOO_LARGE, "6.01"),
        (Raw("6"), FeedOutcome.READ, "6"),
        (Raw("1,234"), FeedOutcome.WRONG_TYPE, ""),
        (Raw("1e1", is_text=False), FeedOutcome.WRONG_TYPE, ""),
        (Raw("05"), FeedOutcome.WRONG_TYPE, ""),
        (Raw("五"), FeedOutcome.WRONG_TYPE, ""),
        (Raw(" "), FeedOutcome.MISSING, ""),
    ],
)
def test_numbers(raw: Raw, outcome: FeedOutcome, value: str) -> None:
    judged = judge(raw, NUMBER)
    assert (judged.outcome, judged.value) == (outcome, value)
    assert bool(judged.message) is (outcome is not FeedOutcome.READ)


def test_a_whole_number_has_no_point() -> None:
    wanted = Expectation(FeedType.WHOLE)
    assert judge(Raw("14", is_text=False), wanted).outcome is FeedOutcome.READ
    assert judge(Raw("14.0", is_text=False), wanted).outcome is FeedOutcome.WRONG_TYPE


def test_a_unit_where_none_is_expected_is_another_unit() -> None:
    judged = judge(Raw("14 例"), Expectation(FeedType.NUMBER))
    assert (judged.outcome, judged.message) == (
        FeedOutcome.OTHER_UNIT,
        "14 is in '例', where no unit is expected",
    )


@pytest.mark.parametrize(
    ("text", "outcome", "value"),
    [
        ("2025-01-03", FeedOutcome.READ, "2025-01-03"),
        ("20250103", FeedOutcome.READ, "2025-01-03"),
        ("2025-01-03T23:59:59Z", FeedOutcome.READ, "2025-01-03"),
        ("2025-03-04", FeedOutcome.STEP_TOO_LARGE, "2025-03-04"),
        ("2025-03", FeedOutcome.READ, "2025-03"),
        ("2025", FeedOutcome.READ, "2025"),
        ("2023-12-31", FeedOutcome.OUTSIDE_RANGE, "2023-12-31"),
        ("2027-01-01", FeedOutcome.OUTSIDE_RANGE, "2027-01-01"),
        ("../2025-01-02", FeedOutcome.OUTSIDE_RANGE, "../2025-01-02"),
        ("2025-02-30", FeedOutcome.WRONG_TYPE, ""),
        ("Jan 3, 2025", FeedOutcome.WRONG_TYPE, ""),
        ("1735862400", FeedOutcome.WRONG_TYPE, ""),
    ],
)
def test_dates(text: str, outcome: FeedOutcome, value: str) -> None:
    judged = judge(Raw(text), DATE)
    assert (judged.outcome, judged.value) == (outcome, value)


def test_texts_have_no_characters_that_nobody_sees() -> None:
    wanted = Expectation(FeedType.TEXT)
    assert judge(Raw(" 附条件批准 "), wanted).value == "附条件批准"
    assert judge(Raw("附\u200b条件"), wanted).outcome is FeedOutcome.WRONG_TYPE
    assert judge(Raw("长" * 2001), wanted).outcome is FeedOutcome.WRONG_TYPE
    assert judge(Raw("14", is_text=False), wanted).outcome is FeedOutcome.WRONG_TYPE


def test_what_says_the_same_is_no_difference() -> None:
    assert are_same("1.50", "1.5", FeedType.NUMBER)
    assert not are_same("1.50", "1.5", FeedType.TEXT)
    assert not are_same("2024-12", "2024-12-18", FeedType.DATE)
    assert are_same("e\u0301", "é", FeedType.TEXT)


DECIMALS = st.decimals(-1000, 1000, places=3, allow_nan=False)


@given(DECIMALS, DECIMALS, DECIMALS, DECIMALS, st.booleans())
def test_what_is_read_lies_within_range_and_step(
    number: decimal.Decimal,
    one: decimal.Decimal,
    other: decimal.Decimal,
    present: decimal.Decimal,
    percent: bool,
) -> None:
    low, high = sorted((one, other))
    step = abs(one) % 100
    wanted = Expectation(
        FeedType.NUMBER,
        "",
        f"{low:f}",
        f"{high:f}",
        f"{step:f}" + "%" * percent,
        f"{present:f}",
    )
    allowed = abs(present) * step / 100 if percent else step
    judged = judge(Raw(f"{number:f}"), wanted)
    is_right = low <= number <= high and abs(number - present) <= allowed
    assert (judged.outcome is FeedOutcome.READ) is is_right


@given(st.text(max_size=30), st.sampled_from(FeedType), st.booleans())
def test_whatever_a_feed_gives_is_judged_and_nothing_raised(text: str, kind: FeedType, is_text: bool) -> None:
    judged = judge(Raw(text, is_text=is_text), Expectation(kind, "", None, None, "1", ""))
    assert (judged.outcome is FeedOutcome.READ) is (not judged.message)
    if judged.outcome is FeedOutcome.READ:
        again = judge(Raw(judged.value, is_text=is_text or kind is FeedType.TEXT), Expectation(kind))
        assert again.value == judged.value
