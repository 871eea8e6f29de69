"""Freezing: facts as they stand and print on a day, and a digest that any change of content breaks."""

import dataclasses
import datetime

import pytest

from report.editions.record import Shown
from report.editions.state import content_digest, freeze_facts, freeze_section
from report.load.briefing import load_briefing
from report.load.files import read_briefing

DAY = datetime.date(2026, 11, 22)
WORDS = {"yes": "是", "no": "否"}


@dataclasses.dataclass(frozen=True)
class Use:
    section: str
    fact: str
    field: str
    text: str


def load(project):
    briefing, _ = load_briefing(read_briefing(project.root, "demo"))
    assert briefing is not None
    return briefing


def test_facts_are_frozen_as_they_stand_on_the_day(project):
    briefing = load(project)
    before = freeze_facts(briefing, datetime.date(2024, 5, 25), (), WORDS)
    assert sorted(before) == ["trial-halted", "trial-resumed"]
    assert (before["trial-halted"].superseded_by, before["trial-resumed"].in_force) == ("", "no")
    after = freeze_facts(briefing, DAY, (), WORDS)
    assert sorted(after) == ["drug-approved", "trial-halted", "trial-resumed"]
    assert (after["trial-halted"].superseded_by, after["trial-resumed"].in_force) == ("trial-resumed", "yes")


def test_a_fact_keeps_its_values_as_the_record_holds_them(project):
    halted = freeze_facts(load(project), DAY, (), WORDS)["trial-halted"]
    assert (halted.kind, halted.status, halted.effect) == ("suspension", "verified", "halt")
    assert (halted.label, halted.jurisdiction) == ("试验暂停", "CN")
    assert halted.dates == {"announced": "2020-01-01", "effective": "2020-02-01"}
    assert halted.attrs == {"sites": "12"}
    assert [source.ref for source in halted.sources] == ["notice"]
    assert halted.known_since == datetime.date(2020, 1, 1)


def test_a_yes_or_no_is_kept_as_printed(project):
    project.change("facts.yaml", "attrs: {sites: 12}", "attrs: {blinded: true, sites: 12}")
    assert freeze_facts(load(project), DAY, (), WORDS)["trial-halted"].attrs["blinded"] == "是"


def test_places_are_kept_in_order_and_once(project):
    uses = [
        Use("opening", "drug-approved", "label", "药物获批"),
        Use("opening", "drug-approved", "dates.approved", "2025年5月"),
        Use("opening", "drug-approved", "label", "药物获批"),
        Use("timeline", "drug-approved", "dates.approved", "2025年5月"),
    ]
    frozen = freeze_facts(load(project), DAY, uses, WORDS)["drug-approved"]
    assert frozen.shown == (
        Shown("opening", "label", "药物获批"),
        Shown("opening", "dates.approved", "2025年5月"),
        Shown("timeline", "dates.approved", "2025年5月"),
    )
    assert frozen.sections == ("opening", "timeline")
    assert frozen.printed == {"label": ("药物获批",), "dates.approved": ("2025年5月",)}


def test_a_section_is_told_by_its_title_and_the_borders_of_its_blocks():
    digests = {
        freeze_section("a", title, blocks).digest
        for title, blocks in [("题", ["甲", "乙"]), ("题", ["甲乙"]), ("题甲", ["乙"]), ("题", ["乙", "甲"])]
    }
    assert len(digests) == 4
    assert freeze_section("a", "题", ["甲"]).digest == freeze_section("b", "题", ["甲"]).digest


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("facts.yaml", '"2020-02-01"', '"2020-02-02"'),
        ("facts.yaml", "label: 试验暂停", "label: 试验中止"),
        ("facts.yaml", "supersedes: [trial-halted]", "supersedes: []"),
        ("sources.yaml", "title: 示例公告", "title: 示例通告"),
        ("entities.yaml", "示例药监局", "示例药管局"),
        ("briefing.yaml", "title: 试验简报", "title: 试验报告"),
        ("briefing.yaml", "试验已恢复。", "试验未恢复。"),
    ],
)
def test_any_change_of_content_breaks_the_digest(project, name, old, new):
    before = content_digest(load(project), DAY)
    project.change(name, old, new)
    assert content_digest(load(project), DAY) != before


def test_a_change_of_text_or_day_breaks_the_digest(project):
    before = content_digest(load(project), DAY)
    assert content_digest(load(project), DAY + datetime.timedelta(days=1)) != before
    project.opening("另一段文字。")
    assert content_digest(load(project), DAY) != before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("facts.yaml", "label: 试验暂停", 'label: "试验暂停"   # 已核'),
        ("facts.yaml", "dates: {announced: ", "dates:  { announced:  "),
        ("briefing.yaml", 'as_of: "2026-11-22"', 'as_of: "2026-11-21"'),
        ("briefing.yaml", "title: 试验简报", "title: 试验简报\napprovals: [医学审校]"),
    ],
)
def test_what_is_no_content_leaves_the_digest(project, name, old, new):
    before = content_digest(load(project), DAY)
    text = (project.demo / name).read_text(encoding="utf-8")
    assert old in text
    project.write(name, text.replace(old, new, 1))
    assert content_digest(load(project), DAY) == before


def test_the_order_of_facts_in_their_file_leaves_the_digest(project):
    before = content_digest(load(project), DAY)
    text = (project.demo / "facts.yaml").read_text(encoding="utf-8")
    entries = [entry for entry in text.split("- id: ") if entry.strip()]
    project.write("facts.yaml", "".join(f"- id: {entry}" for entry in reversed(entries)))
    assert content_digest(load(project), DAY) == before
