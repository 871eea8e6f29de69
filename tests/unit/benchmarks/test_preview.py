"""What the benchmark of the preview edits, and how it reckons."""

import pytest

from benchmarks.preview import Edit, fact_edits, find_edits, percentile, row

SECTION = """---
id: one
title: 题
---

间充质干细胞为何被叫停。

间充质干细胞为何被叫停。

艾米迈托赛注射液获批上市。
"""


@pytest.fixture
def briefing(tmp_path):
    folder = tmp_path / "content" / "msc-policy" / "sections"
    folder.mkdir(parents=True)
    (folder / "01-one.md").write_text(SECTION, encoding="utf-8")
    (folder / "01-one.en.md").write_text(SECTION, encoding="utf-8")
    (folder / "02-handout.md").write_text(
        SECTION.replace("id: one", "id: two\nview: handout"), encoding="utf-8"
    )
    return tmp_path


def test_phrases_that_stand_once_in_both_texts_are_edited(briefing):
    path = briefing / "content/msc-policy/sections/01-one.md"
    assert find_edits(briefing, SECTION, 1) == [Edit(path, "one", "艾米迈托赛注射液", "艾米迈托又赛注射液")]
    assert find_edits(briefing, None, 1) == find_edits(briefing, SECTION, 1)
    with pytest.raises(ValueError, match="0 phrases"):
        find_edits(briefing, "", 1)


def test_labels_of_facts_are_edited(briefing):
    path = briefing / "content/msc-policy/facts.yaml"
    path.write_text(
        "- id: a\n  label: {zh-Hans: 附条件批准上市了, en: x}\n- id: b\n  label: x\n", encoding="utf-8"
    )
    assert fact_edits(briefing, 4) == [Edit(path, "", "附条件批准上市了", "附条件又批准上市了")]


def test_shares_of_the_values():
    values = [float(number) for number in range(1, 31)]
    assert percentile(values, 0.95) == 29.0
    assert percentile([3.0], 0.95) == 3.0
    assert row("x", values) == "| x | 15.50 s | 29.00 s | 30.00 s |"
    assert row("x", []) == "| x | - | - | - |"
