"""`report verify`: finished files judged and compared; a table of evidence and one verdict."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from report.cli.options import DebugOption, Guard, ProjectOption, end, project_or_here, set_debug, start
from report.console import as_json, clear_progress, progress, relative, say, say_findings
from report.errors import ExitCode, UsageError, worst
from report.findings import exit_code, sort_findings

if TYPE_CHECKING:
    from report.tools.validators import Validation
    from report.verify import Evidence, Verdict
    from report.verify.copy import CopyVerdict

app = typer.Typer()


@app.command()
def verify(
    what: Annotated[
        list[str] | None,
        typer.Argument(help="Folders of content/, or finished files; default: every briefing."),
    ] = None,
    project: ProjectOption = None,
    format_: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    validators: Annotated[
        bool, typer.Option(help="Ask qpdf, veraPDF and EPUBCheck too, where they are installed.")
    ] = True,
    copy: Annotated[
        bool,
        typer.Option(
            "--copy", help="Tell what files that somebody received are, and whether they are intact."
        ),
    ] = False,
    sums: Annotated[
        Path | None, typer.Option(help="With --copy: a SHA256SUMS that you have from the publisher.")
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(help="With --copy: the publisher's certificate, PEM.")
    ] = None,
    debug: DebugOption = False,
) -> None:
    """Read finished files back and prove that they carry what was composed; end with 6 if one does not."""
    set_debug(debug)
    if format_ not in ("text", "json"):
        raise UsageError(f"there is no format {format_!r}", "Write --format text or json.")
    if copy:
        _verify_copies(
            [Path(item) for item in what or ()], project, sums, certificate, is_json=format_ == "json"
        )
    if sums or certificate:
        raise UsageError("--sums and --certificate are about copies", "Add --copy, and name the files.")
    from report.pipeline import verifying
    from report.tools.validators import validate

    asked = validate if validators else _ask_nobody
    paths = [Path(item) for item in what or () if Path(item).suffix]
    slugs = [item for item in what or () if not Path(item).suffix]
    codes: list[ExitCode] = []
    verdicts: list[Verdict] = []
    if paths:
        folder = project or project_or_here()
        verdicts.append(verifying.verify_files(folder, paths, asked, progress))
    if slugs or not paths:
        run, names = start(project, slugs, None, False)
        for slug in names:
            with Guard(codes, debug):
                verdicts.append(verifying.verify_briefing(run, slug, asked))
    clear_progress()
    is_good = not codes and all(verdict.is_good for verdict in verdicts)
    if format_ == "json":
        say(json.dumps(_as_json(verdicts, is_good=is_good), ensure_ascii=False, indent=2))
    else:
        _print(verdicts, is_good=is_good)
    for verdict in verdicts:
        found = exit_code(verdict.all_findings())
        codes.append(found if found is not ExitCode.DONE or verdict.is_good else ExitCode.VERIFICATION)
    end(worst(codes))


def _verify_copies(
    paths: list[Path], project: Path | None, sums: Path | None, certificate: Path | None, *, is_json: bool
) -> NoReturn:
    """Tell what copies are, and end with 6 where one is not known to be intact."""
    from report.pipeline.verifying_copies import verify_copies
    from report.verify.copy import Standing

    if not paths:
        raise UsageError("no copy is named", "Write report verify --copy FILE.")
    verdicts = verify_copies(paths, project or project_or_here(), sums, certificate, progress)
    clear_progress()
    if is_json:
        say(json.dumps([_copy_as_json(verdict) for verdict in verdicts], ensure_ascii=False, indent=2))
    else:
        for verdict in verdicts:
            _print_table(verdict.rows)
            say_findings(sort_findings(verdict.findings))
            say(f"{verdict.standing.value}: {verdict.reason}")
    are_intact = all(verdict.standing is Standing.INTACT for verdict in verdicts)
    end(ExitCode.DONE if are_intact else ExitCode.VERIFICATION)


def _copy_as_json(verdict: "CopyVerdict") -> dict[str, object]:
    return {
        "path": verdict.path,
        "verdict": verdict.standing.value.lower(),
        "reason": verdict.reason,
        "evidence": [list(row) for row in verdict.rows],
        "findings": [as_json(finding) for finding in sort_findings(verdict.findings)],
    }


def _ask_nobody(path: Path) -> "tuple[Validation, ...]":
    return ()


_HEADS = (
    "file",
    "pages",
    "sections",
    "values",
    "notes",
    "references",
    "rows",
    "fonts",
    "links",
    "as built",
    "validators",
)


def _print(verdicts: "Sequence[Verdict]", *, is_good: bool) -> None:
    evidence = [item for verdict in verdicts for item in verdict.evidence]
    if evidence:
        _print_table([_HEADS, *map(_row, evidence)])
    say_findings(sort_findings(finding for verdict in verdicts for finding in verdict.all_findings()))
    say(_verdict(evidence, is_good=is_good))


def _row(item: "Evidence") -> tuple[str, ...]:
    carried = item.carried
    told = (
        (carried.sections, carried.values, carried.notes, carried.references, carried.rows) if carried else ()
    )
    built = {None: "-", True: "yes", False: "no"}[item.is_unaltered]
    return (
        relative(Path(item.path)) if Path(item.path).is_absolute() else item.path,
        str(item.pages or "-"),
        *(map(str, told) if told else "-----"),
        str(len(item.fonts)),
        f"{item.links} dead" if item.links else "alive",
        built,
        ", ".join(f"{one.tool} {one.status}" for one in item.validations) or "-",
    )


def _not_run(evidence: "Sequence[Evidence]") -> list[str]:
    """Return which validators did not run, each with the reason."""
    skipped = [one for item in evidence for one in item.validations if one.status == "skipped"]
    return list(dict.fromkeys(f"{one.tool} ({', '.join(one.messages)})" for one in skipped))


def _print_table(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [
            cell.ljust(width) if number == 0 else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=False))
        ]
        say("  ".join((*cells, row[-1])))


def _verdict(evidence: "Sequence[Evidence]", *, is_good: bool) -> str:
    """Return the one line that says whether all is as it must be, and what was not asked."""
    unasked = _not_run(evidence)
    unseen = f"; not run: {', '.join(unasked)}" if unasked else ""
    is_one = len(evidence) == 1
    many = f"{len(evidence)} file{'' if is_one else 's'}"
    if not evidence:
        return "NOT VERIFIED: there is no file"
    if not is_good:
        bad = sum(not item.bottom_line for item in evidence)
        return f"NOT VERIFIED: {bad} of {many} failed{unseen}"
    if all(item.carried for item in evidence):
        what = f"{'carries' if is_one else 'carry'} what was composed, unaltered"
    else:
        what = f"{'is' if is_one else 'are'} sound, as far as {'it tells' if is_one else 'they tell'}"
    return f"VERIFIED: {many} {what}{unseen}"


def _as_json(verdicts: "Sequence[Verdict]", *, is_good: bool) -> dict[str, object]:
    return {
        "verified": is_good,
        "files": [_evidence(item) for verdict in verdicts for item in verdict.evidence],
        "findings": [as_json(finding) for verdict in verdicts for finding in sort_findings(verdict.findings)],
        "not_run": _not_run([item for verdict in verdicts for item in verdict.evidence]),
    }


def _evidence(item: "Evidence") -> dict[str, object]:
    carried = item.carried
    return {
        "path": item.path,
        "verified": item.bottom_line,
        "format": item.format,
        "view": item.view,
        "locale": item.locale,
        "pages": item.pages,
        "unaltered": item.is_unaltered,
        "carried": carried
        and {
            name: list(value) if isinstance(value, tuple) else value for name, value in vars(carried).items()
        },
        "fonts": list(item.fonts),
        "dead_links": item.links,
        "requests": item.requests,
        "standards": list(item.standards),
        "facts_inside": item.has_facts,
        "validators": [
            {"tool": one.tool, "version": one.version, "status": one.status, "messages": list(one.messages)}
            for one in item.validations
        ],
        "findings": [as_json(finding) for finding in item.findings],
    }
