"""`report remind`: owners of facts that want checking again get one letter each."""

import json
from typing import Annotated, Any

import typer

from report.cli import options
from report.cli.options import BriefingsArgument, DebugOption, ProjectOption, end, set_debug, start
from report.console import as_json, clear_progress, say, say_findings
from report.errors import ExitCode, UsageError, worst
from report.findings import exit_code

app = typer.Typer()


@app.command()
def remind(
    briefings: BriefingsArgument = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Send; without, only say who would be reminded.")
    ] = False,
    format_: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    project: ProjectOption = None,
    debug: DebugOption = False,
) -> None:
    """Remind the owners of stale facts by mail, once an interval; --yes sends."""
    set_debug(debug)
    from report.pipeline.reminding import remind_owners

    if format_ not in ("text", "json"):
        raise UsageError(f"there is no format {format_!r}", "Write --format text or --format json.")
    run, slugs = start(project, briefings, None, False)
    reminded = remind_owners(run, slugs, options.read_instant(), is_sent=yes)
    clear_progress()
    if format_ == "json":
        say(json.dumps(_data(reminded), ensure_ascii=False, indent=2))
    else:
        say_findings(reminded.findings)
        for line in _lines(reminded):
            say(line)
    has_failed = any(one.state == "failed" for one in reminded.reminders)
    end(worst([exit_code(reminded.findings), ExitCode.DELIVERY if has_failed else ExitCode.DONE]))


def _lines(reminded: Any) -> list[str]:
    words = {
        "sent": "reminded of {facts}; {detail}; next on {until}",
        "due": "would be reminded of {facts}; --yes sends it",
        "waits": "was reminded lately; {facts} wait until {until}",
        "failed": "could not be reminded of {facts}: {detail}",
    }
    lines = [
        f"{one.owner or 'default'}: "
        + words[one.state].format(
            facts=f"{one.facts} {'fact' if one.facts == 1 else 'facts'}", detail=one.detail, until=one.until
        )
        for one in reminded.reminders
    ]
    return lines or ["nobody to remind"]


def _data(reminded: Any) -> dict[str, object]:
    return {
        "reminders": [
            {
                "owner": one.owner,
                "facts": one.facts,
                "state": one.state,
                "until": one.until.isoformat() if one.until else None,
                "detail": one.detail,
            }
            for one in reminded.reminders
        ],
        "findings": [as_json(finding) for finding in reminded.findings],
    }
