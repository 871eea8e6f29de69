"""The words that tests of the whole program are written in: a tiny good project, and the command line run on it."""

import contextlib
import dataclasses
import datetime
import functools
import io
import shutil
import sys
from pathlib import Path
from unittest import mock

from report import cli
from report.compose.assemble import compose
from report.compose.issue import Issue
from report.compose.matter import Colophon
from report.installation import bundled_templates
from report.load.briefing import load_briefing
from report.load.files import read_briefing, read_templates
from report.typography.fonts import coverage

ROOT = Path(__file__).parents[1]
CASES = Path(__file__).parent / "cases"
GOOD = CASES / "project"
# What the clock says while a command runs in this process.
TODAY = datetime.date(2026, 11, 27)
NOW = datetime.datetime(2026, 11, 27, 9, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))


@dataclasses.dataclass(frozen=True)
class Ended:
    """How a command ended: what it told the shell, printed, and said on the side."""

    code: int
    out: str
    err: str

    @property
    def codes(self) -> list[str]:
        """The codes of the findings, in order."""
        return [line.split()[2] for line in self.out.splitlines() if _is_head(line)]

    @property
    def places(self) -> list[str]:
        """`path:line:column CODE` of each finding, the path below `content/demo/`, in order."""
        heads = [line.split() for line in self.out.splitlines() if _is_head(line)]
        return [f"{words[0].removesuffix(':').removeprefix('content/demo/')} {words[2]}" for words in heads]


def _is_head(line: str) -> bool:
    words = line.split()
    return len(words) == 4 and not line.startswith(" ") and words[1] in ("error", "warning")


class Project:
    """A copy of the tiny good project, to be spoilt."""

    def __init__(self, root: Path) -> None:
        shutil.copytree(GOOD, root)
        self.root = root
        self.demo = root / "content" / "demo"

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file of the briefing, line ends as given."""
        path = self.demo / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def change(self, name: str, old: str, new: str) -> None:
        """Replace a text that stands in a file of the briefing exactly once."""
        text = (self.demo / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))

    def opening(self, body: str) -> None:
        """Give the first section another body; it begins on line 6."""
        self.write("sections/01-opening.md", f"---\nid: opening\ntitle: 引言\n---\n\n{body}\n")

    def lay(self, folder: Path) -> None:
        """Lay a folder's files over the project."""
        shutil.copytree(folder, self.root, dirs_exist_ok=True)

    def run(self, *arguments: str) -> Ended:
        """Run a command in this process."""
        command, *rest = arguments
        return run(command, "--project", str(self.root), *rest)

    def check(self, *arguments: str) -> Ended:
        """Run `report check`."""
        return self.run("check", *arguments)

    def build(self, *arguments: str) -> Ended:
        """Run `report build`."""
        return self.run("build", *arguments)

    def output(self) -> dict[str, tuple[bytes, int]]:
        """Return the bytes and the time of last change of everything in `output/`."""
        return {
            path.relative_to(self.root).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
            for path in sorted((self.root / "output").rglob("*"))
            if path.is_file()
        }


# The same fonts are asked for hundreds of times.
_coverage = functools.lru_cache(maxsize=4)(coverage)


@functools.cache
def _load_everything() -> None:
    """Compose the good project once here: the children that runs fork need not import it all again."""
    files = read_briefing(CASES / "project", "demo")
    briefing, _ = load_briefing(files)
    assert briefing is not None
    templates = read_templates(CASES / "project", bundled_templates())
    compose(
        briefing,
        templates,
        datetime.date(2026, 11, 22),
        Colophon((), (), files.digest),
        Issue(1, files.digest),
    )


def run(*arguments: str) -> Ended:
    """Run the command line in this process, as `report ARGUMENTS` would; a traceback is an error of the test."""
    _load_everything()
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["report", *arguments]),
        mock.patch("report.pipeline.composing.coverage", _coverage),
        mock.patch("report.cli.options.read_instant", return_value=NOW),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Ended(code, out.getvalue(), err.getvalue())
