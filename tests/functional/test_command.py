"""The command line as its user meets it: what is built, what is said, what the shell is told."""

import datetime
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

ROOT = Path(__file__).parents[2]
STARTER = ROOT / "templates" / "starter"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A project made by `report new` and built once."""
    folder = tmp_path_factory.mktemp("made") / "project"
    assert report("new", str(folder), at=folder.parent).returncode == 0
    first = report("build", at=folder)
    return folder, first


def report(*arguments, at, env=None):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
    return subprocess.run(
        [sys.executable, "-m", "report", *arguments],
        cwd=at,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_new_project_builds_as_it_is(built):
    folder, first = built
    assert first.returncode == 0, first.stdout + first.stderr
    assert (folder / "output/my-briefing/my-briefing.pdf").read_bytes().startswith(b"%PDF-")
    assert "my-briefing.pdf" in first.stdout


def test_new_touches_no_folder_that_holds_something(built):
    folder, _ = built
    again = report("new", str(folder), at=folder.parent)
    assert again.returncode == 2
    assert "is not empty" in again.stderr


def test_a_second_build_has_nothing_to_do(built):
    folder, _ = built
    pdf = folder / "output/my-briefing/my-briefing.pdf"
    before = pdf.stat().st_mtime_ns
    second = report("build", at=folder)
    assert second.returncode == 0
    assert "nothing to do" in second.stdout
    assert pdf.stat().st_mtime_ns == before


def test_a_damaged_output_is_built_again(built, tmp_path):
    folder = copy_of(built[0], tmp_path)
    pdf = folder / "output/my-briefing/my-briefing.pdf"
    good = pdf.read_bytes()
    pdf.write_bytes(b"damaged")
    assert report("build", at=folder).returncode == 0
    assert pdf.read_bytes() == good


@pytest.mark.parametrize(
    "changed",
    [
        "content/my-briefing/facts.yaml",
        "content/my-briefing/sections/01-introduction.md",
        "templates/css/theme.css",
    ],
)
def test_a_changed_input_is_noticed(built, tmp_path, changed):
    folder = copy_of(built[0], tmp_path)
    path = folder / changed
    path.parent.mkdir(parents=True, exist_ok=True)
    text = path.read_text(encoding="utf-8") if path.exists() else (ROOT / changed).read_text(encoding="utf-8")
    path.write_text(text + "\n", encoding="utf-8")
    assert "nothing to do" not in report("build", at=folder).stdout


def test_a_build_that_fails_leaves_the_last_one(built, tmp_path):
    folder = copy_of(built[0], tmp_path)
    pdf = folder / "output/my-briefing/my-briefing.pdf"
    good = pdf.read_bytes()
    section = folder / "content/my-briefing/sections/01-introduction.md"
    section.write_text(section.read_text(encoding="utf-8") + "\n[@nowhere]\n", encoding="utf-8")
    failed = report("build", at=folder)
    assert failed.returncode == 1
    assert "S012 citation-unknown" in failed.stdout
    assert pdf.read_bytes() == good


def test_the_project_is_found_from_below(built):
    folder, _ = built
    assert report("check", at=folder / "content/my-briefing/sections").returncode == 0


def test_usage_errors_end_with_2(built, tmp_path):
    folder, _ = built
    tomorrow = (datetime.datetime.now().astimezone().date() + datetime.timedelta(days=1)).isoformat()
    for arguments, said in [
        (["build", "-f", "docx"], "there is no format 'docx'"),
        (["build", "nothing"], "there is no briefing 'nothing'"),
        (["build", "--as-of", "2025-1-2"], "is no day"),
        (["build", "--as-of", tomorrow], "lies after today"),
        (["check", "--format", "xml"], "there is no format 'xml'"),
        (["frobnicate"], "No such command"),
    ]:
        ended = report(*arguments, at=folder)
        assert ended.returncode == 2, arguments
        assert said in ended.stderr
        assert "Traceback" not in ended.stderr
    nowhere = report("build", at=tmp_path)
    assert nowhere.returncode == 2
    assert "no folder `content/`" in nowhere.stderr


def test_as_of_is_time_travel(built, tmp_path):
    folder = copy_of(built[0], tmp_path)
    assert report("build", "--as-of", "2026-11-22", at=folder).returncode == 0
    with pikepdf.open(folder / "output/my-briefing/my-briefing.pdf") as pdf:
        assert "2026" in str(pdf.docinfo["/CreationDate"])


def test_doctor_says_what_is_there(tmp_path):
    told = report("doctor", at=tmp_path)
    assert told.returncode == 0, told.stdout
    for name in ("Pango", "HarfBuzz subset", "weasyprint 70.0", "fonts"):
        assert name in told.stdout


def test_verify_judges_a_file(built, tmp_path):
    folder, _ = built
    assert report("verify", "output/my-briefing/my-briefing.pdf", at=folder).returncode == 0
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 but no more")
    judged = report("verify", str(broken), at=folder)
    assert judged.returncode == 6
    assert "V007 file-unreadable" in judged.stdout


def copy_of(folder, tmp_path):
    return Path(shutil.copytree(folder, tmp_path / "copy"))
