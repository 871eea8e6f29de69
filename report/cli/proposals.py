"""`report accept`, `report reject`: a person decides what a source or a feed says otherwise."""

from typing import Annotated, Any

import typer

from report.cli.editions import named
from report.cli.options import DebugOption, ProjectOption, end, set_debug, start
from report.console import say, say_findings
from report.errors import ExitCode
from report.findings import exit_code

app = typer.Typer()

_IdArgument = Annotated[str, typer.Argument(help="The proposal's id, or a beginning that no other has.")]
_ByOption = Annotated[str, typer.Option("--by", help="Who decides; it stays with the decision.")]
_BriefingOption = Annotated[
    str | None, typer.Option("--briefing", help="A folder of content/; default: whichever has the proposal.")
]


@app.command()
def accept(
    proposal: _IdArgument,
    by: _ByOption,
    value: Annotated[
        list[str] | None,
        typer.Option(
            "--value",
            help="FIELD=VALUE or FACT:FIELD=VALUE, also several; VALUE alone for a proposal that has a field.",
        ),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="What else there is to say.")] = "",
    briefing: _BriefingOption = None,
    project: ProjectOption = None,
    debug: DebugOption = False,
) -> None:
    """Accept a proposal: write its value, or that the facts were checked and still hold."""
    set_debug(debug)
    from report.pipeline import deciding

    run, slugs = start(project, named(briefing), None, False)
    decided = deciding.accept(
        run.project, slugs, proposal, by=by, today=run.today, values=value or (), reason=reason
    )
    _say(decided, "accepted")


@app.command()
def reject(
    proposal: _IdArgument,
    by: _ByOption,
    reason: Annotated[str, typer.Option("--reason", help="Why; it stays with the decision.")],
    briefing: _BriefingOption = None,
    project: ProjectOption = None,
    debug: DebugOption = False,
) -> None:
    """Reject a proposal: no fact is changed, and the same change is not proposed again."""
    set_debug(debug)
    from report.pipeline import deciding

    run, slugs = start(project, named(briefing), None, False)
    _say(deciding.reject(run.project, slugs, proposal, by=by, today=run.today, reason=reason), "rejected")


def _say(decided: Any, what: str) -> None:
    if decided.findings:
        say(
            f"{decided.proposal.id} was not {what}: with it the briefing could not be built; nothing is written"
        )
        say_findings(decided.findings)
        end(exit_code(decided.findings))
    say(f"{decided.proposal.id} {what} by {decided.proposal.decided_by}")
    if decided.changed:
        say(f"{decided.changed}: {', '.join(decided.entries)}")
    end(ExitCode.DONE)
