"""What changed between two editions, and how much it matters."""

import dataclasses
import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.editions.comparison import compare
from report.editions.difference import Event, FieldChange, Weight
from report.editions.record import CitedSource, FactState, KeyPointState, Shown, TriggerState
from tests.unit.editions.samples import edition, editions, fact, facts, section


def facts_of(old, new, **changes):
    """Compare two states of one fact that no key point rests on."""
    changes = {"key_points": (), **changes}
    before = edition(1, facts={"cn-818": old} if old else {}, **changes)
    after = edition(2, facts={"cn-818": new} if new else {}, **changes)
    return compare(before, after).facts


def texts_of(old, new, **changes):
    """Compare two versions of a section's paragraphs."""
    before = edition(1, sections=(section("rules", "规则", *old),), **changes)
    after = edition(2, sections=(section("rules", "规则", *new),), **changes)
    return compare(before, after).sections


# --- All of it ---


@given(editions)
def test_an_edition_does_not_differ_from_itself(made):
    changes = compare(made, made)
    assert not changes
    assert changes.weight is None


@given(editions, editions)
def test_a_difference_is_found_both_ways(one, other):
    assert bool(compare(one, other)) == bool(compare(other, one))


@given(editions, editions)
def test_items_of_a_comparison_are_changes(old, new):
    changes = compare(old, new)
    for item in changes.facts:
        assert item.events
        assert item.old != item.new
        assert bool(item.fields) == (item.old is not None and item.new is not None)
    assert [item.id for item in changes.triggers] == sorted(item.id for item in changes.triggers)
    assert len({item.id for item in changes.sections}) == len(changes.sections)


# What follows from other values, and where values print, is no value of its own.
VALUES = [item.name for item in dataclasses.fields(FactState) if item.name not in ("known_since", "shown")]


@given(facts, facts, st.sampled_from(VALUES))
def test_a_change_of_a_single_value_of_any_fact_is_found(one, other, name):
    mutated = dataclasses.replace(one, **{name: getattr(other, name)})
    found = compare(edition(1, facts={"f": one}), edition(2, facts={"f": mutated})).facts
    assert bool(found) == (one != mutated)


@given(
    editions, editions, st.sampled_from(["title", "key_points", "triggers", "sections", "sources", "facts"])
)
def test_a_change_of_a_single_part_of_any_edition_is_found(one, other, name):
    mutated = dataclasses.replace(one, **{name: getattr(other, name)})
    seen = [
        {key: dataclasses.replace(item, known_since=None, shown=()) for key, item in made.facts.items()}
        for made in (one, mutated)
    ]
    is_seen = one != mutated if name != "facts" else seen[0] != seen[1]
    assert bool(compare(one, mutated)) or not is_seen


@pytest.mark.parametrize(
    "spoil",
    [
        {"title": "另一份简报"},
        {"facts": {}},
        {"key_points": ()},
        {"key_points": (KeyPointState("条例已公布，尚未施行。", ()),)},
        {"triggers": {}},
        {"triggers": {"rules": TriggerState("新规则施行", "met", "国务院令第818号")}},
        {"triggers": {"rules": TriggerState("新规则已施行", "not_met", "国务院令第818号")}},
        {"triggers": {"rules": TriggerState("新规则施行", "not_met", "")}},
        {"sections": ()},
        {"sections": (section("rules", "规定"),)},
        {"sections": (section("rules", "规则", "条例自公布之日起施行。"),)},
        {"sections": (section(), section("more"))},
        {"sources": {}},
        {"sources": {"gov-818": "国务院. 条例[EB/OL]."}},
    ],
)
def test_a_change_of_any_part_is_found(spoil):
    assert compare(edition(1), edition(2, **spoil))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "policy"),
        ("status", "contested"),
        ("label", "国务院令第828号"),
        ("jurisdiction", "US"),
        ("effect", "ease"),
        ("grade", "high"),
        ("subject", "decree"),
        ("dates", {"effective": "2026-05-02", "published": "2025-10-10"}),
        ("dates", {"effective": "2026-05-01"}),
        ("dates", {"effective": "2026-05-01", "published": "2025-10-10", "signed": "2025-09-28"}),
        ("primary_date", "published"),
        ("valid", "2026-05-01/.."),
        ("attrs", {"age_min": "14"}),
        ("sources", (CitedSource("gov-818", "第 4 条"),)),
        ("sources", (CitedSource("gov-818", "第 3 条"), CitedSource("law"))),
        ("in_force", "unclear"),
        ("superseded_by", "cn-900"),
        ("contradicts", ("us-1",)),
    ],
)
def test_a_change_of_any_value_of_a_fact_is_found(field, value):
    (change,) = facts_of(fact(), fact(**{field: value}))
    assert change.id == "cn-818"
    assert change.fields
    assert change.weight is Weight.FACT


def test_what_readers_do_not_see_changes_nothing():
    new = edition(2, released_on=datetime.date(2027, 1, 1), content_digest="f" * 64, versions={"report": "9"})
    new = dataclasses.replace(new, facts={"cn-818": fact(known_since=datetime.date(2025, 9, 1))})
    assert not compare(edition(1), new)


def test_the_difference_is_net():
    detour = edition(2, title="临时的题名", facts={})
    assert not compare(edition(1), edition(3), [detour, edition(3)])


# --- Facts ---


def test_a_fact_that_became_known_since_is_not_one_that_was_told_late():
    (news,) = facts_of(None, fact(known_since=datetime.date(2026, 1, 5)))
    (late,) = facts_of(None, fact(known_since=datetime.date(2025, 10, 15)))
    (undated,) = facts_of(None, fact(known_since=None))
    assert [item.events for item in (news, late, undated)] == [
        (Event.NEWLY_KNOWN,),
        (Event.ADDED,),
        (Event.ADDED,),
    ]


def test_a_fact_that_is_gone_shows_where_it_stood():
    (change,) = facts_of(fact(), None)
    assert (change.events, change.sections, change.state) == ((Event.REMOVED,), ("rules",), fact())


def test_a_date_that_changed_is_told_old_and_new():
    (change,) = facts_of(fact(), fact(dates={"effective": "2026-06-01", "published": "2025-10-10"}))
    assert change.events == (Event.CHANGED,)
    assert change.fields == (FieldChange("dates.effective", "2026-05-01", "2026-06-01"),)


@pytest.mark.parametrize(
    ("old", "new", "events"),
    [
        ({}, {"status": "retracted"}, (Event.RETRACTED,)),
        ({}, {"status": "contested"}, (Event.STATUS,)),
        ({"status": "retracted"}, {}, (Event.STATUS,)),
        ({}, {"superseded_by": "cn-900"}, (Event.SUPERSEDED,)),
        ({"superseded_by": "cn-900"}, {}, (Event.CHANGED,)),
        ({}, {"in_force": "yes"}, (Event.NEWLY_IN_FORCE,)),
        ({"in_force": "unclear"}, {"in_force": "yes"}, (Event.NEWLY_IN_FORCE,)),
        ({"in_force": "yes"}, {"in_force": "no"}, (Event.NO_LONGER_IN_FORCE,)),
        ({"in_force": "yes"}, {"in_force": "unclear"}, (Event.CHANGED,)),
        (
            {},
            {"in_force": "yes", "status": "contested", "attrs": {"n": "1"}},
            (Event.NEWLY_IN_FORCE, Event.STATUS, Event.CHANGED),
        ),
    ],
)
def test_what_happened_to_a_fact_is_named_the_chief_thing_first(old, new, events):
    (change,) = facts_of(fact(**old), fact(**new))
    assert change.events == events


def test_a_corrected_date_is_not_taken_for_a_law_that_came_into_force():
    old = fact(in_force="no")
    new = fact(in_force="yes", dates={"effective": "2025-05-01", "published": "2025-01-10"})
    (change,) = facts_of(old, new)
    assert change.events == (Event.CHANGED,)


def test_a_corrected_date_is_not_taken_for_a_law_that_went_out_of_force():
    old = fact(in_force="yes", dates={"effective": "2025-05-01"})
    new = fact(in_force="no", dates={"effective": "2027-05-01"})
    (change,) = facts_of(old, new)
    assert change.events == (Event.CHANGED,)


def test_a_derived_value_that_prints_otherwise_is_a_change_and_one_told_elsewhere_is_none():
    def shows(*days):
        return fact(shown=tuple(Shown("rules", "days_between", text) for text in days))

    (change,) = facts_of(shows("15天"), shows("16天"))
    assert change.fields == (FieldChange("days_between", "15天", "16天"),)
    assert not facts_of(shows("15天"), shows("15天", "203天"))
    assert not facts_of(shows("15天"), shows())


def test_facts_stand_in_the_order_of_the_timeline():
    dates = {"c": "2024", "b": "2024-12-31", "a": "2025-01", "d": "2011-12-16"}
    made = {name: fact(dates={"effective": date}) for name, date in dates.items()}
    changes = compare(edition(1, facts={}), edition(2, facts=made))
    assert [item.id for item in changes.facts] == ["d", "c", "b", "a"]


# --- What a key point rests on ---


@pytest.mark.parametrize(
    ("change", "weight"),
    [
        ({"status": "contested"}, Weight.CONCLUSION),
        ({"status": "retracted"}, Weight.CONCLUSION),
        ({"superseded_by": "cn-900"}, Weight.CONCLUSION),
        ({"in_force": "yes"}, Weight.CONCLUSION),
        ({"in_force": "unclear"}, Weight.CONCLUSION),
        ({"dates": {"effective": "2026-05-02"}}, Weight.FACT),
        ({"label": "国务院第818号令"}, Weight.FACT),
        ({"sources": ()}, Weight.FACT),
    ],
)
def test_the_standing_of_a_fact_below_a_key_point_is_a_conclusion(change, weight):
    (found,) = compare(edition(1), edition(2, facts={"cn-818": fact(**change)})).facts
    assert found.weight is weight


def test_a_fact_that_is_gone_or_came_below_a_key_point_is_a_conclusion():
    assert compare(edition(1), edition(2, facts={})).facts[0].weight is Weight.CONCLUSION
    assert compare(edition(1, facts={}), edition(2)).facts[0].weight is Weight.CONCLUSION


def test_a_fact_that_a_key_point_prints_counts_as_one_that_it_rests_on():
    shown = (Shown("key-points", "dates.effective", "2026年5月1日"),)
    (change,) = facts_of(
        fact(shown=shown), fact(shown=shown, in_force="yes"), key_points=(KeyPointState("已公布。"),)
    )
    assert change.weight is Weight.CONCLUSION


def test_a_fact_that_shows_nowhere_is_listed_and_no_conclusion():
    (change,) = facts_of(fact(shown=()), fact(shown=(), status="retracted"))
    assert (change.sections, change.weight) == ((), Weight.FACT)


# --- Key points and triggers ---


def points(*texts):
    return tuple(KeyPointState(text, ("cn-818",)) for text in texts)


A, B, C = "获批只限一个适应症。", "条例已经公布，尚未施行。", "长期安全性资料不足。"


def told(old, new):
    changes = compare(edition(1, key_points=old), edition(2, key_points=new))
    return [(item.index, item.event, item.weight) for item in changes.key_points]


def test_a_key_point_that_says_otherwise_is_a_conclusion_however_little_changed():
    edited = "条例已经公布，并已施行。"
    assert told(points(A, B, C), points(A, edited, C)) == [(2, Event.CHANGED, Weight.CONCLUSION)]
    assert told(points(A), points(A.rstrip("。"))) == [(1, Event.CHANGED, Weight.CONCLUSION)]


def test_key_points_that_came_and_went_are_told_the_gone_ones_last():
    assert told(points(A, B), points(C, A)) == [
        (1, Event.ADDED, Weight.CONCLUSION),
        (2, Event.REMOVED, Weight.CONCLUSION),
    ]


def test_a_key_point_in_the_place_of_another_was_rewritten():
    assert told(points(A, B), points(A, C)) == [(2, Event.CHANGED, Weight.CONCLUSION)]


def test_a_new_order_of_key_points_is_editorial():
    assert told(points(A, B, C), points(B, C, A)) == [(3, Event.MOVED, Weight.EDITORIAL)]


def test_other_facts_below_the_same_words_are_a_fact():
    assert told(points(A), (KeyPointState(A, ("other",)),)) == [(1, Event.CHANGED, Weight.FACT)]


@pytest.mark.parametrize(
    ("old", "new", "event", "weight"),
    [
        (TriggerState("施行", "not_met"), TriggerState("施行", "met"), Event.FLIPPED, Weight.CONCLUSION),
        (TriggerState("施行", "met"), TriggerState("已施行", "met"), Event.CHANGED, Weight.FACT),
        (TriggerState("施行", "met", "甲"), TriggerState("施行", "met", "乙"), Event.CHANGED, Weight.FACT),
        (None, TriggerState("施行", "met"), Event.ADDED, Weight.FACT),
        (TriggerState("施行", "met"), None, Event.REMOVED, Weight.FACT),
    ],
)
def test_a_trigger_that_flipped_is_a_conclusion(old, new, event, weight):
    before = edition(1, triggers={"t": old} if old else {})
    after = edition(2, triggers={"t": new} if new else {})
    (change,) = compare(before, after).triggers
    assert (change.id, change.event, change.weight) == ("t", event, weight)


# --- Text ---


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["条例自2026年5月1日起施行。"], ["条例自2026年6月1日起施行。"]),
        (["机构可以向受试者收费。"], ["机构不可以向受试者收费。"]),
        (["入组321例。"], ["入组312例。"]),
        (["见于MSC制品。"], ["见于iPSC制品。"]),
        (["第一段讲批准。"], ["第一段讲批准。", "第二段讲安全。"]),
        (["第一段讲批准。", "第二段讲安全。"], ["第一段讲批准。"]),
    ],
)
def test_text_in_which_something_countable_changed_is_a_fact(old, new):
    (change,) = texts_of(old, new)
    assert (change.events, change.weight) == ((Event.CHANGED,), Weight.FACT)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["条例现已公布，自2026年5月1日起施行。"], ["条例业已公布，自2026年5月1日起施行。"]),
        (["先说批准。", "再说安全与疗效的证据。"], ["再说安全与疗效的证据。", "先说批准。"]),
        (["先说批准。再说安全。"], ["先说批准。", "再说安全。"]),
        (["甲、乙"], ["甲，乙"]),
    ],
)
def test_wording_order_and_paragraphing_are_editorial(old, new):
    (change,) = texts_of(old, new)
    assert (change.events, change.weight) == ((Event.CHANGED,), Weight.EDITORIAL)


def test_wording_around_a_fact_that_changed_is_a_fact():
    old, new = "据公告，获批的日期有争议：五月间。", "据公告，获批的日期已确认：五月间。"
    shown = (Shown("rules", "dates.approved", "五月间"),)
    states = [fact(shown=shown, status=status) for status in ("contested", "verified")]
    before, after = (
        edition(number, facts={"f": state}, sections=(section("rules", "规则", text),))
        for number, state, text in [(1, states[0], old), (2, states[1], new)]
    )
    assert compare(before, after).sections[0].weight is Weight.FACT
    same = dataclasses.replace(after, facts=before.facts)
    assert compare(before, same).sections[0].weight is Weight.EDITORIAL


def test_sections_are_told_in_reading_order_with_what_happened_to_each():
    intro, rules, safety = section("intro"), section("rules"), section("safety")
    added, retitled = section("new"), section("rules", "规章")
    before = edition(1, sections=(intro, rules, safety, section("gone")))
    after = edition(2, sections=(safety, intro, added, retitled))
    found = [(item.id, item.events, item.weight) for item in compare(before, after).sections]
    assert found == [
        ("safety", (Event.MOVED,), Weight.EDITORIAL),
        ("new", (Event.ADDED,), Weight.FACT),
        ("rules", (Event.CHANGED,), Weight.EDITORIAL),
        ("gone", (Event.REMOVED,), Weight.FACT),
    ]


def test_a_section_that_changed_keeps_all_its_blocks_for_the_redline():
    (change,) = texts_of(["首段。", "共5例。", "末段。"], ["首段。", "共6例。", "末段。"])
    assert [block.kind for block in change.blocks] == ["same", "changed", "same"]


def test_a_title_is_editorial_unless_its_numbers_changed():
    def weight(title):
        return compare(edition(1), edition(2, title=title)).title.weight

    assert weight("间充质干细胞报告") is Weight.EDITORIAL
    assert weight("间充质干细胞简报2026") is Weight.FACT


def test_the_form_of_a_reference_is_editorial_and_a_reference_that_came_is_a_fact():
    entry = edition(1).sources["gov-818"]
    sources = {"gov-818": entry.replace("[EB/OL]", "[S]"), "new": "新文献."}
    found = [
        (item.id, item.event, item.weight)
        for item in compare(edition(1), edition(2, sources=sources)).sources
    ]
    assert found == [
        ("gov-818", Event.CHANGED, Weight.EDITORIAL),
        ("new", Event.ADDED, Weight.FACT),
    ]


# --- 勘误 and 更新 ---


def corrected(label):
    return {"cn-818": fact(label=label)}


def test_what_an_erratum_changed_is_an_erratum_and_its_reason_is_kept():
    new = edition(2, facts=corrected("国务院令第828号"), is_erratum=True, reason="令号有误。")
    changes = compare(edition(1), new)
    assert [item.is_erratum for item in changes] == [True]
    assert [(item.number, item.reason) for item in changes.corrections] == [(2, "令号有误。")]


def test_across_editions_only_what_an_erratum_changed_is_one():
    second = edition(2, facts=corrected("国务院令第828号"), is_erratum=True, reason="令号有误。")
    third = edition(3, facts=second.facts, title="新题名")
    changes = compare(edition(1), third, [second, third])
    assert [item.is_erratum for item in changes.facts] == [True]
    assert changes.title.is_erratum is False
    assert [item.number for item in changes.corrections] == [2]


def test_an_erratum_that_undid_what_the_reader_never_saw_makes_no_erratum():
    wrong = edition(2, facts={"cn-818": fact(label="写错的名称", attrs={"n": "1"})})
    mended = edition(3, facts={"cn-818": fact(attrs={"n": "1"})}, is_erratum=True, reason="名称有误。")
    changes = compare(edition(1), mended, [wrong, mended])
    assert [(item.fields, item.is_erratum) for item in changes.facts] == [
        ((FieldChange("attrs.n", "", "1"),), False)
    ]
    assert [item.number for item in changes.corrections] == [3]


def test_editions_that_are_not_between_are_passed_over():
    other = [edition(1, is_erratum=True, reason="旧"), edition(4, title="后", is_erratum=True, reason="后")]
    changes = compare(edition(2), edition(3, title="新题名"), other)
    assert not changes.title.is_erratum
    assert changes.corrections == ()


@pytest.mark.parametrize(
    "change",
    [
        {"title": "新题名"},
        {"key_points": points(A)},
        {"key_points": (KeyPointState("条例已公布，尚未施行。", ("other",)),)},
        {"triggers": {"rules": TriggerState("新规则施行", "met", "国务院令第818号")}},
        {"triggers": {}},
        {"sections": (section("rules", "规章"),)},
        {"sections": (section("rules", "规则", "条例自2026年6月1日起施行。"),)},
        {"sections": (section("rules", "规则", "条例自2026年5月1日起施行。", "条例自2026年5月1日起施行。"),)},
        {"sections": ()},
        {"sources": {}},
        {"facts": {}},
        {"facts": {"cn-818": fact(status="contested")}},
    ],
)
def test_whatever_an_erratum_changes_is_an_erratum(change):
    items = list(compare(edition(1), edition(2, is_erratum=True, reason="误", **change)))
    assert items
    assert all(item.is_erratum for item in items)


def test_a_new_order_in_an_erratum_is_an_erratum():
    texts = ["先说批准的经过。", "再说安全与疗效的证据。", "末了说还不清楚的事。"]
    before = edition(1, key_points=points(A, B), sections=(section("a"), section("b", "乙", *texts)))
    after = edition(
        2,
        key_points=points(B, A),
        sections=(section("b", "乙", texts[2], *texts[:2]), section("a")),
        is_erratum=True,
        reason="次序有误。",
    )
    items = list(compare(before, after))
    assert [type(item).__name__ for item in items] == ["KeyPointChange", "SectionChange"]
    assert all(item.is_erratum for item in items)


def test_what_time_alone_brings_is_no_mistake():
    new = edition(
        2,
        facts={
            "cn-818": fact(in_force="yes"),
            "cn-900": fact(known_since=datetime.date(2026, 9, 1)),
            "late": fact(known_since=datetime.date(2020, 1, 1)),
        },
        is_erratum=True,
        reason="漏记一项。",
    )
    found = {item.id: item.is_erratum for item in compare(edition(1), new).facts}
    assert found == {"cn-818": False, "cn-900": False, "late": True}


@settings(max_examples=25)
@given(st.lists(editions, min_size=3, max_size=4))
def test_no_item_is_an_erratum_where_no_edition_is_one(made):
    row = [dataclasses.replace(item, number=number, is_erratum=False) for number, item in enumerate(made, 1)]
    changes = compare(row[0], row[-1], row[1:])
    assert not any(item.is_erratum for item in changes)
    assert changes.corrections == ()


def test_what_an_erratum_mended_of_a_fact_is_told_apart_from_what_happened_to_it():
    first = edition(1, facts={"law": fact(dates={"effective": "2026-05-01"}, attrs={"age_min": "60"})})
    moved = edition(2, facts={"law": fact(dates={"effective": "2026-06-01"}, attrs={"age_min": "60"})})
    mended = edition(
        3,
        facts={"law": fact(dates={"effective": "2026-06-01"}, attrs={"age_min": "65"})},
        is_erratum=True,
        reason="年龄有误",
    )
    told = compare(first, mended, (moved, mended)).facts
    assert [(item.is_erratum, [field.field for field in item.fields]) for item in told] == [
        (True, ["attrs.age_min"]),
        (False, ["dates.effective"]),
    ]
