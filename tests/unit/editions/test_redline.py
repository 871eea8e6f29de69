"""Redlines: nothing lost, nothing invented, no number cut in half; and what of a text counts as more than wording."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.editions.redline import Piece, countable, redline, tokens

WORDS = [
    "不",
    "自",
    "2025年1月2日",
    "第818号",
    "施行",
    "，",
    "。",
    "5例",
    "MSC",
    " ",
    "≥14岁",
    "二〇一五年",
    "的",
    "\n",
]
texts = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=30).map("".join))
langs = st.sampled_from(["zh-Hans", "zh-Hant-HK", "en"])


def shown(old: str, new: str) -> str:
    marks = {"same": "{}", "deleted": "[-{}-]", "inserted": "[+{}+]"}
    return "".join(marks[piece.kind].format(piece.text) for piece in redline(old, new, "zh-Hans"))


@given(texts, langs)
def test_tokens_joined_are_the_text(text, lang):
    assert "".join(tokens(text, lang)) == text


@given(texts, texts, langs)
def test_pieces_joined_are_the_old_and_the_new_text(old, new, lang):
    pieces = redline(old, new, lang)
    assert "".join(piece.text for piece in pieces if piece.kind != "inserted") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "deleted") == new


@given(texts, texts, langs)
def test_no_piece_is_empty_and_no_two_of_a_kind_follow_each_other(old, new, lang):
    pieces = redline(old, new, lang)
    assert all(piece.text for piece in pieces)
    kinds = [piece.kind for piece in pieces]
    assert all(one != other for one, other in itertools.pairwise(kinds))
    assert ("inserted", "deleted") not in itertools.pairwise(kinds)


@given(texts, langs)
def test_a_text_that_stayed_is_one_piece(text, lang):
    assert redline(text, text, lang) == ((Piece("same", text),) if text else ())


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "自2026年5月1日起施行。",
            "自2026年6月1日起施行。",
            "自[-2026年5月1日-][+2026年6月1日+]起施行。",
        ),
        ("国务院令第818号已公布。", "国务院令第828号已公布。", "国务院令[-第818号-][+第828号+]已公布。"),
        ("入组1,024例。", "入组1,204例。", "入组[-1,024例-][+1,204例+]。"),
        ("剂量为2–5 mg/kg。", "剂量为2–8 mg/kg。", "剂量为[-2–5 mg/kg-][+2–8 mg/kg+]。"),
        ("可以收费。", "不可以收费。", "[+不+]可以收费。"),
        ("见NCT0123。", "见NCT0124。", "见[-NCT0123-][+NCT0124+]。"),
        ("甲，乙", "甲、乙", "甲[-，-][+、+]乙"),
    ],
)
def test_a_redline_as_readers_see_it(old, new, expected):
    assert shown(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("可以收费", "不可以收费"),
        ("自2026年5月1日起", "自2026年6月1日起"),
        ("共5例", "共五例"),
        ("三十天内", "四十天内"),
        ("5天", "5周"),
        ("年龄≥14岁", "年龄>14岁"),
        ("甲5例，乙10例", "甲10例，乙5例"),
        ("MSC", "iPSC"),
        ("已批准", "未批准"),
        ("占百分之三十", "占百分之二十"),
        ("第三条", "第四条"),
        ("近半受试者", "受试者"),
    ],
)
def test_what_is_counted_named_or_denied_is_more_than_wording(old, new):
    assert countable(old) != countable(new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("目前已经批准。", "现已批准！"),
        ("十分重要", "很重要"),
        ("非常重要", "很重要"),
        ("未来可期", "前景可期"),
        ("5 mg", "5\u00a0mg"),
        ("ＭＳＣ共５例", "MSC有5例"),
        ("一般认为", "通常认为"),
        ("统一管理", "集中管理"),
    ],
)
def test_wording_counts_nothing(old, new):
    assert countable(old) == countable(new)
