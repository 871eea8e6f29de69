"""`report build --explain`: each file says why it was made again, or was not, and is right about it."""

import json
import shutil

import pytest

from report.installation import bundled_templates
from report.pipeline import building, input_graph, making

HANDOUT = """---
id: handout
title: 给患者的一页
view: handout
---

## 这是什么

这是{{ fact('drug-approved').date }}获批的一种细胞治疗。
"""


@pytest.fixture(autouse=True)
def same_code(monkeypatch):
    """Whoever edits the program while its tests run shall not be told as a reason."""
    for module in (building, making, input_graph):
        monkeypatch.setattr(module, "code_digest", lambda: "as it was")


@pytest.fixture
def built(project):
    """The good project with a handout that shows one fact, built."""
    project.write("sections/90-handout.md", HANDOUT)
    project.change("briefing.yaml", "spine: [", "spine: [handout, ")
    assert project.build("-f", "pdf").code == 0
    return project


def explained(project, *arguments):
    """Return what a build says of each file, and which files are others than before."""
    before = project.output()
    ended = project.build("-f", "pdf", "--explain", *arguments)
    assert ended.code == 0, ended.out + ended.err
    reasons = {
        name: said
        for name, _, said in (line.partition(": ") for line in ended.out.splitlines())
        if name.endswith(".pdf") and "built: " in said
    }
    after = project.output()
    changed = {path.rpartition("/")[2] for path in after if after[path] != before.get(path)}
    assert {name for name, said in reasons.items() if said.startswith("not rebuilt")}.isdisjoint(changed)
    return reasons


def recorded(project):
    return json.loads((project.root / "output/demo/manifest.json").read_text(encoding="utf-8"))


def test_nothing_changed_is_said_with_the_number_of_inputs(built):
    reasons = explained(built)
    inputs = recorded(built)["files"]["demo-handout.pdf"]["inputs"]
    assert "facts.yaml drug-approved" in inputs
    assert "facts.yaml trial-halted" not in inputs
    assert set(reasons) == {"demo.pdf", "demo-handout.pdf"}
    for said in reasons.values():
        assert said.startswith("not rebuilt: none of its ")
        assert said.endswith(" inputs changed")


def test_a_fact_is_told_with_its_old_and_its_new_value_and_leaves_what_does_not_show_it(built):
    built.change("facts.yaml", 'effective: "2024-06-01"', 'effective: "2024-06-03"')
    reasons = explained(built)
    told = "rebuilt: facts.yaml fact trial-resumed dates.effective 2024-06-01 → 2024-06-03"
    assert reasons["demo.pdf"] == told
    assert reasons["demo-handout.pdf"].startswith("not rebuilt: none of its ")


def test_a_fact_that_the_handout_shows_makes_it_anew(built):
    built.change("facts.yaml", 'approved: "2025-05"', 'approved: "2025-06"')
    told = "rebuilt: facts.yaml fact drug-approved dates.approved 2025-05 → 2025-06"
    assert explained(built) == {"demo.pdf": told, "demo-handout.pdf": told}


def test_a_change_of_what_shows_nowhere_is_told_by_the_digest_that_a_file_carries(built):
    built.write("words.yaml", "{}\n")
    reasons = explained(built)
    assert reasons["demo-handout.pdf"].startswith("not rebuilt")
    assert reasons["demo.pdf"].startswith("not rebuilt")  # an empty list of words says nothing
    built.write("words.yaml", "plain: [MSC]\n")
    reasons = explained(built)
    assert reasons["demo.pdf"] == "rebuilt: the digest of the content, which it carries; words.yaml changed"
    assert reasons["demo-handout.pdf"].startswith("not rebuilt")


def test_a_comment_makes_nothing_anew(built):
    built.write("facts.yaml", (built.demo / "facts.yaml").read_text(encoding="utf-8") + "# to be checked\n")
    reasons = explained(built)
    assert all(said.startswith("not rebuilt: none of its ") for said in reasons.values())


def test_a_template_makes_anew_what_it_is_used_by(built):
    sheet = built.root / "templates/css/handout.css"
    sheet.parent.mkdir(parents=True)
    bundled = bundled_templates() / "css/handout.css"
    sheet.write_text(bundled.read_text(encoding="utf-8") + "\n/* ours */\n", encoding="utf-8")
    reasons = explained(built)
    assert reasons["demo-handout.pdf"] == "rebuilt: templates/css/handout.css changed"
    assert reasons["demo.pdf"].startswith("not rebuilt: none of its ")


def test_a_text_names_its_file(built):
    built.change("sections/90-handout.md", "一种细胞治疗", "一种治疗")
    reasons = explained(built)
    assert reasons["demo-handout.pdf"] == "rebuilt: sections/90-handout.md changed"
    assert "sections/90-handout.md changed" in reasons["demo.pdf"]


def test_what_is_gone_altered_or_forced_says_so(built):
    (built.root / "output/demo/demo-handout.pdf").write_bytes(b"another")
    reasons = explained(built)
    assert reasons["demo-handout.pdf"] == "rebuilt: the file is gone, or is not as it was built"
    assert reasons["demo.pdf"].startswith("not rebuilt")
    forced = explained(built, "--force")
    assert set(forced.values()) == {"rebuilt: everything was asked for anew (--force)"}


def test_what_was_built_can_be_removed_and_comes_again_the_same(built):
    before = {path: data for path, (data, _) in built.output().items()}
    shutil.rmtree(built.root / "output")
    reasons = explained(built)
    assert set(reasons.values()) == {"built: there is no record of an earlier build"}
    assert {path: data for path, (data, _) in built.output().items()} == before


def test_a_record_of_an_earlier_form_is_no_record(built):
    path = built.root / "output/demo/manifest.json"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"version": 4', '"version": 3'), encoding="utf-8"
    )
    assert set(explained(built).values()) == {"built: there is no record of an earlier build"}


def test_what_fails_leaves_no_reason_to_believe(built):
    built.write("sections/90-handout.md", HANDOUT.replace("drug-approved", "no-such-fact"))
    ended = built.build("--explain")
    assert ended.code == 1
    assert "demo: not built; the last build is untouched" in ended.out
    assert "rebuilt" not in ended.out
