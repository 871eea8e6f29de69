"""Exceptions that end a run: each carries its exit code and the remedy."""

import enum


class ExitCode(enum.IntEnum):
    """What the command tells the shell."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    UNREADABLE = 3
    MISSING = 4
    RENDERING = 5
    VERIFICATION = 6
    DELIVERY = 7
    BUG = 70
    INTERRUPTED = 130


# CONTENT.md, "Findings and exit codes": where several apply, the first of these wins.
PRECEDENCE = (
    ExitCode.BUG,
    ExitCode.USAGE,
    ExitCode.UNREADABLE,
    ExitCode.MISSING,
    ExitCode.RENDERING,
    ExitCode.VERIFICATION,
    ExitCode.DELIVERY,
    ExitCode.FINDINGS,
)


def worst(codes: list[ExitCode]) -> ExitCode:
    """Return the one exit code that stands for several; `DONE` where there is none."""
    return next((code for code in PRECEDENCE if code in codes), ExitCode.DONE)


class ReportError(Exception):
    """A run that cannot go on, for a reason its user can mend.

    Attributes:
        message: What is, with values; one sentence.
        hint: One imperative sentence that says what to do; empty where nothing can be done.
        exit_code: The code the process ends with.
    """

    exit_code = ExitCode.BUG

    def __init__(self, message: str, hint: str = "") -> None:
        # Both go to Exception too, so that the error survives the way from a child process.
        super().__init__(message, hint)
        self.message = message
        self.hint = hint


class UsageError(ReportError):
    """The command line asks for something that does not exist."""

    exit_code = ExitCode.USAGE


class MissingDependencyError(ReportError):
    """This machine lacks a program, a library or a font."""

    exit_code = ExitCode.MISSING


class RenderingError(ReportError):
    """The renderer failed or went past a limit."""

    exit_code = ExitCode.RENDERING
