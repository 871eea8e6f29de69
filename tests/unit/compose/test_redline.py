"""The redline of a whole briefing: everything of both editions, each text once."""

import dataclasses

import lxml.html
from hypothesis import given, settings

from report.compose.matter import read_labels
from report.compose.redline import redline_context, render_redline
from report.editions.comparison import compare
from report.editions.record import KeyPointState
from report.installation import bundled_templates
from report.load.files import read_templates
from tests.dsl import GOOD
from tests.unit.editions.samples import edition, editions, fact, section

TEMPLATES = read_templates(GOOD, bundled_templates())
WORDS = read_labels(TEMPLATES, "zh-Hans")


def context(new, old=None, **options):
    return redline_context(compare(old or edition(1), new), WORDS, **options)


def texts(excerpts, left_out):
    return ["".join(piece.text for piece in item.pieces if piece.kind != left_out) for item in excerpts]


@given(editions, editions)
def test_both_editions_can_be_read_off_it(old, new):
    made = redline_context(compare(old, new), WORDS)
    there = {item.id: item for item in made.sections}
    for edition_, left_out in ((old, "inserted"), (new, "deleted")):
        assert sorted(filter(None, texts(made.key_points, left_out))) == sorted(
            point.text for point in edition_.key_points if point.text
        )
        for part in edition_.sections:
            blocks = filter(None, texts(there[part.id].blocks, left_out))
            assert sorted(blocks) == sorted(filter(None, part.paragraphs))


def test_sections_stand_in_reading_order_the_gone_ones_last_and_the_unchanged_ones_in_full():
    old = edition(1, sections=(section("a", "甲"), section("b", "乙"), section("gone", "撤去的")))
    new = edition(2, sections=(section("b", "乙"), section("a", "甲", "改写了。"), section("new", "新的")))
    found = [(item.name, item.mark, item.is_changed) for item in context(new, old).sections]
    assert found == [
        ("乙", "移动", True),
        ("甲", "", True),
        ("新的", "新增", True),
        ("撤去的", "删去", True),
    ]
    same = context(edition(2)).sections[0]
    assert (same.is_changed, texts(same.blocks, "deleted")) == (False, ["条例自2026年5月1日起施行。"])


def test_all_key_points_are_there_the_gone_ones_last():
    old = edition(1, key_points=tuple(map(KeyPointState, ["获批只限一个适应症。", "长期安全性资料不足。"])))
    new = edition(2, key_points=(KeyPointState("长期安全性资料不足。"),))
    found = [(item.mark, item.pieces[0].kind) for item in context(new, old).key_points]
    assert found == [("", "same"), ("删去", "deleted")]


def test_text_is_told_in_place_and_facts_in_their_table():
    new = edition(
        2,
        title="间充质干细胞报告",
        facts={"cn-818": fact(grade="low")},
        sections=(section("rules", "规则", "条例自2026年6月1日起施行。"),),
    )
    made = context(new)
    assert [item.what for group in made.groups for item in group.items] == ["事实"]
    assert [piece.text for piece in made.title if piece.kind == "inserted"] == ["报告"]
    assert made.name == "修订对照：间充质干细胞报告（第1版 → 第2版）"
    assert context(new, is_released=False).new.edition == "第2版（构建稿）"


def test_the_page_stands_alone_and_marks_what_changed_by_element():
    new = edition(2, sections=(section("rules", "规则", "条例自2026年6月1日起施行。"),))
    html = render_redline(TEMPLATES, compare(edition(1), new), WORDS, theme_css="--accent: #123456;")
    document = lxml.html.document_fromstring(html)
    assert document.xpath("//section[@id='rules']//del/text()") == ["2026年5月1日"]
    assert document.xpath("//section[@id='rules']//ins/text()") == ["2026年6月1日"]
    assert not document.xpath("//link | //script | //img")
    assert "--accent: #123456;" in html
    assert html.lstrip().startswith("<!DOCTYPE html>")


@settings(max_examples=20)
@given(editions, editions)
def test_any_two_editions_make_a_page(old, new):
    old, new = dataclasses.replace(old, number=1), dataclasses.replace(new, number=2)
    assert "</html>" in render_redline(TEMPLATES, compare(old, new), WORDS)
