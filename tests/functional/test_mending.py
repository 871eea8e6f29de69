"""`report check --fix` and `--format github` as their users meet them."""

import os
import pty
import subprocess
import sys
from unittest import mock

import pytest

from report import store
from report.errors import MissingDependencyError
from tests.dsl import ROOT

SPOILT = "试验,{{ fact('trial-resumed').date }}恢复[@notice].\n"
MENDED = "试验，{{ fact('trial-resumed').date }}恢复[@notice]。\n"


@pytest.fixture
def spoilt(project):
    """The good project with three wrong marks in two files."""
    project.opening(SPOILT.rstrip("\n"))
    project.change("facts.yaml", "label: 试验暂停", "label: 试验,暂停")
    return project


def opening(project):
    return (project.demo / "sections/01-opening.md").read_text(encoding="utf-8")


def test_without_a_terminal_the_difference_is_shown_and_nothing_is_written(spoilt):
    before = {path: path.read_bytes() for path in spoilt.demo.rglob("*") if path.is_file()}
    ended = spoilt.check("--fix")
    assert ended.code == 1
    for line in (
        "--- content/demo/facts.yaml",
        "+  label: 试验，暂停",
        f"-{SPOILT.rstrip()}",
        f"+{MENDED.rstrip()}",
    ):
        assert line in ended.out.splitlines()
    assert ended.codes == ["T020"] * 3
    assert "nothing was written; --fix --yes writes these 3 changes to 2 files" in ended.out
    assert {path: path.read_bytes() for path in spoilt.demo.rglob("*") if path.is_file()} == before


def test_what_is_mended_is_written_and_checked_again(spoilt):
    spoilt.change("sections/01-opening.md", "[@notice]", "[@nowhere]")
    ended = spoilt.check("--fix", "--yes")
    assert "wrote 3 changes to 2 files" in ended.out
    assert opening(spoilt).endswith(MENDED.replace("notice", "nowhere"))
    assert (ended.code, ended.codes) == (1, ["S012"])
    spoilt.change("sections/01-opening.md", "[@nowhere]", "[@notice]")
    again = spoilt.check("--fix", "--yes")
    assert (again.code, again.out) == (0, "no findings\n")


def test_a_mended_file_keeps_its_permissions(spoilt):
    path = spoilt.demo / "sections/01-opening.md"
    path.chmod(0o640)
    spoilt.check("--fix", "--yes")
    assert path.stat().st_mode & 0o777 == 0o640


def test_where_nothing_can_be_mended_it_says_so(project):
    project.opening("试验[@nowhere]。")
    ended = project.check("--fix", "--yes")
    assert ended.code == 1
    assert ended.out.endswith("nothing of this can be mended by a program\n")


@pytest.mark.parametrize(("answer", "is_written"), [(True, True), (False, False)])
def test_on_a_terminal_it_asks(spoilt, answer, is_written):
    with mock.patch("report.cli.building.may", return_value=answer) as asked:
        ended = spoilt.check("--fix")
    asked.assert_called_once_with("Write these 3 changes to 2 files?")
    assert opening(spoilt).endswith(MENDED if is_written else SPOILT)
    assert ended.code == (0 if is_written else 1)


@pytest.mark.parametrize(("answer", "is_written"), [("y\n", True), ("\n", False), ("n\n", False)])
def test_a_terminal_is_asked_in_colour(spoilt, answer, is_written):
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "report", "check", "--fix"],
        cwd=spoilt.root,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
        stdin=follower,
        stdout=follower,
        stderr=subprocess.DEVNULL,
    )
    os.close(follower)
    os.write(leader, answer.encode())
    told = b""
    while chunk := _read(leader):
        told += chunk
    process.wait()
    os.close(leader)
    assert "Write these 3 changes to 2 files? [y/N]" in told.decode()
    assert "\x1b[32m+  label: 试验，暂停" in told.decode()
    assert opening(spoilt).endswith(MENDED if is_written else SPOILT)


def _read(leader):
    try:
        return os.read(leader, 4096)
    except OSError:
        # What Linux says at the end of a terminal whose last user is gone.
        return b""


def test_a_byte_order_mark_and_line_ends_stay(project):
    text = "\ufeff---\r\nid: opening\r\ntitle: 引言,甲\r\n---\r\n\r\n" + SPOILT.replace("\n", "\r\n")
    path = project.write("sections/01-opening.md", text)
    assert project.check("--fix", "--yes").code == 0
    expected = text.replace("引言,", "引言，").replace(SPOILT.rstrip(), MENDED.rstrip())
    assert path.read_bytes() == expected.encode()


def test_what_is_excused_is_not_mended(project):
    project.opening("<!-- allow: T020 照录原文 -->\n试验,恢复[@notice].\n\n试验,恢复[@notice].")
    project.change("facts.yaml", "label: 试验暂停", "label: 试验,暂停")
    waiver = "code: T020, path: content/demo/facts.yaml, reason: 照录原文, owner: 编辑部"
    project.write("waivers.yaml", f'- {{{waiver}, expires: "2027-01-01"}}\n')
    ended = project.check("--fix", "--yes")
    assert "wrote 2 changes to 1 file" in ended.out
    assert opening(project).endswith("-->\n试验,恢复[@notice].\n\n试验，恢复[@notice]。\n")
    assert "label: 试验,暂停" in (project.demo / "facts.yaml").read_text(encoding="utf-8")


def test_a_value_that_would_no_longer_be_yaml_is_left_to_a_person(project):
    sentence = "“The trial has ended， and it was not resumed.”"
    project.change("facts.yaml", "  label: 试验暂停\n", f"  label: {{zh-Hans: 甲{sentence}}}\n")
    before = (project.demo / "facts.yaml").read_bytes()
    ended = project.check("--fix", "--yes")
    assert ended.codes == ["T020"]
    assert (project.demo / "facts.yaml").read_bytes() == before


def test_a_file_that_changed_since_it_was_read_is_not_overwritten(spoilt):
    path = spoilt.demo / "sections/01-opening.md"

    def meanwhile(question):
        path.write_text(path.read_text(encoding="utf-8") + "\n另一段。\n", encoding="utf-8")
        return True

    with mock.patch("report.cli.building.may", meanwhile):
        ended = spoilt.check("--fix")
    assert ended.code == 2
    assert "content/demo/sections/01-opening.md changed on disk since it was read" in ended.err
    assert path.read_text(encoding="utf-8").endswith(f"{SPOILT}\n另一段。\n")
    assert "label: 试验,暂停" in (spoilt.demo / "facts.yaml").read_text(encoding="utf-8")


def test_a_run_that_breaks_off_leaves_every_file_whole(spoilt):
    replace, told = store.replace, []

    def once(path, data):
        if told:
            raise MissingDependencyError("the disk is full")
        told.append(path)
        replace(path, data)

    with mock.patch("report.store.replace", once):
        assert spoilt.check("--fix", "--yes").code == 4
    assert "label: 试验，暂停" in (spoilt.demo / "facts.yaml").read_text(encoding="utf-8")
    assert opening(spoilt).endswith(SPOILT)
    assert not [path for path in spoilt.demo.rglob("*") if path.name.startswith(".")]


def test_a_briefing_that_cannot_be_read_ends_as_a_check_does(project):
    project.write("facts.yaml", "- id: a\n\tkind: b\n")
    ended = project.check("--fix", "--yes")
    assert (ended.code, ended.codes) == (3, ["C002"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--yes",), "--yes says what to answer"),
        (("--fix", "--format", "json"), "--fix shows a text"),
        (("--format", "xml"), "there is no format 'xml'"),
    ],
)
def test_options_that_do_not_go_together_are_usage_errors(project, arguments, said):
    ended = project.check(*arguments)
    assert ended.code == 2
    assert said in ended.err


def test_findings_for_github_name_file_line_and_column(project):
    project.opening("试验,占100%[@nowhere]。\n\n目前试验已恢复[@notice]。")
    told = project.check("--format", "github").out.splitlines()
    place = "file=content/demo/sections/01-opening.md"
    assert told[0] == (
        f"::error {place},line=6,col=3,title=T020 punctuation-width::"
        "“试验,占100%。”: a half-width , in Chinese text%0Ahint: Put ， in its place.".replace(
            "100%", "100%25"
        )
    )
    assert any(
        line.startswith(f"::error {place},line=6,col=10,title=S012 citation-unknown::") for line in told
    )
    assert any(line.startswith(f"::warning {place},line=8,col=1,title=T011 vague-time::") for line in told)
    assert all(line.startswith("::") for line in told)


def test_github_is_told_nothing_where_there_is_nothing(project):
    ended = project.check("--format", "github")
    assert (ended.code, ended.out) == (0, "")
