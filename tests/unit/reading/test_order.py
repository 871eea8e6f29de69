"""What words of order and of cause claim: which of two events, told by single letters, came first."""

import re

import pytest

from report.facts.terms import Kind
from report.lint import read_words
from report.reading.order import order_words, read_order


def claimed(text, locale="zh-Hans"):
    """Return the claims about the events 甲, 乙, 丙 (A, B, C) as pairs, the earlier first."""
    places = [match.span() for match in re.finditer("[甲乙丙]|\\b[ABC]\\b", text)]
    claims = read_order(text, (0, len(text)), order_words(read_words(locale)), places)

    def named(place):
        return place if isinstance(place, Kind) else text[places[place][0]]

    return [(named(claim.first), named(claim.second)) for claim in claims]


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("甲为乙铺路。", [("甲", "乙")]),
        ("甲为乙的获批铺平道路。", [("甲", "乙")]),
        ("甲和丙为乙奠定了基础。", [("甲", "乙"), ("丙", "乙")]),
        ("甲为新药审批铺路。", [("甲", Kind.APPROVAL)]),
        ("甲公布以后，推动乙获批。", [("甲", "乙")]),
        ("甲促成了乙。", [("甲", "乙")]),
        ("乙由甲促成。", [("甲", "乙")]),
        ("在甲的推动下，乙获批。", [("甲", "乙")]),
        ("甲获批，因此乙也获批。", [("甲", "乙")]),
        ("甲获批，随后乙获批。", [("甲", "乙")]),
        ("甲获批，乙随后跟进。", [("甲", "乙"), ("甲", "乙")]),
        ("甲获批。此前，乙已获批。", [("乙", "甲")]),
        ("甲获批之后，乙获批。", [("甲", "乙")]),
        ("在甲获批之前，乙已获批。", [("乙", "甲")]),
        ("甲在乙之前获批。", [("甲", "乙")]),
        ("甲早于乙。", [("甲", "乙")]),
        ("甲晚于乙。", [("乙", "甲")]),
    ],
)
def test_chinese(text, pairs):
    assert claimed(text) == pairs


@pytest.mark.parametrize(
    "text",
    [
        "甲不可能为乙铺路。",
        "甲并非乙的原因，没有推动乙。",
        "有文章称，甲为乙铺路。",
        "甲推动乙获批的说法不确。",
        "甲是否推动了乙？",
        "甲将为更多新药审批铺路。",
        "甲获批，因此不影响乙。",
        "甲铺路。",
        "此前没有先例。",
        "甲早于预期。",
        "先把甲和乙的因果导致的混乱放下。",
    ],
)
def test_what_claims_nothing(text):
    assert claimed(text) == []


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("A paved the way for B.", [("A", "B")]),
        ("B was prompted by A.", [("A", "B")]),
        ("A led to B.", [("A", "B")]),
        ("A came before B.", [("A", "B")]),
        ("Before A came, B was approved.", [("B", "A")]),
        ("B followed A.", [("A", "B")]),
        ("A was followed by B.", [("A", "B")]),
        ("A was approved; subsequently B was approved.", [("A", "B")]),
        ("A did not lead to B; A never led to B.", []),
    ],
)
def test_english(text, pairs):
    assert claimed(text, "en") == pairs
