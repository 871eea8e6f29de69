"""Builds that fail for a reason outside the content: the last build stays, whole, and nothing is left beside it."""

import errno
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from report import sandbox, store
from report.sandbox import Limits
from tests.dsl import ROOT, Project


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The good project, built once."""
    made = Project(tmp_path_factory.mktemp("built") / "project")
    ended = made.build()
    assert ended.code == 0, ended.out + ended.err
    return made


@pytest.fixture
def project(built, tmp_path):
    """A copy of the built project, with a change that calls for another build."""
    copy = Project(tmp_path / "project")
    shutil.copytree(built.root / "output", copy.root / "output")
    copy.change("sections/02-closing.md", "内容均为虚构。", "内容均为虚构，仅供示例。")
    return copy


def assert_refused(project: Project, code: int, said: str) -> None:
    """A build ends with a code and a message, and `output/` is what it was, to the byte and the nanosecond."""
    before = project.output()
    ended = project.build()
    assert ended.code == code, ended.out + ended.err
    assert re.search(said, ended.err), ended.err
    assert "hint: " in ended.err
    assert "Traceback" not in ended.err
    assert project.output() == before


# --- limits


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(wall_seconds=0.01), r"needed more than 0\.01 s"),
        (Limits(memory_bytes=1_000_000), "memory"),
    ],
    ids=["wall", "memory"],
)
def test_a_build_past_a_limit(project, monkeypatch, limits, said):
    monkeypatch.setattr(sandbox, "Limits", lambda: limits)
    assert_refused(project, 5, said)


# --- the disk


def no_room(*arguments, **options):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class FullDisk:
    """A file that takes some bytes and then no more."""

    def __init__(self, file):
        self.file = file

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.file.close()

    def write(self, data):
        self.file.write(data[:1000])
        no_room()


def test_a_disk_that_is_full_at_writing(project, monkeypatch):
    opened = os.fdopen
    monkeypatch.setattr(
        store.os,
        "fdopen",
        lambda fd, mode="r", *rest: FullDisk(opened(fd, mode)) if mode == "wb" else opened(fd, mode),
    )
    # Only the store writes through os.fdopen(…, "wb") in this process, after the fonts' configuration.
    monkeypatch.setattr("report.pipeline.making.write_fontconfig", lambda path, faces, cache: existing(path))
    assert_refused(project, 4, "the disk is full; the last build is untouched")


def existing(path: Path) -> Path:
    assert path.is_file()
    return path


def test_a_disk_that_is_full_at_syncing(project, monkeypatch):
    monkeypatch.setattr(os, "fsync", no_room)
    assert_refused(project, 4, "the disk is full; the last build is untouched")


@pytest.mark.parametrize("fails_at", ["demo.pdf", "manifest.json"])
def test_a_disk_that_is_full_at_renaming(project, monkeypatch, fails_at):
    replace = Path.replace

    def refuse(self, target):
        if Path(target).name == fails_at and not self.name.endswith(store.KEPT):
            no_room()
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    assert_refused(project, 4, "the disk is full; the last build is untouched")


def test_a_first_build_that_fails_leaves_no_half(tmp_path, monkeypatch):
    project = Project(tmp_path / "project")
    replace = Path.replace

    def refuse(self, target):
        if Path(target).name == "manifest.json":
            no_room()
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    assert project.build().code == 4
    assert project.output() == {}


def test_an_output_that_is_no_folder(project):
    shutil.rmtree(project.root / "output")
    (project.root / "output").write_text("in the way", encoding="utf-8")
    ended = project.build()
    assert ended.code == 4
    assert "cannot be written" in ended.err
    assert (project.root / "output").read_text(encoding="utf-8") == "in the way"


def test_an_output_that_may_not_be_written(project, monkeypatch):
    def refuse(*arguments, **options):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(store.tempfile, "mkstemp", refuse)
    monkeypatch.setattr("report.pipeline.making.write_fontconfig", lambda path, faces, cache: existing(path))
    assert_refused(project, 4, "cannot be written: Permission denied; the last build is untouched")


# --- fonts


@pytest.fixture
def fonts(project):
    """The folder of a project's own fonts, with one face that takes the place of a bundled one."""
    folder = project.root / "fonts"
    folder.mkdir()
    face = "JianbaoKai-Regular.ttf"
    shutil.copy(ROOT / "fonts" / face, folder / face)
    registry = (ROOT / "fonts" / "fonts.yaml").read_text(encoding="utf-8")
    entries = re.split(r"(?m)^(?=- )", registry)
    own = next(entry for entry in entries if face in entry)
    (folder / "fonts.yaml").write_text(f"fonts:\n{own}", encoding="utf-8")
    return folder


def test_a_font_that_is_whole_is_used(project, fonts):
    assert project.build().code == 0


def test_a_font_that_is_missing(project, fonts):
    (fonts / "JianbaoKai-Regular.ttf").unlink()
    assert_refused(project, 4, r"The font JianbaoKai-Regular\.ttf, which .* names, is not in")


def test_a_font_that_was_altered(project, fonts):
    path = fonts / "JianbaoKai-Regular.ttf"
    path.write_bytes(path.read_bytes() + b"\0")
    assert_refused(project, 4, r"JianbaoKai-Regular\.ttf is not the file that was registered")


def test_a_list_of_fonts_that_cannot_be_read(project, fonts):
    (fonts / "fonts.yaml").write_text("fonts: [", encoding="utf-8")
    assert_refused(project, 4, "is not YAML")


# --- processes


def start(project: Project) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "report", "build", "--project", str(project.root)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("stage", ["laying out", "drawing"])
def test_an_interrupted_build_leaves_nothing_behind(project, stage):
    # Long enough that its pages are still being made when the signal comes.
    project.opening("\n\n".join(f"第{number}段。" + "试验的安排见公告。" * 30 for number in range(400)))
    before = project.output()
    with start(project) as process:
        for line in process.stderr:
            if stage in line:
                break
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert process.returncode == 130, out + err
    assert "interrupted; the last build is untouched" in err
    assert "Traceback" not in err
    assert children
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]
    assert project.output() == before


def test_two_builds_at_once_leave_one_whole_build(project):
    with start(project) as one, start(project) as other:
        ended = [process.communicate() for process in (one, other)]
    assert (one.returncode, other.returncode) == (0, 0), ended
    output = project.root / "output" / "demo"
    assert sorted(path.name for path in output.iterdir()) == ["demo.pdf", "facts.json", "manifest.json"]
    manifest = json.loads((output / "manifest.json").read_bytes())
    assert (
        manifest["files"]["demo.pdf"]["sha256"]
        == hashlib.sha256((output / "demo.pdf").read_bytes()).hexdigest()
    )
