"""The command line: arguments, progress and exit codes; the only place that ends the process."""

import os
import sys
from typing import Annotated

import typer
import typer.exceptions

from report import __version__
from report.cli import (
    building,
    clinics,
    copies,
    editions,
    installation,
    recalling,
    sending,
    status,
    verifying,
)
from report.cli.options import end
from report.console import say, say_error, say_interrupted, say_report_error
from report.errors import ExitCode, ReportError

app = typer.Typer(
    name="report",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Build dated, sourced briefings from Markdown and facts.",
)
for group in (building, verifying, editions, clinics, copies, sending, recalling, status, installation):
    app.add_typer(group.app)


def _print_version(wanted: bool) -> None:
    if wanted:
        say(f"jianbao {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        say(context.get_help())
        end(ExitCode.USAGE)


def main() -> None:
    """Run the command line and end the process with its exit code."""
    debug = "--debug" in sys.argv
    try:
        code = app(standalone_mode=False)
        # Typer takes the interrupt itself and returns its code.
        if code == ExitCode.INTERRUPTED:
            say_interrupted()
    except typer.exceptions.TyperException as error:
        hint = "`report --help` lists the commands, `report COMMAND --help` their options."
        say_error(error.format_message(), hint)
        code = ExitCode.USAGE
    except (KeyboardInterrupt, typer.Abort):
        say_interrupted()
        code = ExitCode.INTERRUPTED
    except ReportError as error:
        if debug:
            raise
        say_report_error(error)
        code = error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = ExitCode.DONE
    except Exception as error:
        if debug:
            raise
        hint = "Run it again with --debug, and report what it prints."
        say_error(f"a bug in the program: {type(error).__name__}: {error}", hint)
        code = ExitCode.BUG
    sys.exit(int(code or 0))
