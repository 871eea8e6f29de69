"""What a notice corrects: values and texts that the replacing edition states otherwise, and counts of the rest."""

import dataclasses

import pytest

from report.compose.matter import read_labels
from report.editions.comparison import compare
from report.editions.difference import Weight
from report.editions.record import KeyPointState, Shown, TriggerState
from report.installation import bundled_templates
from report.load.files import read_templates
from report.notices.context import Said
from report.notices.corrections import Teller, corrections_of
from tests.dsl import GOOD
from tests.unit.editions.samples import edition, fact, section

TEMPLATES = read_templates(GOOD, bundled_templates())
WORDS = read_labels(TEMPLATES, "zh-Hans")


def corrected(old, new, between=(), locale="zh-Hans", translate=None):
    words = read_labels(TEMPLATES, locale)
    return corrections_of(compare(old, new, between or (new,)), words, locale, translate)


def next_edition(**changes):
    return edition(2, **changes)


def rows(found):
    return [
        (thing.name.text, row.field.text, row.old.text, row.new.text, row.sections.text, row.degree)
        for thing in found.things
        for row in thing.corrections
    ]


OLD = edition(1)
MOVED = fact(
    dates={"effective": "2026-06-01", "published": "2025-10-10"},
    shown=(Shown("rules", "dates.effective", "2026年6月1日"),),
)


def test_a_value_is_told_as_it_was_and_as_it_is_with_its_basis_and_its_sections():
    found = corrected(OLD, next_edition(facts={"cn-818": MOVED}))
    assert rows(found) == [
        ("国务院令第818号", "施行日期", "2026年5月1日", "2026年6月1日", "规则", "事实改变")
    ]
    (thing,) = found.things
    assert (thing.what, thing.mark) == ("事实", "")
    assert thing.basis.text.endswith("，第 3 条")


def test_what_key_points_print_is_a_conclusion():
    shown = (
        Shown("key-points", "dates.effective", "2026年5月1日"),
        Shown("rules", "dates.effective", "2026年5月1日"),
    )
    old = dataclasses.replace(OLD, facts={"cn-818": fact(shown=shown)})
    (row,) = rows(corrected(old, next_edition(facts={"cn-818": MOVED})))
    assert row[-2:] == ("要点、规则", "结论改变")


def test_a_mistake_of_our_own_comes_first_and_says_so():
    other = fact(label="另一件", dates={"published": "2020-01-01"}, primary_date="published", shown=())
    old = dataclasses.replace(OLD, facts={"cn-818": fact(), "other": other})
    between = edition(
        2,
        facts={"cn-818": fact(), "other": dataclasses.replace(other, dates={"published": "2020-01-02"})},
        is_erratum=True,
        reason="写错",
    )
    new = edition(3, facts={**between.facts, "cn-818": MOVED})
    found = corrected(old, new, (between, new))
    assert [(thing.name.text, thing.mark) for thing in found.things] == [
        ("另一件", "勘误"),
        ("国务院令第818号", ""),
    ]


def test_a_text_that_only_carries_a_value_on_is_no_correction_of_its_own():
    old = dataclasses.replace(OLD, key_points=(KeyPointState("条例自2026年5月1日起施行。", ("cn-818",)),))
    new = next_edition(
        facts={"cn-818": MOVED},
        key_points=(KeyPointState("条例自2026年6月1日起施行。", ("cn-818",)),),
        sections=(section("rules", "规则", "条例自2026年6月1日起施行。"),),
    )
    found = corrected(old, new)
    assert [thing.what for thing in found.things] == ["事实"]
    assert dict(found.others) == {}


def test_a_key_point_that_changed_by_itself_is_told_whole():
    new = next_edition(key_points=(KeyPointState("条例已施行。", ("cn-818",)),))
    found = corrected(OLD, new)
    assert [thing.what for thing in found.things] == ["要点1"]
    assert rows(found) == [("", "", "条例已公布，尚未施行。", "条例已施行。", "要点", "结论改变")]


def test_a_condition_that_flipped_is_told_with_its_evidence():
    new = next_edition(triggers={"rules": TriggerState("新规则施行", "met", "已施行")})
    found = corrected(OLD, new)
    assert rows(found) == [("新规则施行", "现状", "未满足", "已满足", "松绑条件", "结论改变")]
    assert found.things[0].basis == Said("已施行")


def test_a_fact_that_is_gone_is_corrected_and_one_that_came_is_counted():
    found = corrected(OLD, next_edition(facts={"new": fact(label="新的")}))
    assert rows(found) == [("国务院令第818号", "", "国务院令第818号", "删去", "规则", "结论改变")]
    assert sum(found.others.values()) == 1


@pytest.mark.parametrize(
    "paragraphs", [("条例自2026年5月1日起施行。", "新的一段。"), ("条例自2026年5月3日起施行。",)]
)
def test_text_that_changed_otherwise_is_counted(paragraphs):
    found = corrected(OLD, next_edition(sections=(section("rules", "规则", *paragraphs),)))
    assert found.things == ()
    assert dict(found.others) == {Weight.FACT: 1}


def test_what_does_not_fit_is_counted_and_nothing_is_lost():
    facts = {f"fact-{number:02}": fact(label=f"事实{number}") for number in range(9)}
    moved = {
        name: dataclasses.replace(item, dates=MOVED.dates, shown=MOVED.shown) for name, item in facts.items()
    }
    found = corrected(dataclasses.replace(OLD, facts=facts), next_edition(facts=moved))
    assert found.count == 9
    for count in range(11):
        shorter = found.first(count)
        assert len(shorter.things) == min(count, 9)
        assert sum(shorter.others.values()) == 9 - min(count, 9)


def test_what_is_not_to_be_had_in_a_language_stays_in_its_own():
    found = corrected(
        OLD, next_edition(facts={"cn-818": MOVED}), locale="en", translate={"规则": "Rules"}.get
    )
    (thing,) = found.things
    assert thing.name == Said("国务院令第818号", "zh-Hans")
    (row,) = thing.corrections
    assert (row.old, row.new) == (Said("1 May 2026"), Said("1 June 2026"))
    assert row.sections == Said("Rules")
    (row,) = (
        corrected(OLD, next_edition(facts={"cn-818": MOVED}), locale="en", translate={}.get)
        .things[0]
        .corrections
    )
    assert row.sections == Said("规则", "zh-Hans")


def test_texts_without_a_translation_say_which_language_they_are_in():
    assert Teller("zh-Hans", None).said("原文") == Said("原文")
    assert Teller("zh-Hans", {"原文": "text"}.get).said("原文") == Said("text")
    assert Teller("zh-Hans", {}.get).said("原文") == Said("原文", "zh-Hans")
