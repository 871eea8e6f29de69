"""What is said on the terminal, and how: findings, errors, progress."""

import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from report.errors import ReportError
from report.findings import Finding

FOLD_MORE_THAN = 5

_shown_stage = ""


def say(text: str) -> None:
    """Print a line of what was asked for."""
    typer.echo(text)


def say_error(message: str, hint: str = "") -> None:
    """Print why a run ended, and what to do, apart from what was asked for."""
    clear_progress()
    typer.echo(f"error: {message}", err=True)
    if hint:
        typer.echo(f"hint: {hint}", err=True)


def say_report_error(error: ReportError) -> None:
    """Print an error of the program's own."""
    say_error(error.message, error.hint)


def say_interrupted() -> None:
    """Print that the run was interrupted."""
    clear_progress()
    typer.echo("interrupted; the last build is untouched", err=True)


def say_findings(findings: Sequence[Finding]) -> None:
    """Print findings; on a terminal, more than five of one code in one file become one line."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.location.path, finding.code.code), []).append(finding)
    folded = set()
    for finding in findings:
        key = (finding.location.path, finding.code.code)
        group = groups[key]
        if len(group) <= FOLD_MORE_THAN or not sys.stdout.isatty():
            say(str(finding))
        elif key not in folded:
            folded.add(key)
            say(str(finding))
            say(
                f"  and {len(group) - 1} more of {finding.code.code} in this file; --format json has them all"
            )
    if findings:
        errors = sum(finding.is_error for finding in findings)
        warnings = len(findings) - errors
        say(f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}")


def as_json(finding: Finding) -> dict[str, object]:
    """Return a finding's fields, for `--format json`."""
    return {
        "path": finding.location.path,
        "line": finding.location.line,
        "column": finding.location.column,
        "severity": finding.code.severity.value,
        "code": finding.code.code,
        "name": finding.code.name,
        "message": finding.message,
        "hint": finding.hint,
    }


def as_github(finding: Finding) -> str:
    """Return a finding as a workflow command of GitHub Actions, which shows it beside the line that it is about."""
    place = finding.location
    properties = {"file": place.path}
    if place.line:
        properties["line"] = str(place.line)
        if place.column:
            properties["col"] = str(place.column)
    properties["title"] = f"{finding.code.code} {finding.code.name}"
    named = ",".join(f"{name}={text.translate(_IN_PROPERTIES)}" for name, text in properties.items())
    message = f"{finding.message}\nhint: {finding.hint}" if finding.hint else finding.message
    return f"::{finding.code.severity} {named}::{message.translate(_IN_DATA)}"


# As @actions/core escapes them.
_IN_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTIES = _IN_DATA | str.maketrans({":": "%3A", ",": "%2C"})


def say_difference(lines: Sequence[str]) -> None:
    """Print the lines of a unified diff; coloured on a terminal, and with no control character of the file's."""
    for line in lines:
        kind = "" if line.startswith(("---", "+++")) else line[:1]
        colour = {"-": "red", "+": "green", "@": "cyan"}.get(kind)
        shown = "".join(sign if sign.isprintable() or sign == "\t" else "\ufffd" for sign in line)
        typer.secho(shown, fg=colour)


def may(question: str) -> bool:
    """Return what the user of a terminal answers to a question, no being the default; elsewhere no, unasked."""
    return sys.stdin.isatty() and sys.stdout.isatty() and typer.confirm(question)


def progress(text: str) -> None:
    """Show a stage: on a terminal in place, elsewhere one line for each stage and not for each page."""
    global _shown_stage
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[2K{text}")
        sys.stderr.flush()
        _shown_stage = text
        return
    stage = text.partition(", page ")[0]
    if stage != _shown_stage:
        typer.echo(stage, err=True)
        _shown_stage = stage


def clear_progress() -> None:
    """Take away the stage that a terminal shows."""
    if sys.stderr.isatty() and _shown_stage:
        sys.stderr.write("\r\033[2K")
        sys.stderr.flush()


def relative(path: Path) -> str:
    """Return a path as seen from here; whole where it is not below."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
