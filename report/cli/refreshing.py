"""`report refresh`: sources, works and feeds looked at; `report evidence`: what a source said on a day."""

import datetime
import json
from typing import Annotated, Any, NoReturn

import typer

from report.cli import options
from report.cli.options import (
    BriefingsArgument,
    DebugOption,
    ProjectOption,
    StrictOption,
    end,
    set_debug,
    start,
    stoppable,
)
from report.console import as_json, clear_progress, relative, say, say_findings, say_report_error
from report.errors import ExitCode, UsageError
from report.findings import exit_code

app = typer.Typer()

FORMATS = ("text", "json")
_FormatOption = Annotated[str, typer.Option("--format", help="text or json.")]


@app.command()
def refresh(
    briefings: BriefingsArgument = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Look also at sources without `watch` that facts rest on.")
    ] = False,
    release: Annotated[
        bool, typer.Option("--release", help="Then release what changed and was signed off as it is.")
    ] = False,
    send: Annotated[
        bool, typer.Option("--send", help="Then make copies, send what is due, and remind of stale facts.")
    ] = False,
    format_: _FormatOption = "text",
    strict: StrictOption = False,
    project: ProjectOption = None,
    debug: DebugOption = False,
) -> None:
    """Look at sources, DOIs and feeds; what they say otherwise becomes proposals, and no fact is changed.

    --release --send is the whole unattended run, for a schedule.
    """
    set_debug(debug)
    _check_format(format_)
    run, slugs = start(project, briefings, None, False)
    if release or send:
        _attend(run, slugs, format_, everything=everything, release=release, send=send, strict=strict)
    from report.pipeline.refreshing import refresh as look
    from report.pipeline.refreshing_report import refreshed_data, refreshed_lines

    found = look(run, slugs, options.read_instant(), everything=everything)
    clear_progress()
    if format_ == "json":
        data = {**refreshed_data(found), "findings": [as_json(item) for item in found.findings]}
        say(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        for line in refreshed_lines(found):
            say(line)
        say_findings(found.findings)
    end(exit_code(found.findings, strict=strict))


def _attend(
    run: Any, slugs: list[str], format_: str, *, everything: bool, release: bool, send: bool, strict: bool
) -> NoReturn:
    from report.pipeline.unattended import Asked, attend
    from report.pipeline.unattended_report import unattended_data, unattended_lines

    asked = Asked(tuple(slugs), everything, release, send)
    with stoppable() as should_stop:
        done = attend(run, asked, options.read_instant, should_stop=should_stop, strict=strict)
    clear_progress()
    code = done.exit_code(strict=strict)
    if format_ == "json":
        data = {
            **unattended_data(done),
            "findings": [as_json(item) for item in done.all_findings],
            "exit_code": int(code),
        }
        say(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        for line in unattended_lines(done):
            say(line)
        say_findings(done.all_findings)
    for error in done.errors:
        say_report_error(error)
    end(code)


@app.command()
def evidence(
    briefing: Annotated[str, typer.Argument(help="A folder of content/.")],
    source: Annotated[str, typer.Argument(help="The id of a source.")],
    on: Annotated[
        str, typer.Option("--on", help="What it said on this day, YYYY-MM-DD; default: the last.")
    ] = "",
    format_: _FormatOption = "text",
    project: ProjectOption = None,
    debug: DebugOption = False,
) -> None:
    """Show what a source said on a day, from the vault, and where that is kept."""
    set_debug(debug)
    _check_format(format_)
    run, slugs = start(project, [briefing], None, False)
    from report.pipeline.evidence import show_evidence

    shown = show_evidence(run.project, slugs[0], source, _day(on))
    if format_ == "json":
        say(json.dumps(_evidence_data(shown), ensure_ascii=False, indent=2))
        end(ExitCode.DONE)
    look = shown.look
    say(f"{source}, as it was on {look.at.date()} ({look.final_url or look.url})")
    say(
        f"  so since {shown.since.date()}; looked at {len(shown.looks)} times since {shown.looks[0].at.date()}"
    )
    for one in shown.versions:
        say(f"  {one.at.date()}  text {one.text[:12] or '-'}  bytes {one.kept[:12]}")
    say(f"  bytes: {relative(shown.path) if shown.path else 'not kept'}")
    say("")
    say(shown.text or "(no text: it is compared by its bytes)")
    end(ExitCode.DONE)


def _evidence_data(shown: Any) -> dict[str, object]:
    look = shown.look
    return {
        "at": look.at.isoformat(),
        "since": shown.since.isoformat(),
        "url": look.url,
        "final_url": look.final_url,
        "bytes": look.kept,
        "text_sha256": look.text,
        "path": str(shown.path) if shown.path else "",
        "text": shown.text,
        "looks": [{"at": one.at.isoformat(), "outcome": one.outcome, "why": one.why} for one in shown.looks],
    }


def _day(text: str) -> datetime.date | None:
    try:
        day = datetime.date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"{text!r} is no day", "Write --on YYYY-MM-DD.") from None
    return day


def _check_format(format_: str) -> None:
    if format_ not in FORMATS:
        raise UsageError(f"there is no format {format_!r}", f"Choose from {', '.join(FORMATS)}.")
