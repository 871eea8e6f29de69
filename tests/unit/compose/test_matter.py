import pytest

from report.compose.numerals import chinese_number


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"),
        (9, "九"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (99, "九十九"),
        (100, "一百"),
        (103, "一百〇三"),
        (110, "一百一十"),
        (215, "二百一十五"),
        (999, "九百九十九"),
        (1000, "1000"),
    ],
)
def test_numbers_as_sections_are_numbered(number, text):
    assert chinese_number(number) == text
