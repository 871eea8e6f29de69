"""What changed, in the words that readers see on the page and in the terminal."""

import dataclasses
import datetime

import pytest
from hypothesis import given

from report.compose.changes import changes_context, changes_since, changes_text
from report.compose.context import FieldRow
from report.compose.matter import read_labels
from report.editions.comparison import compare
from report.editions.record import CitedSource, KeyPointState, Shown, TriggerState
from report.installation import bundled_templates
from report.load.files import read_templates
from tests.dsl import GOOD
from tests.unit.editions.samples import edition, editions, fact, section

WORDS = read_labels(read_templates(GOOD, bundled_templates()), "zh-Hans")


def since(new, old=None, between=()):
    return changes_since(compare(old or edition(1), new, between), WORDS)


def only_item(new, old=None):
    (group,) = since(new, old).groups
    (item,) = group.items
    return item


def fact_item(old, new):
    before, after = edition(1, facts={"cn-818": old}), edition(2, facts={"cn-818": new})
    return only_item(after, before)


def rows(old, new):
    return [(row.name, row.old, row.new) for row in fact_item(old, new).fields]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            {},
            {"dates": {"effective": "2026-06~", "published": "2025-10-10"}},
            ("施行日期", "2026年5月1日", "约2026年6月"),
        ),
        ({}, {"valid": "2026-05-01/.."}, ("有效期", "无", "2026年5月1日起")),
        ({"grade": "high"}, {"grade": "very-low"}, ("证据等级", "高", "极低")),
        ({}, {"effect": "ease"}, ("作用", "无", "松绑")),
        ({}, {"jurisdiction": "US"}, ("法域", "中国", "美国")),
        ({}, {"jurisdiction": "CN-HI"}, ("法域", "中国", "CN-HI")),
        ({}, {"status": "contested"}, ("核实情况", "已核实", "有争议")),
        ({}, {"in_force": "yes"}, ("施行情况", "未施行", "已施行")),
        ({"attrs": {"age_min": "14"}}, {"attrs": {"age_min": "18"}}, ("age_min", "14", "18")),
        ({}, {"primary_date": "published"}, ("主要日期", "施行", "公布")),
        ({}, {"superseded_by": "cn-900"}, ("取代它的", "无", "cn-900")),
        ({"contradicts": ("cn-818",)}, {}, ("与之矛盾的", "国务院令第818号", "无")),
        (
            {},
            {"sources": (CitedSource("gov-818", "第 4 条"),)},
            (
                "来源",
                "国务院. 条例[EB/OL]. (2025-10-10)，第 3 条",
                "国务院. 条例[EB/OL]. (2025-10-10)，第 4 条",
            ),
        ),
    ],
)
def test_a_value_is_printed_as_readers_see_it(old, new, expected):
    assert expected in rows(fact(**old), fact(**new))


def test_a_derived_value_is_named():
    shown = [(Shown("rules", "days_between", text),) for text in ("15天", "16天")]
    assert rows(fact(shown=shown[0]), fact(shown=shown[1])) == [("相隔天数", "15天", "16天")]


def test_a_fact_says_why_where_and_after_which_source():
    item = fact_item(fact(), fact(in_force="yes", status="contested"))
    assert (item.what, item.name) == ("事实", "国务院令第818号")
    assert item.reason == "开始施行、核实情况改变"
    assert item.where == "见于：规则"
    assert item.sources == "来源：国务院. 条例[EB/OL]. (2025-10-10)，第 3 条"


def test_a_fact_in_the_box_and_the_timeline_names_these_parts_and_one_that_shows_nowhere_says_so():
    places = (
        Shown("key-points", "key_point", ""),
        Shown("triggers", "label", "令"),
        Shown("timeline", "dates.effective", "2026"),
    )
    assert (
        fact_item(fact(shown=places), fact(shown=places, grade="low")).where
        == "见于：要点、松绑条件、监管时间线"
    )
    assert fact_item(fact(shown=()), fact(shown=(), grade="low")).where == "正文未列"


def test_a_fact_that_became_known_and_one_told_late_are_told_apart_with_their_dates():
    new = {
        "late": fact(label="补记的事", known_since=datetime.date(2020, 1, 1)),
        "news": fact(label="新的事", known_since=datetime.date(2026, 1, 1), status="draft"),
    }
    (group,) = since(edition(2, facts=new, key_points=()), edition(1, facts={}, key_points=())).groups
    assert [(item.name, item.reason) for item in group.items] == [
        ("补记的事", "补录"),
        ("新的事", "新近公布"),
    ]
    assert group.items[1].fields == (
        FieldRow("施行日期", "", "2026年5月1日"),
        FieldRow("核实情况", "", "待核"),
    )


def test_a_flipped_trigger_says_both_states_and_its_evidence():
    item = only_item(
        edition(2, triggers={"rules": TriggerState("新规则施行", "met", "条例 施行 2026年5月1日")})
    )
    assert (item.what, item.name, item.reason) == ("条件", "新规则施行", "状态翻转")
    assert [(row.name, row.old, row.new) for row in item.fields] == [
        ("现状", "未满足", "已满足"),
        ("证据", "国务院令第818号", "条例 施行 2026年5月1日"),
    ]


def test_a_key_point_is_told_in_full_by_its_place():
    item = only_item(edition(2, key_points=(KeyPointState("条例已公布，并已施行。", ("cn-818",)),)))
    assert (item.what, item.reason) == ("要点1", "改动")
    assert "".join(piece.text for piece in item.excerpts[0].pieces if piece.kind != "deleted") == (
        "条例已公布，并已施行。"
    )


def test_a_section_is_told_by_the_blocks_that_changed_without_the_long_stretches_that_stayed():
    long = "这一段文字说的是别的事情，并且一直没有改动，" * 6
    old = section("rules", "规则", "首段不变。", f"{long}共5例。{long}", "删去的一段话。")
    new = section("rules", "规则", "首段不变。", f"{long}共6例。{long}", "与前文毫不相干的新内容放在这里。")
    item = only_item(edition(2, sections=(new,)), edition(1, sections=(old,)))
    assert (item.what, item.name, item.reason) == ("章节", "规则", "改动")
    first, *rest = item.excerpts
    text = "".join(piece.text for piece in first.pieces)
    assert text.startswith("……")
    assert text.endswith("……")
    assert len(text) < 70
    assert [(excerpt.mark, excerpt.pieces[0].text) for excerpt in rest] == [
        ("删去", "删去的一段话。"),
        ("新增", "与前文毫不相干的新内容放在这里。"),
    ]


def test_references_that_came_make_one_item():
    sources = {**edition(1).sources, "a": "甲.", "b": "乙."}
    item = only_item(edition(2, sources=sources))
    assert (item.what, item.reason) == ("参考文献", "新增")
    assert [excerpt.pieces[0].text for excerpt in item.excerpts] == ["甲.", "乙."]


def test_groups_go_from_conclusions_to_wording_and_errata_stand_apart_before_updates():
    second = edition(2, title="间充质干细胞报告", is_erratum=True, reason="题名有误。")
    third = edition(3, title=second.title, facts={"cn-818": fact(in_force="yes", grade="low")})
    told = since(third, between=[second, third])
    assert [group.title for group in told.groups] == ["勘误 · 编辑性改动", "更新 · 结论改变"]
    assert told.summary == "结论改变1项，编辑性改动1项，其中勘误1项。"
    assert told.corrections == ("第2版（2026年11月22日）为勘误版。事由：题名有误。",)
    plain = since(edition(2, title="间充质干细胞报告"))
    assert [group.title for group in plain.groups] == ["编辑性改动"]


def test_the_head_says_from_which_day_to_which():
    told = since(edition(2))
    assert told.title == "自第1版以来"
    assert told.days == "数据截至：2025年10月15日 → 2026年11月22日"
    assert (told.summary, told.groups) == ("内容没有改动。", ())


# --- The record of editions ---


def test_a_first_edition_has_a_record_of_one_line():
    context = changes_context([edition(1)], WORDS)
    assert context.since is None
    (entry,) = context.history
    assert (entry.edition, entry.date.text, entry.text) == ("第1版", "2025年10月15日", "首次编制。")


def test_every_edition_has_a_line_the_newest_first():
    mended = {"is_erratum": True, "reason": "题名有误。", "summary": "编辑性改动1项。"}
    second = edition(2, title="新题名", **mended)
    third = edition(3, title="新题名", released_on=datetime.date(2026, 12, 1), summary="内容没有改动。")
    known = [edition(1), second, third]
    context = changes_context(known, WORDS, compare(known[0], third, known), is_released=False)
    assert [(item.edition, item.date.iso, item.mark, item.text) for item in context.history] == [
        ("第3版（构建稿）", "2026-12-01", "", "内容没有改动。"),
        ("第2版", "2026-11-22", "勘误", "题名有误（编辑性改动1项）"),
        ("第1版", "2025-10-15", "", "首次编制。"),
    ]
    assert context.since.title == "自第1版以来"


# --- The terminal ---


def test_the_terminal_says_the_words_of_the_page_without_colour():
    new = edition(
        2,
        facts={"cn-818": fact(dates={"effective": "2026-06-01", "published": "2025-10-10"})},
        sections=(section("rules", "规则", "条例自2026年6月1日起施行。"),),
    )
    assert changes_text(changes_context([edition(1), new], WORDS, compare(edition(1), new)), WORDS) == (
        "自第1版以来\n"
        "数据截至：2025年10月15日 → 2026年11月22日\n"
        "事实改变2项。\n"
        "\n"
        "事实改变\n"
        "- 事实 国务院令第818号（改动）\n"
        "  施行日期：2026年5月1日 → 2026年6月1日\n"
        "  见于：规则\n"
        "  来源：国务院. 条例[EB/OL]. (2025-10-10)，第 3 条\n"
        "- 章节 规则（改动）\n"
        "  条例自［删：2026年5月1日］［增：2026年6月1日］起施行。\n"
    )


def test_without_an_earlier_edition_the_terminal_says_the_record():
    text = changes_text(changes_context([edition(1)], WORDS), WORDS)
    assert text == "第1版　2025年10月15日　首次编制。\n"


@given(editions, editions)
def test_whatever_changed_can_be_told(old, new):
    old, new = dataclasses.replace(old, number=1), dataclasses.replace(new, number=2)
    context = changes_context([old, new], WORDS, compare(old, new))
    text = changes_text(context, WORDS)
    for group in context.since.groups:
        assert f"\n{group.title}\n" in text
        assert group.items
