"""`report recall`, `report ack`: an edition is withdrawn, its holders are told, and what they answer is kept."""

import datetime
from typing import Annotated, Any

import typer

from report.cli import options
from report.cli.editions import named, only
from report.cli.options import DebugOption, ProjectOption, end, set_debug, start
from report.console import clear_progress, relative, say, say_findings
from report.errors import ExitCode, UsageError
from report.findings import exit_code, sort_findings

app = typer.Typer()

NamedOption = Annotated[
    str | None,
    typer.Option("--briefing", help="A folder of content/; may be left out where there is one only."),
]
_LISTED = 20


@app.command()
def recall(
    edition: Annotated[int, typer.Argument(help="The number of the edition that is withdrawn.")],
    reason: Annotated[
        str,
        typer.Option("--reason", help="Why, as its holders read it; not needed for one that is withdrawn."),
    ] = "",
    briefing: NamedOption = None,
    by: Annotated[str, typer.Option("--by", help="Who decided it, as its holders read it.")] = "",
    must_return: Annotated[
        bool, typer.Option("--must-return", help="Its holders have to take it out of use, paper too.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only say what would be done.")] = False,
    project: ProjectOption = None,
    debug: DebugOption = False,
) -> None:
    """Withdraw an edition, and make a notice for each clinic that holds it; `report send` sends them."""
    set_debug(debug)
    from report.pipeline import publishing_state, recalling

    run, slugs = start(project, named(briefing), None, False)
    slug = only(slugs)
    decision = recalling.Decision(reason.strip(), by.strip(), must_return)
    plan = recalling.plan_recall(run, slug, edition, decision)
    if plan.matter is None:
        clear_progress()
        say_findings(plan.findings)
        end(exit_code(plan.findings))
    findings = list(plan.findings)
    if yes:
        try:
            plan = recalling.carry_out(run, plan, options.read_instant())
        finally:
            # Whoever looks is to see it, also where the holders cannot be told yet.
            _, unpublished = publishing_state.publish_state(run, slug)
        findings = sort_findings([*plan.findings, *unpublished])
    clear_progress()
    say_findings(findings)
    for line in _lines(plan, is_done=yes):
        say(line)
    end(exit_code(findings))


def _lines(plan: Any, *, is_done: bool) -> list[str]:
    matter = plan.matter
    number = matter.old.number
    new = f"edition {matter.new.number}" if matter.new else "no edition yet"
    lines = [
        f"edition {number} of {plan.slug} {'is withdrawn' if plan.is_recorded else 'would be withdrawn'}: "
        f"{matter.withdrawal.reason}",
        f"replaced by {new}; {'has' if matter.withdrawal.must_return else 'need not'}"
        f"{' to' if matter.withdrawal.must_return else ''} be taken out of use",
    ]
    lines += [
        f"edition {earlier}, whose place it took, is withdrawn too: run `report recall {earlier} --yes` for its holders"
        for earlier in plan.replaced
    ]
    if not plan.can_tell:
        return [
            *lines,
            "nobody was told: mend the errors, then run it again" if is_done else "nobody would be told",
        ]
    told = [item for item in plan.told if item.channels]
    kind = "correction" if matter.new else "withdrawal"
    lines += [
        f"  {item.clinic.id}: {kind} by {', '.join(item.channels)}"
        + ("" if item.is_certain else " (may hold it)")
        for item in told[:_LISTED]
    ]
    if len(told) > _LISTED:
        lines.append(f"  and {len(told) - _LISTED} more; `report status` lists all")
    made = [item for item in plan.told if not item.channels]
    failed = sum(item.has_failed for item in made)
    for count, what in (
        (len(made) - failed, "told already"),
        (failed, "have a notice that did not arrive; `report status` names them"),
        (len(plan.later), "hold a later edition, and are not told"),
        (len(plan.stopped), "deliveries that wait are stopped"),
    ):
        if count:
            lines.append(f"  {count} {what}")
    if not is_done:
        return [*lines, f"{len(told)} notices would be made; nothing was written, --yes does it"]
    if plan.made:
        lines.append(f"{relative(plan.made[0].folder.parent)}: {len(plan.made)} notices")
        return [*lines, f"they are due: `report send {plan.slug}` says what would be sent"]
    return [*lines, "no notice had to be made"]


@app.command()
def ack(
    clinic: Annotated[str, typer.Argument(help="The id of the clinic that answered.")],
    edition: Annotated[int, typer.Argument(help="The edition, or the one that the notice is about.")],
    briefing: NamedOption = None,
    kind: Annotated[
        str,
        typer.Option(
            "--kind", help="edition, correction or withdrawal; default: the latest notice, else the edition."
        ),
    ] = "",
    answer: Annotated[str, typer.Option("--answer", help="received or taken-out-of-use.")] = "received",
    at: Annotated[str, typer.Option("--at", help="The day of the answer, YYYY-MM-DD; default: now.")] = "",
    project: ProjectOption = None,
    debug: DebugOption = False,
) -> None:
    """Write down that a clinic answered a notice, or that it has an edition."""
    set_debug(debug)
    from report.ledger.schema import ANSWERS
    from report.pipeline import acknowledging

    if kind not in ("", *acknowledging.KINDS):
        raise UsageError(f"there is no kind {kind!r}", f"Choose from {', '.join(acknowledging.KINDS)}.")
    if answer not in ANSWERS:
        raise UsageError(f"there is no answer {answer!r}", f"Choose from {', '.join(ANSWERS)}.")
    run, slugs = start(project, named(briefing), None, False)
    slug = only(slugs)
    now = options.read_instant()
    answered = acknowledging.acknowledge(
        run, slug, clinic, edition, kind=kind, answer=answer, at=_instant(at, now), now=now
    )
    what = "written down" if answered.is_new else "written down already, nothing was changed"
    name = "" if answered.kind == "edition" else f"the {answered.kind} of "
    say(f"{clinic}: {answer} {name}edition {edition} of {slug} ({', '.join(answered.channels)}): {what}")
    end(ExitCode.DONE)


def _instant(day: str, now: datetime.datetime) -> datetime.datetime:
    """Return the instant of an answer: noon of a day that is over, else now."""
    if not day:
        return now
    try:
        found = datetime.date.fromisoformat(day)
        if found.isoformat() != day:
            raise ValueError(day)
    except ValueError:
        raise UsageError(f"{day!r} is no day", "Write --at YYYY-MM-DD.") from None
    if found > now.date():
        raise UsageError(f"{found} lies after today, {now.date()}", "Write the day of the answer.")
    return now if found == now.date() else datetime.datetime.combine(found, datetime.time(12), now.tzinfo)
