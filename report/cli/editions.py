"""`report approve`, `report release`, `report changes`: editions and who answers for them."""

import json
from pathlib import Path
from typing import Annotated

import typer

from report.cli.options import (
    AsOfOption,
    DebugOption,
    FutureOption,
    ProjectOption,
    end,
    read_request,
    set_debug,
    start,
)
from report.console import clear_progress, relative, say, say_findings
from report.errors import ExitCode, UsageError
from report.findings import exit_code

app = typer.Typer()

BriefingArgument = Annotated[
    str | None, typer.Argument(help="A folder of content/; may be left out where there is one only.")
]


@app.command()
def approve(
    by: Annotated[str, typer.Option("--by", help="Who signs off, as printed on the cover.")],
    role: Annotated[str, typer.Option("--role", help="In which role, such as 医学审校.")],
    briefing: BriefingArgument = None,
    project: ProjectOption = None,
    debug: DebugOption = False,
) -> None:
    """Sign off the text and facts as they are; any later change voids it."""
    set_debug(debug)
    from report.pipeline import releasing

    run, slugs = start(project, named(briefing), None, False)
    slug = only(slugs)
    signed = releasing.approve(run, slug, by=by, role=role)
    clear_progress()
    say_findings(signed.findings)
    if signed.approval is None:
        say(f"{slug}: not signed off; mend the errors first")
        end(exit_code(signed.findings))
    digest = signed.approval.content_digest[:12]
    what = "signed off" if signed.is_new else "signed off already, nothing was written"
    say(f"{slug}: {what}: content {digest} by {by} as {role}")
    end(exit_code(signed.findings))


@app.command()
def release(
    briefing: BriefingArgument = None,
    formats: Annotated[
        str | None, typer.Option("-f", "--formats", help="Such as pdf,epub; default: all there are.")
    ] = None,
    erratum: Annotated[
        bool, typer.Option("--erratum", help="The edition mends a mistake of our own; needs --reason.")
    ] = False,
    reason: Annotated[str, typer.Option("--reason", help="What the mistake was, as readers are told.")] = "",
    project: ProjectOption = None,
    debug: DebugOption = False,
) -> None:
    """Freeze the next edition: without a finding, signed off, verified, hashed, with what changed in it."""
    set_debug(debug)
    from report.pipeline import releasing

    if erratum != bool(reason.strip()):
        message = "--erratum needs --reason" if erratum else "--reason says why there is an erratum"
        raise UsageError(message, "Write --erratum --reason TEXT, or neither.")
    request = read_request(formats)
    run, slugs = start(project, named(briefing), None, False)
    slug = only(slugs)
    outcome = releasing.release(run, slug, request, erratum=reason.strip())
    clear_progress()
    say_findings(outcome.findings)
    if not outcome.edition:
        say(f"{slug}: not released; nothing was written")
        end(exit_code(outcome.findings, strict=True))
    say(f"content/{slug}/editions/{outcome.edition:03}.json: edition {outcome.edition} is released")
    for path, pages in outcome.files:
        say(f"{relative(path)}: {pages} pages" if pages else relative(path))
    end(ExitCode.DONE)


@app.command()
def changes(
    briefing: BriefingArgument = None,
    since: Annotated[
        int | None, typer.Option("--since", help="The edition to tell from; default: the last before.")
    ] = None,
    format_: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    redline: Annotated[
        Path | None, typer.Option("--redline", help="Write the whole text, marked up, to FILE.html or .pdf.")
    ] = None,
    project: ProjectOption = None,
    as_of: AsOfOption = None,
    allow_future: FutureOption = False,
    debug: DebugOption = False,
) -> None:
    """Say what has changed since an edition."""
    set_debug(debug)
    from report.pipeline import releasing

    if format_ not in ("text", "json"):
        raise UsageError(f"there is no format {format_!r}", "Write --format text or --format json.")
    if redline is not None and redline.suffix.lower() not in (".html", ".pdf"):
        raise UsageError(f"{redline} is neither .html nor .pdf", "Name a file that ends in one of the two.")
    run, slugs = start(project, named(briefing), as_of, allow_future)
    slug = only(slugs)
    told = releasing.tell_changes(run, slug, since, redline)
    clear_progress()
    if told.text is None:
        say_findings(told.findings)
        say(f"{slug}: cannot be compared; mend the errors first")
        end(exit_code(told.findings))
    say(json.dumps(told.data, ensure_ascii=False, indent=2) if format_ == "json" else told.text.rstrip())
    # What is read by a program holds nothing else.
    if redline is not None and format_ == "text":
        say(f"{relative(redline)}: written")
    end(ExitCode.DONE)


def named(briefing: str | None) -> list[str] | None:
    """Return the briefing that is named, as commands for several take them."""
    return None if briefing is None else [briefing]


def only(slugs: list[str]) -> str:
    """Return the one briefing that is meant.

    Raises:
        UsageError: There are several, and none is named.
    """
    if len(slugs) > 1:
        raise UsageError(
            f"there are {len(slugs)} briefings: {', '.join(slugs)}", "Name the one that is meant."
        )
    return slugs[0]
