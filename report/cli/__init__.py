"""The command line: arguments, progress and exit codes; the only place that ends the process."""

import os
import sys
import traceback
from types import TracebackType
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
    previewing,
    proposals,
    recalling,
    refreshing,
    reminding,
    scheduling,
    sending,
    status,
    verifying,
    watching,
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
for group in (
    building,
    verifying,
    editions,
    clinics,
    copies,
    sending,
    recalling,
    refreshing,
    proposals,
    reminding,
    scheduling,
    status,
    previewing,
    watching,
    installation,
):
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


def _redacted(text: str) -> str:
    """Return a text without the secrets that were read; where none was, the module is not there yet."""
    secrets = sys.modules.get("report.secrets")
    return str(secrets.REDACTOR.redact(text)) if secrets is not None else text


def _print_traceback(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    sys.stderr.write(_redacted("".join(traceback.format_exception(kind, error, trace))))


def main() -> None:
    """Run the command line and end the process with its exit code."""
    debug = "--debug" in sys.argv
    sys.excepthook = _print_traceback
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
        say_error(_redacted(f"a bug in the program: {type(error).__name__}: {error}"), hint)
        code = ExitCode.BUG
    sys.exit(int(code or 0))
