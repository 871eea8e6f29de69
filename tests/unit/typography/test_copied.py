"""What readers copy, compared passage by passage with what was composed."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.typography.copied import not_copied

TEXT = "要点1一项试验没有发现毒性。小结松绑条件见下文第3页的表格，以及注释。"


@pytest.mark.parametrize(
    "passages",
    [
        (TEXT,),
        ("要点", "1", "一项试验没有", "发现毒性。", "小结", "松绑条件见下文", "第3页的表格，以及注释。"),
        # What a style sheet adds: numbers, leaders, heads that are printed again, feet.
        (
            "要点",
            "1",
            "1.",
            "一项试验没有发现毒性。",
            "小结",
            ".",
            ".",
            "15",
            "松绑条件见下文第3页的表格，以及注释。",
            "2/25",
        ),
        (
            "要点",
            "1",
            "一项试验没有发现毒性。",
            "一项试验没有发现毒性。",
            "小结",
            "松绑条件见下文第3页的表格，以及注释。",
        ),
        # What stands elsewhere on the page, such as notes, and what only the tags put elsewhere.
        ("松绑条件见下文第3页的表格，", "以及注释。", "要点", "1", "一项试验没有发现毒性。", "小结"),
        ("一项试验没有发现毒性。", "小结", "松绑条件见下文第3页的表格，以及注释。", "要点1"),
        # A word that was hyphenated.
        ("要点1一项试验没有发-", "现毒性。小结松绑条件见下文第3页的表格，以及注释。"),
    ],
)
def test_a_text_that_is_copied_whole(passages):
    assert not_copied(passages, TEXT) == []


@pytest.mark.parametrize(
    ("passages", "lost"),
    [
        (
            ("要点", "1", "一项试验没有发现性毒。", "小结松绑条件见下文第3页的表格，以及注释。"),
            "一项试验没有发现毒性。",
        ),
        (("要点", "1", "一项试验没有", "小结松绑条件见下文第3页的表格，以及注释。"), "发现毒性。"),
        (
            ("要点", "1", "一项试验没⽤发现毒性。", "小结松绑条件见下文第3页的表格，以及注释。"),
            "一项试验没有发现毒性。",
        ),
        (("要点1一项试验没有发现毒性。小结松绑条件见下文第3页的表格，以",), "及注释。"),
        ((), TEXT),
    ],
)
def test_a_stretch_that_is_copied_otherwise(passages, lost):
    assert not_copied(passages, TEXT) == [lost]


def test_a_hyphen_that_was_written_is_wanted():
    assert not_copied(["COVID-", "19以后"], "COVID-19以后") == []
    assert not_copied(["新冠-甲型联检"], "新冠甲型联检") == ["新冠甲型联检"]


def test_a_number_that_is_added_may_begin_like_what_comes_next():
    passages = ("正文在前", "2", "中国", "说明文字", "2026")
    assert not_copied(passages, "正文在前2026中国说明文字") == []
    assert not_copied(("正文在前", "2", "说明文字", "2062"), "正文在前2026中国说明文字") == ["026中国"]


_TEXTS = st.one_of(
    st.sampled_from(["中国", "2024", "2026", "2", "12", "否", "已核实", "[1-2]", "2024年12月18日"]),
    st.text(alphabet="甲乙丙丁戊己庚0123，。MSC-", min_size=1, max_size=40),
)
_ADDED = st.sampled_from([(), ("1.",), ("2",), ("20",), ("（一）",), (".", ".", ".", "17"), ("2026",)])


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.tuples(_TEXTS, st.integers(1, 30), _ADDED), min_size=1, max_size=10), st.data())
def test_a_text_is_copied_however_it_is_cut_moved_and_added_to(blocks, data):
    text = "".join(block for block, _, _ in blocks)
    rows = [
        [*added, *(block[start : start + length] for start in range(0, len(block), length))]
        for block, length, added in blocks
    ]
    moved = data.draw(st.integers(0, len(rows) - 1))
    rows.append(rows.pop(moved))
    assert not_copied(list(itertools.chain(*rows)), text) == []
