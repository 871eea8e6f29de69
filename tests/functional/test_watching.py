"""`report watch`: what changed is told, the files are written, and Ctrl-C is how it ends."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from report.cli.watching import Writer, lines_of
from report.findings import Code, Finding, Location
from report.preview.snapshot import PageImage, Snapshot
from tests.dsl import Project
from tests.previewing import engines_of

PATIENCE = 90


def image(number, digest, *, is_exact=True, is_changed=False):
    return PageImage(number, str(number), digest, 1, 1, is_exact, is_changed, "easing")


def state(*pages, **fields):
    changed = tuple(page.number for page in pages if page.is_changed)
    is_exact = all(page.is_exact for page in pages)
    return Snapshot(
        1, "demo", "full", "zh-Hans", pages, changed_pages=changed, is_exact=is_exact, seconds=0.62, **fields
    )


def test_each_changed_page_is_told_once():
    before = state(image(1, "a"), image(2, "b"))
    first = state(image(1, "a"), image(2, "B", is_exact=False, is_changed=True))
    assert list(lines_of(before, first)) == ["page 2 (easing) changed (0.6 s)"]
    last = state(image(1, "a"), image(2, "B", is_changed=True))
    assert list(lines_of(first, last)) == ["2 pages as they will print (0.6 s)"]
    assert list(lines_of(last, last)) == []


def test_why_nothing_is_shown_is_told_once():
    before, failed = state(image(1, "a")), state(image(1, "a"), error="no")
    assert list(lines_of(before, failed)) == ["not shown: no"]
    assert list(lines_of(failed, failed)) == []


@pytest.fixture
def writer(tmp_path):
    """A writer whose program says its arguments."""
    code = (
        "import sys; print('output/demo/demo.pdf: 3 pages');"
        "print(' '.join(sys.argv[1:]), file=open(sys.argv[-1] + '/said', 'a'))"
    )
    return Writer(tmp_path, "demo", ["-f", "pdf"], (sys.executable, "-c", code))


def finished(writer):
    writer._process.wait(PATIENCE)
    return writer.said()


def test_files_are_written_once_pages_are_exact(writer, tmp_path):
    writer.follow(state(image(1, "a", is_exact=False)))
    assert writer.said() == []
    writer.follow(state(image(1, "a")))
    assert finished(writer) == ["output/demo/demo.pdf: 3 pages"]
    assert (tmp_path / "said").read_text() == f"build demo -f pdf --project {tmp_path}\n"
    writer.follow(state(image(1, "a")))
    assert writer._process is None


def test_nothing_is_written_where_there_are_errors(writer):
    wrong = Finding(Code("T000", "wrong"), Location("a.md"), "wrong")
    writer.follow(state(image(1, "a"), findings=(wrong,)))
    assert writer._process is None
    writer.follow(state(image(1, "a")))
    assert finished(writer)


def test_the_next_edit_ends_what_is_being_written(tmp_path):
    writer = Writer(tmp_path, "demo", [], (sys.executable, "-c", "input()"))
    writer.follow(state(image(1, "a")))
    process = writer._process
    writer.follow(state(image(1, "a", is_exact=False)))
    assert process.returncode == -signal.SIGKILL
    assert writer.said() == []


def test_that_files_could_not_be_written_is_told(tmp_path):
    writer = Writer(tmp_path, "demo", [], (sys.executable, "-c", "raise SystemExit(6)"))
    writer.follow(state(image(1, "a")))
    assert finished(writer) == ["not written: `report build` says why"]


class Watching:
    """A `report watch` of its own, and the lines it has said."""

    def __init__(self, project: Project, *options: str) -> None:
        command = [sys.executable, "-u", "-m", "report", "watch", "--project", str(project.root), *options]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        self._guard = threading.Timer(PATIENCE, self.process.kill)
        self._guard.start()

    def until(self, text):
        """Return the lines up to the first that holds a text."""
        lines = []
        for line in self.process.stdout:
            lines.append(line.rstrip("\n"))
            if text in line:
                return lines
        raise AssertionError(f"{text!r} was not said, but {lines} and {self.process.stderr.read()}")

    def end(self, number):
        """Send a signal and return how it ended."""
        self.process.send_signal(number)
        _, said = self.process.communicate()
        self._guard.cancel()
        return self.process.returncode, said


def test_a_watch_from_its_first_page_to_ctrl_c(project):
    watching = Watching(project)
    assert watching.until("as they will print")[0] == "watching content/demo; Ctrl-C ends it"
    watching.until("output/demo/demo.pdf")
    assert (project.root / "output/demo/demo.pdf").is_file()
    project.change("sections/01-opening.md", "恢复[@notice]", "恢复了[@notice]")
    said = watching.until("as they will print")
    assert any(line.startswith("page ") and "(opening) changed (" in line for line in said)
    project.change("facts.yaml", "- id: trial-halted", "- [id: trial-halted")
    said = watching.until("1 error")
    assert any(line.startswith("content/demo/facts.yaml:") for line in said)
    [engine] = engines_of(watching.process.pid)
    assert watching.end(signal.SIGINT) == (0, "")
    assert not Path(f"/proc/{engine}").exists()


def test_one_briefing_in_one_view_is_watched(project):
    assert project.run("watch", "--view", "full,handout").code == 2
    assert project.run("watch", "nothing").code == 2
