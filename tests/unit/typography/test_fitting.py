import dataclasses
import itertools
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.typography.characters import Kind
from report.typography.fitting import FAR_REACH, LOOSE, MOST_STRETCH, Fitting, Measures, Mode, share_out
from report.typography.fitting import FLUSH as FLUSH_WITHIN
from report.typography.paragraph import NARROWEST_MARK, TIGHTEST_HAN
from report.typography.setting import set_line
from report.typography.variants import WIDENED_BY
from tests.typesetting import EM, FLUSH, RAGGED, lines_of, paragraph, prices_of, texts_of

_BALANCED = Mode(is_flush=False, is_balanced=True)
# Text as it is written: marks behind words, brackets in pairs, now and then a date or a Latin word.
_WORDS = st.sampled_from(
    [
        "间充质",
        "细胞",
        "的",
        "疗法，",
        "停止。",
        "（甲）",
        "“停”",
        "MSC",
        "2025年1月2日",
        "——",
        "、",
        "药品",
        "Ryoncil®",
        "5%",
    ]
)
_TEXTS = st.lists(_WORDS, min_size=2, max_size=30).map(lambda words: "字" + "".join(words) + "字字")


def test_full_lines_of_han_stand_as_they_are():
    assert texts_of("间充质干细胞疗法为何叫停", 6) == ["间充质干细胞", "疗法为何叫停"]


def test_marks_at_the_edges_are_trimmed_to_fit():
    text = "间充质干细，“胞疗法为”何时叫停"
    cells, lines = lines_of(text, 5.5)
    assert [text[line.start : line.end] for line in lines] == ["间充质干细，", "“胞疗法为”", "何时叫停"]
    assert sum(set_line(cells, lines[0])[0]) == pytest.approx(5.5 * EM)
    assert sum(set_line(cells, lines[1])[0]) == pytest.approx(5 * EM, abs=5.5 * EM)


def test_shrinking_comes_before_stretching():
    # Eleven ems of text with two marks inside: into ten ems and a half by narrowing them.
    text = "甲乙，丙丁、戊己庚辛壬癸子丑"
    cells, lines = lines_of(text, 10.6)
    assert lines[0].ratio < 0
    assert sum(set_line(cells, lines[0])[0]) == pytest.approx(10.6 * EM)


def test_no_last_line_of_one_character():
    for length in range(7, 40):
        text = "字" * length + "。"
        last = texts_of(text, 6)[-1]
        assert len(last.rstrip("。")) > 1 or length < 2


def test_a_word_longer_than_the_line_stands_alone():
    assert texts_of("用Mesenchymal药", 4) == ["用", "Mesenchymal", "药"]


def test_a_first_line_may_be_shorter():
    assert texts_of("间充质干细胞疗法为何叫停", 6, first=4) == ["间充质干", "细胞疗法为何", "叫停"]


def test_ragged_lines_keep_their_natural_widths():
    _, lines = lines_of("间充质干细，胞疗法为何，时候叫停", 6.2, RAGGED)
    assert all(line.ratio == 0 for line in lines)


def test_headings_are_balanced():
    assert texts_of("一二三四五六七八九十", 8, _BALANCED) == ["一二三四五", "六七八九十"]


def test_late_shares_take_what_han_may_not():
    ratio, besides, rest = share_out(30.0, 100.0, 100.0)
    assert (ratio, round(besides, 3), rest) == (MOST_STRETCH, 0.175, 0.0)
    assert share_out(30.0, 100.0, 0.0) == (MOST_STRETCH, 0.0, pytest.approx(17.5))
    assert share_out(5.0, 0.0, 0.0) == (0.0, 0.0, 5.0)


@given(_TEXTS, st.integers(8, 40))
def test_lines_hold_all_cells_in_order_and_break_where_they_may(text, ems):
    cells, lines = lines_of(text, ems)
    prices = prices_of(cells)
    assert lines[0].start == 0
    assert lines[-1].resume == len(text)
    for line, following in itertools.pairwise(lines):
        assert following.start == line.resume
        assert prices[line.resume] < inf
        assert not text[line.end : line.resume].strip()


@given(_TEXTS, st.integers(8, 40))
def test_set_lines_are_flush_or_told_to_be_poor(text, ems):
    cells, lines = lines_of(text, ems)
    measures = Measures(cells)
    for line in lines:
        advances, _ = set_line(cells, line)
        width = sum(advances)
        if line.is_last:
            continue
        if not line.is_poor:
            assert width == pytest.approx(ems * EM, abs=0.02)
        natural = measures.natural(line.start, line.end)
        assert width == pytest.approx(natural + _change(cells, line), abs=1e-6)


def _change(cells, line):
    """How many pixels the cells of a line give or take together, by the sums that lines are chosen by."""
    pairs = zip(Measures(cells).tail(line.end), Measures(cells).head(line.start), strict=True)
    _, stretch, late, shrink = (tail - head for tail, head in pairs)
    return line.ratio * (stretch if line.ratio > 0 else shrink) + line.late_ratio * late


@given(_TEXTS, st.integers(8, 40))
def test_no_advance_leaves_its_limits(text, ems):
    cells, lines = lines_of(text, ems)
    for line in lines:
        advances, _ = set_line(cells, line)
        for index, advance in enumerate(advances):
            kind = cells.kinds[line.start + index]
            if kind is Kind.HAN:
                assert (1 - TIGHTEST_HAN) * EM - 1e-6 <= advance <= (1 + MOST_STRETCH) * EM + 1e-6
            elif kind in (Kind.OPENING, Kind.CLOSING):
                # Narrowed, whole and widened; or halved.
                single = NARROWEST_MARK * EM - 1e-6 <= advance <= 1.7 * EM
                assert single or 0.5 * EM - 1e-6 <= advance <= (0.5 + MOST_STRETCH) * EM + 1e-6


def _cost(fitting, ends):
    """What lines with the given ends cost, by the same functions, one line at a time."""
    total = 0.0
    for start, cell in itertools.pairwise(ends):
        price = 0.0 if cell == fitting.end else fitting.prices[cell]
        cost, _ = fitting._cheapest(cell, [(start, fitting.measures.head(start))], {start: 0.0}, fitting.em)
        total += cost + price * price
    return total


@given(_TEXTS, st.integers(10, 40))
def test_near_choices_are_those_of_all_where_they_are_good(text, ems):
    cells = paragraph(text)
    fitting = Fitting(Measures(cells), prices_of(cells), {}, 0, len(text), ems * EM, ems * EM, FLUSH)
    near, fitting = fitting.lines(), dataclasses.replace(fitting, reach=FAR_REACH)
    far = fitting.lines()
    if near and not any(line.is_poor for line in near):
        ends = [[0, *(line.resume for line in lines)] for lines in (near, far)]
        assert _cost(fitting, ends[0]) == pytest.approx(_cost(fitting, ends[1]), rel=0.5, abs=2000)
        assert not any(line.is_poor for line in far)


@settings(max_examples=60)
@given(st.lists(_WORDS, min_size=2, max_size=5).map("".join), st.integers(5, 9))
def test_no_other_choice_of_line_ends_costs_less(text, ems):
    cells = paragraph(text)
    prices = prices_of(cells)
    fitting = Fitting(Measures(cells), prices, {}, 0, len(text), ems * EM, ems * EM, FLUSH, FAR_REACH)
    chosen = [0, *(line.resume for line in fitting.lines())]
    places = [cell for cell in range(1, len(text)) if prices[cell] < inf]
    best = min(
        _cost(fitting, [0, *ends, len(text)])
        for count in range(len(places) + 1)
        if count <= 4
        for ends in itertools.combinations(places, count)
    )
    if len(chosen) <= 6:
        assert _cost(fitting, chosen) <= best * (1 + 1e-9)


def test_limits_are_what_readers_of_text_need():
    # poppler takes a gap of a tenth of an em for a space; a wider form takes a part of the stretch.
    assert LOOSE < MOST_STRETCH < 0.1 + WIDENED_BY
    assert FLUSH_WITHIN < 0.06
