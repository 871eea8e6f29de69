"""Which files a build makes, which it leaves as they are, and what it says of those it did not make."""

import json

import pytest

from report import pipeline
from report.load.files import read_briefing
from report.pipeline import making
from report.pipeline.composing import compose_briefing
from tests.dsl import TODAY

HANDOUT = """---
id: handout
title: 给患者的一页
view: handout
---

## 这是什么

这是一种还在研究的细胞治疗。
"""


@pytest.fixture
def with_handout(project):
    folder = project.root / "content/demo"
    (folder / "sections/90-handout.md").write_text(HANDOUT, encoding="utf-8")
    settings = folder / "briefing.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("spine: [", "spine: [handout, "), encoding="utf-8")
    return project


def manifest(project):
    return json.loads((project.root / "output/demo/manifest.json").read_text(encoding="utf-8"))


def change_section(project):
    path = next((project.root / "content/demo/sections").glob("01*.md"))
    path.write_text(path.read_text(encoding="utf-8") + "\n又添了一句话。\n", encoding="utf-8")


def test_a_briefing_with_a_handout_has_two_files(with_handout):
    assert with_handout.build("-f", "pdf").code == 0
    files = manifest(with_handout)["files"]
    assert sorted(files) == ["demo-handout.pdf", "demo.pdf", "facts.json"]
    assert (files["demo-handout.pdf"]["view"], files["demo-handout.pdf"]["pages"]) == ("handout", 1)
    assert manifest(with_handout)["views"] == ["full", "handout"]


def test_a_changed_section_leaves_the_handout_as_it_is(with_handout):
    assert with_handout.build("-f", "pdf").code == 0
    before = with_handout.output()
    change_section(with_handout)
    assert with_handout.build("-f", "pdf").code == 0
    after = with_handout.output()
    name = "output/demo/demo-handout.pdf"
    assert after[name] == before[name]
    assert after["output/demo/demo.pdf"][0] != before["output/demo/demo.pdf"][0]


def test_what_would_come_out_alike_is_not_made_again(with_handout, monkeypatch):
    assert with_handout.build("-f", "pdf").code == 0
    change_section(with_handout)
    made = []
    monkeypatch.setattr(making.Worker, "begin", recording(making.Worker.begin, made))
    assert with_handout.build("-f", "pdf").code == 0
    assert [job.output.name for job in made if isinstance(job, making.Job)] == ["demo.pdf"]


def recording(method, seen):
    def record(self, argument):
        seen.append(argument)
        return method(self, argument)

    return record


def test_force_makes_everything_again(with_handout):
    assert with_handout.build("-f", "pdf").code == 0
    forced = with_handout.build("-f", "pdf", "--force")
    assert "nothing to do" not in forced.out


def test_a_view_can_be_built_alone(with_handout):
    assert with_handout.build("-f", "pdf", "--view", "handout").code == 0
    assert sorted(manifest(with_handout)["files"]) == ["demo-handout.pdf", "facts.json"]
    # The other one joins it: both are of the same state.
    assert with_handout.build("-f", "pdf", "--view", "full").code == 0
    assert sorted(manifest(with_handout)["files"]) == ["demo-handout.pdf", "demo.pdf", "facts.json"]


def test_a_format_without_a_handout_is_built_in_the_view_it_has(with_handout):
    assert with_handout.build("-f", "html", "--view", "full,handout").code == 0
    assert sorted(manifest(with_handout)["files"]) == ["demo.html", "facts.json"]


def test_a_file_of_an_earlier_state_is_told(with_handout):
    assert with_handout.build("-f", "pdf").code == 0
    change_section(with_handout)
    built = with_handout.build("-f", "pdf", "--view", "full")
    assert "demo/demo-handout.pdf is of an earlier state" in built.out
    assert manifest(with_handout)["outdated"] == ["demo-handout.pdf"]
    rebuilt = with_handout.build("-f", "pdf")
    assert "earlier state" not in rebuilt.out
    assert manifest(with_handout)["outdated"] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--view", "poster"), "there is no view 'poster'"),
        (("--locale", "fr"), "there is no locale 'fr'"),
        (("--locale", "en"), "demo is not built in 'en'; it is in zh-Hans"),
        (("-f", "docx"), "there is no format 'docx'"),
        (("-f", ","), "no format is named"),
        (("-f", "html", "--view", "handout"), "html has no handout\nhint: Choose from pdf."),
        (("-f", "epub", "--view", "handout"), "epub has no handout\nhint: Choose from pdf."),
        (("-f", "pdf,html", "--view", "handout"), "html has no handout"),
    ],
)
def test_what_cannot_be_built_is_a_usage_error(project, arguments, said):
    ended = project.build(*arguments)
    assert ended.code == 2
    assert said in ended.err
    assert project.output() == {}


def test_the_text_of_a_handout_is_part_of_an_edition(with_handout):
    """A later edition can tell that a patient page changed."""
    run = pipeline.start(with_handout.root, TODAY, None)
    made = compose_briefing(run, read_briefing(with_handout.root, "demo"))
    assert made.work is not None
    assert [section.id for section in made.work.composed.state.sections][-1] == "handout"


def test_as_long_as_a_handout_may_be_it_is_one_page(with_handout):
    sentence = "这一句写给患者看的话，不长也不短。"
    body = "\n\n".join(f"## 第{number}段\n\n{sentence * 10}\n\n- {sentence}" for number in "一二三")
    section = f"---\nid: handout\ntitle: 给患者的一页\nview: handout\n---\n\n{body}\n"
    (with_handout.demo / "sections/90-handout.md").write_text(section, encoding="utf-8")
    built = with_handout.build("-f", "pdf", "--view", "handout")
    assert built.code == 0, built.out
    assert manifest(with_handout)["files"]["demo-handout.pdf"]["pages"] == 1
