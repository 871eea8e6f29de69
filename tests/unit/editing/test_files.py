"""Files written back: never over another's change, whole, as they were but for what changed."""

import hashlib
from pathlib import Path

import pytest

from report.editing import edited, read_editable, write_edited
from report.errors import UsageError

NAME = "content/demo/facts.yaml"
DATA = "\ufeff# 一\r\n- id: a\r\n  note: x\r\n".encode()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / NAME
    path.parent.mkdir(parents=True)
    path.write_bytes(DATA)
    path.chmod(0o640)
    return tmp_path


def test_only_the_changed_bytes_differ_and_permissions_stay(project: Path) -> None:
    read = read_editable(project, NAME)
    assert read.sha256 == hashlib.sha256(DATA).hexdigest()
    write_edited(project, NAME, read.sha256, edited(read.text, "a", {("note",): "新"}))
    assert (project / NAME).read_bytes() == DATA.replace(b"note: x", "note: 新".encode())
    assert (project / NAME).stat().st_mode & 0o777 == 0o640
    assert [path.name for path in (project / NAME).parent.iterdir()] == ["facts.yaml"]


def test_a_file_that_somebody_changed_meanwhile_is_left_alone(project: Path) -> None:
    read = read_editable(project, NAME)
    (project / NAME).write_bytes(DATA + b"# more\r\n")
    with pytest.raises(UsageError, match="changed on disk since it was read"):
        write_edited(project, NAME, read.sha256, read.text + "x")
    assert (project / NAME).read_bytes() == DATA + b"# more\r\n"


@pytest.mark.parametrize("name", ["../facts.yaml", "/etc/hosts", "content/../report/x", "output/a.yaml"])
def test_what_is_not_content_is_neither_read_nor_written(project: Path, name: str) -> None:
    with pytest.raises(UsageError, match="no file of this project's content"):
        read_editable(project, name)
    (project / "content" / "x").mkdir()
    with pytest.raises(UsageError, match="no file of this project's content"):
        write_edited(project, name, "", "x")


def test_links_are_not_followed(project: Path) -> None:
    (project / "content" / "link").symlink_to(project / "content" / "demo")
    with pytest.raises(UsageError, match="no file of this project's content"):
        read_editable(project, "content/link/facts.yaml")
    (project / NAME).rename(project / "elsewhere")
    (project / NAME).symlink_to(project / "elsewhere")
    with pytest.raises(UsageError, match="cannot be read"):
        read_editable(project, NAME)


def test_a_file_that_is_no_text_is_refused_with_its_place(project: Path) -> None:
    (project / NAME).write_bytes(b"- id: a\n  note: \xce\xd2\n")
    with pytest.raises(UsageError, match=r"facts\.yaml:2:9: the byte 0xCE"):
        read_editable(project, NAME)
