"""Abbreviations and the glossary: what is explained where, and what need not be."""

import datetime

import pytest

from report.lint import survey, terms
from report.load.briefing import load_briefing
from report.load.files import read_briefing

MSC = "- {term: MSC, label: 间充质基质细胞（旧称间充质干细胞）, definition: 一类细胞。}\n"
CDE = "- {term: CDE, label: 药品审评中心, definition: 审评机构。}\n"
NMPA = "- {term: NMPA, label: 国家药品监督管理局, definition: 药监机关。}\n"


@pytest.fixture
def found(project):
    """Return a function: a section's body and a glossary to the findings, as code, place and what is quoted."""

    def check(body, glossary="", **files):
        project.opening(body)
        if glossary:
            project.write("glossary.yaml", glossary)
        for name, text in files.items():
            project.write(f"{name}.yaml", text)
        briefing, _ = load_briefing(read_briefing(project.root, "demo"))
        assert briefing is not None
        return terms.check(briefing, survey(briefing, datetime.date(2026, 11, 22), lambda char: True))

    return check


def codes(findings):
    return [item.code.code for item in findings]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("用BMI判断。", "BMI"),
        ("按aGVHD治疗。", "aGVHD"),
        ("MSCs生长。", "MSCs"),
        ("抑制PD-1。", "PD-1"),
        ("anti-PD-1治疗。", "PD-1"),
        ("CAR-T细胞。", "CAR-T"),
        ("测BCL2。", "BCL2"),
        ("## 论BMI\n\n正文。", "BMI"),
        ("机构（如FDA）的要求。", "FDA"),
        ("FDA（见下文）的要求。", "FDA"),
        ("*[BMI]: 体质指数\n\n用BMI判断。", "BMI"),
    ],
)
def test_an_abbreviation_that_nothing_explains_is_found_once(found, text, word):
    (finding,) = found(f"{text}\n\n再说一次。")
    assert finding.code is terms.UNEXPLAINED
    assert f"“{word}”" in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "体质指数（BMI）不高。后文写BMI。",
        "体质指数(BMI)不高。",
        "体质指数（body mass index, BMI）不高。",
        "体质指数（简称BMI）不高。",
        "体质指数（BMI，每平方米千克数）不高。",
        "BMI（体质指数）不高。",
        "**体质指数**（BMI）不高。",
        "BMI\n:   体质指数，体重除以身高的平方。",
        "## 论BMI\n\n体质指数（BMI）不高。",
        "注射液NR-20201，剂量5 mg、10 mL、3 kg。",
        "II期和III期试验，IV组。",
        "按ISO 9001和GB/T 7714写，另存为PDF。",
        "CD34阳性，CO~2~培养，测DNA和mRNA。",
        "药品TEMCELL®已上市。",
        "《BMI指南》已发表。",
        "地址是<https://city.example.org/BMI>。",
        "`BMI`",
        "| 批号 | 数 |\n|---|---|\n| AB12 | 3 |",
        "{{ fact('trial-resumed').label }}",
        "New England Journal 的一篇文章。",
    ],
)
def test_what_is_written_out_or_plain_is_left_alone(found, text):
    assert found(text) == []


def test_the_name_of_an_entity_needs_no_entry(found):
    entities = "- id: agency\n  names: [{name: 示例药监局}]\n- id: tem\n  names: [{name: TEMCELL}]\n"
    assert found("用TEMCELL治疗。", entities=entities) == []


def test_a_briefing_names_its_plain_words(found):
    assert found("用BMI判断。", words="plain: [BMI]\n") == []


def test_what_is_written_out_too_late_is_told_where(found):
    (finding,) = found("用BMI判断。\n\n体质指数（BMI）不高。")
    assert (finding.code, finding.location.line) == (terms.UNEXPLAINED, 6)
    assert "sections/01-opening.md:8:6" in finding.message


def test_a_compound_is_known_by_its_pieces(found):
    glossary = "- {term: aGVHD, label: 急性移植物抗宿主病, definition: 病症。}\n"
    text = "急性移植物抗宿主病（aGVHD）。激素难治（SR-aGVHD）。"
    assert "“SR-aGVHD”" not in "".join(item.message for item in found(text, glossary))


@pytest.mark.parametrize(
    "text",
    [
        "间充质基质细胞（MSC）。其后写MSC。",
        "MSC（间充质基质细胞）。",
        "间充质干细胞（MSC）为什么被叫停。",
        "间充质基质细胞（MSCs）。",
        "MSC指间充质基质细胞。",
        "**间充质基质细胞**（MSC）。",
        "## MSC为何被叫停\n\n间充质基质细胞（MSC）。",
        "| MSC | 数 |\n|---|---|\n| 甲 | 1 |\n\n间充质基质细胞（MSC）。",
        "> MSC见效。\n\n间充质基质细胞（MSC）。",
    ],
)
def test_an_entry_that_is_written_out_at_first_use_is_left_alone(found, text):
    assert found(text, MSC) == []


def test_an_entry_that_is_not_written_out_at_first_use_is_found_there(found):
    (finding,) = found("先说MSC。\n\n间充质基质细胞（MSC）。", MSC)
    assert (finding.code, finding.location.line, finding.location.column) == (terms.NOT_EXPANDED, 6, 3)


def test_an_entry_that_is_written_out_as_another_thing_is_found(found):
    (finding,) = found("中国药监局（CDE）批准。", CDE)
    assert finding.code is terms.NOT_EXPANDED
    assert "written out as 中国药监局" in finding.message


def test_a_shorter_form_of_the_full_name_will_do(found):
    assert found("国家药监局（NMPA）公告。", NMPA) == []


def test_reading_order_is_the_spines(found, project):
    project.change("briefing.yaml", "spine: [opening, closing]", "spine: [closing, opening]")
    project.write("sections/02-closing.md", "---\nid: closing\ntitle: 说明\n---\n\n间充质基质细胞（MSC）。\n")
    assert found("先说MSC。", MSC) == []


def test_a_part_is_read_where_it_is_included(found, project):
    project.write("parts/term.md", "间充质基质细胞（MSC）。\n")
    assert found('{% include "parts/term.md" %}\n\n再说MSC。', MSC) == []
    assert codes(found('先说MSC。\n\n{% include "parts/term.md" %}', MSC)) == ["T031"]


def test_a_name_that_a_template_prints_writes_an_abbreviation_out(found):
    assert found("{{ name('agency') }}（CDE）发文。再说CDE。", CDE) == []


def test_an_entry_that_stands_nowhere_is_found_in_the_glossary(found):
    (finding,) = found("间充质基质细胞（MSC）。", MSC + CDE)
    assert (finding.code, str(finding.location)) == (terms.UNUSED, "content/demo/glossary.yaml:2:10")


@pytest.mark.parametrize(
    ("text", "glossary"),
    [
        ("附条件批准的药品。", "- {term: 附条件批准, label: 附条件批准上市, definition: 先行批准。}\n"),
        ("附条\n件批准。", "- {term: 附条件批准, definition: 先行批准。}\n"),
        ("## 论附条件批准\n\n正文。", "- {term: 附条件批准, definition: 先行批准。}\n"),
        (
            "附条件批准。",
            "- {term: 附条件批准, definition: 依确证性试验而定。}\n- {term: 确证性试验, definition: 试验。}\n",
        ),
        ("正文。", "- {term: 药物获批, definition: 印在时间线里。}\n"),
    ],
)
def test_an_entry_that_stands_somewhere_is_left_alone(found, text, glossary):
    assert found(text, glossary) == []


def test_an_entry_whose_full_form_alone_is_used_says_so(found):
    (finding,) = found("由药品审评中心审评。", CDE)
    assert finding.code is terms.UNUSED
    assert finding.message.endswith("药品审评中心 does")


def test_labels_of_another_locale_are_not_asked(found, project):
    project.change("facts.yaml", "label: 药物获批", "label: {zh-Hans: 药物获批, en: BMI drug}")
    assert found("正文。") == []
