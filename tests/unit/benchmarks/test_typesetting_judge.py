import dataclasses

import pytest

from benchmarks.typesetting.cells import Cell, SetLine
from benchmarks.typesetting.judge import Tally, judge
from report.typography.variants import CLOSING, OPENING


def line(text: str, starts: list[float] | None = None, paragraph: int = 0, is_last: bool = False) -> SetLine:
    """Return a line whose characters are an em wide; the ink of a mark lies in its half of the box."""
    cells = []
    for index, char in enumerate(text):
        if char.isspace():
            continue
        start = starts[index] if starts else float(index)
        left = start + (0.6 if char in OPENING else 0.05)
        cells.append(Cell(char, index, start, start + 1, left, start + (0.4 if char in CLOSING else 0.95)))
    return SetLine(paragraph, text, tuple(cells), None, True, is_last, False)


def judged(*lines: SetLine, width: float) -> Tally:
    tally = Tally()
    judge([*lines, line("完了。", is_last=True)], width, tally)
    return tally


@pytest.mark.parametrize(
    ("text", "width", "flush", "short", "out"),
    [
        ("一二三四", 4, 1, 0, 0),
        ("一二三四", 4.05, 1, 0, 0),
        ("一二三四", 4.1, 0, 1, 0),
        ("一二三四", 3.9, 0, 0, 1),
        # A closing mark is flush trimmed to half, or with its ink at the edge; not with its whole box.
        ("一二三，", 3.5, 1, 0, 0),
        ("一二三，", 3.4, 1, 0, 0),
        ("一二三，", 4, 0, 1, 0),
        ("一二三，", 3.3, 0, 0, 1),
    ],
)
def test_a_right_edge_is_flush_with_closing_marks_trimmed(
    text: str, width: float, flush: int, short: int, out: int
) -> None:
    tally = judged(line(text), width=width)
    assert (tally.flush, len(tally.left_short), len(tally.sticking_out)) == (flush, short, out)


@pytest.mark.parametrize(("start", "flush"), [(-0.5, 1), (0.0, 0), (-0.3, 0)])
def test_a_left_edge_is_flush_with_opening_marks_trimmed(start: float, flush: int) -> None:
    second = line("“一二", [start, start + 1, start + 2], is_last=True)
    tally = Tally()
    judge([line("一二三"), second], 3, tally)
    assert (tally.starts, tally.flush_starts) == (1, flush)


@pytest.mark.parametrize(
    ("first", "second", "forbidden", "dashes", "torn"),
    [
        ("一二", "，三", 1, 0, 0),
        ("一二", "·三", 1, 0, 0),
        ("一（", "三四", 1, 0, 0),
        ("一二", "—三", 1, 0, 0),
        ("一二", "——三", 0, 1, 0),
        ("一—", "—三", 1, 1, 0),
        ("一…", "…三", 1, 1, 0),
        ("共12", "项", 0, 0, 0),
        ("在2025", "年", 0, 0, 1),
        ("在20", "25年", 0, 0, 1),
        ("用Ry", "oncil", 0, 0, 1),
        ("一二", "（三", 0, 0, 0),
        ("一，", "三四", 0, 0, 0),
    ],
)
def test_breaks_are_judged(first: str, second: str, forbidden: int, dashes: int, torn: int) -> None:
    tally = Tally()
    judge([line(first), line(second, is_last=True)], 4, tally)
    assert (len(tally.forbidden), len(tally.dashes), len(tally.torn)) == (forbidden, dashes, torn)


def test_a_word_that_a_hyphen_parts_is_not_torn() -> None:
    hyphen = Cell("-", 4, 4, 4.3, 4, 4.3)
    tally = Tally()
    judge([dataclasses.replace(line("用Ryo"), hyphen=hyphen), line("ncil", is_last=True)], 4.3, tally)
    assert tally.torn == []
    assert tally.flush == 1


@pytest.mark.parametrize(
    ("text", "starts", "pairs", "squeezed"),
    [
        ("一」，二", [0, 1, 1.5, 2.5], 1, 1),
        ("一」，二", [0, 1, 2, 3], 1, 0),
        ("一。（二", [0, 1, 1.5, 2.5], 1, 1),
        ("一（“二", [0, 1, 1.5, 2.5], 1, 1),
        # Opening and closing mark turn their ink to each other.
        ("一（）二", [0, 1, 2, 3], 0, 0),
        # What justification adds to every Han is not the pair's.
        ("一二」，三", [0, 1.1, 2.2, 2.8, 3.4], 1, 1),
    ],
)
def test_adjacent_marks_take_a_mark_and_a_half(
    text: str, starts: list[float], pairs: int, squeezed: int
) -> None:
    tally = judged(line(text, starts), width=4)
    assert (tally.pairs, tally.squeezed) == (pairs, squeezed)


def test_evenness_is_told_of_justified_lines_alone() -> None:
    loose, even = line("一二三", [0, 1.1, 2.3]), line("一，二三", [0, 1, 1.8, 2.8])
    last = line("四五六", [0, 2, 4], is_last=True)
    tally = Tally()
    judge([loose, even, last], 3, tally)
    assert tally.han_means == [pytest.approx(1.15), pytest.approx(1.0)]
    assert tally.loose_share == 0.5
    assert tally.largest_advance == pytest.approx(1.2)
    assert tally.mark_widths == [pytest.approx(0.8)]


def test_gaps_and_overlaps_are_between_neighbours() -> None:
    tally = judged(line("用A b，", [0, 1.2, 2, 3, 3.5]), width=4)
    assert tally.gaps == [pytest.approx(0.2)]
    assert len(tally.overlaps) == 1


@pytest.mark.parametrize(("text", "lonely"), [("行。", 1), ("行了。", 0), ("8）。", 1)])
def test_a_last_line_of_one_character_is_lonely(text: str, lonely: int) -> None:
    tally = Tally()
    judge([line("一二三"), line(text, is_last=True)], 3, tally)
    assert (tally.last_lines, len(tally.lonely)) == (1, lonely)
