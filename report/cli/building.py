"""`report build`, `report check`."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from report.cli.options import (
    AsOfOption,
    BriefingsArgument,
    DebugOption,
    FutureOption,
    Guard,
    LocaleOption,
    ProjectOption,
    StrictOption,
    ViewOption,
    end,
    read_request,
    set_debug,
    start,
)
from report.console import (
    as_github,
    as_json,
    clear_progress,
    may,
    relative,
    say,
    say_difference,
    say_findings,
)
from report.errors import ExitCode, UsageError, worst
from report.findings import Finding, exit_code

app = typer.Typer()


@app.command()
def build(
    briefings: BriefingsArgument = None,
    formats: Annotated[
        str, typer.Option("-f", "--formats", help="Such as pdf,epub,html; those they need are built too.")
    ] = "pdf",
    view: ViewOption = None,
    locale: LocaleOption = None,
    project: ProjectOption = None,
    as_of: AsOfOption = None,
    allow_future: FutureOption = False,
    strict: StrictOption = False,
    since: Annotated[
        int | None, typer.Option("--since", help="Tell the changes from this edition on, for who holds it.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Build even if nothing has changed.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say of each file why it was made again, or was not.")
    ] = False,
    debug: DebugOption = False,
) -> None:
    """Build the briefings into output/."""
    set_debug(debug)
    from report.pipeline import building

    request = read_request(formats, view, locale)
    run, slugs = start(project, briefings, as_of, allow_future)
    codes: list[ExitCode] = []
    for slug in slugs:
        with Guard(codes, debug):
            outcome = building.build(run, slug, request, force=force, since=since)
            clear_progress()
            if outcome.is_current:
                _print_told(outcome, explain=explain)
                continue
            say_findings(outcome.findings)
            codes.append(exit_code(outcome.findings, strict=strict))
            for path, pages in outcome.files:
                shown = relative(path)
                say(f"{shown}: {pages} pages" if pages else shown)
            for name in outcome.outdated:
                say(f"{slug}/{name} is of an earlier state of the briefing; build it again, or remove it")
            if not outcome.files:
                say(f"{slug}: not built; the last build is untouched")
            if explain:
                _print_reasons(outcome)
    end(worst(codes))


@app.command()
def check(
    briefings: BriefingsArgument = None,
    project: ProjectOption = None,
    as_of: AsOfOption = None,
    allow_future: FutureOption = False,
    strict: StrictOption = False,
    format_: Annotated[str, typer.Option("--format", help="text, json or github.")] = "text",
    fix: Annotated[
        bool,
        typer.Option("--fix", help="Show what mends punctuation, quotation marks and spaces, and write it."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --fix: write without asking.")] = False,
    debug: DebugOption = False,
) -> None:
    """Report all findings; build nothing."""
    set_debug(debug)
    if format_ not in ("text", "json", "github"):
        raise UsageError(f"there is no format {format_!r}", "Write --format text, json or github.")
    if fix and format_ != "text":
        raise UsageError(f"--fix shows a text, and --format asks for {format_}", "Leave one of the two out.")
    if yes and not fix:
        raise UsageError("--yes says what to answer, and nothing is asked", "Add --fix, or leave --yes out.")
    run, slugs = start(project, briefings, as_of, allow_future)
    codes: list[ExitCode] = []
    if fix and not _mend(run, slugs, codes, yes=yes, strict=strict, debug=debug):
        end(worst(codes))
    codes.clear()
    found = _check(run, slugs, codes, strict=strict, debug=debug)
    if format_ == "json":
        say(json.dumps([as_json(finding) for finding in found], ensure_ascii=False, indent=2))
    elif format_ == "github":
        for finding in found:
            say(as_github(finding))
    else:
        _print_found(found)
    end(worst(codes))


def _check(
    run: Any, slugs: Sequence[str], codes: list[ExitCode], *, strict: bool, debug: bool
) -> list[Finding]:
    """Return the findings of the briefings and of the clinics; add what each ends with to the codes."""
    from report.pipeline import building
    from report.pipeline.recipients import check_recipients

    found: list[Finding] = []
    for slug in slugs:
        with Guard(codes, debug):
            outcome = building.check(run, slug)
            clear_progress()
            found += outcome.findings
            codes.append(exit_code(outcome.findings, strict=strict))
    with Guard(codes, debug):
        recipients = check_recipients(run.project, run.today)
        found += recipients
        codes.append(exit_code(recipients, strict=strict))
    return found


def _mend(
    run: Any, slugs: Sequence[str], codes: list[ExitCode], *, yes: bool, strict: bool, debug: bool
) -> bool:
    """Show what would be mended, and write it if that is wanted; return whether it was, else say what was found."""
    from report.pipeline import mending

    found: list[Finding] = []
    files: list[mending.MendedFile] = []
    for slug in slugs:
        with Guard(codes, debug):
            planned = mending.plan_mending(run, slug)
            clear_progress()
            found += planned.outcome.findings
            files += planned.files
            codes.append(exit_code(planned.outcome.findings, strict=strict))
    for file in files:
        say_difference(mending.difference(file))
    changes = _count(sum(file.changes for file in files), "change")
    many = f"{changes} to {_count(len(files), 'file')}"
    if files and (yes or may(f"Write these {many}?")):
        mending.write_mended(files)
        say(f"wrote {many}")
        return True
    _print_found(found)
    if files:
        say(f"nothing was written; --fix --yes writes these {many}")
    elif found:
        say("nothing of this can be mended by a program")
    return False


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _print_found(found: Sequence[Finding]) -> None:
    say_findings(found)
    if not found:
        say("no findings")


def _print_told(outcome: Any, *, explain: bool) -> None:
    for line in outcome.told:
        say(line)
    if explain:
        _print_reasons(outcome)
        return
    for path, _ in outcome.files:
        say(f"{relative(path)}: nothing to do")


def _print_reasons(outcome: Any) -> None:
    for name, reason in outcome.reasons.items():
        say(f"{name}: {reason}")
