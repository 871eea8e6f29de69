"""Chinese text from one script into the other: what changes, and what must not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.locales.conversion import HAN, Conversion, can_convert
from report.model import ConversionTerm


def term(text: str, to: object) -> ConversionTerm:
    return ConversionTerm.model_validate({"from": text, "to": to})


TERMS = [
    term("间充质干细胞", {"zh-Hant-HK": "間充質幹細胞", "zh-Hant-TW": "間質幹細胞"}),
    term("质量", {"zh-Hant-TW": "品質"}),
    term("质量分数", {"zh-Hant": "質量分數"}),
]
HK = Conversion("zh-Hans", "zh-Hant-HK", TERMS)
TW = Conversion("zh-Hans", "zh-Hant-TW", TERMS)
BACK = Conversion("zh-Hant", "zh-Hans", [])


@pytest.mark.parametrize(
    ("text", "hong_kong", "taiwan"),
    [
        ("间充质干细胞", "間充質幹細胞", "間質幹細胞"),
        # The longest term wins; a term that says nothing of a region leaves it to OpenCC.
        ("质量与质量分数", "質量與質量分數", "品質與質量分數"),
        # Words stay: only scripts are converted, and 发布 does not become 釋出.
        ("软件与信息", "軟件與信息", "軟件與信息"),
        ("干预、干燥、骨干", "干預、乾燥、骨幹", "干預、乾燥、骨幹"),
        ("复发、范围、制剂", "復發、範圍、製劑", "復發、範圍、製劑"),
        ("“外层‘里层’”", "「外層『裏層』」", "「外層『裡層』」"),
        ("patients’ own “细胞”", "patients’ own 「細胞」", "patients’ own 「細胞」"),
        (
            "见https://example.org/a?b=1，发布",
            "見https://example.org/a?b=1，發佈",
            "見https://example.org/a?b=1，發佈",
        ),
        (
            "原文作[“trial”发表]{lang=en}。",
            "原文作[“trial”发表]{lang=en}。",
            "原文作[“trial”发表]{lang=en}。",
        ),
    ],
)
def test_what_becomes_of_a_text(text, hong_kong, taiwan):
    assert (HK.text(text), TW.text(text)) == (hong_kong, taiwan)


def test_back_to_simplified():
    assert BACK.text("「外層『裏層』」的臨床研究") == "“外层‘里层’”的临床研究"


def test_there_is_no_way_into_english():
    assert can_convert("zh-Hans", "zh-Hant-TW")
    assert not can_convert("zh-Hans", "en")


def test_each_use_of_a_term_is_told_with_its_line():
    uses = list(TW.overrides("间充质干细胞\n质量分数、质量\n"))
    assert [(use.term, use.result, use.line) for use in uses] == [
        ("间充质干细胞", "間質幹細胞", 1),
        ("质量分数", "質量分數", 2),
        ("质量", "品質", 2),
    ]


WORDS = st.sampled_from(
    [
        "间充质干细胞",
        "质量",
        "后来",
        "“引文”",
        "发布",
        "{{ fact('cn-818').date }}",
        "[@nmpa-2025, 第3条]",
        "[[cn-818]]",
        "https://a.example/b?c=1",
    ]
)
TEXTS = st.lists(
    st.one_of(WORDS, st.text("一二三于后里面干abc019 \n|*_#{}[]()’.%", max_size=8)), max_size=12
).map("".join)


@given(TEXTS, st.sampled_from([HK, TW]))
def test_what_is_no_chinese_stays(text, conversion):
    converted = conversion.text(text)
    assert re.sub("[「」『』“”‘]", "", HAN.sub("", converted)) == re.sub("[“”‘]", "", HAN.sub("", text))
    assert converted.count("\n") == text.count("\n")


@given(TEXTS, st.sampled_from([HK, TW]))
def test_the_same_text_becomes_the_same_on_a_line_of_its_own(text, conversion):
    """Ids and paths that stand in two files must agree: a line does not change with what is around it."""
    line = text.replace("\n", "")
    assert conversion.text(f"前\n{line}\n后") == "\n".join(map(conversion.text, ("前", line, "后")))
