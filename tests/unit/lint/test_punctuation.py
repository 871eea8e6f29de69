"""Punctuation in whole briefings: every kind of passage, what is no prose, and what mending does to a file."""

import datetime
import itertools
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.lint import punctuation, survey
from report.load.briefing import load_briefing
from report.load.files import BriefingFiles
from report.passages import NOTHING, VALUE, mask
from report.pipeline.mending import apply_mends
from tests.dsl import GOOD

SECTION = "sections/01-opening.md"
HEAD = "---\nid: opening\ntitle: 引言\n---\n\n"
TEXTS = {
    path.relative_to(GOOD / "content/demo").as_posix(): path.read_text(encoding="utf-8")
    for path in sorted((GOOD / "content/demo").rglob("*"))
    if path.is_file()
}


def findings(**texts):
    """The findings of the good briefing with other texts: `section`, or a file's name with _ for the dot."""
    named = {
        SECTION if name == "section" else name.replace("_yaml", ".yaml"): text for name, text in texts.items()
    }
    files = BriefingFiles("demo", "content/demo", {**TEXTS, **named}, {}, {}, "", ())
    briefing, problems = load_briefing(files)
    assert briefing is not None, problems
    return punctuation.check(briefing, survey(briefing, datetime.date(2026, 11, 22), lambda char: True))


def mended(body):
    """A section's body after mending, and the codes that were found."""
    text = HEAD + body
    found = findings(section=text)
    after = apply_mends(text, [item.mend for item in found if item.mend is not None])
    assert after.startswith(HEAD)
    return after.removeprefix(HEAD), [item.code.code for item in found]


# Passages of the article that the sample briefing answers, as it was published.
PUBLISHED = (Path(__file__).parent / "article-published.md").read_text(encoding="utf-8")
MENDED = (Path(__file__).parent / "article-mended.md").read_text(encoding="utf-8")


def test_an_article_as_it_was_published_becomes_one_as_it_is_printed():
    assert mended(PUBLISHED)[0] == MENDED
    assert mended(MENDED) == (MENDED, [])


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("**MSC**,间充质", "**MSC**，间充质"),
        ("见 [附件](#closing) 和 *旁分泌* 的", "见[附件](#closing)和*旁分泌*的"),
        ("见附件 [@notice] 。", "见附件[@notice]。"),
        ("于 {{ as_of }} 恢复,{{ as_of }}结束", "于{{ as_of }}恢复，{{ as_of }}结束"),
        ("用`a, b`,再用`c`.", "用`a, b`，再用`c`."),
        ("- 甲,乙\n- 丙", "- 甲，乙\n- 丙"),
        ("1.  (甲)乙", "1.  （甲）乙"),
        ("> 甲...乙", "> 甲……乙"),
        ("## 甲:乙 {#a}", "## 甲：乙 {#a}"),
        ("| 甲(乙) | 1:2 |\n|---|:---:|\n| 丙? | 丁 |", "| 甲（乙） | 1:2 |\n|---|:---:|\n| 丙？ | 丁 |"),
        ("术语\n:   解释,说明", "术语\n:   解释，说明"),
        ('!!! note "甲"乙",丙"\n    丁!', '!!! note "甲“乙”，丙"\n    丁！'),
        ("注[^1]。\n\n[^1]: 甲,乙", "注[^1]。\n\n[^1]: 甲，乙"),
        ("见[甲](https://a.example.org/a_(b)),乙", "见[甲](https://a.example.org/a_(b))，乙"),
        ("甲,乙  \n丙", "甲，乙  \n丙"),
        ("\u3000\u3000甲乙", "甲乙"),
    ],
)
def test_prose_is_mended_and_what_is_none_is_left(typed, right):
    assert mended(typed + "\n")[0] == right + "\n"


QUIET = """\
用`report check --fix, now`检查，见下。

见<https://a.example.org/x,y(z)>，DOI:10.1000/a(2020)b，记为a\\*b。

- 甲
* 乙
+ 丙

1.  丁
2) 戊

    缩进的一段

*乙*：`丙`

灭活疫苗
:   用灭活的病毒制成。

| 人群 | 年龄  |
|---|:---:|
| 王 伟 | 2–32 |
| — | -- |

人群 | 年龄
--- | ---
老人 | 60

!!! note "还不知道的"
    正文。

!!! warning ""
    正文。

/// figure-caption | #map
接种点
///

[x]: https://a.example.org "题 目, 甲"

*[MSC]: 间充质基质细胞

第一行<br>
第二行。

第三行。

~~~
甲,乙 "丙"
~~~

{# 甲,乙 #}{% if known('trial-resumed') %}甲{% endif %}，<!-- 甲, 乙 -->乙。

{{ fact('trial-resumed').date | precision('month') }}，{{ ['甲', '乙'] | join(', ') }}。

<span lang="en">graft, host</span>，<ruby>臀<rt>tún</rt></ruby>，10^6^个，CO~2~，&nbsp;甲。

## 第1章 总则 {#a .b}

## 1.2 方法 {: .x }

> 第三条 医疗机构应当备案。
"""


def test_nothing_is_said_of_what_is_no_prose():
    assert mended(QUIET) == (QUIET, [])


def test_every_kind_of_text_is_read():
    found = findings(
        section="---\nid: opening\ntitle: 引言,甲\n---\n\n{% include 'parts/notice.md' %}\n",
        briefing_yaml=TEXTS["briefing.yaml"].replace("试验简报", "试验,简报").replace("已恢复。", "已恢复."),
        facts_yaml=TEXTS["facts.yaml"].replace("label: 试验暂停", "label: 试验(暂停)"),
        glossary_yaml="- {term: 试验, label: 临床试验, definition: '一种研究...不是治疗。'}\n",
        **{"parts/notice.md": "接种前,询问。\n"},
    )
    assert sorted((item.location.path.removeprefix("content/demo/"), item.code.code) for item in found) == [
        ("briefing.yaml", "T020"),
        ("briefing.yaml", "T020"),
        ("facts.yaml", "T020"),
        ("facts.yaml", "T020"),
        ("glossary.yaml", "T023"),
        ("parts/notice.md", "T020"),
        (SECTION, "T020"),
    ]
    assert all(item.mend is not None for item in found)


def test_english_is_left_alone():
    label = "{zh-Hans: 试验暂停, en: \"Halted (see 附件), 'now' - 2-32 days...\"}"
    assert findings(facts_yaml=TEXTS["facts.yaml"].replace("label: 试验暂停", f"label: {label}")) == []


def test_a_value_that_the_file_holds_otherwise_is_told_and_not_mended():
    settings = TEXTS["briefing.yaml"].replace(
        "- text: 试验已恢复。", "- text: >-\n      试验,\n      已恢复。"
    )
    found = findings(briefing_yaml=settings)
    assert {item.code.code for item in found} == {"T020"}
    assert [item.mend for item in found] == [None]
    assert found[0].location.line == settings[: settings.index("试验,")].count("\n") + 1


def test_traditional_chinese_has_its_own_quotation_marks():
    settings = TEXTS["briefing.yaml"].replace("zh-Hans", "zh-Hant")
    text = HEAD + "他說\"甲'乙'丙\"。\n"
    found = findings(briefing_yaml=settings, section=text)
    assert apply_mends(text, [item.mend for item in found]).endswith("他說「甲『乙』丙」。\n")


def test_ranges_keep_to_the_first_sign_of_the_briefing():
    body, codes = mended("甲为2～32天。\n\n乙为3-5天，丙为4–6天，丁为2011—2015年。\n")
    assert body == "甲为2～32天。\n\n乙为3～5天，丙为4～6天，丁为2011—2015年。\n"
    assert codes == ["T022", "T022"]


FRAGMENTS = (
    *"甲乙的是而约",
    *(
        "MSC",
        "the",
        "drug is not approved and it was withdrawn",
        "Crohn's",
        "2",
        "32",
        "10:30",
        "0.5",
        "2-32天",
    ),
    *",.;:!?()，。；：！？（）、《》“”‘’「」\"'…—–－―~～-·%|",
    *(
        "...",
        "。。。",
        "--",
        "——",
        "一一",
        "２０",
        "ＭＳ",
        " ",
        "  ",
        "\u3000",
        "\n",
        "\n\n",
        "\n- ",
        "\n1.  ",
        "\n## ",
    ),
    *(
        "**",
        "*",
        "_",
        "_甲_",
        "`a, b`",
        "[甲](#closing)",
        "[@notice, 第1条]",
        "[[trial-resumed]]",
        "[^1]",
        "\\*",
    ),
    *(
        "{{ as_of }}",
        "{% if known('trial-resumed') %}",
        "{% endif %}",
        "<sup>2</sup>",
        "&amp;",
        "{#a}",
        "\n> ",
    ),
    *("\n| ", " | ", '\n!!! note "甲"\n    ', "\n:   ", "https://a.example.org/x,y", "<!-- 甲,乙 -->"),
)
BODIES = st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join)


def letters(text):
    """All letters and figures of a text, whatever their width."""
    return [sign for sign in unicodedata.normalize("NFKC", text) if sign.isalnum()]


@given(BODIES)
def test_mending_is_done_once_and_changes_only_marks_and_spaces(body):
    text = HEAD + body
    mends = [item.mend for item in findings(section=text) if item.mend is not None]
    after = apply_mends(text, mends)
    assert [item for item in findings(section=after) if item.mend is not None] == []
    assert letters(after) == letters(text)
    assert after.count("\n") == text.count("\n")
    masked = mask(text)
    assert not any({NOTHING, VALUE} & set(masked[mend.start : mend.end]) for mend in mends)


@given(BODIES)
def test_mends_do_not_overlap_and_change_something(body):
    text = HEAD + body
    mends = sorted(
        (item.mend for item in findings(section=text) if item.mend is not None), key=lambda mend: mend.start
    )
    assert all(one.end <= other.start for one, other in itertools.pairwise(mends))
    assert all(text[mend.start : mend.end] != mend.text for mend in mends)
