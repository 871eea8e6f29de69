"""The table of conditions in a composed briefing: as printed, as recorded, and on three days."""

import datetime

import lxml.html
import pytest

from report.compose.assemble import compose
from report.compose.issue import Issue
from report.compose.matter import Colophon
from report.editions.record import TriggerState
from report.installation import bundled_templates
from report.load.briefing import load_briefing
from report.load.files import read_briefing, read_templates

TRIGGERS = """
triggers:
  - id: resumed
    label: 试验已经恢复
    when: {fact: trial-resumed, is: in_force}
    note: 只限已登记的中心
  - id: approved
    label: 国内有药物获批
    when: {count: {kind: approval, jurisdiction: CN}, at_least: 2}
  - id: year
    label: 满一年
    when: {date: "2025-06-01"}
"""
DAYS = {
    "before": datetime.date(2024, 5, 1),
    "announced": datetime.date(2024, 5, 25),
    "in force": datetime.date(2026, 11, 22),
}


@pytest.fixture
def composed(project):
    """Return a function: the page and the record of the good project with triggers, on a day."""
    project.write("briefing.yaml", (project.demo / "briefing.yaml").read_text(encoding="utf-8") + TRIGGERS)
    project.opening("文。")

    def on(as_of):
        briefing, _ = load_briefing(read_briefing(project.root, "demo"))
        templates = read_templates(project.root, bundled_templates())
        return compose(briefing, templates, as_of, Colophon((), (), ""), Issue(1, ""))

    return on


def printed(composed):
    table = lxml.html.document_fromstring(composed.pages["pdf/briefing.html"]).find(
        ".//table[@class='triggers-table']"
    )
    return [
        [" ".join(cell.text_content().split()) for cell in row.xpath("th | td")]
        for row in table.xpath("tbody/tr")
    ]


def test_each_row_says_what_it_is_judged_by_and_what_bears_it_out(composed):
    assert printed(composed(DAYS["in force"])) == [
        ["试验已经恢复只限已登记的中心", "“试验恢复”已施行", "✓已满足", "试验恢复 施行 2024年6月1日[1]"],
        ["国内有药物获批", "中国、批准类的事实至少2项", "✗未满足现有1项", "药物获批 批准 2025年5月[1]"],
        ["满一年", "已到2025年6月1日", "✓已满足", "—"],
    ]


@pytest.mark.parametrize(
    ("day", "first"),
    [
        ("before", ["所指的事实，到数据截至日尚无", "✗未满足", "—"]),
        ("announced", ["“试验恢复”已施行", "✗未满足", "试验恢复 施行 2024年6月1日[1]"]),
        ("in force", ["“试验恢复”已施行", "✓已满足", "试验恢复 施行 2024年6月1日[1]"]),
    ],
)
def test_the_state_follows_the_day(composed, day, first):
    assert printed(composed(DAYS[day]))[0][1:] == first


def test_the_record_of_an_edition_has_states_and_evidence(composed):
    assert composed(DAYS["in force"]).state.triggers == {
        "resumed": TriggerState("试验已经恢复", "met", "试验恢复 施行 2024年6月1日"),
        "approved": TriggerState("国内有药物获批", "not_met", "现有1项；药物获批 批准 2025年5月"),
        "year": TriggerState("满一年", "met", ""),
    }


def test_what_the_table_prints_of_a_fact_is_recorded(composed):
    uses = [
        (use.fact, use.field, use.text)
        for use in composed(DAYS["in force"]).uses
        if use.section == "triggers"
    ]
    assert ("trial-resumed", "dates.effective", "2024年6月1日") in uses
    assert ("drug-approved", "label", "药物获批") in uses


def test_a_condition_on_a_retracted_fact_prints_nothing_of_it(project, composed):
    facts = (project.demo / "facts.yaml").read_text(encoding="utf-8")
    project.write(
        "facts.yaml", facts.replace("kind: policy\n  status: verified", "kind: policy\n  status: retracted")
    )
    assert "试验恢复" not in "".join(printed(composed(DAYS["in force"]))[0])
