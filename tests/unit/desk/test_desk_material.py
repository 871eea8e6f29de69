"""What the desk lists of facts is what the briefing holds, as it stands today."""

import datetime

import pytest

from report.compose.matter import read_labels
from report.desk.explaining import read_explanations
from report.desk.material import fact_rows, section_rows
from report.desk.telling import Editor, check_editor_url
from report.errors import UsageError
from report.installation import bundled_templates
from report.load.briefing import load_briefing
from report.load.files import read_briefing, read_templates

TODAY = datetime.date(2026, 11, 27)


@pytest.fixture
def rows(project):
    def read(language="zh-Hans"):
        briefing, _ = load_briefing(read_briefing(project.root, "demo"))
        words = read_labels(read_templates(project.root, bundled_templates()), language)
        return {row.id: row for row in fact_rows(briefing, words, language, TODAY, Editor(project.root))}

    return read


def test_facts_come_in_the_order_of_time(rows):
    assert list(rows()) == ["trial-halted", "trial-resumed", "drug-approved"]


def test_a_row_says_how_the_fact_stands(rows):
    halted, _, approved = rows().values()
    assert (halted.standing, halted.superseded_by) == ("superseded", "trial-resumed")
    assert (approved.date, approved.edtf, approved.jurisdiction_word, approved.kind_word) == (
        "2025年5月",
        "2025-05",
        "中国",
        "批准",
    )
    assert (approved.verdict, approved.age_days, approved.year) == ("unchecked", None, "2025")
    assert approved.raw["dates"] == {"approved": "2025-05"}
    assert rows("en")["drug-approved"].date == "May 2025"


def test_age_and_review_are_judged_today(project, rows):
    project.change(
        "facts.yaml",
        "label: 药物获批",
        'label: 药物获批\n  last_checked: "2026-11-17"\n  review_by: "2026-11-26"',
    )
    row = rows()["drug-approved"]
    assert (row.age_days, row.is_review_due, row.last_checked) == (10, True, "2026年11月17日")


def test_a_row_says_where_the_fact_is_used(project, rows):
    used = {(use.name, use.section, use.place) for use in rows()["trial-resumed"].used}
    assert ("引言", "opening", "content/demo/sections/01-opening.md:6:4") in used
    assert any(name == "监管时间线" for name, _, _ in used)


def test_a_place_opens_in_the_editor(project, rows):
    path = f"{project.root}/content/demo/facts.yaml"
    assert rows()["trial-halted"].link == f"vscode://file{path}:1:3"
    briefing, _ = load_briefing(read_briefing(project.root, "demo"))
    (section, _) = section_rows(briefing, Editor(project.root))
    assert section.link.endswith("sections/01-opening.md:5:1")


def test_an_editor_may_be_another_or_none(project):
    place = ("content/甲 乙.md", 3, 0)
    assert Editor(project.root, "").link(*place) == ""
    assert (
        Editor(project.root, "idea://open?file={path}&line={line}")
        .link(*place)
        .startswith("idea://open?file=/")
    )
    assert "%E7%94%B2%20%E4%B9%99.md&line=3" in Editor(
        project.root, "idea://open?file={path}&line={line}"
    ).link(*place)


@pytest.mark.parametrize(
    "pattern",
    [
        "javascript:alert('{path}')",
        "https://a.example/{path}",
        "data:x,{path}",
        "vscode://file",
        "{path}",
        "file:///{path}",
    ],
)
def test_what_opens_no_editor_is_refused(pattern):
    with pytest.raises(UsageError):
        check_editor_url(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "vscode://file/{path}:{line}:{column}",
        "zed://file/{path}:{line}",
        "subl://open?url=file://{path}&line={line}",
    ],
)
def test_what_opens_an_editor_is_taken(pattern):
    assert check_editor_url(pattern) == pattern


def test_codes_are_explained_in_chinese():
    explained = read_explanations()
    assert len(explained) > 200
    assert "日期写法不对" in explained["C013"]["when"]
    assert all("](" not in text for one in explained.values() for text in one.values())
