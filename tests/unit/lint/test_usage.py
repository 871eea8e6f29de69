"""How contested and draft facts are told, and which facts nothing uses."""

import datetime

import pytest

from report.lint import survey, usage
from report.load.briefing import load_briefing
from report.load.files import read_briefing

FACT = """- id: {id}
  kind: scientific
  status: {status}
  jurisdiction: CN
  label: 剂量
  attrs: {{mg: 20}}
  sources: [{{ref: notice}}]
"""
CONTESTED = FACT.format(id="dose", status="contested")
DRAFT = FACT.format(id="dose", status="draft")


@pytest.fixture
def found(project):
    """Return a function: a section's body and more facts to the findings of usage."""

    def check(body, facts=CONTESTED, as_of="2026-11-22"):
        own = (project.demo / "facts.yaml").read_text(encoding="utf-8")
        project.write("facts.yaml", own + facts)
        project.opening(body)
        briefing, _ = load_briefing(read_briefing(project.root, "demo"))
        assert briefing is not None
        findings = usage.check(briefing, survey(briefing, datetime.date.fromisoformat(as_of), lambda c: True))
        project.write("facts.yaml", own)
        return findings

    return check


def codes(findings):
    return [item.code.code for item in findings]


@pytest.mark.parametrize(
    "body",
    [
        "每次{{ fact('dose').attr('mg') }} mg。",
        "剂量见注[[dose]]。",
        "剂量有争议。\n\n每次{{ fact('dose').attr('mg') }} mg。",
        "- 剂量有争议\n- 每次{{ fact('dose').attr('mg') }} mg",
        "| 剂量 |\n|---|\n| 有争议 |\n| {{ fact('dose').attr('mg') }} mg |",
        "## 每次{{ fact('dose').attr('mg') }} mg\n\n剂量有争议。",
        "{% for name in ['dose'] %}{{ fact(name).label }}{% endfor %}",
        "剂量<!-- 有争议 -->见注[[dose]]。",
    ],
)
def test_a_contested_fact_that_is_told_as_sure_is_found_once(found, body):
    (finding,) = found(body)
    assert finding.code is usage.CONTESTED_UNHEDGED


@pytest.mark.parametrize(
    "body",
    [
        "每次{{ fact('dose').attr('mg') }} mg，这有争议。",
        "每次{{ fact('dose').attr('mg') }} mg，各方说法不一[[dose]]。",
        "每次{{ fact('dose').attr('mg') }} mg（{{ fact('dose').status }}）。",
        "{% if known('dose') %}剂量另述。{% endif %}",
        "{% if fact('dose').attr('mg') == '20' %}剂量另述。{% endif %}",
        "{# {{ fact('dose').label }} #}剂量另述，见 [[trial-resumed]]。",
        "<!-- 待补：[[dose]] -->\n\n{% if known('dose') %}剂量另述。{% endif %}",
    ],
)
def test_a_contested_fact_that_is_told_as_such_or_not_told_is_not(found, body):
    assert "F030" not in codes(found(body))


def test_the_other_side_in_the_same_paragraph_is_enough_whichever_names_the_other(found):
    other = FACT.format(id="dose-enough", status="contested") + "  contradicts: [dose]\n"
    assert codes(found("一说不足[[dose]]，一说足够[[dose-enough]]。", CONTESTED + other)) == []
    apart = found("一说不足[[dose]]。\n\n一说足够[[dose-enough]]。", CONTESTED + other)
    assert codes(apart) == ["F030", "F030"]
    assert "nor tells 'dose-enough', which disagrees" in apart[0].message


def test_words_of_the_briefing_count(found, project):
    project.write("words.yaml", "contested: [莫衷一是]\nunconfirmed: [尚待查考]\n")
    assert codes(found("剂量莫衷一是[[dose]]。")) == []
    assert codes(found("剂量尚待查考[[dose]]。", DRAFT)) == []


@pytest.mark.parametrize(
    "body",
    [
        "剂量据说不足[[dose]]。",
        "剂量据说不足[[dose]]。\n\n（待核）",
    ],
)
def test_a_draft_that_does_not_show_itself_is_found(found, body):
    assert codes(found(body, DRAFT)) == ["F031"]


@pytest.mark.parametrize(
    "body",
    [
        "剂量据说不足（待核）[[dose]]。",
        "每次{{ fact('dose').attr('mg') }} mg[[dose]]。",
        "{{ fact('dose').label }}不足[[dose]]。",
        "剂量不足，{{ fact('dose').status }}[[dose]]。",
        "试验{{ fact('dose').in_force }}[[dose]]。",
        "试验过了{{ age('dose') }}[[dose]]。",
        "{% if known('dose') and in_force('dose') %}剂量另述。{% endif %}",
    ],
)
def test_a_draft_that_shows_itself_is_not(found, body):
    assert codes(found(body, DRAFT)) == []


@pytest.mark.parametrize(
    ("body", "is_used"),
    [
        ("剂量另述。", False),
        ("{# fact('dose') #}剂量另述。", False),
        ("<!-- [[dose]] -->剂量另述。", False),
        ("剂量[[dose]]。", True),
        ("{% set doses = ['dose'] %}剂量{{ doses | length }}种。", True),
        ("{% if known('dose') %}剂量另述。{% endif %}", True),
        ("剂量{{ count(kind='scientific') }}种。", True),
        ("剂量{{ count(kind='approval') }}种。", False),
        ("{{ first(of='scientific', jurisdiction='CN').label }}。", True),
    ],
)
def test_a_fact_that_nothing_uses_is_found(found, body, is_used):
    findings = found(body, FACT.format(id="dose", status="verified"))
    assert codes(findings) == ([] if is_used else ["F033"])


def test_what_is_not_known_yet_is_no_orphan(found):
    later = CONTESTED.replace("label", 'dates: {reported: "2027"}\n  primary_date: reported\n  label')
    assert codes(found("剂量另述。", later)) == []
    assert codes(found("剂量另述。", later, "2027-02-01")) == ["F033"]


def test_an_unknown_id_in_the_timeline_makes_no_orphans(found, project):
    project.change("briefing.yaml", "disclaimer:", "timeline: {facts: [drug-aproved]}\ndisclaimer:")
    assert codes(found("剂量有争议[[dose]]。")) == []
