"""`report copies`: each clinic's own copies of an edition."""

import contextlib
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from report.cli.editions import BriefingArgument, named, only
from report.cli.options import DebugOption, ProjectOption, end, set_debug, start
from report.console import clear_progress, relative, say, say_findings
from report.errors import ExitCode, UsageError
from report.findings import exit_code

if TYPE_CHECKING:
    from report.clinics import Clinic

app = typer.Typer()


@app.command()
def copies(
    briefing: BriefingArgument = None,
    edition: Annotated[int | None, typer.Option("--edition", help="Its number; default: the last.")] = None,
    clinic: Annotated[list[str] | None, typer.Option("--clinic", help="An id; may be repeated.")] = None,
    group: Annotated[str, typer.Option("--group", help="The clinics of this group only.")] = "",
    scheduler: Annotated[
        str,
        typer.Option("--scheduler", help="A Dask scheduler, such as tcp://host:8786; default: this machine."),
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Make those too that are there.")] = False,
    project: ProjectOption = None,
    debug: DebugOption = False,
) -> None:
    """Make every active clinic's own copies of a released edition."""
    set_debug(debug)
    from report.ledger.opening import read_ledger
    from report.pipeline import copying
    from report.pipeline.preparing_copies import copies_folder
    from report.pipeline.recipients import read_recipients

    run, slugs = start(project, named(briefing), None, False)
    slug = only(slugs)
    with contextlib.nullcontext() if scheduler else copying.local_workers(run) as local:
        recipients, findings = read_recipients(run.project)
        if recipients is None:
            say_findings(tuple(findings))
            end(exit_code(findings))
        distribution = recipients.distribution
        chosen = _chosen(recipients.clinics.active, clinic or (), group)

        def held(number: int) -> dict[str, int]:
            with read_ledger(run.project / distribution.ledger) as ledger:
                return ledger.held(slug, before=number)

        made = copying.make_copies(
            run,
            slug,
            recipients,
            chosen,
            held,
            edition=edition,
            local=local,
            scheduler=scheduler,
            is_forced=force,
        )
    clear_progress()
    found = (*findings, *made.findings)
    say_findings(found)
    megabytes = sum(made.made.values()) / 1_000_000
    folder = relative(copies_folder(run.project, slug))
    if made.made or not made.current:
        copies_of = f"copies of edition {made.edition} for {_clinics(len(made.made))}"
        say(f"{folder}: {copies_of} made, {megabytes:,.1f} MB")
    if made.current:
        say(f"{folder}: nothing to do for {_clinics(len(made.current))}, whose copies are up to date")
    end(exit_code(found) if found else ExitCode.DONE)


def _chosen(clinics: "Iterable[Clinic]", ids: Collection[str], group: str) -> "list[Clinic]":
    chosen = [item for item in clinics if not group or item.group == group]
    unknown = sorted(set(ids) - {item.id for item in chosen})
    if unknown:
        raise UsageError(f"there is no active clinic {', '.join(unknown)}", "`report clinics list` has them.")
    return [item for item in chosen if not ids or item.id in ids]


def _clinics(count: int) -> str:
    return f"{count:,} clinic" if count == 1 else f"{count:,} clinics"
