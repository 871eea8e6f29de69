"""`report clinics import`, `report clinics list`: who receives copies."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from report.cli.options import DebugOption, ProjectOption, end, project_of, set_debug
from report.console import may, relative, say, say_findings
from report.errors import ExitCode, UsageError
from report.findings import exit_code

app = typer.Typer()
clinics = typer.Typer(no_args_is_help=True, help="Who receives copies: the list of clinics.")
app.add_typer(clinics, name="clinics")


@clinics.command("import")
def import_(
    table: Annotated[Path, typer.Argument(help="A CSV or XLSX file; its first row names the columns.")],
    to: Annotated[
        Path | None, typer.Option("--to", help="The list to write; default: that of distribution.yaml.")
    ] = None,
    encoding: Annotated[
        str, typer.Option("--encoding", help="Of a CSV file: utf-8 or gb18030; default: what it looks like.")
    ] = "",
    sheet: Annotated[str, typer.Option("--sheet", help="Of an XLSX file; default: the first.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    project: ProjectOption = None,
    debug: DebugOption = False,
) -> None:
    """Put a table in the place of the list of clinics; say first what would change."""
    set_debug(debug)
    from report.load.tables import ENCODINGS
    from report.pipeline.importing import plan_import, write_import

    if encoding and encoding not in ENCODINGS:
        raise UsageError(f"there is no encoding {encoding!r}", f"Choose from {', '.join(ENCODINGS)}.")
    if not table.is_file():
        raise UsageError(f"there is no file {table}", "Name a CSV or XLSX file.")
    planned = plan_import(project_of(project), table, to=to, encoding=encoding, sheet=sheet)
    say_findings(planned.findings)
    if planned.read_as:
        say(f"{table}: read as {planned.read_as}")
    if not planned.text:
        say(f"{relative(planned.target)}: not written; mend the errors first")
        end(exit_code(planned.findings))
    for line in _differences(planned):
        say(line)
    if planned.is_nothing:
        say(f"{relative(planned.target)}: nothing to do")
    elif yes or may(f"Write {relative(planned.target)}?"):
        write_import(planned)
        say(f"{relative(planned.target)}: written")
    else:
        say("nothing was written; --yes writes it")
    end(exit_code(planned.findings))


def _differences(planned: Any) -> list[str]:
    lines = [f"+ {name}" for name in planned.added]
    lines += [f"~ {name}: {', '.join(fields)}" for name, fields in planned.changed.items()]
    lines += [f"- {name}" for name in planned.removed]
    counts = f"{len(planned.added)} added, {len(planned.changed)} changed, {len(planned.removed)} removed"
    return [*lines, counts]


@clinics.command("list")
def list_(
    format_: Annotated[str, typer.Option("--format", help="text, json or csv.")] = "text",
    project: ProjectOption = None,
    debug: DebugOption = False,
) -> None:
    """List the clinics: id, group, channels, whether active; no names and no addresses."""
    set_debug(debug)
    from report.pipeline.recipients import read_recipients

    if format_ not in ("text", "json", "csv"):
        raise UsageError(f"there is no format {format_!r}", "Write --format text, json or csv.")
    recipients, findings = read_recipients(project_of(project))
    if recipients is None:
        say_findings(findings)
        end(exit_code(findings))
    rows = [
        {
            "id": clinic.id,
            "group": clinic.group,
            "locale": clinic.locale,
            "views": list(clinic.views),
            "formats": list(clinic.formats),
            "channels": list(clinic.channels),
            "active": clinic.active,
        }
        for clinic in recipients.clinics.clinics
    ]
    if format_ == "json":
        say(json.dumps(rows, ensure_ascii=False, indent=2))
    elif format_ == "csv":
        say(_as_csv(rows).rstrip("\n"))
    else:
        for line in _as_text(rows):
            say(line)
    end(ExitCode.DONE)


HEAD = ("id", "group", "locale", "views", "formats", "channels", "active")


def _texts(row: dict[str, Any]) -> list[str]:
    values = (row[key] for key in HEAD)
    return [
        "; ".join(value)
        if isinstance(value, list)
        else str(value).lower()
        if value in (True, False)
        else value
        for value in values
    ]


def _as_text(rows: Sequence[dict[str, Any]]) -> list[str]:
    lines = [list(HEAD), *map(_texts, rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(HEAD))]
    padded = [
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    active = sum(bool(row["active"]) for row in rows)
    return [*padded, f"{len(rows)} clinics, {active} active"]


def _as_csv(rows: Sequence[dict[str, Any]]) -> str:
    from report.addresses import quote_cell

    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(HEAD)
    for row in rows:
        writer.writerow([quote_cell(text) for text in _texts(row)])
    return written.getvalue()
