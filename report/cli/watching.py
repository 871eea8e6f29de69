"""`report watch`: a briefing's pages made anew while its files are edited, told on the terminal."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from report.cli.editions import only
from report.cli.options import (
    AsOfOption,
    BriefingsArgument,
    DebugOption,
    FutureOption,
    ProjectOption,
    end,
    read_request,
    set_debug,
    start,
)
from report.console import clear_progress, say, say_findings
from report.errors import ExitCode, UsageError
from report.pages import FULL

if TYPE_CHECKING:
    from report.preview.session import Session
    from report.preview.snapshot import Snapshot

app = typer.Typer()

# How long it is waited for pages before it is looked whether the files are written.
_PATIENCE_SECONDS = 0.5


@app.command()
def watch(
    briefings: BriefingsArgument = None,
    formats: Annotated[
        str, typer.Option("-f", "--formats", help="What is written, such as pdf,html.")
    ] = "pdf",
    view: Annotated[str, typer.Option("--view", help="full or handout.")] = FULL,
    locale: Annotated[
        str | None, typer.Option("--locale", help="Such as zh-Hant-HK. Default: the briefing's own.")
    ] = None,
    write: Annotated[bool, typer.Option("--write/--no-write", help="Write the files into output/.")] = True,
    project: ProjectOption = None,
    as_of: AsOfOption = None,
    allow_future: FutureOption = False,
    debug: DebugOption = False,
) -> None:
    """Make pages anew as files are saved: say which changed, then write what was built. Ctrl-C ends it."""
    set_debug(debug)
    request = read_request(formats, view, locale)
    if len(request.views) > 1 or len(request.locales) > 1:
        raise UsageError("one view in one locale is watched", "Name one of each.")
    run, slugs = start(project, briefings, as_of, allow_future)
    slug = only(slugs)
    from report.preview.session import Session

    session = Session(
        lambda: start(run.project, [slug], as_of, allow_future)[0], run.project, slug, view, locale or ""
    )
    options = ["-f", formats, "--view", view, *(["--locale", locale] if locale else [])]
    options += [*(["--as-of", as_of] if as_of else []), *(["--allow-future"] if allow_future else [])]
    writer = Writer(run.project, slug, options) if write else None
    say(f"watching content/{slug}; Ctrl-C ends it")
    try:
        session.start()
        _tell(session, writer)
    except KeyboardInterrupt:
        # Nothing was interrupted: it has no other end.
        clear_progress()
    finally:
        session.close()
        if writer is not None:
            writer.stop()
    end(ExitCode.DONE)


def _tell(session: "Session", writer: "Writer | None") -> None:
    last = session.snapshot()
    while True:
        now = session.wait(last.revision, _PATIENCE_SECONDS)
        if now.revision != last.revision:
            for line in lines_of(last, now):
                say(line)
            if now.findings != last.findings:
                say_findings(now.findings)
                if not now.findings:
                    say("no findings")
            if writer is not None:
                writer.follow(now)
            last = now
        if writer is not None:
            for line in writer.said():
                say(line)


def lines_of(last: "Snapshot", now: "Snapshot") -> Iterator[str]:
    """Yield what is told of pages that came after others: what changed, when all are as they will print."""
    took = f"{now.seconds:.1f} s"
    if now.error:
        if now.error != last.error:
            yield f"not shown: {now.error}"
        return
    known = {page.digest for page in last.pages}
    for number in now.changed_pages:
        page = now.pages[number - 1]
        if page.digest not in known:
            where = f" ({page.section})" if page.section else ""
            yield f"page {page.label}{where} changed ({took})"
    if now.is_exact and not last.is_exact:
        count = len(now.pages)
        yield f"{count} page{'s' * (count != 1)} as they will print ({took})"


class Writer:
    """Builds the files when the pages are exact, in a process of its own; the next edit ends it."""

    def __init__(self, project: Path, slug: str, options: Sequence[str], program: Sequence[str] = ()) -> None:
        """Begin with nothing.

        Args:
            project: The folder that has `content/`.
            slug: The briefing.
            options: Of `report build`.
            program: What runs `report`; default: this program.
        """
        program = program or (sys.executable, "-m", "report")
        self._command = [*program, "build", slug, *options, "--project", str(project)]
        self._process: subprocess.Popen[str] | None = None
        self._is_due = True

    def follow(self, now: "Snapshot") -> None:
        """Begin to write where pages are exact and nothing is wrong; stop where they are no more."""
        if not now.is_exact:
            self.stop()
            self._is_due = True
        elif self._is_due and not any(finding.is_error for finding in now.findings):
            self._is_due = False
            self._process = subprocess.Popen(
                self._command,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                start_new_session=True,
            )

    def said(self) -> list[str]:
        """Return what was written, or why not, once the process is done; what was found is told already."""
        if self._process is None or self._process.poll() is None:
            return []
        out, _ = self._process.communicate()
        code, self._process = self._process.returncode, None
        lines = [line for line in out.splitlines() if line.startswith("output/") or "/output/" in line]
        return lines if code == 0 else ["not written: `report build` says why"]

    def stop(self) -> None:
        """End the process; what was built before is untouched."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.communicate()
            self._process = None
