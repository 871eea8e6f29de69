"""What every file must carry, told from a composed briefing."""

import datetime

import pytest

from report.compose.assemble import compose
from report.compose.carried import _values
from report.compose.issue import Issue
from report.compose.matter import Colophon
from report.compose.register import Use
from report.installation import bundled_templates
from report.load.briefing import load_briefing
from report.load.files import read_briefing, read_templates
from report.pages import CarriedRow, CarriedValue
from report.readback import seen

BODY = """试验于{{ fact('trial-resumed').date }}恢复[@notice]，
暂停已有{{ days_between('trial-halted', 'trial-resumed') }}[^why]。
{% if known('drug-approved') %}另有药物获批[[drug-approved]]。{% endif %}

[^why]: 暂停自{{ fact('trial-halted').dates.effective }}起。"""


@pytest.fixture
def content(project):
    project.opening(BODY)
    project.change("briefing.yaml", "disclaimer: closing", "disclaimer: closing\nsubtitle: 副题")
    project.write("glossary.yaml", "- {term: 试验, label: 临床试验, definition: 在人身上的研究。}\n")
    briefing, findings = load_briefing(read_briefing(project.root, "demo"))
    assert briefing is not None, findings
    templates = read_templates(project.root, bundled_templates())
    composed = compose(briefing, templates, datetime.date(2026, 11, 22), Colophon((), (), ""), Issue(1, ""))
    return composed.content


def test_what_identifies_it(content):
    told = (content.view, content.locale, content.title, content.edition, content.as_of, content.as_of_label)
    assert told == ("full", "zh-Hans", "试验简报", "第1版（构建稿）", "2026年11月22日", "数据截至")


def test_the_sections_as_they_are_read(content):
    (opening,) = content.sections
    assert (opening.id, opening.number, opening.title) == ("opening", "一", "引言")
    assert seen(opening.text) == "试验于2024年5月20日恢复[1]，暂停已有1601天1。另有药物获批2。"
    assert (content.disclaimer.title, seen(content.disclaimer.text)) == ("免责说明", "内容均为虚构。")


def test_the_matter_before_and_behind(content):
    assert list(map(seen, content.key_points)) == ["试验已恢复。[1]"]
    assert [number for number, _ in content.notes] == [1, 2]
    assert "暂停自2020年2月1日起。" in content.notes[0][1]
    assert "2025年5月" in content.notes[1][1]
    ((number, reference),) = content.references
    assert (number, "示例公告" in reference) == (1, True)
    assert content.glossary == (("试验", "在人身上的研究。"),)
    assert CarriedRow("drug-approved", "2025-05", "药物获批") in content.timeline
    assert content.part_titles["timeline"] == "监管时间线"
    assert set(content.part_titles) == {
        "key-points",
        "triggers",
        "timeline",
        "notes",
        "references",
        "glossary",
    }


def test_each_value_where_it_is_printed(content):
    printed = {(value.fact, value.section, value.text) for value in content.values}
    assert ("trial-resumed", "opening", "2024年5月20日") in printed
    # A note is no part of its section's text.
    assert ("trial-halted", "notes", "2020年2月1日") in printed
    # The timeline prints its dates in figures.
    assert ("drug-approved", "timeline", "2025-05") in printed
    assert all(value.text for value in content.values)


def test_a_value_that_is_printed_nowhere_is_not_asked_for(content):
    uses = [
        Use("opening", "a", "label", "无处印出"),
        Use("opening", "a", "in_force", ""),
        Use("opening", "a", "dates.announced", "2024年5月20日"),
        Use("opening", "a", "dates.announced", "2024年5月20日"),
        Use("closing", "a", "dates.announced", "2024年5月20日"),
    ]
    assert list(_values(uses, {"opening": "试验于2024年5月20日恢复", "notes": ""})) == [
        CarriedValue("a", "dates.announced", "2024年5月20日", "opening")
    ]


def test_a_handout_carries_its_sections_alone(project):
    project.opening("先登记。")
    project.change("sections/01-opening.md", "title: 引言", "title: 引言\nview: both")
    briefing, _ = load_briefing(read_briefing(project.root, "demo"))
    templates = read_templates(project.root, bundled_templates())
    composed = compose(
        briefing,
        templates,
        datetime.date(2026, 11, 22),
        Colophon((), (), ""),
        Issue(1, ""),
        view="handout",
        entries=(),
    )
    told = composed.content
    assert (told.view, [section.id for section in told.sections]) == ("handout", ["opening"])
    assert (told.disclaimer, told.key_points, told.timeline, told.notes) == (None, (), (), ())
