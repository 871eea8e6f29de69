from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.typography.breaks import FREE, WITHIN_DATE, find_breaks, hyphenated
from report.typography.characters import Kind, kind_of, may_begin_line, may_end_line
from report.typography.paragraph import Atom, Paragraph
from tests.typesetting import broken_at, paragraph, prices_of, run


@pytest.mark.parametrize(
    "marked",
    [
        "汉|字",
        "字，|字",
        "字|（字",
        "称|“停”|是",
        "字”|（甲）",
        "字——|字",
        "字……|字",
        "甲·|乙",
        "5～|6",
        "10⁶/kg",
        "第3条",
        "12项",
        "每|千|克|2×10⁶个",
        "±5",
        "14周岁|以|上",
        "3小时|内",
        "5%|的",
        "aGVHD|是",
        "用|MSC|是",
        "two |words",
        "字\u2060字",
        "字\u200b，",
        "甲/乙",
        "￥5",
        "5。",
        "甲|𠮷",
    ],
)
def test_where_lines_may_end(marked):
    assert broken_at(marked.replace("|", "")) == marked


def test_dates_are_broken_at_a_price_and_never_within_a_number():
    text = "于2025年1月2日起"
    prices = prices_of(paragraph(text))
    assert prices[text.index("1月")] == prices[text.index("2日")] == WITHIN_DATE
    assert prices[text.index("年")] == prices[text.index("月")] == prices[text.index("日")] == inf
    assert prices[text.index("起")] == FREE


def test_addresses_break_behind_a_solidus_where_units_do_not():
    address = "https://example.org/a"
    allowed = [index > 0 and address[index - 1] == "/" for index in range(len(address))]
    assert find_breaks(paragraph(address), allowed, [True] * len(address))[-1] == FREE
    assert prices_of(paragraph("mg/kg"))[3] == inf


def test_marks_of_notes_stay_with_their_word_and_atoms_behave_like_han():
    cells = Paragraph(
        [run("字"), run("[1]", is_raised=True), run("后"), Atom(5), run("。"), Atom(5), run("前")]
    )
    prices = find_breaks(cells, [False] * 8 + [True], [True] * 9)
    assert [price < inf for price in prices] == [False, False, False, False, True, True, False, True, True]


def test_nothing_breaks_where_css_forbids_it():
    assert find_breaks(paragraph("汉字"), [True, True], [False, False]) == [inf, inf]


def test_phrases_make_other_breaks_dearer():
    cells = paragraph("间充质干细胞疗法")
    plain = prices_of(cells)
    phrased = find_breaks(cells, [False] * 8, [True] * 8, [6])
    assert [index for index, price in enumerate(phrased) if price == FREE] == [6]
    assert all(price in (FREE, inf) for price in plain)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("（Mesenchymal Stromal Cells）", ["Mesenchymal", "Stromal"]),
        ("用Mesoblast药与Ryoncil®", []),
        ("用placebo药", ["placebo"]),
        ("aGVHD NMPA", []),
        ("https://example.org/therapies", []),
        ("CD34-positive", []),
    ],
)
def test_which_words_may_be_hyphenated(text, words):
    assert [word for _, word in hyphenated(text)] == words


_TEXT = st.text(
    alphabet="汉字一二，。：“”（）《》——……·～、；！？a1%/ \u200b\u2060年第5£", min_size=2, max_size=40
)


@given(_TEXT)
def test_no_break_leaves_a_forbidden_mark_at_an_edge(text):
    cells = paragraph(text)
    for cell, price in enumerate(prices_of(cells)):
        if price == inf:
            continue
        assert cells.kinds[cell] not in (Kind.SPACE, Kind.NOTHING)
        before = [char for char in text[:cell] if kind_of(char) is not Kind.NOTHING]
        if before and before[-1] != " " and {kind_of(before[-1]), kind_of(text[cell])} != {Kind.LATIN}:
            assert may_begin_line(text[cell])
            assert may_end_line(before[-1])
