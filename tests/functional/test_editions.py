"""Editions as a publisher makes them: signed off, released once, never written again, told apart."""

import hashlib
import json
import re
import shutil

import pytest

from report import store
from report.editions import record
from report.formats import pdf
from tests.dsl import ROOT, TODAY

EDITIONS = "editions"


def needs_approval(project):
    project.change("briefing.yaml", "disclaimer: closing", "disclaimer: closing\napprovals: [医学审校]")


def approve(project, by="王小明", role="医学审校"):
    return project.run("approve", "--by", by, "--role", role)


def change_the_fact(project):
    project.change("facts.yaml", '{announced: "2024-05-20", effective: "2024-06-01"}', DATES)
    project.change("briefing.yaml", 'as_of: "2026-11-22"', 'as_of: "2026-11-25"')


DATES = '{announced: "2024-05-21", effective: "2024-06-01"}'


def editions(project):
    return {path.name: path.read_bytes() for path in sorted((project.demo / EDITIONS).iterdir())}


def test_the_story_of_two_editions(project):
    needs_approval(project)
    assert approve(project).code == 0
    first = project.run("release")
    assert first.code == 0, first.out
    assert "edition 1 is released" in first.out
    one = record.from_json((project.demo / "editions/001.json").read_bytes())
    assert (one.number, one.released_on, one.approvals[0].by) == (1, TODAY, "王小明")
    assert one.facts["trial-resumed"].printed["dates.announced"] == ("2024年5月20日",)

    change_the_fact(project)
    refused = project.run("release")
    assert (refused.code, refused.codes) == (1, ["C048"])
    assert f"王小明 signed off another on {TODAY}, which every change since then voids" in refused.out
    assert sorted(editions(project)) == ["001.json", "approvals.json"]

    assert approve(project).code == 0
    assert project.run("release").code == 0
    two = record.from_json((project.demo / "editions/002.json").read_bytes())
    assert two.facts["trial-resumed"].printed["dates.announced"] == ("2024年5月21日",)
    assert record.to_json(one) == (project.demo / "editions/001.json").read_bytes()


def test_a_released_edition_is_what_a_build_makes_again(project):
    assert project.run("release").code == 0
    released = {name: data for name, (data, _) in project.output().items()}
    state = json.loads(editions(project)["001.json"])
    for name, digest in state["artefacts"].items():
        assert hashlib.sha256(released[f"output/demo/{name}"]).hexdigest() == digest
    again = project.build()
    assert "nothing to do" in again.out
    assert project.build("--force").code == 0
    assert {name: data for name, (data, _) in project.output().items()} == released


def test_what_is_not_released_says_so_on_its_pages(project):
    text = "".join(pages_of(project).text.split())
    assert "第1版（构建稿）" in text
    assert "本文件为构建稿" in text
    assert project.run("release").code == 0
    text = "".join(pages_of(project).text.split())
    assert "构建稿" not in text
    assert "第1版于2026年11月27日冻结发布。" in text


def pages_of(project):
    assert project.build().code == 0
    return pdf.inspect((project.root / "output/demo/demo.pdf").read_bytes())


def test_the_facts_lie_beside_the_pages_and_in_them(project):
    extract = pages_of(project)
    beside = (project.root / "output/demo/facts.json").read_bytes()
    assert extract.attachments == {"facts.json": beside}
    data = json.loads(beside)
    assert (data["edition"], data["is_released"], data["as_of"]) == (1, False, "2026-11-22")
    assert data["facts"]["trial-resumed"]["dates"] == {"announced": "2024-05-20", "effective": "2024-06-01"}
    shown = {"section": "opening", "field": "dates.announced", "text": "2024年5月20日"}
    assert shown in data["facts"]["trial-resumed"]["shown"]
    assert data["facts"]["trial-resumed"]["sources"] == [{"ref": "notice", "locator": ""}]
    assert "示例公告" in data["sources"]["notice"]


def test_who_signed_off_stands_on_the_cover(project):
    needs_approval(project)
    approve(project, by="李梅")
    text = "".join(pages_of(project).text.split())
    assert text.index("医学审校李梅2026年11月27日") < text.index("要点")


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ('as_of: "2026-11-22"\n', "", ["C044"]),
        ('as_of: "2026-11-22"', 'as_of: "2026-12-24"', ["C045"]),
        ("disclaimer: closing", "# none", ["C047"]),
    ],
)
def test_what_a_release_needs(project, old, new, codes):
    project.change("briefing.yaml", old, new)
    ended = project.run("release")
    assert (ended.code, ended.codes) == (1, codes)
    assert not (project.demo / EDITIONS).exists()
    assert not (project.root / "output").exists()


def test_an_edition_without_a_change_is_none(project):
    project.run("release")
    ended = project.run("release")
    assert (ended.code, ended.codes) == (1, ["C049"])
    assert sorted(editions(project)) == ["001.json"]


def test_the_day_of_an_edition_never_goes_back(project):
    project.run("release")
    project.change("briefing.yaml", 'as_of: "2026-11-22"', 'as_of: "2026-11-21"')
    ended = project.run("release")
    assert (ended.code, ended.codes) == (1, ["C046"])


def test_a_warning_keeps_back_a_release_until_it_is_waived(project):
    project.write(
        "glossary.yaml", "- {term: 试验, definition: 一项研究。}\n- {term: 无人, definition: 无。}\n"
    )
    ended = project.run("release")
    assert (ended.code, ended.codes) == (1, ["T032"])
    project.write(
        "waivers.yaml",
        "- code: T032\n  path: content/demo/glossary.yaml\n  reason: 下一版要用\n  owner: 李梅\n"
        '  expires: "2026-11-27"\n',
    )
    assert project.run("release").code == 0


def test_a_waiver_is_judged_by_the_day_of_the_release(project):
    project.write("glossary.yaml", "- {term: 无人, definition: 无。}\n")
    waiver = "- code: T032\n  path: content/demo/glossary.yaml\n  reason: 下一版要用\n  owner: 李梅\n"
    project.write("waivers.yaml", f'{waiver}  expires: "2026-11-26"\n')
    assert project.check().code == 0  # as of 2026-11-22 it still holds
    assert "C040" in project.run("release").codes


def test_an_erratum_says_what_the_mistake_was(project):
    assert project.run("release", "--erratum").code == 2
    assert project.run("release", "--reason", "日期写错").code == 2
    first = project.run("release", "--erratum", "--reason", "日期写错")
    assert first.code == 2
    assert "no edition yet" in first.err
    project.run("release")
    change_the_fact(project)
    unprintable = project.run("release", "--erratum", "--reason", "𰻝")
    assert unprintable.code == 2
    assert "no bundled font has 𰻝, and the reason is printed" in unprintable.err
    assert project.run("release", "--erratum", "--reason", "恢复日期写错一日").code == 0
    two = record.from_json(editions(project)["002.json"])
    assert (two.is_erratum, two.reason) == (True, "恢复日期写错一日")


def test_an_edition_that_somebody_wrote_into_stops_everything(project):
    project.run("release")
    path = project.demo / "editions/001.json"
    path.write_text(
        path.read_text(encoding="utf-8").replace("2024年5月20日", "2024年5月21日"), encoding="utf-8"
    )
    for command in ("check", "build", "release"):
        ended = project.run(command)
        assert (ended.code, ended.codes) == (3, ["C043"]), command


def test_a_file_made_otherwise_than_the_released_one_is_told(project):
    project.run("release")
    (project.root / "templates/css").mkdir(parents=True)
    theme = (ROOT / "templates/css/theme.css").read_text(encoding="utf-8")
    own = project.root / "templates/css/theme.css"
    own.write_text(f"{theme}\n.cover {{ color: black; }}\n", encoding="utf-8")
    ended = project.build()
    assert (ended.code, ended.codes) == (0, ["V009"])


def test_roles_and_names_that_cannot_be_taken(project):
    needs_approval(project)
    for by, role, said in [
        ("王小明", "医学审教", "it asks for 医学审校"),
        ("  ", "医学审校", "is no name"),
        ("王\n小明", "医学审校", "is no name"),
        ("王𰻝", "医学审校", "no bundled font has 𰻝"),
    ]:
        ended = approve(project, by, role)
        assert ended.code == 2, by
        assert said in ended.err
    assert not (project.demo / EDITIONS).exists()


def test_what_has_an_error_is_not_signed_off(project):
    project.opening("[@nowhere]")
    ended = approve(project)
    assert (ended.code, ended.codes) == (1, ["S012"])
    assert not (project.demo / EDITIONS).exists()


def test_a_second_sign_off_of_the_same_writes_nothing(project):
    approve(project)
    before = editions(project)
    ended = approve(project)
    assert "signed off already, nothing was written" in ended.out
    assert editions(project) == before
    approve(project, by="李梅")
    approve(project, role="法务")
    kept = record.approvals_from_json(editions(project)["approvals.json"])
    assert [(item.by, item.role) for item in kept] == [
        ("王小明", "医学审校"),
        ("李梅", "医学审校"),
        ("王小明", "法务"),
    ]


def test_only_layout_of_yaml_voids_no_sign_off(project):
    needs_approval(project)
    approve(project)
    text = (project.demo / "facts.yaml").read_text(encoding="utf-8")
    project.write("facts.yaml", f"# 注释\n{text}")
    assert project.run("release").code == 0


def test_a_briefing_is_named_where_there_are_several(project):
    shutil.copytree(project.demo, project.demo.parent / "other")
    ended = project.run("release")
    assert ended.code == 2
    assert "there are 2 briefings: demo, other" in ended.err
    assert project.run("release", "other").code == 0


# --- what changed


def test_what_changed_is_told_to_machines_and_nothing_else_is_printed(project):
    project.run("release")
    change_the_fact(project)
    told = json.loads(project.run("changes", "--format", "json").out)
    assert (told["format"], told["weight"]) == ("jianbao-changes", "fact")
    assert told["since"] == {"edition": 1, "as_of": "2026-11-22"}
    assert told["edition"] == {"edition": 2, "as_of": "2026-11-25", "is_released": False}
    assert told["facts"] == [
        {
            "id": "trial-resumed",
            "fields": [{"field": "dates.announced", "old": "2024-05-20", "new": "2024-05-21"}],
            "sections": ["key-points", "opening", "timeline"],
            "events": ["changed"],
            "weight": "fact",
            "is_erratum": False,
        }
    ]
    (section,) = told["sections"]
    assert section["blocks"] == [
        {"kind": "changed", "old": "试验于2024年5月20日恢复。", "new": "试验于2024年5月21日恢复。"}
    ]


def test_a_redline_is_a_page_of_its_own(project, tmp_path):
    project.run("release")
    change_the_fact(project)
    assert project.run("changes", "--redline", str(tmp_path / "r.html")).code == 0
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<del>2024年5月20日</del><ins>2024年5月21日</ins>" in page
    assert not re.search(r"src=|<link|@import|url\(", page)
    assert project.run("changes", "--redline", str(tmp_path / "r.pdf")).code == 0
    assert pdf.inspect((tmp_path / "r.pdf").read_bytes()).is_tagged


def test_changes_are_told_from_an_edition_that_is_there(project):
    assert "there is no edition before this one" in project.run("changes").err
    project.run("release")
    change_the_fact(project)
    ended = project.run("changes", "--since", "2")
    assert ended.code == 2
    assert "Name one of those before: 1." in ended.err
    assert project.build("--since", "1").code == 0
    assert (project.root / "output/demo/since-1/demo.pdf").is_file()


# --- what goes wrong on the way


def test_what_was_edited_during_a_release_is_built_afterwards(project, monkeypatch):
    create = store.create

    def create_late(path, data):
        project.opening("改过的一段[@notice]。")
        create(path, data)

    monkeypatch.setattr(store, "create", create_late)
    assert project.run("release").code == 0
    again = project.build()
    assert "nothing to do" not in again.out
    assert "改过的一段" in pdf.inspect((project.root / "output/demo/demo.pdf").read_bytes()).text


def test_a_sign_off_that_could_not_be_written_is_not_said_to_be_given(project, monkeypatch):
    approve(project)
    locked = store.locked

    def locked_late(folder):
        (folder / "approvals.json").write_text("{", encoding="utf-8")
        return locked(folder)

    monkeypatch.setattr(store, "locked", locked_late)
    ended = approve(project, by="李梅")
    assert (ended.code, ended.codes) == (3, ["C043"])
    assert "signed off:" not in ended.out


def test_an_edition_is_never_written_over(project, monkeypatch):
    """Two at once: the one that comes second finds the number taken, and writes nothing at all."""
    create = store.create

    def taken(path, data):
        path.parent.mkdir()
        path.write_bytes(b"the other one's")
        create(path, data)

    monkeypatch.setattr(store, "create", taken)
    ended = project.run("release")
    assert ended.code == 2
    assert "an edition is never written again" in ended.err
    assert editions(project) == {"001.json": b"the other one's"}
    assert project.output() == {}


def test_a_release_that_is_killed_before_the_record_leaves_none(project, monkeypatch):
    monkeypatch.setattr(store, "create", interrupted)
    assert project.run("release").code == 130
    assert not (project.demo / EDITIONS).exists()
    assert project.output() == {}


def test_a_release_that_is_killed_after_the_record_is_made_whole_by_a_build(project, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(store, "publish", interrupted)
        assert project.run("release").code == 130
    assert project.build().code == 0
    state = json.loads(editions(project)["001.json"])
    data, _ = project.output()["output/demo/demo.pdf"]
    assert hashlib.sha256(data).hexdigest() == state["artefacts"]["demo.pdf"]


def interrupted(*arguments):
    raise KeyboardInterrupt


def test_a_full_disk_leaves_the_sign_offs_as_they_were(project, monkeypatch):
    approve(project)
    before = editions(project)

    def no_room(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", no_room)
    ended = approve(project, by="李梅")
    assert ended.code == 4
    assert "the disk is full; the file is as it was" in ended.err
    assert editions(project) == before
