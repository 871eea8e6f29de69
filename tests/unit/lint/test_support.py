"""What needs a source, and which texts show one."""

import datetime

import pytest

from report.lint import support, survey
from report.load.briefing import load_briefing
from report.load.files import read_briefing

VALUE = "试验于{{ fact('trial-resumed').date }}恢复"


@pytest.fixture
def found(project):
    """Return a function: a section's body, and other files, to the findings of support."""

    def check(body, **files):
        project.opening(body)
        for name, text in files.items():
            project.write(f"{name}.md" if "/" in name else f"{name}.yaml", text)
        briefing, _ = load_briefing(read_briefing(project.root, "demo"))
        assert briefing is not None
        return support.check(briefing, survey(briefing, datetime.date(2026, 11, 22), lambda char: True))

    return check


def codes(findings):
    return [item.code.code for item in findings]


@pytest.mark.parametrize(
    "body",
    [
        f"{VALUE}。",
        f"- {VALUE}",
        "从暂停到恢复相隔{{ days_between('trial-halted', 'trial-resumed') }}。",
        "应答率为32%。",
        "应答率为百分之三十二。",
        "入组120名受试者。",
        "纳入62项随机对照试验。",
        "获批2款新药。",
        "每次用0.5 mL。",
        "60岁及以上可以接种。",
        "研究显示没有增多。",
        "指南推荐每年一次。",
        "據報道，試驗已經恢復。",
        "2024年，药监局批准恢复。",
        "A trial showed no difference.",
        "It was approved in the US in 2024.",
        "Of all, 32 percent responded.",
    ],
)
def test_a_claim_without_a_source_is_found(found, body):
    assert codes(found(body)) == ["F032"]


@pytest.mark.parametrize(
    "body",
    [
        f"{VALUE}[@notice]。",
        f"{VALUE}[[drug-approved]]。",
        f"{VALUE}[^note]。\n\n[^note]: 见公告。",
        f"{VALUE}，见[公告](https://agency.example.org/notice)。",
        f"{VALUE}。\n\n条件见公告[[trial-resumed]]。",
        f"{VALUE}。\n\n## 条件\n\n- 见公告[@notice]",
        f"结果如下[@notice]：\n\n- {VALUE}\n- 应答率为32%",
        f"> {VALUE}，应答率为32%。",
        "| 日期 | 率 |\n|---|---|\n| {{ fact('trial-resumed').date }}恢复试验 | 32% |",
        "{% if known('trial-resumed') %}试验已经恢复。{% endif %}",
        "试验在{{ fact('trial-resumed').jurisdiction }}进行，{{ fact('trial-resumed').status }}。",
        "恢复：{{ fact('trial-resumed').date }}。",
        "应答率据说为32%（待核）。",
        "应答率真是32%吗？",
        "我们核对了其中的32%。",
        "没有研究显示它更好，也缺乏数据证明它更差。",
        "见第32条、表1和第5项，请先读第3节。",
        "不懂的，请带1名家属再来，问3个问题。",
        "例如，先登记，再接种。",
        "全国人民代表大会2次审议，第2期简报另述。",
    ],
)
def test_what_is_supported_or_no_claim_is_not(found, body):
    assert codes(found(body)) == []


def test_a_part_is_read_within_the_section_that_includes_it(found):
    include = '{% include "parts/dates.md" %}'
    part = {"parts/dates": f"{VALUE}。\n"}
    assert codes(found(f"{include}\n\n见公告[@notice]。", **part)) == []
    assert codes(found(include, **part)) == ["F032"]
    assert codes(found("正文。", **part)) == []


def test_the_handout_is_left_alone(found, project):
    project.write(
        "sections/02-closing.md", f"---\nid: closing\ntitle: 患者须知\nview: handout\n---\n\n{VALUE}。\n"
    )
    project.change("briefing.yaml", "disclaimer: closing\n", "")
    assert codes(found("正文。")) == []


def test_one_finding_a_paragraph(found):
    (finding,) = found(f"{VALUE}，应答率为32%，入组120例。")
    assert finding.hint == "Add [@notice] or [[trial-resumed]] behind the statement."


def test_a_source_that_does_not_exist_is_no_missing_source(found, project):
    project.change("facts.yaml", "approved\n  sources: [{ref: notice}]", "approved\n  sources: [{ref: none}]")
    assert codes(found("正文。")) == []
