"""`report schedule install`, `show`, `remove`: the scheduled run."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from report.cli import options
from report.cli.options import DebugOption, ProjectOption, end, project_of, set_debug
from report.console import say
from report.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from report.pipeline.scheduling import Written

app = typer.Typer()
schedule = typer.Typer(no_args_is_help=True, help="The scheduled run: a systemd timer or a cron entry.")
app.add_typer(schedule, name="schedule")


@schedule.command()
def install(
    options: Annotated[
        list[str] | None,
        typer.Argument(help="After --: options of `report refresh`; default: --release --send."),
    ] = None,
    systemd: Annotated[bool, typer.Option("--systemd", help="Write a service and its timer.")] = False,
    cron: Annotated[bool, typer.Option("--cron", help="Write lines into a crontab.")] = False,
    at: Annotated[str, typer.Option("--at", help="HH:MM; several with commas.")] = "06:30",
    days: Annotated[str, typer.Option("--days", help="Such as mon-fri or mon,thu; default: every day.")] = "",
    user: Annotated[
        bool, typer.Option("--user", help="With --systemd: for your own user, without root.")
    ] = False,
    run_as: Annotated[
        str, typer.Option("--run-as", help="With --systemd: as this user; default: the project's owner.")
    ] = "",
    environment_file: Annotated[
        str, typer.Option("--environment-file", help="With --systemd: where passwords are, NAME=VALUE.")
    ] = "",
    name: Annotated[str, typer.Option("--name", help="Of the units or the lines; default: chosen.")] = "",
    folder: Annotated[str, typer.Option("--folder", help="With --systemd: where units go.")] = "",
    file: Annotated[str, typer.Option("--file", help="With --cron: a crontab file; default: your own.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")
    ] = False,
    project: ProjectOption = None,
    debug: DebugOption = False,
) -> None:
    """Have `report refresh --release --send` run by itself; shows what is written."""
    set_debug(debug)
    from report.pipeline import scheduling
    from report.schedule.times import read_times

    if systemd == cron:
        raise UsageError("say what starts the run", "Write --systemd or --cron, one of the two.")
    only_systemd: dict[str, str | bool] = {
        "--user": user,
        "--run-as": run_as,
        "--environment-file": environment_file,
        "--folder": folder,
    }
    _refuse_of_other(only_systemd if cron else {"--file": file}, "--cron" if cron else "--systemd")
    if user and run_as:
        raise UsageError("--user runs as yourself, and --run-as names another", "Leave one of the two out.")
    asked = scheduling.Asked(
        "cron" if cron else "systemd",
        read_times(at, days),
        user,
        name,
        run_as,
        environment_file,
        folder or file,
        tuple(options or ()),
    )
    root = project_of(project)
    planned = scheduling.plan_schedule(root, asked)
    written = scheduling.written_as(planned) if dry_run else scheduling.install(root, planned)
    _tell(written)
    _tell_what_follows(written, is_written=not dry_run)
    end(ExitCode.DONE)


def _refuse_of_other(options: Mapping[str, str | bool], chosen: str) -> None:
    """Refuse the options that are of the other way to start the run."""
    for option, value in options.items():
        if value:
            raise UsageError(f"{option} is not of {chosen}", "Leave it out.")


def _tell_what_follows(written: "Written", *, is_written: bool) -> None:
    """Say what is left to do, and when the run is due."""
    from report.schedule.times import next_run

    if not is_written:
        say("nothing was written; leave --dry-run out to write it")
    elif written.commands:
        say("now run:")
        for command in written.commands:
            say(f"  {command}")
    times = written.schedule.times
    due = next_run(times, options.read_instant())
    say(f"{times}; the next run {'is' if is_written else 'would be'} {due:%Y-%m-%d %H:%M}")


@schedule.command()
def show(project: ProjectOption = None, debug: DebugOption = False) -> None:
    """Show the schedule as it lies there, and when it runs next."""
    set_debug(debug)
    from report.pipeline import scheduling
    from report.schedule.times import next_run

    written, is_same = scheduling.show(project_of(project))
    _tell(written)
    planned = written.schedule
    say(f"runs {shlex.join(planned.command)}")
    say(f"{planned.times}; the next run is {next_run(planned.times, options.read_instant()):%Y-%m-%d %H:%M}")
    if not is_same:
        say("what lies there is not what was written; `report schedule install` writes it again")
        end(ExitCode.FINDINGS)
    end(ExitCode.DONE)


@schedule.command()
def remove(project: ProjectOption = None, debug: DebugOption = False) -> None:
    """Take the schedule away; what else stands in a crontab stays."""
    set_debug(debug)
    from report.pipeline import scheduling

    removed = scheduling.remove(project_of(project))
    say(f"{removed.schedule.name}: removed")
    if removed.commands:
        say("now run:")
        for command in removed.commands:
            say(f"  {command}")
    end(ExitCode.DONE)


def _tell(written: "Written") -> None:
    for where, text in written.texts.items():
        say(f"# {Path(where)}")
        say(text.rstrip("\n"))
        say("")
