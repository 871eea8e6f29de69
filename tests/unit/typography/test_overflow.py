"""How much stands behind a page, told from printed lines."""

import pytest

from report.pages import Block, Glyph, PrintedLine
from report.typography.overflow import Overflow, overflow


def line(page: int, baseline: float, text: str) -> PrintedLine:
    glyphs = [
        Glyph(char, 72 + 14 * place, baseline, 86 + 14 * place, 72, 86, 14, "Jianbao Hei", False, 1)
        for place, char in enumerate(text)
    ]
    return PrintedLine(page, baseline, tuple(glyphs))


def test_what_fits_does_not_run_over():
    assert overflow([Block("P", (line(1, 700, "一行"),))]) is None


def test_lines_characters_and_height_are_told():
    blocks = [
        Block("P", (line(1, 60, "第一页"), line(2, 800, "第二页甲"))),
        Block("P", (line(2, 770, "第二页乙"),)),
    ]
    told = overflow(blocks)
    assert told is not None
    assert (told.lines, told.characters) == (2, 8)
    # From 800 to 770 points and one line of 14 points: 44 points.
    assert abs(told.height_mm - 44 * 25.4 / 72) < 1e-9


def test_page_furniture_is_no_text():
    assert overflow([Block("", (line(2, 30, "页码"),))]) is None


def test_each_page_behind_adds_its_own_height():
    blocks = [Block("P", (line(2, 800, "甲"), line(2, 40, "乙"), line(3, 800, "丙")))]
    assert overflow(blocks) == Overflow(3, 3, pytest.approx((760 + 14 + 14) * 25.4 / 72))
