"""`report send`: what would go to whom, and why; with `--yes`, the sending."""

import dataclasses
import json
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from report.cli import options
from report.cli.options import DebugOption, ProjectOption, end, set_debug, start, stoppable
from report.console import as_json, clear_progress, progress, say, say_report_error
from report.errors import ExitCode, UsageError, worst
from report.findings import Finding, exit_code

app = typer.Typer()

# Of what many clinics have alike, so many are named.
_LISTED = 5
IN_DOUBT = ("resend", "hold", "reconcile")


@app.command()
def send(
    briefings: Annotated[list[str] | None, typer.Argument(help="Folders of content/; default: all.")] = None,
    edition: Annotated[
        int | None, typer.Option("--edition", help="Of one briefing; default: the last that was released.")
    ] = None,
    clinic: Annotated[
        list[str] | None, typer.Option("--clinic", help="Only this one; may be repeated.")
    ] = None,
    group: Annotated[str, typer.Option("--group", help="Only clinics of this group.")] = "",
    channel: Annotated[str, typer.Option("--channel", help="Only this channel of distribution.yaml.")] = "",
    again: Annotated[
        bool, typer.Option("--again", help="Try now too what was refused, came back or was put off.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Send; without, only say what would be sent.")] = False,
    confirm_count: Annotated[
        int | None, typer.Option("--confirm-count", help="How many deliveries you expect, exactly.")
    ] = None,
    in_doubt: Annotated[
        str | None,
        typer.Option("--in-doubt", help="resend, hold or reconcile; default: policy.in_doubt."),
    ] = None,
    format_: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    project: ProjectOption = None,
    debug: DebugOption = False,
) -> None:
    """Say what is due to whom, and why; --yes sends it."""
    set_debug(debug)
    from report.pipeline import sending
    from report.pipeline.sending_matter import Request
    from report.pipeline.sending_plan import Choice

    if format_ not in ("text", "json"):
        raise UsageError(f"there is no format {format_!r}", "Write --format text or --format json.")
    if in_doubt is not None and in_doubt not in IN_DOUBT:
        raise UsageError(f"there is no policy {in_doubt!r}", f"Choose from {', '.join(IN_DOUBT)}.")
    run, slugs = start(project, briefings, None, False)
    if edition is not None and len(slugs) > 1:
        raise UsageError(f"--edition is of one briefing, and there are {len(slugs)}", "Name the briefing.")
    run = dataclasses.replace(run, progress=_by_stage)
    choice = Choice(tuple(clinic or ()), group, channel, again)
    request = Request(tuple(slugs), edition, choice, in_doubt)  # type: ignore[arg-type] # one of IN_DOUBT
    if not yes:
        planned = sending.preview(run, request, options.read_instant())
        clear_progress()
        _tell_preview(planned, format_)
        end(exit_code(planned.all_findings))
    with stoppable() as should_stop:
        control = sending.Control(options.read_instant, should_stop, confirm_count)
        sent = sending.send(run, request, control)
    clear_progress()
    _tell_sent(sent, format_)
    if sent.error is not None:
        say_report_error(sent.error)
    if sent.is_interrupted:
        end(ExitCode.INTERRUPTED)
    found = [*sent.preview.all_findings, *sent.findings]
    end(worst([exit_code(found), *([sent.error.exit_code] if sent.error else [])]))


def _by_stage(text: str) -> None:
    # Where no terminal shows it in place, a stage is told once and not for each delivery.
    progress(text if sys.stderr.isatty() else text.partition(",")[0])


def _tell_preview(planned: Any, format_: str) -> None:
    if format_ == "json":
        say(_json({**_plan_data(planned), "findings": [as_json(item) for item in planned.all_findings]}))
        return
    for plan in planned.plans:
        for line in _plan_lines(plan):
            say(line)
    _say_findings(planned.all_findings)
    count = planned.count
    if not count:
        say("nothing is to be sent")
        return
    option = f" --confirm-count {count}" if count > planned.confirm_above else ""
    say(f"{_counted(count, 'delivery', 'deliveries')} to make; `report send --yes{option}` sends")


def _tell_sent(sent: Any, format_: str) -> None:
    from report.pipeline.sending_delivery import outcomes_by_state

    findings = [*sent.preview.all_findings, *sent.findings]
    counts = outcomes_by_state(sent.outcomes)
    if format_ == "json":
        data = {
            **_plan_data(sent.preview),
            "outcomes": [_outcome_data(outcome) for outcome in sent.outcomes],
            "counts": counts,
            "is_interrupted": sent.is_interrupted,
            "error": sent.error.message if sent.error else "",
            "findings": [as_json(item) for item in findings],
        }
        say(_json(data))
        return
    _say_findings(findings)
    for outcome in sent.outcomes:
        if outcome.state is None and outcome.finding is None:
            say(f"{outcome.entry.clinic} by {outcome.entry.channel}: not sent: {outcome.hindrance}")
    for plan in sent.preview.plans:
        for line in _held_lines(plan):
            say(line)
    told = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sorted(counts.items()))
    left = sent.preview.count - len(sent.outcomes)
    say(told or "nothing was to be sent")
    if left:
        say(f"{left} not begun; the next run sends them")
    if sent.is_interrupted:
        say("interrupted; every delivery is in the ledger, and the next run goes on")


def _plan_lines(plan: Any) -> list[str]:
    if not plan.edition and not plan.planned:
        return [f"{plan.briefing}: no edition is released"]
    head = f"{plan.briefing}, edition {plan.edition}: {_counted(len(plan.planned), 'delivery', 'deliveries')}"
    rows = [("clinic", "channel", "what", "why", "since", "files", "bytes")] if plan.planned else []
    for one in plan.planned:
        entry = one.entry
        what = (
            f"edition {entry.edition}"
            if entry.kind == "edition"
            else f"{entry.kind} of edition {entry.about}"
        )
        since = f"edition {entry.since}" if entry.since else "-"
        size = f"{sum(one.sizes.values()):,}"
        rows.append((entry.clinic, entry.channel, what, one.reason.value, since, str(len(one.sizes)), size))
    widths = [max(len(row[column]) for row in rows) for column in range(7)] if rows else []
    lines = [
        "  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    done = [f"  {plan.done} delivered already"] if plan.done else []
    return [head, *lines, *done, *_held_lines(plan)]


def _held_lines(plan: Any) -> list[str]:
    reasons: dict[str, list[str]] = {}
    for held in plan.held:
        reasons.setdefault(str(held), []).append(f"{held.clinic} by {held.channel}")
    lines = []
    for reason, whom in reasons.items():
        if len(whom) > _LISTED:
            lines.append(
                f"  held back: {', '.join(whom[:_LISTED])} and {len(whom) - _LISTED:,} more: {reason}"
            )
        else:
            lines += [f"  held back: {one}: {reason}" for one in whom]
    return lines


def _say_findings(findings: Sequence[Finding]) -> None:
    """Print findings; of a code that many clinics have, the first few."""
    counts: dict[str, int] = {}
    shown = []
    for finding in findings:
        counts[finding.code.code] = counts.get(finding.code.code, 0) + 1
        if counts[finding.code.code] <= _LISTED:
            shown.append(finding)
    for finding in shown:
        say(str(finding))
    for code, count in counts.items():
        if count > _LISTED:
            say(f"and {count - _LISTED:,} more of {code}; --format json has them all")
    if findings:
        errors = sum(finding.is_error for finding in findings)
        warnings = len(findings) - errors
        say(f"{_counted(errors, 'error', 'errors')}, {_counted(warnings, 'warning', 'warnings')}")


def _plan_data(planned: Any) -> dict[str, object]:
    return {
        "deliveries": planned.count,
        "confirm_above": planned.confirm_above,
        "briefings": [
            {
                "briefing": plan.briefing,
                "edition": plan.edition,
                "delivered": plan.done,
                "planned": [_planned_data(one) for one in plan.planned],
                "held": [
                    {
                        "clinic": held.clinic,
                        "channel": held.channel,
                        "hindrance": held.hindrance.name.lower(),
                        "until": held.until.isoformat() if held.until else None,
                    }
                    for held in plan.held
                ],
            }
            for plan in planned.plans
        ],
    }


def _planned_data(one: Any) -> dict[str, object]:
    return {
        **_entry_data(one.entry),
        "reason": one.reason.name.lower(),
        "files": [{"name": name, "size": size} for name, size in one.sizes.items()],
    }


def _outcome_data(outcome: Any) -> dict[str, object]:
    return {
        **_entry_data(outcome.entry),
        "state": outcome.state.value if outcome.state else None,
        "hindrance": outcome.hindrance.name.lower() if outcome.hindrance else None,
        "until": outcome.until.isoformat() if outcome.until else None,
        "code": outcome.finding.code.code if outcome.finding else "",
    }


def _entry_data(entry: Any) -> dict[str, object]:
    return {
        "kind": entry.kind,
        "briefing": entry.briefing,
        "edition": entry.edition,
        "about": entry.about,
        "clinic": entry.clinic,
        "channel": entry.channel,
        "since": entry.since,
        "key": entry.key,
    }


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _json(data: Sequence[object] | dict[str, object]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)
