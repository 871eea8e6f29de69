"""Durations in prose: those between events, with the slack their words have, and no others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.reading.durations import read_durations


@given(st.integers(1, 9999))
def test_days_are_exact(days):
    (told,) = read_durations(f"两者相隔{days}天。" if days < 1000 else f"相隔 {days}天", "zh-Hans") or [None]
    if days >= 1000:
        return
    assert (told.least_days, told.most_days, told.is_exact) == (days, days, True)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("仅隔半个月", 15),
        ("三周后获批", 21),
        ("两个半月后公布", 75),
        ("时隔半年", 182),
        ("一年半以后", 548),
        ("耗时20年才获批", 7308),
        ("二十年来", 7300),
        ("相隔约11年", 4017),
        ("从公布到执行有三个星期", 21),
        ("比它晚2–32天", 15),
    ],
)
def test_a_duration_holds_what_it_says(text, days):
    (told,) = read_durations(text, "zh-Hans")
    assert told.least_days <= days <= told.most_days


@pytest.mark.parametrize(
    ("text", "days"), [("仅隔半个月", 30), ("三周后获批", 40), ("耗时20年", 4000), ("半年后", 30)]
)
def test_a_duration_does_not_hold_what_is_far_off(text, days):
    (told,) = read_durations(text, "zh-Hans")
    assert not told.least_days <= days <= told.most_days


@pytest.mark.parametrize(
    "text",
    [
        "每2周给药一次，停药3个月后复查",
        "随访12个月后评价",
        "有效期为24个月",
        "潜伏期前后7天",
        "在15日内报告",
        "第三年后的结果",
        "12月15日后",
        "2015年后",
        "5年生存率",
        "14岁以上",
    ],
)
def test_what_is_of_treatment_or_no_duration_is_left_alone(text):
    assert read_durations(text, "zh-Hans") == ()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It was approved 15 days later.", 1),
        ("Approval took 20 years.", 1),
        ("half a month apart", 1),
        ("one dose every two weeks after surgery", 0),
        ("a 12-month follow-up", 0),
    ],
)
def test_english(text, count):
    assert len(read_durations(text, "en")) == count
