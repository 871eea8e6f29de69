"""`report status`: how editions, facts and deliveries stand; who got a value of a fact; the pages of the state."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from report.cli import options
from report.cli.editions import only
from report.cli.options import BriefingsArgument, DebugOption, ProjectOption, end, set_debug, start
from report.console import as_json, clear_progress, relative, say, say_findings
from report.errors import ExitCode, UsageError
from report.findings import Finding, exit_code

app = typer.Typer()

FORMATS = ("text", "json", "csv", "html", "prometheus")


@app.command()
def status(
    briefings: BriefingsArgument = None,
    format_: Annotated[str, typer.Option("--format", help="text, json, csv, html or prometheus.")] = "text",
    everything: Annotated[
        bool, typer.Option("--all", help="List in text too what has arrived and wants nothing more.")
    ] = False,
    fact: Annotated[
        str, typer.Option("--fact", help="Say which editions stated this fact, how, and who got them.")
    ] = "",
    field: Annotated[
        str, typer.Option("--field", help="With --fact: only this value, such as dates.effective.")
    ] = "",
    value: Annotated[
        str, typer.Option("--value", help="With --fact: only where it is stated, or prints, as this.")
    ] = "",
    site: Annotated[
        bool,
        typer.Option("--site", help="Write the pages that say which edition is the latest, for a web host."),
    ] = False,
    locale: Annotated[
        str, typer.Option("--locale", help="Of --format html; default: the language of the first briefing.")
    ] = "",
    to: Annotated[
        Path | None,
        typer.Option("--to", help="With --format prometheus: the file to write, whole or not at all."),
    ] = None,
    project: ProjectOption = None,
    debug: DebugOption = False,
) -> None:
    """Say which edition is current, who holds which, what is due, failed or in doubt."""
    set_debug(debug)
    if format_ not in FORMATS:
        raise UsageError(f"there is no format {format_!r}", f"Choose from {', '.join(FORMATS)}.")
    if (field or value) and not fact:
        raise UsageError("--field and --value say more of --fact", "Name the fact with --fact ID.")
    if to is not None and format_ != "prometheus":
        raise UsageError("--to names the file of --format prometheus", "Leave it out, or add the format.")
    run, slugs = start(project, briefings, None, False)
    if site:
        _write_site(run, slugs)
    if fact:
        _tell_fact(run, only(slugs), fact, field, value, format_)
    if format_ == "prometheus":
        _tell_metrics(run, slugs, to)
    _tell(run, slugs, format_, locale, everything)


def _write_site(run: Any, slugs: Sequence[str]) -> None:
    from report.pipeline.publishing_state import publish_state

    found: list[Finding] = []
    for slug in slugs:
        written, findings = publish_state(run, slug)
        found += findings
        folder = run.project / "output" / slug / "status"
        if written:
            say(f"{relative(folder)}: {len(written)} pages written")
        elif not findings and folder.is_dir():
            say(f"{relative(folder)}: nothing to do")
    say_findings(found)
    end(exit_code(found))


def _tell_fact(run: Any, slug: str, fact: str, field: str, value: str, format_: str) -> None:
    from report.notices.overview import traced_csv, traced_data, traced_lines
    from report.pipeline.standing import who_got

    if format_ in ("html", "prometheus"):
        raise UsageError(f"--fact has no format {format_}", "Choose from text, json, csv.")
    traced = who_got(run, slug, fact, field=field, value=value)
    if format_ == "json":
        data = {"briefing": slug, "fact": fact, "editions": traced_data(traced)}
        say(json.dumps(data, ensure_ascii=False, indent=2))
    elif format_ == "csv":
        say(traced_csv(traced).rstrip("\r\n"))
    else:
        for line in traced_lines(traced, fact):
            say(line)
    end(ExitCode.DONE)


def _tell(run: Any, slugs: Sequence[str], format_: str, locale: str, everything: bool) -> None:
    from report.notices.overview import standing_csv, standing_data, standing_lines
    from report.pipeline.health import health, health_data
    from report.pipeline.standing import standing

    found = standing(run, slugs, options.read_instant())
    findings = [*found.findings, *(one for item in found.briefings for one in item.findings)]
    clear_progress()
    if format_ == "json":
        told = health_data(health(run, found), found)
        data = {**standing_data(found), "health": told, "findings": [as_json(item) for item in findings]}
        say(json.dumps(data, ensure_ascii=False, indent=2))
    elif format_ == "csv":
        say(standing_csv(found).rstrip("\r\n"))
    elif format_ == "html":
        say(_page(run, found, locale).rstrip("\n"))
    else:
        for line in standing_lines(found, everything=everything):
            say(line)
        say_findings(findings)
    end(exit_code(findings))


def _tell_metrics(run: Any, slugs: Sequence[str], to: Path | None) -> None:
    from report import store
    from report.pipeline.health import health
    from report.pipeline.metrics import metrics_text
    from report.pipeline.standing import standing

    found = standing(run, slugs, options.read_instant())
    text = metrics_text(found, health(run, found))
    clear_progress()
    if to is None:
        say(text.rstrip("\n"))
    else:
        store.replace(to.absolute(), text.encode())
    end(ExitCode.DONE)


def _page(run: Any, found: Any, locale: str) -> str:
    from report.compose.matter import read_labels
    from report.notices.overview_page import overview_html
    from report.scalars import LOCALES

    wanted = locale or next((item.lang for item in found.briefings if item.lang), "zh-Hans")
    if wanted not in LOCALES:
        raise UsageError(f"there is no locale {wanted!r}", f"Choose from {', '.join(LOCALES)}.")
    return overview_html(found, read_labels(run.templates, wanted), wanted, run.templates)
