"""`report clinics import` and `list`, and what `report check` says of clinics, on the command line."""

import json
import os
import stat

import pytest

from report.pipeline.importing import HEADER
from tests.dsl import Project, run

HEAD = "编号,名称,语言,渠道,邮箱,分组,启用\n"
TABLE = f"{HEAD}GZ-01,青柏诊所,简体中文,drop,a@clinics.example.org,南区,是\nGZ-02,白鹭诊所,香港,drop,,,否\n"
DISTRIBUTION = "channels:\n  drop: {kind: folder, path: outbox}\n"


@pytest.fixture
def clinics(project: Project, tmp_path):
    """The project with a channel, and a way to import a table into it."""
    (project.root / "content" / "distribution.yaml").write_text(DISTRIBUTION, encoding="utf-8")

    def do(text, *arguments):
        table = tmp_path / "t.csv"
        table.write_bytes(text if isinstance(text, bytes) else text.encode())
        return run("clinics", "import", str(table), "--project", str(project.root), *arguments)

    return do


def listed(project, *arguments):
    return run("clinics", "list", "--project", str(project.root), *arguments)


def test_an_import_is_shown_then_written_then_changed(project, clinics, tmp_path):
    target = project.root / "content" / "clinics.yaml"
    ended = clinics(TABLE)
    assert ended.out.splitlines()[:2] == [f"{tmp_path}/t.csv: read as UTF-8", "+ GZ-01"]
    assert "2 added, 0 changed, 0 removed\nnothing was written; --yes writes it\n" in ended.out
    assert not target.exists()
    assert clinics(TABLE, "--yes").code == 0
    assert target.read_text(encoding="utf-8").startswith(HEADER)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert project.check().out == "no findings\n"

    assert "nothing to do" in clinics(TABLE, "--yes").out
    changed = TABLE.replace("青柏诊所", "青柏门诊").replace("a@clinics", "b@clinics")
    ended = clinics(changed.replace("GZ-02", "GZ-03"), "--yes")
    assert "+ GZ-03\n~ GZ-01: name, contact.email\n- GZ-02\n1 added, 1 changed, 1 removed\n" in ended.out
    assert "青柏" not in ended.out + ended.err
    assert "clinics.example" not in ended.out + ended.err
    text = target.read_text(encoding="utf-8")
    assert "青柏门诊" in text
    assert "GZ-02" not in text


def test_a_table_with_one_fault_changes_nothing(project, clinics):
    clinics(TABLE, "--yes")
    before = (project.root / "content" / "clinics.yaml").read_bytes()
    ended = clinics(TABLE.replace("GZ-02", "gz-02").replace("香港", "火星"), "--yes")
    assert [place.rpartition("/")[2] for place in ended.places] == ["t.csv:3:1 C060", "t.csv:3:3 C012"]
    assert ended.code == 3
    assert (project.root / "content" / "clinics.yaml").read_bytes() == before


@pytest.mark.parametrize("comment", ["# mine\n", ""])
def test_a_list_with_comments_is_not_written_over(project, clinics, tmp_path, comment):
    target = project.root / "content" / "clinics.yaml"
    clinics(TABLE, "--yes")
    text = target.read_text(encoding="utf-8")
    target.write_text(text + comment or text, encoding="utf-8")
    ended = clinics(TABLE.replace("南区", "北区"), "--yes")
    assert ended.code == (2 if comment else 0)
    assert ("has a comment on line" in ended.err) == bool(comment)
    assert clinics(TABLE, "--to", str(tmp_path / "new.yaml"), "--yes").code == 0
    assert (tmp_path / "new.yaml").is_file()


def test_a_list_that_was_written_by_hand_without_comments_is_written_over(project, clinics):
    target = project.root / "content" / "clinics.yaml"
    target.write_text("- {id: GZ-01, name: 'a #b', locale: en, channels: [drop]}\n", encoding="utf-8")
    target.chmod(0o640)
    assert "~ GZ-01: name, contact.email" not in clinics(TABLE).out
    assert clinics(TABLE, "--yes").code == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_list_that_changes_meanwhile_is_not_written_over(project, clinics, monkeypatch):
    target = project.root / "content" / "clinics.yaml"
    clinics(TABLE, "--yes")

    def meddle(question):
        target.write_text("[]\n", encoding="utf-8")
        return True

    monkeypatch.setattr("report.cli.clinics.may", meddle)
    ended = clinics(TABLE.replace("南区", "北区"))
    assert ended.code == 2
    assert "has changed meanwhile" in ended.err
    assert target.read_text(encoding="utf-8") == "[]\n"


def test_a_disk_that_is_full_leaves_the_list(project, clinics, monkeypatch):
    clinics(TABLE, "--yes")
    target = project.root / "content" / "clinics.yaml"
    before = target.read_bytes()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    ended = clinics(TABLE.replace("南区", "北区"), "--yes")
    assert ended.code == 4
    assert "the disk is full" in ended.err
    assert target.read_bytes() == before


def test_what_cannot_be_asked_for_is_said(project, clinics, tmp_path):
    assert clinics(TABLE, "--encoding", "latin-1").code == 2
    assert run("clinics", "import", str(tmp_path / "no.csv"), "--project", str(project.root)).code == 2
    assert listed(project, "--format", "xml").code == 2
    (project.root / "content" / "distribution.yaml").unlink()
    assert clinics(TABLE).codes == ["C007"]


def test_the_list_is_told_without_names_and_addresses(project, clinics):
    clinics(TABLE, "--yes")
    told = listed(project)
    assert told.out.splitlines()[-1] == "2 clinics, 1 active"
    assert "GZ-02" in told.out
    rows = json.loads(listed(project, "--format", "json").out)
    assert rows[0] == {
        "id": "GZ-01",
        "group": "南区",
        "locale": "zh-Hans",
        "views": ["full"],
        "formats": ["pdf"],
        "channels": ["drop"],
        "active": True,
    }
    table = listed(project, "--format", "csv").out
    assert table == (
        "id,group,locale,views,formats,channels,active\n"
        "GZ-01,南区,zh-Hans,full,pdf,drop,true\n"
        "GZ-02,,zh-Hant-HK,full,pdf,drop,false\n"
    )
    for out in (told.out, table, str(rows)):
        assert "诊所" not in out
        assert "clinics.example" not in out


def test_check_reads_clinics_and_distribution(project):
    content = project.root / "content"
    (content / "clinics.yaml").write_text(
        "- {id: a, name: x, locale: en, channels: [fax]}\n", encoding="utf-8"
    )
    assert project.check().codes == ["C007"]
    (content / "distribution.yaml").write_text(DISTRIBUTION, encoding="utf-8")
    ended = project.check()
    assert ended.codes == ["C060", "C067"]
    assert "content/clinics.yaml:1:8: error C060" in ended.out
    assert ended.code == 1
    assert json.loads(project.check("--format", "json").out)[0]["path"] == "content/clinics.yaml"
    (content / "distribution.yaml").write_text("channels: {drop: {kind: fax}}\n", encoding="utf-8")
    assert project.check().codes == ["C080"]


def test_a_list_outside_the_project_that_is_not_here_is_told_only(project, tmp_path):
    text = f"{DISTRIBUTION}clinics: ../lists/clinics.yaml\n"
    (project.root / "content" / "distribution.yaml").write_text(text, encoding="utf-8")
    ended = project.check()
    assert (ended.codes, ended.code) == (["C084"], 0)
    assert listed(project).code == 3
    (project.root.parent / "lists").mkdir()
    (project.root.parent / "lists" / "clinics.yaml").write_text("[]\n", encoding="utf-8")
    assert (project.check().out, listed(project).code) == ("no findings\n", 0)


def test_a_check_of_one_briefing_reads_the_clinics_too(project):
    (project.root / "content" / "clinics.yaml").write_text("no list\n", encoding="utf-8")
    assert project.check("demo").codes == ["C007"]


WAIVER = """- code: C069
  path: content/clinics.yaml
  match: GZ-03
  reason: 同一个收件处
  owner: 示例编辑部
  expires: "2027-01-01"
"""


@pytest.mark.parametrize(
    ("waiver", "codes"),
    [
        ("", ["C069"]),
        (WAIVER, []),
        (WAIVER.replace("GZ-03", "GZ-04"), ["C069", "C041"]),
        (WAIVER.replace("2027", "2026"), ["C069", "C040"]),
        (WAIVER.replace("C069", "C060"), ["C069", "C041"]),
        (WAIVER.replace("owner", "author"), ["C069", "C011", "C010"]),
        ("code: C069\n", ["C069", "C012"]),
    ],
)
def test_an_address_that_is_shared_on_purpose_can_be_excused(project, clinics, waiver, codes):
    clinics(f"{TABLE}GZ-03,青柏分院,zh-Hans,drop,A@clinics.example.org,,是\n", "--yes")
    (project.root / "content" / "waivers.yaml").write_text(waiver, encoding="utf-8")
    assert project.check().codes == codes


def test_what_cannot_be_excused_is_not(project, clinics):
    content = project.root / "content"
    (content / "clinics.yaml").write_text(
        "- {id: a, name: x, locale: en, channels: [drop]}\n", encoding="utf-8"
    )
    waiver = WAIVER.replace("C069", "C060").replace("  match: GZ-03\n", "")
    (content / "waivers.yaml").write_text(waiver, encoding="utf-8")
    assert sorted(project.check().codes) == ["C042", "C060"]
